// RUN: sinter-opt %s --sinter-hoist-scales | FileCheck %s

///----- [Pass: hoist-scales]  IN: scaled queries and keys  OUT: the scores are scaled
// CHECK-LABEL: sinter.program @both_sides(
//  CHECK-SAME:   %[[Q:.*]]: tensor<8x16xf32>, %[[K:.*]]: tensor<16x8xf32>, %[[S:.*]]: tensor<f32>
//       CHECK:   %[[V:.*]] = sinter.reshape %[[K]] to <8, 16>
//       CHECK:   %[[C:.*]] = sinter.contract %[[Q]], %[[V]]
//       CHECK:   %[[A:.*]] = sinter.binary mul %[[C]]
//       CHECK:   %[[B:.*]] = sinter.binary mul %[[A]]
//       CHECK:   sinter.return %[[B]]
sinter.program @both_sides(%q: tensor<8x16xf32>, %k: tensor<16x8xf32>, %s: tensor<f32>) -> tensor<8x8xf32> {
  %0 = sinter.broadcast %s [] to <8, 16> : tensor<f32> -> tensor<8x16xf32>
  %1 = sinter.binary mul %q, %0 : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  %2 = sinter.broadcast %s [] to <16, 8> : tensor<f32> -> tensor<16x8xf32>
  %3 = sinter.binary mul %2, %k : tensor<16x8xf32>, tensor<16x8xf32> -> tensor<16x8xf32>
  %4 = sinter.reshape %3 to <8, 16> : tensor<16x8xf32> -> tensor<8x16xf32>
  %5 = sinter.contract %1, %4 [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  sinter.return %5 : tensor<8x8xf32>
}

/// The scaled queries are read elsewhere too: they would be computed anyway.
// CHECK-LABEL: sinter.program @negative_other_reader(
//       CHECK:   %[[M:.*]] = sinter.binary mul
//       CHECK:   sinter.contract %[[M]]
sinter.program @negative_other_reader(%q: tensor<8x16xf32>, %k: tensor<8x16xf32>, %s: tensor<f32>) -> (tensor<8x8xf32>, tensor<8x16xf32>) {
  %0 = sinter.broadcast %s [] to <8, 16> : tensor<f32> -> tensor<8x16xf32>
  %1 = sinter.binary mul %q, %0 : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  %2 = sinter.contract %1, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  sinter.return %2, %1 : tensor<8x8xf32>, tensor<8x16xf32>
}

/// A factor per column of the keys is no scalar.
// CHECK-LABEL: sinter.program @negative_vector(
//       CHECK:   %[[M:.*]] = sinter.binary mul
//       CHECK:   sinter.contract %{{.*}}, %[[M]]
sinter.program @negative_vector(%q: tensor<8x16xf32>, %k: tensor<8x16xf32>, %s: tensor<16xf32>) -> tensor<8x8xf32> {
  %0 = sinter.broadcast %s [1] to <8, 16> : tensor<16xf32> -> tensor<8x16xf32>
  %1 = sinter.binary mul %k, %0 : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  %2 = sinter.contract %q, %1 [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  sinter.return %2 : tensor<8x8xf32>
}

/// Scaled before, a product of halves stays in range.
// CHECK-LABEL: sinter.program @negative_half(
//       CHECK:   %[[M:.*]] = sinter.binary mul
//       CHECK:   sinter.contract %[[M]]
sinter.program @negative_half(%q: tensor<8x16xf16>, %k: tensor<8x16xf16>, %s: tensor<f16>) -> tensor<8x8xf16> {
  %0 = sinter.broadcast %s [] to <8, 16> : tensor<f16> -> tensor<8x16xf16>
  %1 = sinter.binary mul %q, %0 : tensor<8x16xf16>, tensor<8x16xf16> -> tensor<8x16xf16>
  %2 = sinter.contract %1, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf16>, tensor<8x16xf16> -> tensor<8x8xf16>
  sinter.return %2 : tensor<8x8xf16>
}

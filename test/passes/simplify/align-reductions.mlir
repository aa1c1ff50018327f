// RUN: sinter-opt %s --split-input-file --sinter-align-reductions | FileCheck %s

/// Keys by queries, softmax over the keys: the contraction writes keys last, which are its right operand's now.
// CHECK-LABEL: sinter.program @keys_by_queries(
//  CHECK-SAME:   %[[Q:.*]]: tensor<2x5x16xf32>, %[[K:.*]]: tensor<2x7x16xf32>, %[[V:.*]]: tensor<2x7x16xf32>
//       CHECK:   %[[S:.*]] = sinter.contract %[[Q]], %[[K]] [0, 1, 3] x [0, 2, 3] -> [0, 1, 2]
//       CHECK:   sinter.reduce max %[[S]] [2]
//       CHECK:   sinter.transpose {{.*}} [0, 2, 1]
//       CHECK:   %[[P:.*]] = sinter.binary sub
//       CHECK:   sinter.contract %[[P]], %[[V]] [0, 1, 2] x [0, 2, 3] -> [0, 1, 3]
sinter.program @keys_by_queries(%q: tensor<2x5x16xf32>, %k: tensor<2x7x16xf32>, %v: tensor<2x7x16xf32>) -> tensor<2x5x16xf32> {
  %0 = sinter.contract %k, %q [0, 2, 3] x [0, 1, 3] -> [0, 2, 1] : tensor<2x7x16xf32>, tensor<2x5x16xf32> -> tensor<2x7x5xf32>
  %1 = sinter.reduce max %0 [1] : tensor<2x7x5xf32> -> tensor<2x5xf32>
  %2 = sinter.broadcast %1 [0, 2] to <2, 7, 5> : tensor<2x5xf32> -> tensor<2x7x5xf32>
  %3 = sinter.binary sub %0, %2 : tensor<2x7x5xf32>, tensor<2x7x5xf32> -> tensor<2x7x5xf32>
  %4 = sinter.contract %3, %v [0, 2, 1] x [0, 2, 3] -> [0, 1, 3] : tensor<2x7x5xf32>, tensor<2x7x16xf32> -> tensor<2x5x16xf32>
  sinter.return %4 : tensor<2x5x16xf32>
}

// -----

/// A product with a weight, and its mean over positions: the weight stays on the right.
// CHECK-LABEL: sinter.program @negative_weight(
//       CHECK:   sinter.contract {{.*}} [0, 1, 3] x [3, 2] -> [0, 1, 2]
sinter.weight @w : tensor<16x8xf32> from("w.bin", 0, 512)
sinter.program @negative_weight(%x: tensor<2x5x16xf32>, %y: tensor<2x5x4xf32>) -> (tensor<2x8xf32>, tensor<2x8x4xf32>) {
  %w = sinter.load @w : tensor<16x8xf32>
  %0 = sinter.contract %x, %w [0, 1, 3] x [3, 2] -> [0, 1, 2] : tensor<2x5x16xf32>, tensor<16x8xf32> -> tensor<2x5x8xf32>
  %1 = sinter.reduce sum %0 [1] : tensor<2x5x8xf32> -> tensor<2x8xf32>
  %2 = sinter.contract %0, %y [0, 1, 2] x [0, 1, 3] -> [0, 2, 3] : tensor<2x5x8xf32>, tensor<2x5x4xf32> -> tensor<2x8x4xf32>
  sinter.return %1, %2 : tensor<2x8xf32>, tensor<2x8x4xf32>
}

// -----

/// The scores are an output.
// CHECK-LABEL: sinter.program @negative_output(
//       CHECK:   sinter.contract {{.*}} -> [0, 2, 1]
sinter.program @negative_output(%q: tensor<2x5x16xf32>, %k: tensor<2x7x16xf32>) -> (tensor<2x7x5xf32>, tensor<2x5xf32>) {
  %0 = sinter.contract %k, %q [0, 2, 3] x [0, 1, 3] -> [0, 2, 1] : tensor<2x7x16xf32>, tensor<2x5x16xf32> -> tensor<2x7x5xf32>
  %1 = sinter.reduce max %0 [1] : tensor<2x7x5xf32> -> tensor<2x5xf32>
  sinter.return %0, %1 : tensor<2x7x5xf32>, tensor<2x5xf32>
}

// RUN: sinter-opt %s --sinter-pack-operands=width=16 | FileCheck %s

sinter.weight @w : tensor<64x40xf32> from("m.onnx", 0, 10240)
sinter.weight @t : tensor<40x64xf32> from("m.onnx", 0, 10240)
sinter.weight @h : tensor<64x40xf16> from("m.onnx", 0, 5120)
sinter.weight @b : tensor<2x64x40xf32> from("m.onnx", 0, 20480)

///----- [Pass: pack-operands]  IN: contract(a, load [k, n])  OUT: contract(a, unpack(pack(load)))
// CHECK-LABEL: sinter.program @weight_on_the_right(
//  CHECK-SAME:   %[[A:[^:]*]]: tensor<?x64xf32
//       CHECK:   %[[W:.*]] = sinter.load @w
//       CHECK:   %[[P:.*]] = sinter.pack %[[W]] width 16 : tensor<64x40xf32> -> tensor<3x64x16xf32>
//       CHECK:   %[[U:.*]] = sinter.unpack %[[P]] columns 40
//       CHECK:   sinter.contract %[[A]], %[[U]] [0, 2] x [2, 1] -> [0, 1]
sinter.program @weight_on_the_right(%a: tensor<?x64xf32, #sinter.dims<S, 64>>) -> tensor<?x40xf32, #sinter.dims<S, 40>> {
  %w = sinter.load @w : tensor<64x40xf32>
  %0 = sinter.contract %a, %w [0, 2] x [2, 1] -> [0, 1]
      : tensor<?x64xf32, #sinter.dims<S, 64>>, tensor<64x40xf32> -> tensor<?x40xf32, #sinter.dims<S, 40>>
  sinter.return %0 : tensor<?x40xf32, #sinter.dims<S, 40>>
}

/// A weight [n, k] is transposed first, in the recipe.
// CHECK-LABEL: sinter.program @weight_transposed(
//       CHECK:   %[[T:.*]] = sinter.transpose %{{.*}} [1, 0] : tensor<40x64xf32>
//       CHECK:   sinter.pack %[[T]] width 16
//       CHECK:   sinter.contract {{.*}} [0, 2] x [2, 1] -> [0, 1]
sinter.program @weight_transposed(%a: tensor<4x64xf32>) -> tensor<4x40xf32> {
  %w = sinter.load @t : tensor<40x64xf32>
  %0 = sinter.contract %a, %w [0, 2] x [1, 2] -> [0, 1] : tensor<4x64xf32>, tensor<40x64xf32> -> tensor<4x40xf32>
  sinter.return %0 : tensor<4x40xf32>
}

/// A weight on the left that gives the columns changes sides: products commute.
// CHECK-LABEL: sinter.program @weight_on_the_left(
//  CHECK-SAME:   %[[A:[^:]*]]: tensor<4x64xf32>
//       CHECK:   %[[U:.*]] = sinter.unpack
//       CHECK:   sinter.contract %[[A]], %[[U]] [1, 2] x [2, 0] -> [1, 0]
sinter.program @weight_on_the_left(%a: tensor<4x64xf32>) -> tensor<4x40xf32> {
  %w = sinter.load @t : tensor<40x64xf32>
  %0 = sinter.contract %w, %a [0, 2] x [1, 2] -> [1, 0] : tensor<40x64xf32>, tensor<4x64xf32> -> tensor<4x40xf32>
  sinter.return %0 : tensor<4x40xf32>
}

/// Computed operands, other element types, other ranks.
// CHECK-LABEL: sinter.program @negative_no_f32_matrix(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.return
sinter.program @negative_no_f32_matrix(%a: tensor<4x64xf32>, %x: tensor<64x40xf32>, %c: tensor<4x64xf16>, %d: tensor<2x4x64xf32>)
    -> (tensor<4x40xf32>, tensor<4x40xf16>, tensor<2x4x40xf32>) {
  %0 = sinter.contract %a, %x [0, 2] x [2, 1] -> [0, 1] : tensor<4x64xf32>, tensor<64x40xf32> -> tensor<4x40xf32>
  %h = sinter.load @h : tensor<64x40xf16>
  %1 = sinter.contract %c, %h [0, 2] x [2, 1] -> [0, 1] : tensor<4x64xf16>, tensor<64x40xf16> -> tensor<4x40xf16>
  %b = sinter.load @b : tensor<2x64x40xf32>
  %2 = sinter.contract %d, %b [3, 0, 2] x [3, 2, 1] -> [3, 0, 1] : tensor<2x4x64xf32>, tensor<2x64x40xf32> -> tensor<2x4x40xf32>
  sinter.return %0, %1, %2 : tensor<4x40xf32>, tensor<4x40xf16>, tensor<2x4x40xf32>
}

/// The weight's dims are not one summed and one column: rows innermost; nothing summed; a diagonal; a scalar result; the
/// column shared with the other operand; the other dim summed here alone.
// CHECK-LABEL: sinter.program @negative_other_labels(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.return
sinter.program @negative_other_labels(%a: tensor<4x64xf32>, %k: tensor<64x40xf32>, %r: tensor<4xf32>)
    -> (tensor<40x4xf32>, tensor<64x40xf32>, tensor<f32>, tensor<64x40xf32>, tensor<4x40xf32>) {
  %w = sinter.load @w : tensor<64x40xf32>
  %0 = sinter.contract %a, %w [0, 2] x [2, 1] -> [1, 0] : tensor<4x64xf32>, tensor<64x40xf32> -> tensor<40x4xf32>
  %1 = sinter.contract %k, %w [0, 1] x [0, 1] -> [0, 1] : tensor<64x40xf32>, tensor<64x40xf32> -> tensor<64x40xf32>
  %2 = sinter.contract %k, %w [0, 1] x [0, 1] -> [] : tensor<64x40xf32>, tensor<64x40xf32> -> tensor<f32>
  %3 = sinter.contract %r, %w [2] x [0, 1] -> [0, 1] : tensor<4xf32>, tensor<64x40xf32> -> tensor<64x40xf32>
  %4 = sinter.contract %r, %w [0] x [2, 1] -> [0, 1] : tensor<4xf32>, tensor<64x40xf32> -> tensor<4x40xf32>
  sinter.return %0, %1, %2, %3, %4 : tensor<40x4xf32>, tensor<64x40xf32>, tensor<f32>, tensor<64x40xf32>, tensor<4x40xf32>
}

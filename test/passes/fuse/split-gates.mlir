// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-split-gates))' --split-input-file | FileCheck %s

///----- [Pass: split-gates]  IN: a joined weight whose halves are a gate and what it gates  OUT: a contraction and a bias per half
// CHECK-LABEL: sinter.program @halves(
//  CHECK-SAME:   %[[X:.*]]: tensor<4x8xf32>
//       CHECK:   %[[WG:.*]] = sinter.slice %{{.*}} <0, 0> size <8, 6>
//       CHECK:   %[[G:.*]] = sinter.contract %[[X]], %[[WG]]
//       CHECK:   %[[BG:.*]] = sinter.slice %{{.*}} <0> size <6>
//       CHECK:   %[[BBG:.*]] = sinter.broadcast %[[BG]] [1] to <4, 6>
//       CHECK:   %[[GATE:.*]] = sinter.binary add %[[G]], %[[BBG]]
//       CHECK:   %[[T:.*]] = sinter.unary tanh %[[GATE]]
//       CHECK:   sinter.binary mul %[[T]], %[[UP:.*]] :
sinter.weight @w : tensor<8x12xf32> from("m.onnx", 0, 384)
sinter.weight @b : tensor<12xf32> from("m.onnx", 384, 48)
sinter.program @halves(%x: tensor<4x8xf32>) -> tensor<4x6xf32> {
  %w = sinter.load @w : tensor<8x12xf32>
  %b = sinter.load @b : tensor<12xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %1 = sinter.broadcast %b [1] to <4, 12> : tensor<12xf32> -> tensor<4x12xf32>
  %2 = sinter.binary add %0, %1 : tensor<4x12xf32>, tensor<4x12xf32> -> tensor<4x12xf32>
  %3 = sinter.slice %2 <0, 0> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  %4 = sinter.slice %2 <0, 6> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  %5 = sinter.unary tanh %3 : tensor<4x6xf32> -> tensor<4x6xf32>
  %6 = sinter.binary mul %5, %4 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %6 : tensor<4x6xf32>
}

// -----

/// Through a view that keeps columns: each part has its own.
// CHECK-LABEL: sinter.program @view(
// CHECK-COUNT-2:   sinter.reshape %{{.*}} to <2, 2, 6>
//     CHECK-NOT:   sinter.reshape
//         CHECK:   sinter.return
sinter.weight @w : tensor<8x12xf32> from("m.onnx", 0, 384)
sinter.program @view(%x: tensor<4x8xf32>) -> tensor<2x2x6xf32> {
  %w = sinter.load @w : tensor<8x12xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %1 = sinter.reshape %0 to <2, 2, 12> : tensor<4x12xf32> -> tensor<2x2x12xf32>
  %2 = sinter.slice %1 <0, 0, 6> size <2, 2, 6> [1, 1, 1] : tensor<2x2x12xf32> -> tensor<2x2x6xf32>
  %3 = sinter.slice %1 <0, 0, 0> size <2, 2, 6> [1, 1, 1] : tensor<2x2x12xf32> -> tensor<2x2x6xf32>
  %4 = sinter.binary mul %2, %3 : tensor<2x2x6xf32>, tensor<2x2x6xf32> -> tensor<2x2x6xf32>
  sinter.return %4 : tensor<2x2x6xf32>
}

// -----

/// Slices that go apart stay slices of one contraction.
// CHECK-LABEL: sinter.program @negative_apart(
// CHECK-COUNT-1:   sinter.contract
//     CHECK-NOT:   sinter.contract
sinter.weight @w : tensor<8x12xf32> from("m.onnx", 0, 384)
sinter.program @negative_apart(%x: tensor<4x8xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>) {
  %w = sinter.load @w : tensor<8x12xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %1 = sinter.slice %0 <0, 0> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  %2 = sinter.slice %0 <0, 6> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  sinter.return %1, %2 : tensor<4x6xf32>, tensor<4x6xf32>
}

// -----

/// A view that cuts columns.
// CHECK-LABEL: sinter.program @negative_view(
// CHECK-COUNT-1:   sinter.contract
//     CHECK-NOT:   sinter.contract
sinter.weight @w : tensor<8x12xf32> from("m.onnx", 0, 384)
sinter.program @negative_view(%x: tensor<4x8xf32>) -> tensor<4x2x3xf32> {
  %w = sinter.load @w : tensor<8x12xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %1 = sinter.reshape %0 to <4, 2, 6> : tensor<4x12xf32> -> tensor<4x2x6xf32>
  %2 = sinter.slice %1 <0, 0, 0> size <4, 2, 3> [1, 1, 1] : tensor<4x2x6xf32> -> tensor<4x2x3xf32>
  %3 = sinter.slice %1 <0, 0, 3> size <4, 2, 3> [1, 1, 1] : tensor<4x2x6xf32> -> tensor<4x2x3xf32>
  %4 = sinter.binary mul %2, %3 : tensor<4x2x3xf32>, tensor<4x2x3xf32> -> tensor<4x2x3xf32>
  sinter.return %4 : tensor<4x2x3xf32>
}

// -----

/// Slices of rows, and a product that others read whole.
// CHECK-LABEL: sinter.program @negative_readers(
// CHECK-COUNT-2:   sinter.contract
//     CHECK-NOT:   sinter.contract
sinter.weight @w : tensor<8x12xf32> from("m.onnx", 0, 384)
sinter.program @negative_readers(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<2x12xf32>, tensor<4x6xf32>, tensor<4x12xf32>) {
  %w = sinter.load @w : tensor<8x12xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %1 = sinter.slice %0 <0, 0> size <2, 12> [1, 1] : tensor<4x12xf32> -> tensor<2x12xf32>
  %2 = sinter.slice %0 <2, 0> size <2, 12> [1, 1] : tensor<4x12xf32> -> tensor<2x12xf32>
  %3 = sinter.binary mul %1, %2 : tensor<2x12xf32>, tensor<2x12xf32> -> tensor<2x12xf32>
  %4 = sinter.contract %y, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x12xf32> -> tensor<4x12xf32>
  %5 = sinter.slice %4 <0, 0> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  %6 = sinter.slice %4 <0, 6> size <4, 6> [1, 1] : tensor<4x12xf32> -> tensor<4x6xf32>
  %7 = sinter.binary mul %5, %6 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %3, %7, %4 : tensor<2x12xf32>, tensor<4x6xf32>, tensor<4x12xf32>
}

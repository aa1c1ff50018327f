// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-merge-contractions))' --split-input-file | FileCheck %s

///----- [Pass: merge-contractions]  IN: q and v of one x, with biases  OUT: one contraction with joined weights, and slices
// CHECK-LABEL: sinter.program @heads(
//  CHECK-SAME:   %[[X:.*]]: tensor<4x8xf32>
//       CHECK:   %[[W:.*]] = sinter.concat[1] %{{.*}}, %{{.*}} : tensor<8x6xf32>, tensor<8x2xf32>
//       CHECK:   %[[C:.*]] = sinter.contract %[[X]], %[[W]]
//       CHECK:   %[[B:.*]] = sinter.concat[0]
//       CHECK:   %[[BB:.*]] = sinter.broadcast %[[B]] [1] to <4, 8>
//       CHECK:   %[[S:.*]] = sinter.binary add %[[C]], %[[BB]]
//       CHECK:   %[[Q:.*]] = sinter.slice %[[S]] <0, 0> size <4, 6>
//       CHECK:   %[[V:.*]] = sinter.slice %[[S]] <0, 6> size <4, 2>
//   CHECK-NOT:   sinter.contract
//       CHECK:   sinter.return %[[Q]], %[[V]]
sinter.weight @wq : tensor<8x6xf32> from("m.onnx", 0, 192)
sinter.weight @wv : tensor<8x2xf32> from("m.onnx", 192, 64)
sinter.weight @bq : tensor<6xf32> from("m.onnx", 256, 24)
sinter.weight @bv : tensor<2xf32> from("m.onnx", 280, 8)
sinter.program @heads(%x: tensor<4x8xf32>) -> (tensor<4x6xf32>, tensor<4x2xf32>) {
  %wq = sinter.load @wq : tensor<8x6xf32>
  %bq = sinter.load @bq : tensor<6xf32>
  %0 = sinter.contract %x, %wq [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.broadcast %bq [1] to <4, 6> : tensor<6xf32> -> tensor<4x6xf32>
  %2 = sinter.binary add %0, %1 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  %wv = sinter.load @wv : tensor<8x2xf32>
  %bv = sinter.load @bv : tensor<2xf32>
  %3 = sinter.contract %x, %wv [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x2xf32> -> tensor<4x2xf32>
  %4 = sinter.broadcast %bv [1] to <4, 2> : tensor<2xf32> -> tensor<4x2xf32>
  %5 = sinter.binary add %4, %3 : tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x2xf32>
  sinter.return %2, %5 : tensor<4x6xf32>, tensor<4x2xf32>
}

// -----

/// A gate and what it gates meet in elementwise work, which would read the joined result from memory.
// CHECK-LABEL: sinter.program @negative_gate(
//   CHECK-NOT:   sinter.slice
sinter.weight @wg : tensor<8x6xf32> from("m.onnx", 0, 192)
sinter.weight @wu : tensor<8x6xf32> from("m.onnx", 192, 192)
sinter.program @negative_gate(%x: tensor<4x8xf32>) -> tensor<4x6xf32> {
  %wg = sinter.load @wg : tensor<8x6xf32>
  %wu = sinter.load @wu : tensor<8x6xf32>
  %0 = sinter.contract %x, %wg [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.contract %x, %wu [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %2 = sinter.unary tanh %0 : tensor<4x6xf32> -> tensor<4x6xf32>
  %3 = sinter.binary mul %2, %1 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %3 : tensor<4x6xf32>
}

// -----

/// Different operands, or a right operand that is computed.
// CHECK-LABEL: sinter.program @negative_operands(
//   CHECK-NOT:   sinter.slice
sinter.weight @w : tensor<8x6xf32> from("m.onnx", 0, 192)
sinter.program @negative_operands(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %z: tensor<8x6xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>, tensor<4x6xf32>) {
  %w = sinter.load @w : tensor<8x6xf32>
  %0 = sinter.contract %x, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.contract %y, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %2 = sinter.contract %x, %z [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  sinter.return %0, %1, %2 : tensor<4x6xf32>, tensor<4x6xf32>, tensor<4x6xf32>
}

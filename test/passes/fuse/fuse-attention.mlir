// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-form-stages,sinter-group-stages,sinter-fuse-attention))' --split-input-file 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks

///----- [Pass: fuse-attention]  IN: scores, mask, softmax, weighed sum  OUT: one group; heads move into the result's columns
// CHECK-LABEL: sinter.program @attention(
//       CHECK:   %[[G:.*]] = sinter.group rows <4*B*S> {
//       CHECK:     %[[SCORES:.*]] = sinter.stage
//       CHECK:       sinter.contract %arg0, %arg1
//       CHECK:     %[[VIEW:.*]] = sinter.reshape %[[SCORES]] to <B, 4, S, T>
//       CHECK:       sinter.binary add %[[VIEW]]
//       CHECK:       sinter.reduce max
//       CHECK:       sinter.reduce sum
//       CHECK:     sinter.stage "element" rows [0, 2, 1]
//       CHECK:       sinter.contract
//       CHECK:     sinter.yield
//   CHECK-NOT:   sinter.stage
//       CHECK:   sinter.return %[[G]]
sinter.program @attention(%q: tensor<?x?x16xf32, #sinter.dims<4*B, S, 16>>, %k: tensor<?x?x16xf32, #sinter.dims<4*B, T, 16>>, %v: tensor<?x4x?x16xf32, #sinter.dims<B, 4, T, 16>>, %m: tensor<?x?xf32, #sinter.dims<B, T>>) -> tensor<?x?x4x16xf32, #sinter.dims<B, S, 4, 16>> {
  %0 = sinter.contract %q, %k [0, 1, 3] x [0, 2, 3] -> [0, 1, 2] : tensor<?x?x16xf32, #sinter.dims<4*B, S, 16>>, tensor<?x?x16xf32, #sinter.dims<4*B, T, 16>> -> tensor<?x?x?xf32, #sinter.dims<4*B, S, T>>
  %1 = sinter.reshape %0 to <B, 4, S, T> : tensor<?x?x?xf32, #sinter.dims<4*B, S, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %2 = sinter.broadcast %m [0, 3] to <B, 4, S, T> : tensor<?x?xf32, #sinter.dims<B, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %3 = sinter.binary add %1, %2 : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>, tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %4 = sinter.reduce max %3 [3] : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?xf32, #sinter.dims<B, 4, S>>
  %5 = sinter.broadcast %4 [0, 1, 2] to <B, 4, S, T> : tensor<?x4x?xf32, #sinter.dims<B, 4, S>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %6 = sinter.binary sub %3, %5 : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>, tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %7 = sinter.unary exp %6 : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %8 = sinter.reduce sum %7 [3] : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?xf32, #sinter.dims<B, 4, S>>
  %9 = sinter.broadcast %8 [0, 1, 2] to <B, 4, S, T> : tensor<?x4x?xf32, #sinter.dims<B, 4, S>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %10 = sinter.binary div %7, %9 : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>, tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>> -> tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>
  %11 = sinter.contract %10, %v [0, 1, 2, 3] x [0, 1, 3, 4] -> [0, 2, 1, 4] : tensor<?x4x?x?xf32, #sinter.dims<B, 4, S, T>>, tensor<?x4x?x16xf32, #sinter.dims<B, 4, T, 16>> -> tensor<?x?x4x16xf32, #sinter.dims<B, S, 4, 16>>
  sinter.return %11 : tensor<?x?x4x16xf32, #sinter.dims<B, S, 4, 16>>
}

// -----

/// The probabilities are an output too: they need memory.
// CHECK-LABEL: sinter.program @negative_read_twice(
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract
//       CHECK:   sinter.group rows <8> {
//   CHECK-NOT:     sinter.contract
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract
sinter.program @negative_read_twice(%q: tensor<8x16xf32>, %k: tensor<8x16xf32>, %v: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x8xf32>) {
  %0 = sinter.contract %q, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  // REMARK: remark: attention not fused: no contraction alone reads its result
  %a = sinter.reduce max %0 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %b = sinter.broadcast %a [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %c = sinter.binary sub %0, %b : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %1 = sinter.unary exp %c : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %5 = sinter.contract %4, %v [0, 1] x [1, 2] -> [0, 2] : tensor<8x8xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  sinter.return %5, %4 : tensor<8x16xf32>, tensor<8x8xf32>
}

// -----

/// The softmax is an output too, and the contraction reads a reshape of it.
// CHECK-LABEL: sinter.program @negative_output_and_reshape(
//       CHECK:   sinter.group rows <8> {
//   CHECK-NOT:     sinter.contract
//       CHECK:   sinter.reshape
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract
sinter.program @negative_output_and_reshape(%q: tensor<2x4x16xf32>, %k: tensor<2x8x16xf32>, %v: tensor<2x8x16xf32>)
    -> (tensor<2x4x16xf32>, tensor<1x2x4x8xf32>) {
  %0 = sinter.contract %q, %k [0, 1, 3] x [0, 2, 3] -> [0, 1, 2] : tensor<2x4x16xf32>, tensor<2x8x16xf32> -> tensor<2x4x8xf32>
  %s = sinter.reshape %0 to <1, 2, 4, 8> : tensor<2x4x8xf32> -> tensor<1x2x4x8xf32>
  // REMARK: remark: attention not fused: no contraction alone reads its result
  %1 = sinter.unary exp %s : tensor<1x2x4x8xf32> -> tensor<1x2x4x8xf32>
  %2 = sinter.reduce sum %1 [3] : tensor<1x2x4x8xf32> -> tensor<1x2x4xf32>
  %3 = sinter.broadcast %2 [0, 1, 2] to <1, 2, 4, 8> : tensor<1x2x4xf32> -> tensor<1x2x4x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<1x2x4x8xf32>, tensor<1x2x4x8xf32> -> tensor<1x2x4x8xf32>
  %r = sinter.reshape %4 to <2, 4, 8> : tensor<1x2x4x8xf32> -> tensor<2x4x8xf32>
  %5 = sinter.contract %r, %v [0, 1, 2] x [0, 2, 3] -> [0, 1, 3] : tensor<2x4x8xf32>, tensor<2x8x16xf32> -> tensor<2x4x16xf32>
  sinter.return %5, %4 : tensor<2x4x16xf32>, tensor<1x2x4x8xf32>
}

// -----

/// The weighed sum runs down the columns of the softmax: over rows.
// CHECK-LABEL: sinter.program @negative_columns(
//       CHECK:   sinter.group rows <8> {
//   CHECK-NOT:     sinter.contract
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract
sinter.program @negative_columns(%q: tensor<8x16xf32>, %k: tensor<8x16xf32>, %v: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %0 = sinter.contract %q, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  // REMARK: remark: attention not fused: the contraction that reads its result is not over the last dim of rows, in f32
  %a = sinter.reduce max %0 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %b = sinter.broadcast %a [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %c = sinter.binary sub %0, %b : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %1 = sinter.unary exp %c : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %5 = sinter.contract %4, %v [1, 0] x [1, 2] -> [0, 2] : tensor<8x8xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  sinter.return %5 : tensor<8x16xf32>
}

// -----

/// A softmax at the end of a classifier.
// CHECK-LABEL: sinter.program @negative_alone(
//       CHECK:   sinter.group
sinter.program @negative_alone(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // REMARK: remark: attention not fused: no contraction alone reads its result
  %1 = sinter.unary exp %x : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  sinter.return %4 : tensor<8x8xf32>
}

// -----

/// Scores of a weight, as of a layer and the norm behind it: a kernel of its own reads the weight once for all rows.
// CHECK-LABEL: sinter.program @negative_scores_of_a_weight(
//       CHECK:   sinter.stage
//       CHECK:     sinter.unpack
//       CHECK:     sinter.contract
//       CHECK:   sinter.group rows <8> {
//   CHECK-NOT:     sinter.contract
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract
sinter.program @negative_scores_of_a_weight(%q: tensor<8x16xf32>, %w: tensor<1x16x8xf32>, %v: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %u = sinter.unpack %w columns 8 : tensor<1x16x8xf32> -> tensor<16x8xf32>
  %0 = sinter.contract %q, %u [0, 2] x [2, 1] -> [0, 1] : tensor<8x16xf32>, tensor<16x8xf32> -> tensor<8x8xf32>
  // REMARK: remark: attention not fused: no contraction alone makes its rows
  %a = sinter.reduce max %0 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %b = sinter.broadcast %a [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %c = sinter.binary sub %0, %b : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %1 = sinter.unary exp %c : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %5 = sinter.contract %4, %v [0, 1] x [1, 2] -> [0, 2] : tensor<8x8xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  sinter.return %5 : tensor<8x16xf32>
}

// -----

/// The contraction behind the rows is with a weight, as the last layer of a decoder behind its norm.
// CHECK-LABEL: sinter.program @negative_result_of_a_weight(
//       CHECK:   sinter.group rows <8> {
//   CHECK-NOT:     sinter.contract
//       CHECK:   sinter.stage
//       CHECK:     sinter.unpack
//       CHECK:     sinter.contract
sinter.program @negative_result_of_a_weight(%q: tensor<8x16xf32>, %k: tensor<8x16xf32>, %w: tensor<2x8x8xf32>) -> tensor<8x16xf32> {
  %0 = sinter.contract %q, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  // REMARK: remark: attention not fused: the contraction that reads its result is with a weight
  %a = sinter.reduce max %0 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %b = sinter.broadcast %a [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %c = sinter.binary sub %0, %b : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %1 = sinter.unary exp %c : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %u = sinter.unpack %w columns 16 : tensor<2x8x8xf32> -> tensor<8x16xf32>
  %5 = sinter.contract %4, %u [0, 1] x [1, 2] -> [0, 2] : tensor<8x8xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  sinter.return %5 : tensor<8x16xf32>
}

// -----

/// Queries that are computed for the scores alone are computed there, through reshapes.
// CHECK-LABEL: sinter.program @queries(
//       CHECK:   sinter.group rows <8> {
//       CHECK:     %[[Q:.*]] = sinter.stage
//       CHECK:       sinter.binary mul
//       CHECK:     %[[FLAT:.*]] = sinter.reshape %[[Q]] to <8, 16>
//       CHECK:     %[[VIEW:.*]] = sinter.reshape %[[FLAT]] to <2, 4, 16>
//       CHECK:     sinter.contract %[[VIEW]]
sinter.program @queries(%x: tensor<2x4x16xf32>, %k: tensor<8x16xf32>, %v: tensor<8x16xf32>) -> tensor<2x4x16xf32> {
  %m = sinter.binary mul %x, %x : tensor<2x4x16xf32>, tensor<2x4x16xf32> -> tensor<2x4x16xf32>
  %q = sinter.reshape %m to <8, 16> : tensor<2x4x16xf32> -> tensor<8x16xf32>
  %q4 = sinter.reshape %q to <2, 4, 16> : tensor<8x16xf32> -> tensor<2x4x16xf32>
  %0 = sinter.contract %q4, %k [0, 1, 3] x [2, 3] -> [0, 1, 2] : tensor<2x4x16xf32>, tensor<8x16xf32> -> tensor<2x4x8xf32>
  %1 = sinter.unary exp %0 : tensor<2x4x8xf32> -> tensor<2x4x8xf32>
  %2 = sinter.reduce sum %1 [2] : tensor<2x4x8xf32> -> tensor<2x4xf32>
  %3 = sinter.broadcast %2 [0, 1] to <2, 4, 8> : tensor<2x4xf32> -> tensor<2x4x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<2x4x8xf32>, tensor<2x4x8xf32> -> tensor<2x4x8xf32>
  %5 = sinter.contract %4, %v [0, 1, 2] x [2, 3] -> [0, 1, 3] : tensor<2x4x8xf32>, tensor<8x16xf32> -> tensor<2x4x16xf32>
  sinter.return %5 : tensor<2x4x16xf32>
}

// -----

/// Queries that others read too stay outside.
// CHECK-LABEL: sinter.program @negative_queries_read_twice(
//       CHECK:   %[[Q:.*]] = sinter.stage
//       CHECK:     sinter.binary mul
//       CHECK:   sinter.group
//       CHECK:     sinter.contract %[[Q]]
sinter.program @negative_queries_read_twice(%x: tensor<8x16xf32>, %k: tensor<8x16xf32>, %v: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>) {
  %q = sinter.binary mul %x, %x : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  %0 = sinter.contract %q, %k [0, 2] x [1, 2] -> [0, 1] : tensor<8x16xf32>, tensor<8x16xf32> -> tensor<8x8xf32>
  %1 = sinter.unary exp %0 : tensor<8x8xf32> -> tensor<8x8xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<8x8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [0] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %4 = sinter.binary div %1, %3 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %5 = sinter.contract %4, %v [0, 1] x [1, 2] -> [0, 2] : tensor<8x8xf32>, tensor<8x16xf32> -> tensor<8x16xf32>
  sinter.return %5, %q : tensor<8x16xf32>, tensor<8x16xf32>
}

// RUN: sinter-opt %s --sinter-canonicalize | FileCheck %s
// Folds of single operators: test/dialects/sinter/fold.

///----- [Pattern: MergeTransposePair]  IN: transpose(transpose)  OUT: one transpose, or the source when p . q = id
// CHECK-LABEL: sinter.program @merge_transposes(
//  CHECK-SAME:   %[[X:.*]]: tensor<2x3x4xf32>
//       CHECK:   %[[R:.*]] = sinter.transpose %[[X]] [2, 1, 0]
//       CHECK:   sinter.return %[[R]] :
sinter.program @merge_transposes(%x: tensor<2x3x4xf32>) -> tensor<4x3x2xf32> {
  %0 = sinter.transpose %x [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  %1 = sinter.transpose %0 [1, 0, 2] : tensor<3x4x2xf32> -> tensor<4x3x2xf32>
  sinter.return %1 : tensor<4x3x2xf32>
}

// CHECK-LABEL: sinter.program @merge_transposes_cancel(
//  CHECK-SAME:   %[[X:.*]]: tensor<2x3x4xf32>
//       CHECK:   sinter.return %[[X]] :
sinter.program @merge_transposes_cancel(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = sinter.transpose %x [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  %1 = sinter.transpose %0 [2, 0, 1] : tensor<3x4x2xf32> -> tensor<2x3x4xf32>
  sinter.return %1 : tensor<2x3x4xf32>
}

/// A shared inner transpose stays for its other user.
// CHECK-LABEL: sinter.program @merge_transposes_shared_inner(
//  CHECK-SAME:   %[[X:.*]]: tensor<2x3xf32>
//       CHECK:   %[[INNER:.*]] = sinter.transpose %[[X]] [1, 0]
//       CHECK:   sinter.return %[[INNER]], %[[X]] :
sinter.program @merge_transposes_shared_inner(%x: tensor<2x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  %0 = sinter.transpose %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<3x2xf32> -> tensor<2x3xf32>
  sinter.return %0, %1 : tensor<3x2xf32>, tensor<2x3xf32>
}

/// Work between two transposes keeps them apart.
// CHECK-LABEL: sinter.program @negative_merge_transposes_across_work(
// CHECK-COUNT-2: sinter.transpose
sinter.program @negative_merge_transposes_across_work(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = sinter.transpose %x [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %1 = sinter.unary exp %0 : tensor<3x2xf32> -> tensor<3x2xf32>
  %2 = sinter.transpose %1 [1, 0] : tensor<3x2xf32> -> tensor<2x3xf32>
  sinter.return %2 : tensor<2x3xf32>
}

///----- [Pattern: AbsorbOperandMovement]  IN: contract(transpose or broadcast)  OUT: contract of the source under other labels
// CHECK-LABEL: sinter.program @absorb_transposes(
//  CHECK-SAME:   %[[A:.*]]: tensor<16x4xf32>, %[[B:.*]]: tensor<8x16xf32>
//       CHECK:   sinter.contract %[[A]], %[[B]] [2, 0] x [1, 2] -> [0, 1]
sinter.program @absorb_transposes(%a: tensor<16x4xf32>, %b: tensor<8x16xf32>) -> tensor<4x8xf32> {
  %0 = sinter.transpose %a [1, 0] : tensor<16x4xf32> -> tensor<4x16xf32>
  %1 = sinter.transpose %b [1, 0] : tensor<8x16xf32> -> tensor<16x8xf32>
  %2 = sinter.contract %0, %1 [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  sinter.return %2 : tensor<4x8xf32>
}

/// Three dims: a permutation and its inverse differ.
// CHECK-LABEL: sinter.program @absorb_transpose_three_dims(
//       CHECK:   sinter.contract {{.*}} [3, 0, 2] x [0, 3, 1] -> [0, 2, 1]
sinter.program @absorb_transpose_three_dims(%a: tensor<16x2x4xf32>, %b: tensor<2x16x8xf32>) -> tensor<2x4x8xf32> {
  %0 = sinter.transpose %a [1, 2, 0] : tensor<16x2x4xf32> -> tensor<2x4x16xf32>
  %1 = sinter.contract %0, %b [0, 2, 3] x [0, 3, 1] -> [0, 2, 1] : tensor<2x4x16xf32>, tensor<2x16x8xf32> -> tensor<2x4x8xf32>
  sinter.return %1 : tensor<2x4x8xf32>
}

/// A batch label that the other operand has needs no repeating.
// CHECK-LABEL: sinter.program @absorb_broadcast(
//  CHECK-SAME:   %[[A:.*]]: tensor<2x4x16xf32>, %[[W:.*]]: tensor<16x8xf32>
//       CHECK:   sinter.contract %[[A]], %[[W]] [0, 1, 3] x [3, 2] -> [0, 1, 2]
sinter.program @absorb_broadcast(%a: tensor<2x4x16xf32>, %w: tensor<16x8xf32>) -> tensor<2x4x8xf32> {
  %0 = sinter.broadcast %w [1, 2] to <2, 16, 8> : tensor<16x8xf32> -> tensor<2x16x8xf32>
  %1 = sinter.contract %a, %0 [0, 1, 3] x [0, 3, 2] -> [0, 1, 2] : tensor<2x4x16xf32>, tensor<2x16x8xf32> -> tensor<2x4x8xf32>
  sinter.return %1 : tensor<2x4x8xf32>
}

/// Without the broadcast nothing would say how large label 0 is.
// CHECK-LABEL: sinter.program @negative_absorb_broadcast_only_operand_of_label(
//       CHECK:   sinter.broadcast
//       CHECK:   sinter.contract {{.*}} [0, 3] x [3, 2] -> [0, 2]
sinter.program @negative_absorb_broadcast_only_operand_of_label(%a: tensor<16xf32>, %w: tensor<16x8xf32>) -> tensor<2x8xf32> {
  %0 = sinter.broadcast %a [1] to <2, 16> : tensor<16xf32> -> tensor<2x16xf32>
  %1 = sinter.contract %0, %w [0, 3] x [3, 2] -> [0, 2] : tensor<2x16xf32>, tensor<16x8xf32> -> tensor<2x8xf32>
  sinter.return %1 : tensor<2x8xf32>
}

/// Of two broadcasts of one label the second stays, for the same reason.
// CHECK-LABEL: sinter.program @negative_absorb_broadcast_of_both(
//   CHECK-NOT:   sinter.broadcast
//       CHECK:   sinter.broadcast %{{.*}} [1, 2] to <2, 16, 8>
//   CHECK-NOT:   sinter.broadcast
//       CHECK:   sinter.contract {{.*}} [1, 3] x [0, 3, 2] -> [0, 1, 2]
sinter.program @negative_absorb_broadcast_of_both(%a: tensor<4x16xf32>, %w: tensor<16x8xf32>) -> tensor<2x4x8xf32> {
  %0 = sinter.broadcast %a [1, 2] to <2, 4, 16> : tensor<4x16xf32> -> tensor<2x4x16xf32>
  %1 = sinter.broadcast %w [1, 2] to <2, 16, 8> : tensor<16x8xf32> -> tensor<2x16x8xf32>
  %2 = sinter.contract %0, %1 [0, 1, 3] x [0, 3, 2] -> [0, 1, 2] : tensor<2x4x16xf32>, tensor<2x16x8xf32> -> tensor<2x4x8xf32>
  sinter.return %2 : tensor<2x4x8xf32>
}

///----- [Pattern: AbsorbResultTranspose]  IN: transpose(contract)  OUT: contract with permuted result labels
// CHECK-LABEL: sinter.program @absorb_result_transpose(
//       CHECK:   %[[R:.*]] = sinter.contract {{.*}} [0, 2] x [2, 1] -> [1, 0] {{.*}} -> tensor<8x4xf32>
//       CHECK:   sinter.return %[[R]]
sinter.program @absorb_result_transpose(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) -> tensor<8x4xf32> {
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  sinter.return %1 : tensor<8x4xf32>
}

/// A product with another user would be computed twice.
// CHECK-LABEL: sinter.program @negative_absorb_result_transpose_shared(
//       CHECK:   %[[P:.*]] = sinter.contract {{.*}} -> [0, 1]
//       CHECK:   sinter.transpose %[[P]]
sinter.program @negative_absorb_result_transpose_shared(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) -> (tensor<4x8xf32>, tensor<8x4xf32>) {
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  sinter.return %0, %1 : tensor<4x8xf32>, tensor<8x4xf32>
}

///----- [Pattern: DropUnitBroadcastDims]  IN: broadcast(x[.., 1, ..])  OUT: broadcast(reshape(x))
// CHECK-LABEL: sinter.program @drop_unit_dims(
//       CHECK:   %[[V:.*]] = sinter.reshape %{{.*}} to <8> : tensor<1x8xf32> -> tensor<8xf32>
//       CHECK:   sinter.broadcast %[[V]] [1] to <4, 8>
sinter.program @drop_unit_dims(%x: tensor<1x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.broadcast %x [0, 1] to <4, 8> : tensor<1x8xf32> -> tensor<4x8xf32>
  sinter.return %0 : tensor<4x8xf32>
}

/// A symbolic dim is no dim of size 1, even if a run makes it one.
// CHECK-LABEL: sinter.program @negative_drop_symbolic_dim(
//   CHECK-NOT:   sinter.reshape
//       CHECK:   sinter.broadcast %{{.*}} [1] to <4, S>
sinter.program @negative_drop_symbolic_dim(%x: tensor<?xf32, #sinter.dims<S>>) -> tensor<4x?xf32, #sinter.dims<4, S>> {
  %0 = sinter.broadcast %x [1] to <4, S> : tensor<?xf32, #sinter.dims<S>> -> tensor<4x?xf32, #sinter.dims<4, S>>
  sinter.return %0 : tensor<4x?xf32, #sinter.dims<4, S>>
}

///----- [Pattern: MergeBroadcastPair]  IN: broadcast(broadcast)  OUT: one broadcast
// CHECK-LABEL: sinter.program @merge_broadcasts(
//  CHECK-SAME:   %[[X:.*]]: tensor<8xf32>
//       CHECK:   sinter.broadcast %[[X]] [2] to <2, 4, 8>
sinter.program @merge_broadcasts(%x: tensor<8xf32>) -> tensor<2x4x8xf32> {
  %0 = sinter.broadcast %x [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
  %1 = sinter.broadcast %0 [1, 2] to <2, 4, 8> : tensor<4x8xf32> -> tensor<2x4x8xf32>
  sinter.return %1 : tensor<2x4x8xf32>
}

///----- [Pattern: SimplifyScalarOperand]  IN: x * 1, x / 1, x ** 1, x ** 2  OUT: x, x, x, x * x
// CHECK-LABEL: sinter.program @scalar_one(
//  CHECK-SAME:   %[[X:.*]]: tensor<?xf32, #sinter.dims<S>>
//       CHECK:   sinter.return %[[X]] :
sinter.program @scalar_one(%x: tensor<?xf32, #sinter.dims<S>>) -> tensor<?xf32, #sinter.dims<S>> {
  %c = sinter.constant dense<1.0> : tensor<f32>
  %one = sinter.broadcast %c [] to <S> : tensor<f32> -> tensor<?xf32, #sinter.dims<S>>
  %0 = sinter.binary mul %x, %one : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
  %1 = sinter.binary div %0, %one : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
  %2 = sinter.binary pow %1, %one : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
  sinter.return %2 : tensor<?xf32, #sinter.dims<S>>
}

// CHECK-LABEL: sinter.program @scalar_square(
//  CHECK-SAME:   %[[X:.*]]: tensor<4xf32>
//       CHECK:   sinter.binary mul %[[X]], %[[X]]
sinter.program @scalar_square(%x: tensor<4xf32>) -> tensor<4xf32> {
  %two = sinter.constant dense<2.0> : tensor<4xf32>
  %0 = sinter.binary pow %x, %two : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %0 : tensor<4xf32>
}

/// x + 0 turns -0 into 0, 1 - x is no identity, and x / 2 would have to become x * 0.5.
// CHECK-LABEL: sinter.program @negative_scalar_other(
//       CHECK:   sinter.binary add
//       CHECK:   sinter.binary sub
//       CHECK:   sinter.binary div
sinter.program @negative_scalar_other(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = sinter.constant dense<0.0> : tensor<4xf32>
  %one = sinter.constant dense<1.0> : tensor<4xf32>
  %two = sinter.constant dense<2.0> : tensor<4xf32>
  %0 = sinter.binary add %x, %zero : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.binary sub %one, %0 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.binary div %1, %two : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %2 : tensor<4xf32>
}

/// Ones among other numbers.
// CHECK-LABEL: sinter.program @negative_scalar_no_splat(
//       CHECK:   sinter.binary mul
sinter.program @negative_scalar_no_splat(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = sinter.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = sinter.binary mul %x, %c : tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  sinter.return %0 : tensor<2xf32>
}

///----- [Pattern: AbsorbOperandMovement]  IN: contract with a view of a transpose  OUT: contract with a view, labels permuted
/// A dim of size 1 is dropped and two are merged that stand side by side in the source too.
// CHECK-LABEL: sinter.program @contract_reads_view_of_transpose(
//       CHECK:   %[[VIEW:.*]] = sinter.reshape %{{.*}} to <6, 5, 4>
//       CHECK:   sinter.contract %{{.*}}, %[[VIEW]] [0, 1] x [2, 3, 1] -> [0, 2, 3]
sinter.program @contract_reads_view_of_transpose(%x: tensor<7x4xf32>, %y: tensor<2x3x1x5x4xf32>) -> tensor<7x6x5xf32> {
  %0 = sinter.transpose %y [4, 2, 0, 1, 3] : tensor<2x3x1x5x4xf32> -> tensor<4x1x2x3x5xf32>
  %1 = sinter.reshape %0 to <4, 6, 5> : tensor<4x1x2x3x5xf32> -> tensor<4x6x5xf32>
  %2 = sinter.contract %x, %1 [0, 1] x [1, 2, 3] -> [0, 2, 3] : tensor<7x4xf32>, tensor<4x6x5xf32> -> tensor<7x6x5xf32>
  sinter.return %2 : tensor<7x6x5xf32>
}

/// The merged dims stand apart in the source: a copy.
// CHECK-LABEL: sinter.program @negative_contract_reads_view_of_transpose(
//       CHECK:   sinter.transpose
sinter.program @negative_contract_reads_view_of_transpose(%x: tensor<7x4xf32>, %y: tensor<2x4x3xf32>) -> tensor<7x6xf32> {
  %0 = sinter.transpose %y [1, 0, 2] : tensor<2x4x3xf32> -> tensor<4x2x3xf32>
  %1 = sinter.reshape %0 to <4, 6> : tensor<4x2x3xf32> -> tensor<4x6xf32>
  %2 = sinter.contract %x, %1 [0, 1] x [1, 2] -> [0, 2] : tensor<7x4xf32>, tensor<4x6xf32> -> tensor<7x6xf32>
  sinter.return %2 : tensor<7x6xf32>
}

///----- [Pattern: TransposeBroadcast]  IN: transpose(broadcast)  OUT: broadcast, of a transpose where dims change their order
// CHECK-LABEL: sinter.program @transpose_of_broadcast(
//   CHECK-NOT:   sinter.transpose {{.*}} [0, 2, 1]
//       CHECK:   sinter.broadcast %{{.*}} [0, 1] to <2, 4, 3>
//       CHECK:   %[[T:.*]] = sinter.transpose %{{.*}} [1, 0]
//       CHECK:   sinter.broadcast %[[T]] [1, 2] to <2, 4, 3>
sinter.program @transpose_of_broadcast(%x: tensor<2x4xf32>, %y: tensor<3x4xf32>) -> (tensor<2x4x3xf32>, tensor<2x4x3xf32>) {
  %0 = sinter.broadcast %x [0, 2] to <2, 3, 4> : tensor<2x4xf32> -> tensor<2x3x4xf32>
  %1 = sinter.transpose %0 [0, 2, 1] : tensor<2x3x4xf32> -> tensor<2x4x3xf32>
  %2 = sinter.broadcast %y [1, 2] to <2, 3, 4> : tensor<3x4xf32> -> tensor<2x3x4xf32>
  %3 = sinter.transpose %2 [0, 2, 1] : tensor<2x3x4xf32> -> tensor<2x4x3xf32>
  sinter.return %1, %3 : tensor<2x4x3xf32>, tensor<2x4x3xf32>
}

///----- Shape arithmetic: a Shape -> Gather -> Mul -> Concat chain, as exporters write it, ends in one reshape
// CHECK-LABEL: sinter.program @shape_chain(
//  CHECK-NEXT:   sinter.shape <B*S, 64> : tensor<2xi64>
//  CHECK-NEXT:   sinter.return
sinter.program @shape_chain() -> tensor<2xi64> {
  %s = sinter.shape <B, S, 64> : tensor<3xi64>
  %i = sinter.constant dense<0> : tensor<1xi64>
  %j = sinter.constant dense<1> : tensor<1xi64>
  %0 = sinter.gather take %s, %i [0] : tensor<3xi64>, tensor<1xi64> -> tensor<1xi64>
  %1 = sinter.gather take %s, %j [0] : tensor<3xi64>, tensor<1xi64> -> tensor<1xi64>
  %2 = sinter.binary mul %0, %1 : tensor<1xi64>, tensor<1xi64> -> tensor<1xi64>
  %h = sinter.constant dense<64> : tensor<1xi64>
  %3 = sinter.concat [0] %2, %h : tensor<1xi64>, tensor<1xi64> -> tensor<2xi64>
  sinter.return %3 : tensor<2xi64>
}

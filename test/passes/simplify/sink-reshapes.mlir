// RUN: sinter-opt %s --sinter-sink-reshapes | FileCheck %s

///----- [Pattern: MergeContractLabels]  IN: contract with labels a, b always side by side  OUT: contract with one label for both
// CHECK-LABEL: sinter.program @merge_batch_and_rows(
//       CHECK:   %[[X:.*]] = sinter.reshape %{{.*}} to <B*S, 64>
//       CHECK:   %[[P:.*]] = sinter.contract %[[X]], %{{.*}} [0, 3] x [3, 2] -> [0, 2] : {{.*}} -> tensor<?x32xf32, #sinter.dims<B*S, 32>>
//       CHECK:   sinter.reshape %[[P]] to <B, S, 32>
sinter.program @merge_batch_and_rows(%x: tensor<?x?x64xf32, #sinter.dims<B, S, 64>>, %w: tensor<64x32xf32>)
    -> tensor<?x?x32xf32, #sinter.dims<B, S, 32>> {
  %0 = sinter.contract %x, %w [0, 1, 3] x [3, 2] -> [0, 1, 2]
      : tensor<?x?x64xf32, #sinter.dims<B, S, 64>>, tensor<64x32xf32> -> tensor<?x?x32xf32, #sinter.dims<B, S, 32>>
  sinter.return %0 : tensor<?x?x32xf32, #sinter.dims<B, S, 32>>
}

/// Summed labels too: a head's dims against a weight [H, D, N].
// CHECK-LABEL: sinter.program @merge_summed(
//       CHECK:   sinter.contract {{.*}} [0, 1] x [1, 3] -> [0, 3] : tensor<4x24xf32>, tensor<24x5xf32>
sinter.program @merge_summed(%x: tensor<4x3x8xf32>, %w: tensor<3x8x5xf32>) -> tensor<4x5xf32> {
  %0 = sinter.contract %x, %w [0, 1, 2] x [1, 2, 3] -> [0, 3] : tensor<4x3x8xf32>, tensor<3x8x5xf32> -> tensor<4x5xf32>
  sinter.return %0 : tensor<4x5xf32>
}

/// Side by side in the operand, but apart in the result; in the other order; one of them in the other operand.
// CHECK-LABEL: sinter.program @negative_merge_apart(
//   CHECK-NOT:   sinter.reshape
//       CHECK:   sinter.return
sinter.program @negative_merge_apart(%x: tensor<2x4x8xf32>, %w: tensor<8x5xf32>, %v: tensor<2x8x5xf32>)
    -> (tensor<2x5x4xf32>, tensor<4x2x5xf32>, tensor<2x4x5xf32>) {
  %0 = sinter.contract %x, %w [0, 1, 2] x [2, 3] -> [0, 3, 1] : tensor<2x4x8xf32>, tensor<8x5xf32> -> tensor<2x5x4xf32>
  %1 = sinter.contract %x, %w [0, 1, 2] x [2, 3] -> [1, 0, 3] : tensor<2x4x8xf32>, tensor<8x5xf32> -> tensor<4x2x5xf32>
  %2 = sinter.contract %x, %v [0, 1, 2] x [0, 2, 3] -> [0, 1, 3] : tensor<2x4x8xf32>, tensor<2x8x5xf32> -> tensor<2x4x5xf32>
  sinter.return %0, %1, %2 : tensor<2x5x4xf32>, tensor<4x2x5xf32>, tensor<2x4x5xf32>
}

/// A diagonal: a label that occurs twice in an operand is not a dim of its own.
// CHECK-LABEL: sinter.program @negative_merge_diagonal(
//   CHECK-NOT:   sinter.reshape
//       CHECK:   sinter.return
sinter.program @negative_merge_diagonal(%x: tensor<4x4xf32>, %w: tensor<4x5xf32>) -> tensor<5xf32> {
  %0 = sinter.contract %x, %w [0, 0] x [0, 1] -> [1] : tensor<4x4xf32>, tensor<4x5xf32> -> tensor<5xf32>
  sinter.return %0 : tensor<5xf32>
}

///----- [Pattern: SinkThroughElementwise]  IN: f(reshape(x), y)  OUT: reshape(f(x, y reshaped back))
// CHECK-LABEL: sinter.program @sink_unary(
//       CHECK:   %[[P:.*]] = sinter.reduce
//       CHECK:   %[[E:.*]] = sinter.unary exp %[[P]] : tensor<8xf32>
//       CHECK:   sinter.reshape %[[E]] to <2, 4>
sinter.program @sink_unary(%x: tensor<8x5xf32>) -> tensor<2x4xf32> {
  %0 = sinter.reduce sum %x [1] : tensor<8x5xf32> -> tensor<8xf32>
  %1 = sinter.reshape %0 to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %2 = sinter.unary exp %1 : tensor<2x4xf32> -> tensor<2x4xf32>
  sinter.return %2 : tensor<2x4xf32>
}

/// A result type of its own stays: the comparison gives i1.
// CHECK-LABEL: sinter.program @sink_predicate(
//       CHECK:   sinter.unary isnan %{{.*}} : tensor<8xf32> -> tensor<8xi1>
sinter.program @sink_predicate(%x: tensor<8x5xf32>) -> tensor<2x4xi1> {
  %0 = sinter.reduce sum %x [1] : tensor<8x5xf32> -> tensor<8xf32>
  %1 = sinter.reshape %0 to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %2 = sinter.unary isnan %1 : tensor<2x4xf32> -> tensor<2x4xi1>
  sinter.return %2 : tensor<2x4xi1>
}

/// The bias of a linear layer: its broadcast names another dim; the residual is in memory and seen under other dims.
// CHECK-LABEL: sinter.program @sink_bias_and_residual(
//  CHECK-SAME:   %[[X:.*]]: tensor<6x8xf32>, %[[W:.*]]: tensor<8x4xf32>, %[[B:.*]]: tensor<4xf32>, %[[R:.*]]: tensor<2x3x4xf32>
//       CHECK:   %[[P:.*]] = sinter.contract
//       CHECK:   %[[BIAS:.*]] = sinter.broadcast %[[B]] [1] to <6, 4>
//       CHECK:   %[[S:.*]] = sinter.binary add %[[P]], %[[BIAS]]
//       CHECK:   %[[V:.*]] = sinter.reshape %[[R]] to <6, 4>
//       CHECK:   %[[T:.*]] = sinter.binary add %[[S]], %[[V]]
//       CHECK:   sinter.reshape %[[T]] to <2, 3, 4>
sinter.program @sink_bias_and_residual(%x: tensor<6x8xf32>, %w: tensor<8x4xf32>, %b: tensor<4xf32>, %r: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = sinter.contract %x, %w [0, 1] x [1, 2] -> [0, 2] : tensor<6x8xf32>, tensor<8x4xf32> -> tensor<6x4xf32>
  %1 = sinter.reshape %0 to <2, 3, 4> : tensor<6x4xf32> -> tensor<2x3x4xf32>
  %2 = sinter.broadcast %b [2] to <2, 3, 4> : tensor<4xf32> -> tensor<2x3x4xf32>
  %3 = sinter.binary add %1, %2 : tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  %4 = sinter.binary add %3, %r : tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<2x3x4xf32>
  sinter.return %4 : tensor<2x3x4xf32>
}

/// A view of an input is free where it is; a reshape to fewer dims gains nothing.
// CHECK-LABEL: sinter.program @negative_sink_input_or_flattening(
//       CHECK:   sinter.unary exp {{.*}} tensor<2x4xf32>
//       CHECK:   sinter.unary exp {{.*}} tensor<40xf32>
sinter.program @negative_sink_input_or_flattening(%x: tensor<8xf32>, %y: tensor<8x5xf32>) -> (tensor<2x4xf32>, tensor<40xf32>) {
  %0 = sinter.reshape %x to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %1 = sinter.unary exp %0 : tensor<2x4xf32> -> tensor<2x4xf32>
  %2 = sinter.prefix sum %y [1] : tensor<8x5xf32> -> tensor<8x5xf32>
  %3 = sinter.reshape %2 to <40> : tensor<8x5xf32> -> tensor<40xf32>
  %4 = sinter.unary exp %3 : tensor<40xf32> -> tensor<40xf32>
  sinter.return %1, %4 : tensor<2x4xf32>, tensor<40xf32>
}

/// The other operand is work that fuses here; behind a reshape it would be a value in memory.
// CHECK-LABEL: sinter.program @negative_sink_other_operand_is_work(
//       CHECK:   sinter.binary add {{.*}} -> tensor<2x4xf32>
sinter.program @negative_sink_other_operand_is_work(%x: tensor<8x5xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = sinter.reduce sum %x [1] : tensor<8x5xf32> -> tensor<8xf32>
  %1 = sinter.reshape %0 to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %2 = sinter.unary exp %y : tensor<2x4xf32> -> tensor<2x4xf32>
  %3 = sinter.binary add %1, %2 : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
  sinter.return %3 : tensor<2x4xf32>
}

/// The bias varies along a dim that the source has not.
// CHECK-LABEL: sinter.program @negative_sink_broadcast_of_inner_dim(
//       CHECK:   sinter.binary add {{.*}} -> tensor<2x4xf32>
sinter.program @negative_sink_broadcast_of_inner_dim(%x: tensor<8x5xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = sinter.reduce sum %x [1] : tensor<8x5xf32> -> tensor<8xf32>
  %1 = sinter.reshape %0 to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %2 = sinter.broadcast %b [1] to <2, 4> : tensor<4xf32> -> tensor<2x4xf32>
  %3 = sinter.binary add %1, %2 : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
  sinter.return %3 : tensor<2x4xf32>
}

///----- [Pattern: SinkThroughReduce]  IN: reduce(reshape(x))  OUT: reshape(reduce(x)) where the reduced dims pass through
// CHECK-LABEL: sinter.program @sink_reduce(
//       CHECK:   %[[R:.*]] = sinter.reduce sum %{{.*}} [1] : tensor<6x8xf32> -> tensor<6xf32>
//       CHECK:   sinter.reshape %[[R]] to <2, 3>
sinter.program @sink_reduce(%x: tensor<6x8xf32>) -> tensor<2x3xf32> {
  %0 = sinter.reshape %x to <2, 3, 8> : tensor<6x8xf32> -> tensor<2x3x8xf32>
  %1 = sinter.reduce sum %0 [2] : tensor<2x3x8xf32> -> tensor<2x3xf32>
  sinter.return %1 : tensor<2x3xf32>
}

/// Half of a dim is reduced; the reshape flattens.
// CHECK-LABEL: sinter.program @negative_sink_reduce(
//       CHECK:   sinter.reduce {{.*}} : tensor<2x3x8xf32>
//       CHECK:   sinter.reduce {{.*}} : tensor<6x8xf32>
sinter.program @negative_sink_reduce(%x: tensor<6x8xf32>, %y: tensor<2x3x8xf32>) -> (tensor<2x8xf32>, tensor<6xf32>) {
  %0 = sinter.reshape %x to <2, 3, 8> : tensor<6x8xf32> -> tensor<2x3x8xf32>
  %1 = sinter.reduce sum %0 [1] : tensor<2x3x8xf32> -> tensor<2x8xf32>
  %2 = sinter.reshape %y to <6, 8> : tensor<2x3x8xf32> -> tensor<6x8xf32>
  %3 = sinter.reduce sum %2 [1] : tensor<6x8xf32> -> tensor<6xf32>
  sinter.return %1, %3 : tensor<2x8xf32>, tensor<6xf32>
}

///----- [Pattern: SinkThroughBroadcast]  IN: broadcast(reshape(x))  OUT: reshape(broadcast(x))
/// A row's mean, back to the row: [B*S] to [B, S, H] runs as [B*S] to [B*S, H].
// CHECK-LABEL: sinter.program @sink_broadcast(
//       CHECK:   %[[M:.*]] = sinter.reduce
//       CHECK:   %[[R:.*]] = sinter.broadcast %[[M]] [0] to <B*S, 8>
//       CHECK:   sinter.reshape %[[R]] to <B, S, 8>
sinter.program @sink_broadcast(%x: tensor<?x8xf32, #sinter.dims<B*S, 8>>) -> tensor<?x?x8xf32, #sinter.dims<B, S, 8>> {
  %0 = sinter.reduce sum %x [1] : tensor<?x8xf32, #sinter.dims<B*S, 8>> -> tensor<?xf32, #sinter.dims<B*S>>
  %1 = sinter.reshape %0 to <B, S> : tensor<?xf32, #sinter.dims<B*S>> -> tensor<?x?xf32, #sinter.dims<B, S>>
  %2 = sinter.broadcast %1 [0, 1] to <B, S, 8> : tensor<?x?xf32, #sinter.dims<B, S>> -> tensor<?x?x8xf32, #sinter.dims<B, S, 8>>
  sinter.return %2 : tensor<?x?x8xf32, #sinter.dims<B, S, 8>>
}

/// The new dim stands between B and S; the source is an input.
// CHECK-LABEL: sinter.program @negative_sink_broadcast(
//       CHECK:   sinter.broadcast {{.*}} [0, 2] to <2, 8, 3>
//       CHECK:   sinter.broadcast {{.*}} [0, 1] to <2, 3, 8>
sinter.program @negative_sink_broadcast(%x: tensor<6x5xf32>, %y: tensor<6xf32>) -> (tensor<2x8x3xf32>, tensor<2x3x8xf32>) {
  %0 = sinter.reduce sum %x [1] : tensor<6x5xf32> -> tensor<6xf32>
  %1 = sinter.reshape %0 to <2, 3> : tensor<6xf32> -> tensor<2x3xf32>
  %2 = sinter.broadcast %1 [0, 2] to <2, 8, 3> : tensor<2x3xf32> -> tensor<2x8x3xf32>
  %3 = sinter.reshape %y to <2, 3> : tensor<6xf32> -> tensor<2x3xf32>
  %4 = sinter.broadcast %3 [0, 1] to <2, 3, 8> : tensor<2x3xf32> -> tensor<2x3x8xf32>
  sinter.return %2, %4 : tensor<2x8x3xf32>, tensor<2x3x8xf32>
}

/// The reshape drops a dim of size 1, which has no place in the wider result.
// CHECK-LABEL: sinter.program @negative_sink_broadcast_dropped_unit_dim(
//       CHECK:   sinter.broadcast {{.*}} [0, 1, 2] to <2, 3, 4, 8>
sinter.program @negative_sink_broadcast_dropped_unit_dim(%x: tensor<1x24x5xf32>) -> tensor<2x3x4x8xf32> {
  %0 = sinter.reduce sum %x [2] : tensor<1x24x5xf32> -> tensor<1x24xf32>
  %1 = sinter.reshape %0 to <2, 3, 4> : tensor<1x24xf32> -> tensor<2x3x4xf32>
  %2 = sinter.broadcast %1 [0, 1, 2] to <2, 3, 4, 8> : tensor<2x3x4xf32> -> tensor<2x3x4x8xf32>
  sinter.return %2 : tensor<2x3x4x8xf32>
}

/// Dims of size 1 stand beside the one that the broadcast names.
// CHECK-LABEL: sinter.program @sink_elementwise_beside_unit_dims(
//       CHECK:   %[[C:.*]] = sinter.broadcast %{{.*}} [0, 1] to <B, 8, T>
//       CHECK:   %[[SUB:.*]] = sinter.binary sub %{{.*}}, %[[C]] : tensor<?x8x?xf32
//       CHECK:   sinter.reshape %[[SUB]] to <B, 1, 8, 1, T>
sinter.program @sink_elementwise_beside_unit_dims(%x: tensor<?x8x?x3xf32, #sinter.dims<B, 8, T, 3>>, %m: tensor<?x8xf32, #sinter.dims<B, 8>>) -> tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>> {
  %0 = sinter.reduce sum %x [3] : tensor<?x8x?x3xf32, #sinter.dims<B, 8, T, 3>> -> tensor<?x8x?xf32, #sinter.dims<B, 8, T>>
  %1 = sinter.reshape %0 to <B, 1, 8, 1, T> : tensor<?x8x?xf32, #sinter.dims<B, 8, T>> -> tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>>
  %2 = sinter.broadcast %m [0, 2] to <B, 1, 8, 1, T> : tensor<?x8xf32, #sinter.dims<B, 8>> -> tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>>
  %3 = sinter.binary sub %1, %2 : tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>>, tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>> -> tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>>
  sinter.return %3 : tensor<?x1x8x1x?xf32, #sinter.dims<B, 1, 8, 1, T>>
}

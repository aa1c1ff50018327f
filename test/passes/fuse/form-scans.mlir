// RUN: sinter-opt %s --split-input-file --sinter-form-stages --sinter-form-scans | FileCheck %s

/// Rows are all dims of the state but its last: each goes through the iterations alone. Row i of x is no kernel of its own.
// CHECK-LABEL: sinter.program @decay(
//       CHECK:   sinter.loop <T> rows <4*B> carry
//       CHECK:     sinter.stage
//       CHECK:       sinter.gather
//   CHECK-NOT:     sinter.stage
//       CHECK:   sinter.return
sinter.program @decay(%h: tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>, %x: tensor<?x?x4xf32, #sinter.dims<T, B, 4>>) -> tensor<?x4x8xf32, #sinter.dims<B, 4, 8>> {
  %0 = sinter.loop <T> carry (%h) {
  ^bb0(%i: tensor<i64>, %s: tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>):
    %1 = sinter.gather take %x, %i [0] : tensor<?x?x4xf32, #sinter.dims<T, B, 4>>, tensor<i64> -> tensor<?x4xf32, #sinter.dims<B, 4>>
    %2 = sinter.broadcast %1 [0, 1] to <B, 4, 8> : tensor<?x4xf32, #sinter.dims<B, 4>> -> tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>
    %3 = sinter.binary mul %s, %2 : tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>, tensor<?x4x8xf32, #sinter.dims<B, 4, 8>> -> tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>
    sinter.yield %3 : tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>
  } : (tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>) -> tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>
  sinter.return %0 : tensor<?x4x8xf32, #sinter.dims<B, 4, 8>>
}

// -----

/// A sum over the last two dims: rows are those before.
// CHECK-LABEL: sinter.program @fewer_rows(
//       CHECK:   sinter.loop <3> rows <2> carry
sinter.program @fewer_rows(%h: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %0 = sinter.loop <3> carry (%h) {
  ^bb0(%i: tensor<i64>, %s: tensor<2x4x8xf32>):
    %1 = sinter.reduce sum %s [1, 2] : tensor<2x4x8xf32> -> tensor<2xf32>
    %2 = sinter.broadcast %1 [0] to <2, 4, 8> : tensor<2xf32> -> tensor<2x4x8xf32>
    %3 = sinter.binary sub %s, %2 : tensor<2x4x8xf32>, tensor<2x4x8xf32> -> tensor<2x4x8xf32>
    sinter.yield %3 : tensor<2x4x8xf32>
  } : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  sinter.return %0 : tensor<2x4x8xf32>
}

// -----

/// Each row reads the sum of all.
// CHECK-LABEL: sinter.program @negative_rows_see_each_other(
//       CHECK:   sinter.loop <3> carry
sinter.program @negative_rows_see_each_other(%h: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.loop <3> carry (%h) {
  ^bb0(%i: tensor<i64>, %s: tensor<4x8xf32>):
    %1 = sinter.reduce sum %s [0, 1] : tensor<4x8xf32> -> tensor<f32>
    %2 = sinter.broadcast %1 [] to <4, 8> : tensor<f32> -> tensor<4x8xf32>
    %3 = sinter.binary sub %s, %2 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
    sinter.yield %3 : tensor<4x8xf32>
  } : (tensor<4x8xf32>) -> tensor<4x8xf32>
  sinter.return %0 : tensor<4x8xf32>
}

// -----

/// A product of many terms, as in an LSTM: the emitter of contractions is faster, a launch each.
// CHECK-LABEL: sinter.program @negative_large_product(
//       CHECK:   sinter.loop <3> carry
sinter.program @negative_large_product(%h: tensor<4x128xf32>, %w: tensor<128x128xf32>) -> tensor<4x128xf32> {
  %0 = sinter.loop <3> carry (%h) {
  ^bb0(%i: tensor<i64>, %s: tensor<4x128xf32>):
    %1 = sinter.contract %s, %w [1, 0] x [0, 2] -> [1, 2] : tensor<4x128xf32>, tensor<128x128xf32> -> tensor<4x128xf32>
    sinter.yield %1 : tensor<4x128xf32>
  } : (tensor<4x128xf32>) -> tensor<4x128xf32>
  sinter.return %0 : tensor<4x128xf32>
}

// -----

/// A loop that may end early.
// CHECK-LABEL: sinter.program @negative_condition(
//       CHECK:   sinter.loop <3> while
sinter.program @negative_condition(%h: tensor<4x8xf32>, %go: tensor<i1>) -> tensor<4x8xf32> {
  %0 = sinter.loop <3> while %go carry (%h) {
  ^bb0(%i: tensor<i64>, %s: tensor<4x8xf32>):
    %1 = sinter.unary exp %s : tensor<4x8xf32> -> tensor<4x8xf32>
    sinter.yield %go, %1 : tensor<i1>, tensor<4x8xf32>
  } : (tensor<i1>, tensor<4x8xf32>) -> tensor<4x8xf32>
  sinter.return %0 : tensor<4x8xf32>
}

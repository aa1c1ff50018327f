// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-form-stages,sinter-group-stages))' --split-input-file | FileCheck %s

///----- [Pass: group-stages]  IN: the stages of a softmax  OUT: one group
//       CHECK-LABEL: sinter.program @softmax(
//             CHECK:   %[[G:.*]] = sinter.group rows <4> {
//             CHECK:     %[[MAX:.*]] = sinter.stage
//             CHECK:       sinter.reduce max
//             CHECK:     %[[EXP:.*]] = sinter.stage
//             CHECK:       sinter.broadcast %[[MAX]]
//             CHECK:     %[[SUM:.*]] = sinter.stage
//             CHECK:       sinter.reduce sum %[[EXP]]
//             CHECK:     %[[OUT:.*]] = sinter.stage
//             CHECK:     sinter.yield %[[OUT]]
//         CHECK-NOT:   sinter.stage
//             CHECK:   sinter.return %[[G]]
sinter.program @softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.reduce max %x [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = sinter.broadcast %0 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
  %2 = sinter.binary sub %x, %1 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  %3 = sinter.unary exp %2 : tensor<4x8xf32> -> tensor<4x8xf32>
  %4 = sinter.reduce sum %3 [1] : tensor<4x8xf32> -> tensor<4xf32>
  %5 = sinter.broadcast %4 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
  %6 = sinter.binary div %3, %5 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  sinter.return %6 : tensor<4x8xf32>
}

// -----

/// A value that is also read behind the group leaves it as a second result; a reshape that keeps rows moves in.
// CHECK-LABEL: sinter.program @residual(
//       CHECK:   %[[G:.*]]:2 = sinter.group rows <2*B> {
//       CHECK:     %[[H:.*]] = sinter.stage
//       CHECK:     %[[V:.*]] = sinter.reshape %[[H]] to <2*B, 8>
//       CHECK:     sinter.stage
//       CHECK:       sinter.reduce sum %[[V]]
//       CHECK:     %[[C:.*]] = sinter.stage
//       CHECK:     sinter.yield %[[H]], %[[C]]
//       CHECK:   %[[FLAT:.*]] = sinter.reshape %[[G]]#0 to <16*B>
//       CHECK:   %[[LATE:.*]] = sinter.reshape %[[FLAT]]
//       CHECK:   sinter.stage
//       CHECK:     sinter.contract %[[G]]#1
//       CHECK:   sinter.stage
//       CHECK:     sinter.unary neg %[[LATE]]
sinter.program @residual(%x: tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>, %w: tensor<8x8xf32>) -> (tensor<?x8xf32, #sinter.dims<2*B, 8>>, tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>) {
  %0 = sinter.unary exp %x : tensor<?x2x8xf32, #sinter.dims<B, 2, 8>> -> tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>
  %8 = sinter.reshape %0 to <16*B> : tensor<?x2x8xf32, #sinter.dims<B, 2, 8>> -> tensor<?xf32, #sinter.dims<16*B>>
  %9 = sinter.reshape %8 to <B, 2, 8> : tensor<?xf32, #sinter.dims<16*B>> -> tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>
  %1 = sinter.reshape %0 to <2*B, 8> : tensor<?x2x8xf32, #sinter.dims<B, 2, 8>> -> tensor<?x8xf32, #sinter.dims<2*B, 8>>
  %2 = sinter.reduce sum %1 [1] : tensor<?x8xf32, #sinter.dims<2*B, 8>> -> tensor<?xf32, #sinter.dims<2*B>>
  %3 = sinter.broadcast %2 [0] to <2*B, 8> : tensor<?xf32, #sinter.dims<2*B>> -> tensor<?x8xf32, #sinter.dims<2*B, 8>>
  %4 = sinter.binary sub %1, %3 : tensor<?x8xf32, #sinter.dims<2*B, 8>>, tensor<?x8xf32, #sinter.dims<2*B, 8>> -> tensor<?x8xf32, #sinter.dims<2*B, 8>>
  %5 = sinter.contract %4, %w [1, 2] x [2, 3] -> [1, 3] : tensor<?x8xf32, #sinter.dims<2*B, 8>>, tensor<8x8xf32> -> tensor<?x8xf32, #sinter.dims<2*B, 8>>
  %6 = sinter.unary neg %9 : tensor<?x2x8xf32, #sinter.dims<B, 2, 8>> -> tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>
  sinter.return %5, %6 : tensor<?x8xf32, #sinter.dims<2*B, 8>>, tensor<?x2x8xf32, #sinter.dims<B, 2, 8>>
}

// -----

/// A reduction over other dims than the last has no rows that lie together.
// CHECK-LABEL: sinter.program @negative_middle(
//   CHECK-NOT:   sinter.group
sinter.program @negative_middle(%x: tensor<4x8x2xf32>) -> tensor<4x8x2xf32> {
  %0 = sinter.reduce max %x [1] : tensor<4x8x2xf32> -> tensor<4x2xf32>
  %1 = sinter.broadcast %0 [0, 2] to <4, 8, 2> : tensor<4x2xf32> -> tensor<4x8x2xf32>
  %2 = sinter.binary sub %x, %1 : tensor<4x8x2xf32>, tensor<4x8x2xf32> -> tensor<4x8x2xf32>
  sinter.return %2 : tensor<4x8x2xf32>
}

// -----

/// Row i of the result reads the maximum of row i of the columns: of another row.
// CHECK-LABEL: sinter.program @negative_other_row(
//   CHECK-NOT:   sinter.group
sinter.program @negative_other_row(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = sinter.reduce max %x [1] : tensor<8x8xf32> -> tensor<8xf32>
  %1 = sinter.broadcast %0 [1] to <8, 8> : tensor<8xf32> -> tensor<8x8xf32>
  %2 = sinter.binary sub %x, %1 : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  sinter.return %2 : tensor<8x8xf32>
}

// -----

/// A row that is the only one has no parallel space, but a short one needs none.
// CHECK-LABEL: sinter.program @one_short_row(
//       CHECK:   sinter.group rows <1>
sinter.program @one_short_row(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = sinter.reduce max %x [1] : tensor<1x8xf32> -> tensor<1xf32>
  %1 = sinter.broadcast %0 [0] to <1, 8> : tensor<1xf32> -> tensor<1x8xf32>
  %2 = sinter.binary sub %x, %1 : tensor<1x8xf32>, tensor<1x8xf32> -> tensor<1x8xf32>
  sinter.return %2 : tensor<1x8xf32>
}

// -----

/// One row: nothing would run in parallel.
// CHECK-LABEL: sinter.program @negative_one_row(
//   CHECK-NOT:   sinter.group
sinter.program @negative_one_row(%x: tensor<65536xf32>) -> tensor<65536xf32> {
  %0 = sinter.reduce max %x [0] : tensor<65536xf32> -> tensor<f32>
  %1 = sinter.broadcast %0 [] to <65536> : tensor<f32> -> tensor<65536xf32>
  %2 = sinter.binary sub %x, %1 : tensor<65536xf32>, tensor<65536xf32> -> tensor<65536xf32>
  sinter.return %2 : tensor<65536xf32>
}

// -----

/// The maximum is read before the group could have computed it.
// CHECK-LABEL: sinter.program @negative_early_reader(
//   CHECK-NOT:   sinter.group
sinter.program @negative_early_reader(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.reduce max %x [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = sinter.contract %0, %x [1] x [1, 2] -> [2] : tensor<4xf32>, tensor<4x8xf32> -> tensor<8xf32>
  %2 = sinter.broadcast %0 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
  %3 = sinter.broadcast %1 [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
  %4 = sinter.binary sub %2, %3 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  sinter.return %4 : tensor<4x8xf32>
}

// -----

/// Of two reductions, to 2 rows and to 2*3, the finer ones are the rows, whichever stands nearer.
// CHECK-LABEL: sinter.program @finer_rows(
//       CHECK:   sinter.stage
//       CHECK:   sinter.group rows <6>
sinter.program @finer_rows(%x: tensor<2x3x8xf32>, %m: tensor<2x8xf32>) -> tensor<2x3x8xf32> {
  %0 = sinter.reduce sum %x [2] : tensor<2x3x8xf32> -> tensor<2x3xf32>
  %1 = sinter.reduce max %m [1] : tensor<2x8xf32> -> tensor<2xf32>
  %2 = sinter.broadcast %0 [0, 1] to <2, 3, 8> : tensor<2x3xf32> -> tensor<2x3x8xf32>
  %3 = sinter.broadcast %1 [0] to <2, 3, 8> : tensor<2xf32> -> tensor<2x3x8xf32>
  %4 = sinter.binary div %x, %2 : tensor<2x3x8xf32>, tensor<2x3x8xf32> -> tensor<2x3x8xf32>
  %5 = sinter.binary mul %4, %3 : tensor<2x3x8xf32>, tensor<2x3x8xf32> -> tensor<2x3x8xf32>
  sinter.return %5 : tensor<2x3x8xf32>
}

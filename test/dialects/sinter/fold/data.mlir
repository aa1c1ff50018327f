// RUN: sinter-opt %s --sinter-canonicalize | FileCheck %s

///----- [Fold: shape]  IN: shape of numbers or symbols  OUT: what its users fold with: a constant, or dims
// CHECK-LABEL: sinter.program @shape_read_by_users(
//       CHECK:   sinter.constant dense<[2, 3]> : tensor<2xi32>
//       CHECK:   sinter.shape <S, 3> : tensor<2xi32>
sinter.program @shape_read_by_users() -> (tensor<2xi32>, tensor<2xi32>) {
  %0 = sinter.shape <2, 3> : tensor<2xi64>
  %1 = sinter.cast %0 to i32 : tensor<2xi64> -> tensor<2xi32>
  %2 = sinter.shape <S, 3> : tensor<2xi64>
  %3 = sinter.cast %2 to i32 : tensor<2xi64> -> tensor<2xi32>
  sinter.return %1, %3 : tensor<2xi32>, tensor<2xi32>
}

///----- [Fold: reshape]  IN: no change, a pair, a constant  OUT: the operand, one reshape, a constant
// CHECK-LABEL: sinter.program @reshape_identity_and_pair(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<4x8xf32>
//       CHECK:   %[[R:.*]] = sinter.reshape %[[X]] to <8, 4>
//       CHECK:   sinter.return %[[X]], %[[R]] :
sinter.program @reshape_identity_and_pair(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8x4xf32>) {
  %0 = sinter.reshape %x to <4, 8> : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = sinter.reshape %x to <32> : tensor<4x8xf32> -> tensor<32xf32>
  %2 = sinter.reshape %1 to <8, 4> : tensor<32xf32> -> tensor<8x4xf32>
  sinter.return %0, %2 : tensor<4x8xf32>, tensor<8x4xf32>
}

/// A symbolic shape has no form of rank 2.
// CHECK-LABEL: sinter.program @reshape_constant(
//       CHECK:   sinter.constant dense<{{\[\[}}1, 2]]> : tensor<1x2xi64>
//       CHECK:   sinter.shape <S> : tensor<i64>
//       CHECK:   sinter.reshape %{{.*}} to <1, 1>
sinter.program @reshape_constant() -> (tensor<1x2xi64>, tensor<i64>, tensor<1x1xi64>) {
  %c = sinter.constant dense<[1, 2]> : tensor<2xi64>
  %0 = sinter.reshape %c to <1, 2> : tensor<2xi64> -> tensor<1x2xi64>
  %s = sinter.shape <S> : tensor<1xi64>
  %1 = sinter.reshape %s to <> : tensor<1xi64> -> tensor<i64>
  %2 = sinter.reshape %s to <1, 1> : tensor<1xi64> -> tensor<1x1xi64>
  sinter.return %0, %1, %2 : tensor<1x2xi64>, tensor<i64>, tensor<1x1xi64>
}

///----- [Fold: transpose]  IN: the identity permutation, a constant  OUT: the operand, a constant
// CHECK-LABEL: sinter.program @transpose_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<4x8xf32>
//       CHECK:   %[[C:.*]] = sinter.constant dense<{{\[\[}}1, 3], [2, 4]]>
//       CHECK:   sinter.return %[[X]], %[[C]] :
sinter.program @transpose_known(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<2x2xi64>) {
  %0 = sinter.transpose %x [0, 1] : tensor<4x8xf32> -> tensor<4x8xf32>
  %c = sinter.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>
  %1 = sinter.transpose %c [1, 0] : tensor<2x2xi64> -> tensor<2x2xi64>
  sinter.return %0, %1 : tensor<4x8xf32>, tensor<2x2xi64>
}

///----- [Fold: broadcast]  IN: to the same dims, of a constant  OUT: the operand, a constant
// CHECK-LABEL: sinter.program @broadcast_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<4x8xf32>
//       CHECK:   %[[C:.*]] = sinter.constant dense<{{\[\[}}1, 2], [1, 2]]>
//       CHECK:   sinter.return %[[X]], %[[C]] :
sinter.program @broadcast_known(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<2x2xi64>) {
  %0 = sinter.broadcast %x [0, 1] to <4, 8> : tensor<4x8xf32> -> tensor<4x8xf32>
  %c = sinter.constant dense<[1, 2]> : tensor<2xi64>
  %1 = sinter.broadcast %c [1] to <2, 2> : tensor<2xi64> -> tensor<2x2xi64>
  sinter.return %0, %1 : tensor<4x8xf32>, tensor<2x2xi64>
}

/// Past 1024 elements, or of symbolic size, a broadcast is cheaper than its result.
// CHECK-LABEL: sinter.program @negative_broadcast_large(
// CHECK-COUNT-2: sinter.broadcast
sinter.program @negative_broadcast_large() -> (tensor<1025xi64>, tensor<?xi64, #sinter.dims<S>>) {
  %c = sinter.constant dense<1> : tensor<i64>
  %0 = sinter.broadcast %c [] to <1025> : tensor<i64> -> tensor<1025xi64>
  %1 = sinter.broadcast %c [] to <S> : tensor<i64> -> tensor<?xi64, #sinter.dims<S>>
  sinter.return %0, %1 : tensor<1025xi64>, tensor<?xi64, #sinter.dims<S>>
}

///----- [Fold: slice]  IN: everything, a part of a constant or shape  OUT: the operand, a constant or shape
// CHECK-LABEL: sinter.program @slice_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<4x8xf32>
//   CHECK-DAG:   sinter.shape <64, S> : tensor<2xi64>
//       CHECK:   sinter.return %[[X]],
sinter.program @slice_known(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<2xi64>) {
  %0 = sinter.slice %x <0, 0> size <4, 8> [1, 1] : tensor<4x8xf32> -> tensor<4x8xf32>
  %s = sinter.shape <B, S, 64> : tensor<3xi64>
  %1 = sinter.slice %s <2> size <2> [-1] : tensor<3xi64> -> tensor<2xi64>
  sinter.return %0, %1 : tensor<4x8xf32>, tensor<2xi64>
}

/// Reversed, and from an offset that the run decides.
// CHECK-LABEL: sinter.program @negative_slice(
// CHECK-COUNT-2: sinter.slice
sinter.program @negative_slice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<1xi64>) {
  %0 = sinter.slice %x <3> size <4> [-1] : tensor<4xf32> -> tensor<4xf32>
  %c = sinter.constant dense<[1, 2, 3]> : tensor<3xi64>
  %1 = sinter.slice %c <S> size <1> [1] : tensor<3xi64> -> tensor<1xi64>
  sinter.return %0, %1 : tensor<4xf32>, tensor<1xi64>
}

///----- [Fold: concat]  IN: one tensor, empty parts, constants and shapes  OUT: it, without them, one constant or shape
// CHECK-LABEL: sinter.program @concat_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<4x8xf32>, %[[E:[^:]*]]: tensor<4x0xf32>
//   CHECK-DAG:   sinter.shape <B, S, -1> : tensor<3xi64>
//   CHECK-DAG:   sinter.constant dense<{{\[\[}}1, 2, 5], [3, 4, 6]]>
//       CHECK:   sinter.return %[[X]], %[[X]],
sinter.program @concat_known(%x: tensor<4x8xf32>, %e: tensor<4x0xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<3xi64>, tensor<2x3xi64>) {
  %0 = sinter.concat [0] %x : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = sinter.concat [1] %e, %x, %e : tensor<4x0xf32>, tensor<4x8xf32>, tensor<4x0xf32> -> tensor<4x8xf32>
  %s = sinter.shape <B, S> : tensor<2xi64>
  %c = sinter.constant dense<-1> : tensor<1xi64>
  %2 = sinter.concat [0] %s, %c : tensor<2xi64>, tensor<1xi64> -> tensor<3xi64>
  %m = sinter.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>
  %n = sinter.constant dense<[[5], [6]]> : tensor<2x1xi64>
  %3 = sinter.concat [1] %m, %n : tensor<2x2xi64>, tensor<2x1xi64> -> tensor<2x3xi64>
  sinter.return %0, %1, %2, %3 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<3xi64>, tensor<2x3xi64>
}

/// A part that may be empty at run time stays.
// CHECK-LABEL: sinter.program @negative_concat(
//       CHECK:   sinter.concat[0] %{{.*}}, %{{.*}} :
sinter.program @negative_concat(%x: tensor<4xf32>, %p: tensor<?xf32, #sinter.dims<P>>) -> tensor<?xf32, #sinter.dims<P + 4>> {
  %0 = sinter.concat [0] %p, %x : tensor<?xf32, #sinter.dims<P>>, tensor<4xf32> -> tensor<?xf32, #sinter.dims<P + 4>>
  sinter.return %0 : tensor<?xf32, #sinter.dims<P + 4>>
}

///----- [Fold: iota]  IN: at most 64 static elements  OUT: constant
// CHECK-LABEL: sinter.program @iota_small(
//       CHECK:   sinter.constant dense<{{\[\[}}0, 1], [0, 1]]> : tensor<2x2xi64>
//       CHECK:   sinter.constant dense<[0.000000e+00, 1.000000e+00]> : tensor<2xf32>
sinter.program @iota_small() -> (tensor<2x2xi64>, tensor<2xf32>) {
  %0 = sinter.iota [1] of <2, 2> as i64 -> tensor<2x2xi64>
  %1 = sinter.iota [0] of <2> as f32 -> tensor<2xf32>
  sinter.return %0, %1 : tensor<2x2xi64>, tensor<2xf32>
}

// CHECK-LABEL: sinter.program @negative_iota_large(
// CHECK-COUNT-2: sinter.iota
sinter.program @negative_iota_large() -> (tensor<65xi64>, tensor<?xi64, #sinter.dims<S>>) {
  %0 = sinter.iota [0] of <65> as i64 -> tensor<65xi64>
  %1 = sinter.iota [0] of <S> as i64 -> tensor<?xi64, #sinter.dims<S>>
  sinter.return %0, %1 : tensor<65xi64>, tensor<?xi64, #sinter.dims<S>>
}

///----- [Fold: unpack]  IN: unpack(pack(x))  OUT: x
// CHECK-LABEL: sinter.program @unpack_pack(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<64x40xf32>
//       CHECK:   sinter.return %[[X]] :
sinter.program @unpack_pack(%x: tensor<64x40xf32>) -> tensor<64x40xf32> {
  %0 = sinter.pack %x width 16 : tensor<64x40xf32> -> tensor<3x64x16xf32>
  %1 = sinter.unpack %0 columns 40 : tensor<3x64x16xf32> -> tensor<64x40xf32>
  sinter.return %1 : tensor<64x40xf32>
}

/// Fewer columns than were packed: 47 of 48.
// CHECK-LABEL: sinter.program @negative_unpack_other_columns(
//       CHECK:   sinter.unpack
sinter.program @negative_unpack_other_columns(%x: tensor<64x48xf32>) -> tensor<64x47xf32> {
  %0 = sinter.pack %x width 16 : tensor<64x48xf32> -> tensor<3x64x16xf32>
  %1 = sinter.unpack %0 columns 47 : tensor<3x64x16xf32> -> tensor<64x47xf32>
  sinter.return %1 : tensor<64x47xf32>
}

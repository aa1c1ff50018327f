// RUN: sinter-opt %s --sinter-canonicalize | FileCheck %s

///----- [Fold: reduce]  IN: reduce over no dims, or of a constant or shape  OUT: the operand, a constant or shape
// CHECK-LABEL: sinter.program @reduce_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<2xf32>
//   CHECK-DAG:   sinter.constant dense<[3, 12]> : tensor<2xi64>
//   CHECK-DAG:   sinter.shape <B*S> : tensor<i64>
//       CHECK:   sinter.return %[[X]],
sinter.program @reduce_known(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi64>, tensor<i64>) {
  %0 = sinter.reduce max %x [] : tensor<2xf32> -> tensor<2xf32>
  %c = sinter.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64>
  %1 = sinter.reduce sum %c [1] : tensor<2x3xi64> -> tensor<2xi64>
  %s = sinter.shape <B, S> : tensor<2xi64>
  %2 = sinter.reduce prod %s [0] : tensor<2xi64> -> tensor<i64>
  sinter.return %0, %1, %2 : tensor<2xf32>, tensor<2xi64>, tensor<i64>
}

/// The empty reduction has the kind's identity, which the emitters know; small integers wrap.
// CHECK-LABEL: sinter.program @negative_reduce_without_value(
// CHECK-COUNT-2: sinter.reduce
sinter.program @negative_reduce_without_value() -> (tensor<f32>, tensor<i8>) {
  %none = sinter.constant dense<> : tensor<0xf32>
  %0 = sinter.reduce max %none [0] : tensor<0xf32> -> tensor<f32>
  %c = sinter.constant dense<[100, 100]> : tensor<2xi8>
  %1 = sinter.reduce sum %c [0] : tensor<2xi8> -> tensor<i8>
  sinter.return %0, %1 : tensor<f32>, tensor<i8>
}

///----- [Fold: gather]  IN: take with constant indices from a constant or shape  OUT: constant or shape
/// Shape -> Gather is how exporters read one dim.
// CHECK-LABEL: sinter.program @gather_take_shape(
//   CHECK-DAG:   sinter.shape <S> : tensor<i64>
//   CHECK-DAG:   sinter.shape <64, B> : tensor<2xi64>
//   CHECK-NOT:   sinter.gather
sinter.program @gather_take_shape() -> (tensor<i64>, tensor<2xi64>) {
  %s = sinter.shape <B, S, 64> : tensor<3xi64>
  %i = sinter.constant dense<1> : tensor<i64>
  %0 = sinter.gather take %s, %i [0] : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %j = sinter.constant dense<[-1, 0]> : tensor<2xi64>
  %1 = sinter.gather take %s, %j [0] : tensor<3xi64>, tensor<2xi64> -> tensor<2xi64>
  sinter.return %0, %1 : tensor<i64>, tensor<2xi64>
}

/// Rows of a constant table.
// CHECK-LABEL: sinter.program @gather_take_rows(
//       CHECK:   sinter.constant dense<{{\[\[}}4, 5], [0, 1]]> : tensor<2x2xi64>
sinter.program @gather_take_rows() -> tensor<2x2xi64> {
  %t = sinter.constant dense<[[0, 1], [2, 3], [4, 5]]> : tensor<3x2xi64>
  %i = sinter.constant dense<[2, 0]> : tensor<2xi64>
  %0 = sinter.gather take %t, %i [0] : tensor<3x2xi64>, tensor<2xi64> -> tensor<2x2xi64>
  sinter.return %0 : tensor<2x2xi64>
}

/// An index out of range, data, or another mode.
// CHECK-LABEL: sinter.program @negative_gather(
// CHECK-COUNT-3: sinter.gather
sinter.program @negative_gather(%x: tensor<3xi64>) -> (tensor<i64>, tensor<i64>, tensor<1xi64>) {
  %t = sinter.constant dense<[0, 1, 2]> : tensor<3xi64>
  %past = sinter.constant dense<3> : tensor<i64>
  %0 = sinter.gather take %t, %past [0] : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %i = sinter.constant dense<1> : tensor<i64>
  %1 = sinter.gather take %x, %i [0] : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %j = sinter.constant dense<[1]> : tensor<1xi64>
  %2 = sinter.gather elements %t, %j [0] : tensor<3xi64>, tensor<1xi64> -> tensor<1xi64>
  sinter.return %0, %1, %2 : tensor<i64>, tensor<i64>, tensor<1xi64>
}

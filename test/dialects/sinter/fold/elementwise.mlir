// RUN: sinter-opt %s --sinter-canonicalize | FileCheck %s

///----- [Fold: unary]  IN: unary(constant)  OUT: constant, element by element
// CHECK-LABEL: sinter.program @unary_constant(
//       CHECK:   sinter.constant dense<[-1.000000e+00, 2.000000e+00]>
//       CHECK:   sinter.constant dense<[true, false]>
//       CHECK:   sinter.constant dense<[-128, 127]> : tensor<2xi8>
sinter.program @unary_constant() -> (tensor<2xf32>, tensor<2xi1>, tensor<2xi8>) {
  %x = sinter.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %0 = sinter.unary neg %x : tensor<2xf32> -> tensor<2xf32>
  %c = sinter.constant dense<[false, true]> : tensor<2xi1>
  %1 = sinter.unary not %c : tensor<2xi1> -> tensor<2xi1>
  %i = sinter.constant dense<[-128, -127]> : tensor<2xi8>
  %2 = sinter.unary neg %i : tensor<2xi8> -> tensor<2xi8>
  sinter.return %0, %1, %2 : tensor<2xf32>, tensor<2xi1>, tensor<2xi8>
}

/// A kind without a compile-time value stays.
// CHECK-LABEL: sinter.program @negative_unary_without_value(
//       CHECK:   sinter.unary softplus
sinter.program @negative_unary_without_value() -> tensor<2xf32> {
  %x = sinter.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %0 = sinter.unary softplus %x : tensor<2xf32> -> tensor<2xf32>
  sinter.return %0 : tensor<2xf32>
}

/// Tables past 1024 elements stay: they are weights.
// CHECK-LABEL: sinter.program @negative_unary_too_many_elements(
//       CHECK:   sinter.unary neg
sinter.program @negative_unary_too_many_elements() -> tensor<1025xf32> {
  %x = sinter.constant dense<1.0> : tensor<1025xf32>
  %0 = sinter.unary neg %x : tensor<1025xf32> -> tensor<1025xf32>
  sinter.return %0 : tensor<1025xf32>
}

///----- [Fold: binary]  IN: binary(constant or shape, constant or shape)  OUT: constant, or shape where a dim is symbolic
// CHECK-LABEL: sinter.program @binary_constants(
//       CHECK:   sinter.constant dense<[5.000000e+00, 7.000000e+00]>
//       CHECK:   sinter.constant dense<[-3, 3]> : tensor<2xi64>
//       CHECK:   sinter.constant dense<[-4, 3]> : tensor<2xi64>
sinter.program @binary_constants() -> (tensor<2xf32>, tensor<2xi64>, tensor<2xi64>) {
  %x = sinter.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %y = sinter.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %0 = sinter.binary add %x, %y : tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  %i = sinter.constant dense<[-7, 7]> : tensor<2xi64>
  %j = sinter.constant dense<2> : tensor<2xi64>
  %1 = sinter.binary div %i, %j : tensor<2xi64>, tensor<2xi64> -> tensor<2xi64>
  %2 = sinter.binary floordiv %i, %j : tensor<2xi64>, tensor<2xi64> -> tensor<2xi64>
  sinter.return %0, %1, %2 : tensor<2xf32>, tensor<2xi64>, tensor<2xi64>
}

/// Shape arithmetic stays exact on symbols; S + 1 > 0 for every size S.
// CHECK-LABEL: sinter.program @binary_shapes(
//       CHECK:   sinter.shape <2*B, 2*S + 2> : tensor<2xi64>
//       CHECK:   sinter.constant dense<[false, true]> : tensor<2xi1>
sinter.program @binary_shapes() -> (tensor<2xi64>, tensor<2xi1>) {
  %s = sinter.shape <B, S + 1> : tensor<2xi64>
  %two = sinter.constant dense<2> : tensor<2xi64>
  %0 = sinter.binary mul %s, %two : tensor<2xi64>, tensor<2xi64> -> tensor<2xi64>
  %low = sinter.constant dense<[-1, 0]> : tensor<2xi64>
  %less = sinter.shape <B, 0> : tensor<2xi64>
  %1 = sinter.binary le %less, %low : tensor<2xi64>, tensor<2xi64> -> tensor<2xi1>
  sinter.return %0, %1 : tensor<2xi64>, tensor<2xi1>
}

/// Whether B < S depends on the run.
// CHECK-LABEL: sinter.program @negative_binary_undecided(
//       CHECK:   sinter.binary lt
sinter.program @negative_binary_undecided() -> tensor<1xi1> {
  %b = sinter.shape <B> : tensor<1xi64>
  %s = sinter.shape <S> : tensor<1xi64>
  %0 = sinter.binary lt %b, %s : tensor<1xi64>, tensor<1xi64> -> tensor<1xi1>
  sinter.return %0 : tensor<1xi1>
}

/// A division by zero keeps its run-time behaviour, and so does a width where it wraps.
// CHECK-LABEL: sinter.program @negative_binary_division_by_zero(
//       CHECK:   sinter.binary div
//       CHECK:   sinter.binary add {{.*}} tensor<1xi8>
sinter.program @negative_binary_division_by_zero() -> (tensor<1xi64>, tensor<1xi8>) {
  %one = sinter.constant dense<1> : tensor<1xi64>
  %zero = sinter.constant dense<0> : tensor<1xi64>
  %0 = sinter.binary div %one, %zero : tensor<1xi64>, tensor<1xi64> -> tensor<1xi64>
  %c = sinter.constant dense<127> : tensor<1xi8>
  %1 = sinter.binary add %c, %c : tensor<1xi8>, tensor<1xi8> -> tensor<1xi8>
  sinter.return %0, %1 : tensor<1xi64>, tensor<1xi8>
}

/// 2^64 - 1 is no negative number, although a dim would hold it as -1.
// CHECK-LABEL: sinter.program @negative_binary_unsigned_order(
//       CHECK:   sinter.binary lt
sinter.program @negative_binary_unsigned_order() -> tensor<1xi1> {
  %big = sinter.constant dense<18446744073709551615> : tensor<1xui64>
  %one = sinter.constant dense<1> : tensor<1xui64>
  %0 = sinter.binary lt %big, %one : tensor<1xui64>, tensor<1xui64> -> tensor<1xi1>
  sinter.return %0 : tensor<1xi1>
}

///----- [Fold: ternary]  IN: select with a known condition, or equal sides  OUT: the side
// CHECK-LABEL: sinter.program @select_known(
//  CHECK-SAME:   %[[C:[^:]*]]: tensor<2xi1>, %[[X:[^:]*]]: tensor<2xf32>, %[[Y:[^:]*]]: tensor<2xf32>
//       CHECK:   sinter.return %[[X]], %[[Y]], %[[X]] :
sinter.program @select_known(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %true = sinter.constant dense<true> : tensor<2xi1>
  %false = sinter.constant dense<false> : tensor<2xi1>
  %0 = sinter.ternary select %true, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  %1 = sinter.ternary select %false, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  %2 = sinter.ternary select %c, %x, %x : tensor<2xi1>, tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  sinter.return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

/// A mixed condition picks element by element, if the sides it picks from are known.
// CHECK-LABEL: sinter.program @select_mixed(
//       CHECK:   sinter.shape <S, 7> : tensor<2xi64>
sinter.program @select_mixed() -> tensor<2xi64> {
  %c = sinter.constant dense<[true, false]> : tensor<2xi1>
  %x = sinter.shape <S, B> : tensor<2xi64>
  %y = sinter.constant dense<7> : tensor<2xi64>
  %0 = sinter.ternary select %c, %x, %y : tensor<2xi1>, tensor<2xi64>, tensor<2xi64> -> tensor<2xi64>
  sinter.return %0 : tensor<2xi64>
}

// CHECK-LABEL: sinter.program @negative_select_mixed_of_data(
//       CHECK:   sinter.ternary select
sinter.program @negative_select_mixed_of_data(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %c = sinter.constant dense<[true, false]> : tensor<2xi1>
  %0 = sinter.ternary select %c, %x, %y : tensor<2xi1>, tensor<2xf32>, tensor<2xf32> -> tensor<2xf32>
  sinter.return %0 : tensor<2xf32>
}

///----- [Fold: cast]  IN: cast to the same type, cast of a constant or shape  OUT: the operand, a constant or shape
// CHECK-LABEL: sinter.program @cast_known(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<2xf32>
//   CHECK-DAG:   sinter.constant dense<[-1, 2]> : tensor<2xi32>
//   CHECK-DAG:   sinter.constant dense<44> : tensor<1xi8>
//   CHECK-DAG:   sinter.shape <S> : tensor<1xi32>
//       CHECK:   sinter.return %[[X]],
sinter.program @cast_known(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xi32>, tensor<1xi8>, tensor<1xi32>) {
  %0 = sinter.cast %x to f32 : tensor<2xf32> -> tensor<2xf32>
  %c = sinter.constant dense<[-1.9, 2.9]> : tensor<2xf32>
  %1 = sinter.cast %c to i32 : tensor<2xf32> -> tensor<2xi32>
  %n = sinter.constant dense<300> : tensor<1xi64>
  %2 = sinter.cast %n to i8 : tensor<1xi64> -> tensor<1xi8>
  %s = sinter.shape <S> : tensor<1xi64>
  %3 = sinter.cast %s to i32 : tensor<1xi64> -> tensor<1xi32>
  sinter.return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xi32>, tensor<1xi8>, tensor<1xi32>
}

/// A NaN or a number out of range has no integer; a symbolic size has no float and no narrow integer.
// CHECK-LABEL: sinter.program @negative_cast_without_value(
// CHECK-COUNT-4: sinter.cast
sinter.program @negative_cast_without_value() -> (tensor<1xi32>, tensor<1xi32>, tensor<1xf32>, tensor<1xi8>) {
  %nan = sinter.constant dense<0x7FC00000> : tensor<1xf32>
  %0 = sinter.cast %nan to i32 : tensor<1xf32> -> tensor<1xi32>
  %big = sinter.constant dense<1.0e10> : tensor<1xf32>
  %1 = sinter.cast %big to i32 : tensor<1xf32> -> tensor<1xi32>
  %s = sinter.shape <S> : tensor<1xi64>
  %2 = sinter.cast %s to f32 : tensor<1xi64> -> tensor<1xf32>
  %3 = sinter.cast %s to i8 : tensor<1xi64> -> tensor<1xi8>
  sinter.return %0, %1, %2, %3 : tensor<1xi32>, tensor<1xi32>, tensor<1xf32>, tensor<1xi8>
}

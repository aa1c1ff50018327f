// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Dims: every formula is printed in one normal form, so equal dims print alike.

// CHECK-LABEL: func.func @normal_form(
//       CHECK:   sinter.shape <B*P + B*S, B*P + B*S>
//       CHECK:   sinter.shape <2*S + 1, 0, -S + 3>
//       CHECK:   sinter.shape <768, floordiv(S, 3), floordiv(S + 2, 3), mod(S, 3)>
//       CHECK:   sinter.shape <max(P, S), max(P, S), min(P, S)>
func.func @normal_form() {
  %0 = sinter.shape <B*(S + P), P*B + B*S> : tensor<2xi64>
  %1 = sinter.shape <S + 1 + S, S - S, 3 - S> : tensor<3xi64>
  %2 = sinter.shape <floordiv(B*S*768, B*S), floordiv(S, 3), ceildiv(S, 3), mod(S, 3)> : tensor<4xi64>
  %3 = sinter.shape <max(S, P), max(P, S), min(S, P)> : tensor<3xi64>
  return
}

/// Names that are no identifiers are quoted; `$` marks a value that may be negative.
// CHECK-LABEL: func.func @names(
//       CHECK:   sinter.shape <"batch size", "$0", "a\22b">
func.func @names() {
  %0 = sinter.shape <"batch size", "$0", "a\22b"> : tensor<3xi64>
  return
}

/// As attributes: a dim, a list, the empty list of a scalar.
// CHECK-LABEL: func.func @attributes()
//  CHECK-SAME:   {a = #sinter.dim<2*S + 1>, b = #sinter.dims<B, 64>, c = #sinter.dims<>}
func.func @attributes() attributes {a = #sinter.dim<1 + 2*S>, b = #sinter.dims<B, 64>, c = #sinter.dims<>} {
  return
}

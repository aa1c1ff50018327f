// RUN: sinter-opt %s --sinter-substitute-dims --split-input-file | FileCheck %s

///----- [Pass: substitute-dims]  IN: assume S eq T  OUT: one of them everywhere, the assume as it was
// CHECK-LABEL: sinter.program @two_symbols(
//  CHECK-SAME:   %[[X:.*]]: tensor<?xf32, #sinter.dims<S>>, %[[Y:.*]]: tensor<?xf32, #sinter.dims<T>>)
//       CHECK:   %[[V:.*]] = sinter.reshape %[[X]] to <T>
//       CHECK:   sinter.assume <S> eq <T>
//       CHECK:   %[[W:.*]] = sinter.reshape %[[Y]] to <T>
//       CHECK:   sinter.binary add %[[V]], %[[W]] : {{.*}} -> tensor<?xf32, #sinter.dims<T>>
//       CHECK:   sinter.reshape {{.*}} to <S>
sinter.program @two_symbols(%x: tensor<?xf32, #sinter.dims<S>>, %y: tensor<?xf32, #sinter.dims<T>>)
    -> tensor<?xf32, #sinter.dims<S>> {
  sinter.assume <S> eq <T> "node 'add' (Add)"
  %0 = sinter.reshape %y to <S> : tensor<?xf32, #sinter.dims<T>> -> tensor<?xf32, #sinter.dims<S>>
  %1 = sinter.binary add %x, %0 : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
  sinter.return %1 : tensor<?xf32, #sinter.dims<S>>
}

// -----

/// A symbol that is a number moves from the encoding into the shape; attributes follow; the interface keeps its names.
// CHECK-LABEL: sinter.program @symbol_is_constant(
//  CHECK-SAME:   %[[X:.*]]: tensor<?xf32, #sinter.dims<S>>) -> tensor<?xf32, #sinter.dims<S>>
//       CHECK:   sinter.reshape %[[X]] to <8> : {{.*}} -> tensor<8xf32>
//       CHECK:   sinter.broadcast {{.*}} to <2, 8> : tensor<8xf32> -> tensor<2x8xf32>
//       CHECK:   %[[R:.*]] = sinter.reshape {{.*}} to <S> : tensor<8xf32> -> tensor<?xf32, #sinter.dims<S>>
//       CHECK:   sinter.return %[[R]]
sinter.program @symbol_is_constant(%x: tensor<?xf32, #sinter.dims<S>>) -> tensor<?xf32, #sinter.dims<S>> {
  sinter.assume <S> eq <8> "node 'add' (Add)"
  %0 = sinter.broadcast %x [1] to <2, S> : tensor<?xf32, #sinter.dims<S>> -> tensor<2x?xf32, #sinter.dims<2, S>>
  %1 = sinter.reduce sum %0 [0] : tensor<2x?xf32, #sinter.dims<2, S>> -> tensor<?xf32, #sinter.dims<S>>
  sinter.return %1 : tensor<?xf32, #sinter.dims<S>>
}

// -----

/// A formula without the symbol: T = 2*S + 1. What was learned applies to what is learned next: U = T + 1 = 2*S + 2.
// CHECK-LABEL: sinter.program @symbol_is_formula()
//       CHECK:   sinter.shape <S, 2*S + 1, 2*S + 2>
sinter.program @symbol_is_formula() -> tensor<3xi64> {
  sinter.assume <T> eq <2*S + 1> "node 'a' (Add)"
  sinter.assume <T + 1> eq <U> "node 'b' (Add)"
  %0 = sinter.shape <S, T, U> : tensor<3xi64>
  sinter.return %0 : tensor<3xi64>
}

// -----

/// Later knowledge reaches earlier solutions: T = S, then S = 8.
// CHECK-LABEL: sinter.program @chain_ends_in_a_number()
//       CHECK:   sinter.shape <8, 8, 8>
sinter.program @chain_ends_in_a_number() -> tensor<3xi64> {
  sinter.assume <S> eq <T> "node 'a' (Add)"
  sinter.assume <T> eq <U> "node 'b' (Add)"
  sinter.assume <U> eq <8> "node 'c' (Add)"
  %0 = sinter.shape <S, T, U> : tensor<3xi64>
  sinter.return %0 : tensor<3xi64>
}

// -----

/// A value read from an input follows a size, on either side of the relation: sizes are never negative.
// CHECK-LABEL: sinter.program @values_follow_sizes()
//       CHECK:   sinter.shape <S, S, T, T>
sinter.program @values_follow_sizes() -> tensor<4xi64> {
  sinter.assume <"$0"> eq <S> "node 'a' (Reshape)"
  sinter.assume <T> eq <"$1"> "node 'b' (Reshape)"
  %0 = sinter.shape <"$0", S, "$1", T> : tensor<4xi64>
  sinter.return %0 : tensor<4xi64>
}

// -----

/// No symbol stands alone; or it stands on both sides.
// CHECK-LABEL: sinter.program @negative_unsolvable()
//       CHECK:   sinter.shape <B*S, T*U, V>
sinter.program @negative_unsolvable() -> tensor<3xi64> {
  sinter.assume <B*S> eq <T*U> "node 'a' (Reshape)"
  sinter.assume <V> eq <2*V> "node 'b' (Add)"
  %0 = sinter.shape <B*S, T*U, V> : tensor<3xi64>
  sinter.return %0 : tensor<3xi64>
}

// -----

/// `le` is no equality.
// CHECK-LABEL: sinter.program @negative_less_equal()
//       CHECK:   sinter.shape <S, T>
sinter.program @negative_less_equal() -> tensor<2xi64> {
  sinter.assume <S> le <T> "node 'a' (Slice)"
  %0 = sinter.shape <S, T> : tensor<2xi64>
  sinter.return %0 : tensor<2xi64>
}

// -----

/// What only a branch assumes says nothing about the rest.
// CHECK-LABEL: sinter.program @negative_branch(
//       CHECK:   sinter.assume <S> eq <T>
//       CHECK:   sinter.unary  neg %{{.*}} : tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
//       CHECK:   sinter.unary  neg %{{.*}} : tensor<?xf32, #sinter.dims<T>> -> tensor<?xf32, #sinter.dims<T>>
sinter.program @negative_branch(%c: tensor<i1>, %x: tensor<?xf32, #sinter.dims<S>>, %y: tensor<?xf32, #sinter.dims<T>>)
    -> (tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<T>>) {
  sinter.if %c {
    sinter.assume <S> eq <T> "node 'add' (Add)"
    sinter.yield
  } else {
    sinter.yield
  } : tensor<i1>
  %0 = sinter.unary neg %x : tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
  %1 = sinter.unary neg %y : tensor<?xf32, #sinter.dims<T>> -> tensor<?xf32, #sinter.dims<T>>
  sinter.return %0, %1 : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<T>>
}

// -----

/// Terms of both sides cancel: what two caches assume of their past sizes behind the same new rows.
// CHECK-LABEL: sinter.program @common_terms()
//       CHECK:   sinter.shape <Q, Q, 4>
sinter.program @common_terms() -> tensor<3xi64> {
  sinter.assume <P + S> eq <Q + S> "node 'a' (MatMul)"
  sinter.assume <2*T> eq <T + 4> "node 'b' (Add)"
  %0 = sinter.shape <P, Q, T> : tensor<3xi64>
  sinter.return %0 : tensor<3xi64>
}

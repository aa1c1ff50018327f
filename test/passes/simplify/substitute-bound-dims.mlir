// RUN: sinter-opt %s --sinter-substitute-dims --split-input-file | FileCheck %s

///----- [Pass: substitute-dims]  Symbols that the program computes: what replaces a symbol is known no later than it.

/// u0 is replaced, though S stands alone on the left: S is known before.
// CHECK-LABEL: sinter.program @later_symbol_goes(
//       CHECK:   sinter.assume <S> eq <2*u0> "node 'a' (Add)"
//       CHECK:   sinter.assume <S> eq <u1> "node 'b' (Add)"
//       CHECK:   sinter.bind "u0"
//       CHECK:   sinter.bind "u1"
//       CHECK:   sinter.iota{{.*}} of <u0>
//       CHECK:   sinter.iota{{.*}} of <S>
sinter.program @later_symbol_goes(%x: tensor<?xi64, #sinter.dims<S>>, %n: tensor<i64>, %m: tensor<i64>)
    -> (tensor<?xi64, #sinter.dims<u0>>, tensor<?xi64, #sinter.dims<u1>>)
    attributes {symbols = [#sinter.symbol<name = "S", lo = 0, hi = 9, source = "dim", input = 0, position = 0>,
                           #sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>,
                           #sinter.symbol<name = "u1", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.assume <S> eq <2*u0> "node 'a' (Add)"
  sinter.assume <S> eq <u1> "node 'b' (Add)"
  sinter.bind "u0" = %n : tensor<i64>
  sinter.bind "u1" = %m : tensor<i64>
  %0 = sinter.iota [0] of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
  %1 = sinter.iota [0] of <u1> as i64 -> tensor<?xi64, #sinter.dims<u1>>
  sinter.return %0, %1 : tensor<?xi64, #sinter.dims<u0>>, tensor<?xi64, #sinter.dims<u1>>
}

// -----

/// Of two computed symbols the first bound stays, whichever side it stands on.
// CHECK-LABEL: sinter.program @first_bound_stays(
//       CHECK:   sinter.iota{{.*}} of <u0>
//       CHECK:   sinter.iota{{.*}} of <u0>
sinter.program @first_bound_stays(%n: tensor<i64>, %m: tensor<i64>)
    -> (tensor<?xi64, #sinter.dims<u0>>, tensor<?xi64, #sinter.dims<u1>>)
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>,
                           #sinter.symbol<name = "u1", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.assume <u0> eq <u1> "node 'a' (Add)"
  sinter.bind "u0" = %n : tensor<i64>
  %0 = sinter.iota [0] of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
  sinter.bind "u1" = %m : tensor<i64>
  %1 = sinter.iota [0] of <u1> as i64 -> tensor<?xi64, #sinter.dims<u1>>
  sinter.return %0, %1 : tensor<?xi64, #sinter.dims<u0>>, tensor<?xi64, #sinter.dims<u1>>
}

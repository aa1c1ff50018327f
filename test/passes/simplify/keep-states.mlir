// RUN: sinter-opt %s --sinter-keep-states='pairs=in=out' --split-input-file | FileCheck %s

///----- [Pass: keep-states]  IN: present = concat(past, new)  OUT: a state with the dim that grows first, and an append
// CHECK-LABEL: sinter.program @keys(
//  CHECK-SAME:   %[[NEW:.*]]: tensor<?x2x?x8xf32, #sinter.dims<B, 2, S, 8>> {sinter.name = "new"})
//  CHECK-SAME:   -> (tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>> {sinter.name = "y"})
//  CHECK-SAME:   symbols = [#sinter.symbol<name = "B", {{.*}} source = "dim", input = 0, position = 0>,
//  CHECK-SAME:   #sinter.symbol<name = "P", {{.*}} source = "state", input = -1, position = 0>,
//  CHECK-SAME:   #sinter.symbol<name = "S", {{.*}} source = "dim", input = 0, position = 2>]
//       CHECK:   %[[STATE:.*]] = sinter.state "in" keeps "out" axis 2 : tensor<?x?x2x8xf32, #sinter.dims<P, B, 2, 8>>
//       CHECK:   %[[ROWS:.*]] = sinter.transpose %[[NEW]] [2, 0, 1, 3]
//       CHECK:   %[[ALL:.*]] = sinter.append %[[STATE]], %[[ROWS]] : {{.*}} -> tensor<?x?x2x8xf32, #sinter.dims<P + S, B, 2, 8>>
//       CHECK:   %[[SEEN:.*]] = sinter.transpose %[[ALL]] [1, 2, 0, 3]
//       CHECK:   %[[Y:.*]] = sinter.unary exp %[[SEEN]]
//       CHECK:   sinter.return %[[Y]] :
sinter.program @keys(%p: tensor<?x2x?x8xf32, #sinter.dims<B, 2, P, 8>> {sinter.name = "in"},
                     %n: tensor<?x2x?x8xf32, #sinter.dims<B, 2, S, 8>> {sinter.name = "new"})
    -> (tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>> {sinter.name = "out"},
        tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>> {sinter.name = "y"})
    attributes {symbols = [#sinter.symbol<name = "B", lo = 0, hi = 64, source = "dim", input = 0, position = 0>,
                           #sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 2>,
                           #sinter.symbol<name = "S", lo = 0, hi = 64, source = "dim", input = 1, position = 2>]} {
  %0 = sinter.concat [2] %p, %n : tensor<?x2x?x8xf32, #sinter.dims<B, 2, P, 8>>, tensor<?x2x?x8xf32, #sinter.dims<B, 2, S, 8>> -> tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>>
  %1 = sinter.unary exp %0 : tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>> -> tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>>
  sinter.return %0, %1 : tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>>, tensor<?x2x?x8xf32, #sinter.dims<B, 2, P + S, 8>>
}

// -----

/// A symbol that only the past had is what the program assumes it to equal; what reads the past reads its rows.
// CHECK-LABEL: sinter.program @own_batch(
//  CHECK-SAME:   symbols = [#sinter.symbol<name = "P", {{.*}} source = "state", input = -1, position = 0>,
//  CHECK-SAME:   #sinter.symbol<name = "B", {{.*}} source = "dim", input = 0, position = 0>]
//       CHECK:   %[[STATE:.*]] = sinter.state "in" keeps "out" axis 1 : tensor<?x?xf32, #sinter.dims<P, B>>
//       CHECK:   %[[PAST:.*]] = sinter.transpose %[[STATE]] [1, 0]
//   CHECK-NOT:   sinter.assume
//       CHECK:   sinter.append
//       CHECK:   %[[SUM:.*]] = sinter.reduce sum
//       CHECK:   sinter.return %[[SUM]] :
sinter.program @own_batch(%p: tensor<?x?xf32, #sinter.dims<C, P>> {sinter.name = "in"},
                          %n: tensor<?x1xf32, #sinter.dims<B, 1>> {sinter.name = "new"})
    -> (tensor<?x?xf32, #sinter.dims<B, P + 1>> {sinter.name = "out"}, tensor<?xf32, #sinter.dims<B>> {sinter.name = "y"})
    attributes {symbols = [#sinter.symbol<name = "C", lo = 0, hi = 64, source = "dim", input = 0, position = 0>,
                           #sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 1>,
                           #sinter.symbol<name = "B", lo = 0, hi = 64, source = "dim", input = 1, position = 0>]} {
  sinter.assume <C> eq <B> "node 'cat' (Concat)"
  %0 = sinter.reshape %p to <B, P> : tensor<?x?xf32, #sinter.dims<C, P>> -> tensor<?x?xf32, #sinter.dims<B, P>>
  %1 = sinter.concat [1] %0, %n : tensor<?x?xf32, #sinter.dims<B, P>>, tensor<?x1xf32, #sinter.dims<B, 1>> -> tensor<?x?xf32, #sinter.dims<B, P + 1>>
  %2 = sinter.reduce sum %0 [1] : tensor<?x?xf32, #sinter.dims<B, P>> -> tensor<?xf32, #sinter.dims<B>>
  sinter.return %1, %2 : tensor<?x?xf32, #sinter.dims<B, P + 1>>, tensor<?xf32, #sinter.dims<B>>
}

// RUN: sinter-opt %s --sinter-keep-states=by-name --split-input-file --verify-diagnostics | FileCheck %s

///----- [Pass: keep-states]  IN: names of exporters  OUT: states where the output is a concatenation behind the input
// CHECK-LABEL: sinter.program @names(
//       CHECK:   sinter.state "past_key_values.0.key" keeps "present.0.key" axis 0
//       CHECK:   sinter.state "past.1" keeps "present.1" axis 0
sinter.program @names(%a: tensor<?xf32, #sinter.dims<P>> {sinter.name = "past_key_values.0.key"},
                      %b: tensor<?xf32, #sinter.dims<P>> {sinter.name = "past.1"}, %n: tensor<1xf32> {sinter.name = "n"})
    -> (tensor<?xf32, #sinter.dims<P + 1>> {sinter.name = "present.1"},
        tensor<?xf32, #sinter.dims<P + 1>> {sinter.name = "present.0.key"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>]} {
  %0 = sinter.concat [0] %a, %n : tensor<?xf32, #sinter.dims<P>>, tensor<1xf32> -> tensor<?xf32, #sinter.dims<P + 1>>
  %1 = sinter.concat [0] %b, %n : tensor<?xf32, #sinter.dims<P>>, tensor<1xf32> -> tensor<?xf32, #sinter.dims<P + 1>>
  sinter.return %1, %0 : tensor<?xf32, #sinter.dims<P + 1>>, tensor<?xf32, #sinter.dims<P + 1>>
}

// -----

/// New rows in front are not behind, and a cache of fixed size does not grow.
// expected-error @unknown {{expected the output to be the input with another tensor behind it (Concat)}}
// expected-error @unknown {{expected dim 0 of the input to be a symbol, got 4}}
sinter.program @negative_in_front(%a: tensor<?xf32, #sinter.dims<P>> {sinter.name = "past.0"},
                                  %b: tensor<4xf32> {sinter.name = "past.1"}, %n: tensor<1xf32> {sinter.name = "n"})
    -> (tensor<?xf32, #sinter.dims<P + 1>> {sinter.name = "present.0"}, tensor<5xf32> {sinter.name = "present.1"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>]} {
  %0 = sinter.concat [0] %n, %a : tensor<1xf32>, tensor<?xf32, #sinter.dims<P>> -> tensor<?xf32, #sinter.dims<P + 1>>
  %1 = sinter.concat [0] %b, %n : tensor<4xf32>, tensor<1xf32> -> tensor<5xf32>
  sinter.return %0, %1 : tensor<?xf32, #sinter.dims<P + 1>>, tensor<5xf32>
}

// -----

/// What passes through, such as the keys of an encoder, stays in the interface beside states.
// CHECK-LABEL: sinter.program @negative_unchanged(
//  CHECK-SAME:   {sinter.name = "past.1"}, %{{.*}} {sinter.name = "n"})
//  CHECK-SAME:   -> (tensor<4xf32> {sinter.name = "present.1"})
//       CHECK:   sinter.state "past.0" keeps "present.0" axis 0
// expected-warning @unknown {{expected the output to be the input with another tensor behind it (Concat); stays in the interface}}
sinter.program @negative_unchanged(%a: tensor<?xf32, #sinter.dims<P>> {sinter.name = "past.0"},
                                   %b: tensor<4xf32> {sinter.name = "past.1"}, %n: tensor<1xf32> {sinter.name = "n"})
    -> (tensor<?xf32, #sinter.dims<P + 1>> {sinter.name = "present.0"}, tensor<4xf32> {sinter.name = "present.1"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>]} {
  %0 = sinter.concat [0] %a, %n : tensor<?xf32, #sinter.dims<P>>, tensor<1xf32> -> tensor<?xf32, #sinter.dims<P + 1>>
  sinter.return %0, %b : tensor<?xf32, #sinter.dims<P + 1>>, tensor<4xf32>
}

// -----

/// No name says what continues what.
// expected-error @unknown {{expected an input like past_key_values.0.key and an output like present.0.key, got none}}
sinter.program @negative_no_names(%a: tensor<?xf32, #sinter.dims<P>> {sinter.name = "cache"}) -> (tensor<?xf32, #sinter.dims<P>> {sinter.name = "y"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>]} {
  sinter.return %a : tensor<?xf32, #sinter.dims<P>>
}

// -----

/// A size that only the cache has: nothing says what it is when the cache has left the interface.
// expected-error @unknown {{expected an input that is no state to have it, got none; fix it with --dim H=N}}
sinter.program @negative_lost_dim(%a: tensor<?x?xf32, #sinter.dims<P, H>> {sinter.name = "past.0"}) -> (tensor<?x?xf32, #sinter.dims<P + 1, H>> {sinter.name = "present.0"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>,
                           #sinter.symbol<name = "H", lo = 0, hi = 64, source = "dim", input = 0, position = 1>]} {
  %0 = sinter.constant dense<1.0> : tensor<f32>
  %1 = sinter.broadcast %0 [] to <1, H> : tensor<f32> -> tensor<1x?xf32, #sinter.dims<1, H>>
  %2 = sinter.concat [0] %a, %1 : tensor<?x?xf32, #sinter.dims<P, H>>, tensor<1x?xf32, #sinter.dims<1, H>> -> tensor<?x?xf32, #sinter.dims<P + 1, H>>
  sinter.return %2 : tensor<?x?xf32, #sinter.dims<P + 1, H>>
}

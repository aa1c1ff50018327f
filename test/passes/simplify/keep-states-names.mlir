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
// expected-warning @unknown {{stays in the interface: expected the output to be the input with another tensor behind it (Concat)}}
// expected-warning @unknown {{stays in the interface: expected dim 0 of the input to be a symbol, got 4}}
// expected-error @unknown {{expected an input like past_key_values.0.key and an output like present.0.key, got none}}
sinter.program @negative_in_front(%a: tensor<?xf32, #sinter.dims<P>> {sinter.name = "past.0"},
                                  %b: tensor<4xf32> {sinter.name = "past.1"}, %n: tensor<1xf32> {sinter.name = "n"})
    -> (tensor<?xf32, #sinter.dims<P + 1>> {sinter.name = "present.0"}, tensor<5xf32> {sinter.name = "present.1"})
    attributes {symbols = [#sinter.symbol<name = "P", lo = 0, hi = 64, source = "dim", input = 0, position = 0>]} {
  %0 = sinter.concat [0] %n, %a : tensor<1xf32>, tensor<?xf32, #sinter.dims<P>> -> tensor<?xf32, #sinter.dims<P + 1>>
  %1 = sinter.concat [0] %b, %n : tensor<4xf32>, tensor<1xf32> -> tensor<5xf32>
  sinter.return %0, %1 : tensor<?xf32, #sinter.dims<P + 1>>, tensor<5xf32>
}

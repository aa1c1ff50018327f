// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-materialize-outputs,sinter-form-stages))' --split-input-file | FileCheck %s

///----- [Passes: materialize-outputs, form-stages]  Binds stay where they are and read memory.

/// What a bind reads is written by a stage of its own, also when an elementwise user could take it in.
// CHECK-LABEL: sinter.program @reads_memory(
//  CHECK-SAME:   %[[N:.*]]: tensor<i64>)
//       CHECK:   %[[S:.*]] = sinter.stage "element" {
//       CHECK:     sinter.unary neg %[[N]]
//       CHECK:   sinter.bind "u0" = %[[S]] : tensor<i64>
//       CHECK:   %[[R:.*]] = sinter.stage "element" {
//       CHECK:     sinter.broadcast %[[S]] [] to <u0>
//       CHECK:   sinter.return %[[R]]
sinter.program @reads_memory(%n: tensor<i64>) -> tensor<?xi64, #sinter.dims<u0>>
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  %0 = sinter.unary neg %n : tensor<i64> -> tensor<i64>
  sinter.bind "u0" = %0 : tensor<i64>
  %1 = sinter.broadcast %0 [] to <u0> : tensor<i64> -> tensor<?xi64, #sinter.dims<u0>>
  %2 = sinter.unary abs %1 : tensor<?xi64, #sinter.dims<u0>> -> tensor<?xi64, #sinter.dims<u0>>
  sinter.return %2 : tensor<?xi64, #sinter.dims<u0>>
}

// -----

/// A constant that a bind reads, and a shape that folding has moved ahead of the bind of its dims: each gets a stage at
/// its first reader.
// CHECK-LABEL: sinter.program @leaves(
//       CHECK:   %[[C:.*]] = sinter.stage "element" {
//       CHECK:     sinter.constant
//       CHECK:   sinter.bind "u0" = %[[C]] : tensor<i64>
//       CHECK:   %[[S:.*]] = sinter.stage "element" {
//       CHECK:     sinter.shape <u0>
//       CHECK:   sinter.reshape %[[S]] to <1>
sinter.program @leaves() -> tensor<1xi64>
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  %0 = sinter.shape <u0> : tensor<i64>
  %1 = sinter.constant dense<4> : tensor<i64>
  sinter.bind "u0" = %1 : tensor<i64>
  %2 = sinter.reshape %0 to <1> : tensor<i64> -> tensor<1xi64>
  sinter.return %2 : tensor<1xi64>
}

// -----

/// An output under dims that are known only after its value was written: the runtime has no memory for it then.
// CHECK-LABEL: sinter.program @output_before_its_dims(
//       CHECK:   %[[S:.*]] = sinter.stage "element" {
//       CHECK:     sinter.unary exp
//       CHECK:   sinter.bind "u0"
//       CHECK:   %[[V:.*]] = sinter.reshape %[[S]] to <u0>
//       CHECK:   %[[COPY:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[V]]
//       CHECK:   sinter.return %[[COPY]]
sinter.program @output_before_its_dims(%x: tensor<4xf32>, %n: tensor<i64>) -> tensor<?xf32, #sinter.dims<u0>>
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.assume <u0> eq <4> "node 'a' (Reshape)"
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  sinter.bind "u0" = %n : tensor<i64>
  %1 = sinter.reshape %0 to <u0> : tensor<4xf32> -> tensor<?xf32, #sinter.dims<u0>>
  sinter.return %1 : tensor<?xf32, #sinter.dims<u0>>
}

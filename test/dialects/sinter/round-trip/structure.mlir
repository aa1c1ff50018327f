// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Program, weights, kernels and launches: what is printed parses again to the same text, also from the generic form.

// CHECK: sinter.weight @w : tensor<64x64xf32> from("m.onnx", 512, 16384)
sinter.weight @w : tensor<64x64xf32> from("m.onnx", 512, 16384)
// CHECK: sinter.weight @hashed : tensor<4xf32> from("m.onnx", 0, 16, "5eed")
sinter.weight @hashed : tensor<4xf32> from("m.onnx", 0, 16, "5eed")

// CHECK: sinter.weight @w_t : tensor<64x64xf32> {
// CHECK:   sinter.yield
sinter.weight @w_t : tensor<64x64xf32> {
  %0 = sinter.load @w : tensor<64x64xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<64x64xf32> -> tensor<64x64xf32>
  sinter.yield %1 : tensor<64x64xf32>
}

// CHECK-LABEL: sinter.kernel @k0(
//  CHECK-SAME:   attributes {schedule = {emitter = "map", tasks = #sinter.dim<d0>}, symbols = ["d0"]}
//       CHECK:   sinter.stage "element"
sinter.kernel @k0(%x: tensor<?x8xf32, #sinter.dims<d0, 8>>) -> tensor<?x8xf32, #sinter.dims<d0, 8>>
    attributes {symbols = ["d0"], schedule = {emitter = "map", tasks = #sinter.dim<d0>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<?x8xf32, #sinter.dims<d0, 8>> -> tensor<?x8xf32, #sinter.dims<d0, 8>>
    sinter.yield %1 : tensor<?x8xf32, #sinter.dims<d0, 8>>
  } : tensor<?x8xf32, #sinter.dims<d0, 8>>
  sinter.yield %0 : tensor<?x8xf32, #sinter.dims<d0, 8>>
}

// CHECK-LABEL: sinter.program @main(
//  CHECK-SAME:   {sinter.name = "x"}
//  CHECK-SAME:   #sinter.symbol<name = "B", lo = 0, hi = 1024, source = "dim", input = 0, position = 0>
//       CHECK:   sinter.assume <B> le <64> "node 'exp' (Exp)"
//       CHECK:   sinter.launch @k0(%{{.*}}) dims <B> : (tensor<?x8xf32, #sinter.dims<B, 8>>)
sinter.program @main(%x: tensor<?x8xf32, #sinter.dims<B, 8>> {sinter.name = "x"}) -> (tensor<?x8xf32, #sinter.dims<B, 8>> {sinter.name = "y"})
    attributes {symbols = [#sinter.symbol<name = "B", lo = 0, hi = 1024, source = "dim", input = 0, position = 0>]} {
  sinter.assume <B> le <64> "node 'exp' (Exp)"
  %0 = sinter.launch @k0(%x) dims <B> : (tensor<?x8xf32, #sinter.dims<B, 8>>) -> tensor<?x8xf32, #sinter.dims<B, 8>>
  sinter.return %0 : tensor<?x8xf32, #sinter.dims<B, 8>>
}

/// Without inputs and outputs.
// CHECK-LABEL: sinter.program @empty() {
//  CHECK-NEXT:   sinter.assume <S> eq <T> "node 'add' (Add)"
//  CHECK-NEXT:   sinter.return
sinter.program @empty() {
  sinter.assume <S> eq <T> "node 'add' (Add)"
  sinter.return
}

/// A size that the program computes.
// CHECK-LABEL: sinter.program @bound(
//  CHECK-SAME:   #sinter.symbol<name = "u0", lo = 0, hi = 1024, source = "value", input = -1, position = -1>
//       CHECK:   sinter.assume <u0> le <64> "node 'range' (Range)"
//  CHECK-NEXT:   sinter.bind "u0" = %{{.*}} : tensor<i64>
//  CHECK-NEXT:   %{{.*}} = sinter.iota{{.*}} of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
sinter.program @bound(%n: tensor<i64>) -> tensor<?xi64, #sinter.dims<u0>>
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 1024, source = "value", input = -1, position = -1>]} {
  sinter.assume <u0> le <64> "node 'range' (Range)"
  sinter.bind "u0" = %n : tensor<i64>
  %0 = sinter.iota [0] of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
  sinter.return %0 : tensor<?xi64, #sinter.dims<u0>>
}

// CHECK-LABEL: sinter.program @checked(
//       CHECK:   sinter.check_elements %{{.*}} "an index" from <-V, -2> to <V - 1, 1> : tensor<3x2xi64>
sinter.program @checked(%i: tensor<3x2xi64>, %x: tensor<?x2xf32, #sinter.dims<V, 2>>) {
  sinter.check_elements %i "an index" from <-V, -2> to <V - 1, 1> : tensor<3x2xi64>
  sinter.return
}

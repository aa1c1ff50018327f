// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Branches and loops: what is printed parses again to the same text, also from the generic form.

// CHECK-LABEL: sinter.program @branches(
//       CHECK:   sinter.if %{{.*}} {
//       CHECK:   } else {
//       CHECK:   } : tensor<i1> -> tensor<8xf32>
sinter.program @branches(%c: tensor<i1>, %x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sinter.if %c {
    %1 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %1 : tensor<8xf32>
  } else {
    sinter.yield %x : tensor<8xf32>
  } : tensor<i1> -> tensor<8xf32>
  sinter.return %0 : tensor<8xf32>
}

// CHECK-LABEL: sinter.program @loops(
//       CHECK:   sinter.loop <T> while %{{.*}} carry(%{{.*}}) {
//       CHECK:   ^bb0(%{{.*}}: tensor<i64>, %{{.*}}: tensor<8xf32>):
//       CHECK:   } : (tensor<i1>, tensor<8xf32>) -> (tensor<8xf32>, tensor<?x8xf32, #sinter.dims<T, 8>>)
//       CHECK:   sinter.loop <4> {
//       CHECK:   } : () -> tensor<4xi64>
sinter.program @loops(%c: tensor<i1>, %x: tensor<8xf32>) {
  %0:2 = sinter.loop <T> while %c carry (%x) {
  ^bb0(%i: tensor<i64>, %y: tensor<8xf32>):
    sinter.yield %c, %y, %x : tensor<i1>, tensor<8xf32>, tensor<8xf32>
  } : (tensor<i1>, tensor<8xf32>) -> (tensor<8xf32>, tensor<?x8xf32, #sinter.dims<T, 8>>)
  %1 = sinter.loop <4> {
  ^bb0(%i: tensor<i64>):
    sinter.yield %i : tensor<i64>
  } : () -> tensor<4xi64>
  sinter.return
}

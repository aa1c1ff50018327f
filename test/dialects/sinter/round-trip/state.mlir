// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- States: what is printed parses again to the same text, also from the generic form.

// CHECK-LABEL: sinter.program @states(
//       CHECK:   %[[STATE:.*]] = sinter.state "past" keeps "present" axis 1 : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>
//       CHECK:   sinter.append %[[STATE]], %{{.*}} : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>, tensor<3x2x8xf32> -> tensor<?x2x8xf32, #sinter.dims<P + 3, 2, 8>>
sinter.program @states(%k: tensor<3x2x8xf32>) {
  %0 = sinter.state "past" keeps "present" axis 1 : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>
  %1 = sinter.append %0, %k : tensor<?x2x8xf32, #sinter.dims<P, 2, 8>>, tensor<3x2x8xf32> -> tensor<?x2x8xf32, #sinter.dims<P + 3, 2, 8>>
  sinter.return
}

// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Operators with a loop of their own: what is printed parses again to the same text, also from the generic form.

// CHECK-LABEL: func.func @contract(
//       CHECK:   sinter.contract %{{.*}}, %{{.*}} [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
func.func @contract(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: func.func @conv(
//       CHECK:   strides [2, 2] dilations [1, 1] low <1, 1> high <1, 1> groups 1
func.func @conv(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  %0 = sinter.conv %x, %w strides [2, 2] dilations [1, 1] low <1, 1> high <1, 1> groups 1
      : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x4x4xf32>
  return
}

/// The result's spatial dims are formulas of the input's; a size that could be negative is at least 0.
// CHECK-LABEL: func.func @conv_symbolic(
//       CHECK:   -> tensor<?x4x?xf32, #sinter.dims<N, 4, max(0, W - 2)>>
func.func @conv_symbolic(%x: tensor<?x3x?xf32, #sinter.dims<N, 3, W>>, %w: tensor<4x3x3xf32>) {
  %0 = sinter.conv %x, %w strides [1] dilations [1] low <0> high <0> groups 1
      : tensor<?x3x?xf32, #sinter.dims<N, 3, W>>, tensor<4x3x3xf32> -> tensor<?x4x?xf32, #sinter.dims<N, 4, max(W - 2, 0)>>
  return
}

// CHECK-LABEL: func.func @window(
//       CHECK:   sinter.window max %{{.*}} kernel [2, 2] strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> sizes <4, 4>
//       CHECK:   sinter.window argmax {{.*}} -> tensor<1x3x4x4xi64>
func.func @window(%x: tensor<1x3x8x8xf32>) {
  %0 = sinter.window max %x kernel [2, 2] strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> sizes <4, 4>
      : tensor<1x3x8x8xf32> -> tensor<1x3x4x4xf32>
  %1 = sinter.window argmax %x kernel [2, 2] strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> sizes <4, 4>
      : tensor<1x3x8x8xf32> -> tensor<1x3x4x4xi64>
  return
}

// CHECK-LABEL: func.func @reductions(
//       CHECK:   sinter.reduce sum %{{.*}} [1] : tensor<4x8xf32> -> tensor<4xf32>
//       CHECK:   sinter.arg_reduce max %{{.*}}[1] : tensor<4x8xf32> -> tensor<4xi64>
//       CHECK:   sinter.arg_reduce min %{{.*}}[1] last : tensor<4x8xf32>
//       CHECK:   sinter.prefix sum %{{.*}}[1] : tensor<4x8xf32>
//       CHECK:   sinter.prefix sum %{{.*}}[1] exclusive reverse : tensor<4x8xf32>
func.func @reductions(%x: tensor<4x8xf32>) {
  %0 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = sinter.arg_reduce max %x [1] : tensor<4x8xf32> -> tensor<4xi64>
  %2 = sinter.arg_reduce min %x [1] last : tensor<4x8xf32> -> tensor<4xi64>
  %3 = sinter.prefix sum %x [1] : tensor<4x8xf32> -> tensor<4x8xf32>
  %4 = sinter.prefix sum %x [1] exclusive reverse : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: func.func @sort(
//       CHECK:   sinter.sort %{{.*}}[1] first <3> : tensor<4x8xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
//       CHECK:   sinter.sort %{{.*}}[1] first <K> ascending : tensor<4x8xf32>
func.func @sort(%x: tensor<4x8xf32>) {
  %v, %i = sinter.sort %x [1] first <3> : tensor<4x8xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
  %w, %j = sinter.sort %x [1] first <K> ascending
      : tensor<4x8xf32> -> tensor<4x?xf32, #sinter.dims<4, K>>, tensor<4x?xi64, #sinter.dims<4, K>>
  return
}

// CHECK-LABEL: func.func @gather(
//       CHECK:   sinter.gather take %{{.*}}, %{{.*}}[0] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2x3x8xf32>
//       CHECK:   sinter.gather elements {{.*}} -> tensor<2x3xf32>
//       CHECK:   sinter.gather nd {{.*}} -> tensor<2x8xf32>
func.func @gather(%x: tensor<10x8xf32>, %i: tensor<2x3xi64>, %j: tensor<2x1xi64>) {
  %0 = sinter.gather take %x, %i [0] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2x3x8xf32>
  %1 = sinter.gather elements %x, %i [1] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2x3xf32>
  %2 = sinter.gather nd %x, %j [0] : tensor<10x8xf32>, tensor<2x1xi64> -> tensor<2x8xf32>
  return
}

// CHECK-LABEL: func.func @scatter(
//       CHECK:   sinter.scatter elements add {{.*}}[1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
//       CHECK:   sinter.scatter nd replace
func.func @scatter(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>, %v: tensor<4xf32>) {
  %0 = sinter.scatter elements add %x, %i, %u [1]
      : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
  %1 = sinter.scatter nd replace %x, %i, %v [0]
      : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// RUN: sinter-opt %s --sinter-materialize-pads | FileCheck %s

///----- [Pass: materialize-pads]  IN: conv with pads  OUT: conv without pads on a zero-filled pad of its input
// CHECK-LABEL: sinter.program @pads(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<1x3x8x8xf32>, %[[W:[^:]*]]: tensor<4x3x3x3xf32>
//       CHECK:   %[[Z:.*]] = sinter.constant dense<0.000000e+00> : tensor<f32>
//       CHECK:   %[[P:.*]] = sinter.pad constant %[[X]], %[[Z]] low <0, 0, 1, 0> high <0, 0, 2, 1> : {{.*}} -> tensor<1x3x11x9xf32>
//       CHECK:   sinter.conv %[[P]], %[[W]] strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0>
sinter.program @pads(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x9x7xf32> {
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 0> high <2, 1> groups 1
      : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x9x7xf32>
  sinter.return %0 : tensor<1x4x9x7xf32>
}

/// Sizes that the run decides: the pad's dims are formulas, the result's stay as they were.
// CHECK-LABEL: sinter.program @pads_symbolic(
//       CHECK:   sinter.pad {{.*}} -> tensor<?x3x?xf32, #sinter.dims<N, 3, W + 2>>
//       CHECK:   sinter.conv {{.*}} -> tensor<?x4x?xf32, #sinter.dims<N, 4, W>>
sinter.program @pads_symbolic(%x: tensor<?x3x?xf32, #sinter.dims<N, 3, W>>, %w: tensor<4x3x3xf32>)
    -> tensor<?x4x?xf32, #sinter.dims<N, 4, W>> {
  %0 = sinter.conv %x, %w strides [1] dilations [1] low <1> high <1> groups 1
      : tensor<?x3x?xf32, #sinter.dims<N, 3, W>>, tensor<4x3x3xf32> -> tensor<?x4x?xf32, #sinter.dims<N, 4, W>>
  sinter.return %0 : tensor<?x4x?xf32, #sinter.dims<N, 4, W>>
}

/// Elements outside of the largest window do not count: -inf.
// CHECK-LABEL: sinter.program @largest(
//       CHECK:   %[[LEAST:.*]] = sinter.constant dense<0xFF800000> : tensor<f32>
//       CHECK:   %[[P:.*]] = sinter.pad constant %{{.*}}, %[[LEAST]] low <0, 0, 1, 0> high <0, 0, 1, 2> : {{.*}} -> tensor<1x3x10x10xf32>
//       CHECK:   sinter.window max %[[P]] kernel [3, 3] strides [2, 1] dilations [1, 1] low <0, 0> high <0, 0> sizes <4, 8>
sinter.program @largest(%x: tensor<1x3x8x8xf32>) -> tensor<1x3x4x8xf32> {
  %0 = sinter.window max %x kernel [3, 3] strides [2, 1] dilations [1, 1] low <1, 0> high <1, 2> sizes <4, 8>
      : tensor<1x3x8x8xf32> -> tensor<1x3x4x8xf32>
  sinter.return %0 : tensor<1x3x4x8xf32>
}

/// No pads; a mean, which does not count elements outside; an index, which is that of the input; integers.
// CHECK-LABEL: sinter.program @negative(
//   CHECK-NOT:   sinter.pad
//       CHECK:   sinter.return
sinter.program @negative(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %i: tensor<1x3x8x8xui8>)
    -> (tensor<1x4x6x6xf32>, tensor<1x3x8x8xf32>, tensor<1x3x8x8xi64>, tensor<1x3x8x8xui8>) {
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x6x6xf32>
  %1 = sinter.window mean %x kernel [3, 3] strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> sizes <8, 8>
      : tensor<1x3x8x8xf32> -> tensor<1x3x8x8xf32>
  %2 = sinter.window argmax %x kernel [3, 3] strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> sizes <8, 8>
      : tensor<1x3x8x8xf32> -> tensor<1x3x8x8xi64>
  %3 = sinter.window max %i kernel [3, 3] strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> sizes <8, 8>
      : tensor<1x3x8x8xui8> -> tensor<1x3x8x8xui8>
  sinter.return %0, %1, %2, %3 : tensor<1x4x6x6xf32>, tensor<1x3x8x8xf32>, tensor<1x3x8x8xi64>, tensor<1x3x8x8xui8>
}

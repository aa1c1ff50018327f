// RUN: sinter-opt %s --sinter-pack-filters | FileCheck %s --check-prefixes=CHECK,V3
// RUN: sinter-opt %s --sinter-pack-filters=vector-bits=512 | FileCheck %s --check-prefixes=CHECK,V4

sinter.weight @w : tensor<40x3x5x5xf32> from("m.onnx", 0, 12000)
sinter.weight @g : tensor<12x4x3xf32> from("m.onnx", 0, 576)
sinter.weight @d : tensor<8x1x3x3xf32> from("m.onnx", 0, 288)
sinter.weight @h : tensor<40x3x5x5xf16> from("m.onnx", 0, 6000)
sinter.weight @p : tensor<72x24x1x1xf32> from("m.onnx", 0, 6912)

///----- [Pass: pack-filters]  IN: conv(x, load [F, C/g, kernel])  OUT: conv(x, unpack_filter(panels of two vectors)), a line per term
// CHECK-LABEL: sinter.program @filter(
//       CHECK:   %[[W:.*]] = sinter.load @w
//       CHECK:   %[[R:.*]] = sinter.reshape %[[W]] to <1, 40, 75>
//       CHECK:   %[[T:.*]] = sinter.transpose %[[R]] [0, 2, 1]
//          V3:   %[[P:.*]] = sinter.pack %[[T]] width 16 : tensor<1x75x40xf32> -> tensor<1x3x75x16xf32>
//          V4:   %[[P:.*]] = sinter.pack %[[T]] width 32 : tensor<1x75x40xf32> -> tensor<1x2x75x32xf32>
//       CHECK:   %[[U:.*]] = sinter.unpack_filter %[[P]] to <40, 3, 5, 5>
//       CHECK:   sinter.conv %{{.*}}, %[[U]] strides
sinter.program @filter(%x: tensor<1x3x12x12xf32>) -> tensor<1x40x8x8xf32> {
  %w = sinter.load @w : tensor<40x3x5x5xf32>
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<1x3x12x12xf32>, tensor<40x3x5x5xf32> -> tensor<1x40x8x8xf32>
  sinter.return %0 : tensor<1x40x8x8xf32>
}

/// Groups have panels of their own; 6 filters of a group fill one vector of 8, but less than half of one of 16.
// CHECK-LABEL: sinter.program @groups(
//          V3:   sinter.pack %{{.*}} width 8 : tensor<2x12x6xf32> -> tensor<2x1x12x8xf32>
//          V4-NOT: sinter.pack
//       CHECK:   sinter.conv
sinter.program @groups(%x: tensor<1x8x10xf32>) -> tensor<1x12x8xf32> {
  %w = sinter.load @g : tensor<12x4x3xf32>
  %0 = sinter.conv %x, %w strides [1] dilations [1] low <0> high <0> groups 2
      : tensor<1x8x10xf32>, tensor<12x4x3xf32> -> tensor<1x12x8xf32>
  sinter.return %0 : tensor<1x12x8xf32>
}

/// Depthwise: one filter per group fills no vector.
// CHECK-LABEL: sinter.program @negative_depthwise(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.conv
sinter.program @negative_depthwise(%x: tensor<1x8x10x10xf32>) -> tensor<1x8x8x8xf32> {
  %w = sinter.load @d : tensor<8x1x3x3xf32>
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 8
      : tensor<1x8x10x10xf32>, tensor<8x1x3x3xf32> -> tensor<1x8x8x8xf32>
  sinter.return %0 : tensor<1x8x8x8xf32>
}

// CHECK-LABEL: sinter.program @negative_half(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.conv
sinter.program @negative_half(%x: tensor<1x3x12x12xf16>) -> tensor<1x40x8x8xf16> {
  %w = sinter.load @h : tensor<40x3x5x5xf16>
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<1x3x12x12xf16>, tensor<40x3x5x5xf16> -> tensor<1x40x8x8xf16>
  sinter.return %0 : tensor<1x40x8x8xf16>
}

/// A filter that is computed is not known before run time.
// CHECK-LABEL: sinter.program @negative_computed(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.conv
sinter.program @negative_computed(%x: tensor<1x3x12x12xf32>, %w: tensor<40x3x5x5xf32>) -> tensor<1x40x8x8xf32> {
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<1x3x12x12xf32>, tensor<40x3x5x5xf32> -> tensor<1x40x8x8xf32>
  sinter.return %0 : tensor<1x40x8x8xf32>
}

/// A kernel of one pixel over few channels: lanes run along pixels, which read the filter as it is.
// CHECK-LABEL: sinter.program @negative_along_pixels(
//   CHECK-NOT:   sinter.pack
//       CHECK:   sinter.conv
sinter.program @negative_along_pixels(%x: tensor<2x24x56x56xf32>) -> tensor<2x72x56x56xf32> {
  %w = sinter.load @p : tensor<72x24x1x1xf32>
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<2x24x56x56xf32>, tensor<72x24x1x1xf32> -> tensor<2x72x56x56xf32>
  sinter.return %0 : tensor<2x72x56x56xf32>
}

/// A stride of two, and pixels that fill one block only: the filter is packed.
// CHECK-LABEL: sinter.program @strides_and_few_pixels(
//  CHECK-COUNT-2: sinter.pack
sinter.program @strides_and_few_pixels(%x: tensor<2x24x56x56xf32>, %y: tensor<2x24x4x4xf32>) -> (tensor<2x72x28x28xf32>, tensor<2x72x4x4xf32>) {
  %w = sinter.load @p : tensor<72x24x1x1xf32>
  %0 = sinter.conv %x, %w strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<2x24x56x56xf32>, tensor<72x24x1x1xf32> -> tensor<2x72x28x28xf32>
  %1 = sinter.conv %y, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
      : tensor<2x24x4x4xf32>, tensor<72x24x1x1xf32> -> tensor<2x72x4x4xf32>
  sinter.return %0, %1 : tensor<2x72x28x28xf32>, tensor<2x72x4x4xf32>
}

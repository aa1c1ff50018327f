// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Data movement: what is printed parses again to the same text, also from the generic form.

sinter.weight @w : tensor<64x64xf32> from("m.onnx", 512, 16384)

// CHECK-LABEL: func.func @values(
//       CHECK:   sinter.constant dense<1.000000e+00> : tensor<4xf32>
//       CHECK:   sinter.shape <B, 2*S, 64> : tensor<3xi64>
//       CHECK:   sinter.load @w : tensor<64x64xf32>
//       CHECK:   sinter.iota[1] of <4, 8> as i64 -> tensor<4x8xi64>
func.func @values() {
  %0 = sinter.constant dense<1.0> : tensor<4xf32>
  %1 = sinter.shape <B, 2*S, 64> : tensor<3xi64>
  %2 = sinter.load @w : tensor<64x64xf32>
  %3 = sinter.iota [1] of <4, 8> as i64 -> tensor<4x8xi64>
  return
}

// CHECK-LABEL: func.func @movement(
//       CHECK:   sinter.reshape %{{.*}} to <2, 2, 8> : tensor<4x8xf32> -> tensor<2x2x8xf32>
//       CHECK:   sinter.transpose %{{.*}} [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
//       CHECK:   sinter.broadcast %{{.*}} [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
//       CHECK:   sinter.slice %{{.*}} <1, 0> size <2, 8> [1, 1] : tensor<4x8xf32> -> tensor<2x8xf32>
//       CHECK:   sinter.concat[0] %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<2x8xf32> -> tensor<6x8xf32>
//       CHECK:   sinter.pad constant %{{.*}}, %{{.*}} low <1, 0> high <1, 2> : tensor<4x8xf32>, tensor<f32> -> tensor<6x10xf32>
func.func @movement(%x: tensor<4x8xf32>, %y: tensor<2x8xf32>, %z: tensor<8xf32>, %v: tensor<f32>) {
  %0 = sinter.reshape %x to <2, 2, 8> : tensor<4x8xf32> -> tensor<2x2x8xf32>
  %1 = sinter.transpose %x [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  %2 = sinter.broadcast %z [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
  %3 = sinter.slice %x <1, 0> size <2, 8> [1, 1] : tensor<4x8xf32> -> tensor<2x8xf32>
  %4 = sinter.concat [0] %x, %y : tensor<4x8xf32>, tensor<2x8xf32> -> tensor<6x8xf32>
  %5 = sinter.pad constant %x, %v low <1, 0> high <1, 2> : tensor<4x8xf32>, tensor<f32> -> tensor<6x10xf32>
  return
}

// CHECK-LABEL: func.func @panels(
//       CHECK:   sinter.pack %{{.*}} width 16 : tensor<64x40xf32> -> tensor<3x64x16xf32>
//       CHECK:   sinter.unpack %{{.*}} columns 40 : tensor<3x64x16xf32> -> tensor<64x40xf32>
func.func @panels(%w: tensor<64x40xf32>, %p: tensor<3x64x16xf32>) {
  %0 = sinter.pack %w width 16 : tensor<64x40xf32> -> tensor<3x64x16xf32>
  %1 = sinter.unpack %p columns 40 : tensor<3x64x16xf32> -> tensor<64x40xf32>
  return
}

// CHECK-LABEL: func.func @filter_panels(
//       CHECK:   sinter.unpack_filter %{{.*}} to <40, 3, 5, 5> : tensor<1x3x75x16xf32> -> tensor<40x3x5x5xf32>
func.func @filter_panels(%p: tensor<1x3x75x16xf32>) {
  %0 = sinter.unpack_filter %p to <40, 3, 5, 5> : tensor<1x3x75x16xf32> -> tensor<40x3x5x5xf32>
  return
}

// RUN: sinter-opt %s > %t && sinter-opt %t | diff %t -
// RUN: sinter-opt %s --mlir-print-op-generic | sinter-opt | diff %t -
// RUN: FileCheck %s --input-file=%t

///----- Elementwise operators: what is printed parses again to the same text, also from the generic form.

// CHECK-LABEL: func.func @unary(
//       CHECK:   sinter.unary exp %{{.*}} : tensor<4x8xf32> -> tensor<4x8xf32>
//       CHECK:   sinter.unary isnan %{{.*}} : tensor<4x8xf32> -> tensor<4x8xi1>
func.func @unary(%x: tensor<4x8xf32>) {
  %0 = sinter.unary exp %x : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = sinter.unary isnan %x : tensor<4x8xf32> -> tensor<4x8xi1>
  return
}

// CHECK-LABEL: func.func @binary(
//       CHECK:   sinter.binary add %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
//       CHECK:   sinter.binary lt {{.*}} -> tensor<4x8xi1>
func.func @binary(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) {
  %0 = sinter.binary add %x, %y : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = sinter.binary lt %x, %y : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xi1>
  return
}

// CHECK-LABEL: func.func @ternary(
//       CHECK:   sinter.ternary select %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xi1>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
func.func @ternary(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf32>) {
  %0 = sinter.ternary select %c, %x, %y : tensor<4xi1>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return
}

// CHECK-LABEL: func.func @cast(
//       CHECK:   sinter.cast %{{.*}} to i64 : tensor<4xf32> -> tensor<4xi64>
func.func @cast(%x: tensor<4xf32>) {
  %0 = sinter.cast %x to i64 : tensor<4xf32> -> tensor<4xi64>
  return
}

/// Result dims are the operand's, as formulas.
// CHECK-LABEL: func.func @symbolic_dims(
//       CHECK:   -> tensor<?x8xf32, #sinter.dims<B, 8>>
func.func @symbolic_dims(%x: tensor<?x8xf32, #sinter.dims<B, 8>>) {
  %0 = sinter.unary exp %x : tensor<?x8xf32, #sinter.dims<B, 8>> -> tensor<?x8xf32, #sinter.dims<B, 8>>
  return
}

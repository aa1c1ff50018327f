// RUN: sinter-opt %s --sinter-build-recipes --split-input-file | FileCheck %s

///----- [Pass: build-recipes]  IN: op(load @w)  OUT: load of a weight whose recipe is the op; @w stays if something reads it
// CHECK-LABEL: sinter.weight @w.transpose : tensor<8x4xf32> {
//  CHECK-NEXT:   %[[W:.*]] = sinter.load @w
//  CHECK-NEXT:   %[[T:.*]] = sinter.transpose %[[W]] [1, 0]
//  CHECK-NEXT:   sinter.yield %[[T]]
//       CHECK: sinter.weight @w : tensor<4x8xf32> from
//       CHECK: sinter.program @movement()
//  CHECK-NEXT:   %[[L:.*]] = sinter.load @w.transpose
//  CHECK-NEXT:   sinter.return %[[L]]
sinter.weight @w : tensor<4x8xf32> from("m.onnx", 0, 128)
sinter.program @movement() -> tensor<8x4xf32> {
  %0 = sinter.load @w : tensor<4x8xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  sinter.return %1 : tensor<8x4xf32>
}

// -----

/// A chain is one recipe, not a recipe over a recipe; the steps between leave the module.
// CHECK-LABEL: sinter.weight @w.transpose.cast.pack : tensor<1x8x16xf16>
//       CHECK:   sinter.load @w :
//       CHECK:   sinter.transpose
//       CHECK:   sinter.cast
//       CHECK:   sinter.pack
//   CHECK-NOT: sinter.weight @w.
//       CHECK: sinter.program @chain()
sinter.weight @w : tensor<4x8xf32> from("m.onnx", 0, 128)
sinter.program @chain() -> tensor<1x8x16xf16> {
  %0 = sinter.load @w : tensor<4x8xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  %2 = sinter.cast %1 to f16 : tensor<8x4xf32> -> tensor<8x4xf16>
  %3 = sinter.pack %2 width 16 : tensor<8x4xf16> -> tensor<1x8x16xf16>
  sinter.return %3 : tensor<1x8x16xf16>
}

// -----

/// Equal recipes are one weight; other recipes of the same weight have names of their own.
// CHECK-LABEL: sinter.weight @w.unary_0 :
//       CHECK:   sinter.unary neg
// CHECK-LABEL: sinter.weight @w.unary :
//       CHECK:   sinter.unary exp
//       CHECK: sinter.program @equal_recipes()
//       CHECK:   %[[A:.*]] = sinter.load @w.unary :
//       CHECK:   %[[B:.*]] = sinter.load @w.unary :
//       CHECK:   %[[C:.*]] = sinter.load @w.unary_0 :
//       CHECK:   sinter.return %[[A]], %[[B]], %[[C]]
sinter.weight @w : tensor<4xf32> from("m.onnx", 0, 16)
sinter.program @equal_recipes() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = sinter.load @w : tensor<4xf32>
  %1 = sinter.unary exp %0 : tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.unary exp %0 : tensor<4xf32> -> tensor<4xf32>
  %3 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  sinter.return %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

/// A scale per row is broadcast inside the recipe; several weights and constants may be read.
// CHECK-LABEL: sinter.weight @w.binary : tensor<4x8xf32> {
//   CHECK-DAG:   %[[W:.*]] = sinter.load @w
//   CHECK-DAG:   %[[S:.*]] = sinter.load @s
//   CHECK-DAG:   %[[B:.*]] = sinter.broadcast %[[S]] [0] to <4, 8>
//       CHECK:   sinter.binary mul %[[W]], %[[B]]
sinter.weight @w : tensor<4x8xf32> from("m.onnx", 0, 128)
sinter.weight @s : tensor<4xf32> from("m.onnx", 128, 16)
sinter.program @scale_per_row() -> tensor<4x8xf32> {
  %0 = sinter.load @w : tensor<4x8xf32>
  %1 = sinter.load @s : tensor<4xf32>
  %2 = sinter.broadcast %1 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
  %3 = sinter.binary mul %0, %2 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  sinter.return %3 : tensor<4x8xf32>
}

// -----

/// A broadcast alone would store its result, a reduction or product would run far longer than a copy, an input is no
/// weight, and a constant alone is what folds are for.
// CHECK-LABEL: sinter.weight @v :
//   CHECK-NOT: sinter.weight
//       CHECK: sinter.program @negative_no_recipe_step(
//       CHECK:   sinter.broadcast
//       CHECK:   sinter.reduce
//       CHECK:   sinter.contract
//       CHECK:   sinter.binary mul
//       CHECK:   sinter.unary exp
sinter.weight @v : tensor<4xf32> from("m.onnx", 0, 16)
sinter.program @negative_no_recipe_step(%x: tensor<4xf32>)
    -> (tensor<9x4xf32>, tensor<f32>, tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %w = sinter.load @v : tensor<4xf32>
  %c = sinter.constant dense<2.0> : tensor<4xf32>
  %0 = sinter.broadcast %w [1] to <9, 4> : tensor<4xf32> -> tensor<9x4xf32>
  %1 = sinter.reduce sum %w [0] : tensor<4xf32> -> tensor<f32>
  %2 = sinter.contract %w, %w [0] x [1] -> [0, 1] : tensor<4xf32>, tensor<4xf32> -> tensor<4x4xf32>
  %3 = sinter.binary mul %w, %x : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %4 = sinter.unary exp %c : tensor<4xf32> -> tensor<4xf32>
  sinter.return %0, %1, %2, %3, %4 : tensor<9x4xf32>, tensor<f32>, tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

///----- Weights that nothing reads leave the module, with the recipes and sources that only they read
//   CHECK-NOT: sinter.weight
//       CHECK: sinter.weight @used
//   CHECK-NOT: sinter.weight
//       CHECK: sinter.program @unused()
sinter.weight @source : tensor<4xf32> from("m.onnx", 0, 16)
sinter.weight @middle : tensor<4xf32> {
  %0 = sinter.load @source : tensor<4xf32>
  sinter.yield %0 : tensor<4xf32>
}
sinter.weight @end : tensor<4xf32> {
  %0 = sinter.load @middle : tensor<4xf32>
  sinter.yield %0 : tensor<4xf32>
}
sinter.weight @used : tensor<4xf32> from("m.onnx", 16, 16)
sinter.program @unused() -> tensor<4xf32> {
  %0 = sinter.load @used : tensor<4xf32>
  sinter.return %0 : tensor<4xf32>
}

// -----

/// Work on a constant with more than one value is a recipe as well: zero points beside packed weights, say. A splat is none.
// CHECK-LABEL: sinter.weight @constant.binary : tensor<4xui8>
//       CHECK:   sinter.binary shr
//       CHECK: sinter.program @constant_table()
//       CHECK:   %[[T:.*]] = sinter.load @constant.binary
//       CHECK:   %[[S:.*]] = sinter.binary shr
//       CHECK:   sinter.return %[[T]], %[[S]]
sinter.program @constant_table() -> (tensor<4xui8>, tensor<4xui8>) {
  %0 = sinter.constant dense<[16, 32, 48, 64]> : tensor<4xui8>
  %1 = sinter.constant dense<4> : tensor<4xui8>
  %2 = sinter.binary shr %0, %1 : tensor<4xui8>, tensor<4xui8> -> tensor<4xui8>
  %3 = sinter.binary shr %1, %1 : tensor<4xui8>, tensor<4xui8> -> tensor<4xui8>
  sinter.return %2, %3 : tensor<4xui8>, tensor<4xui8>
}

// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s

///----- [Emitter: conv_pixels]  IN: a kernel of one pixel  OUT: tiles of filters x pixels in registers, lanes along pixels
// CHECK-LABEL: llvm.func @tiles(
//   CHECK-NOT:   shuffle
//   CHECK-NOT:   masked
/// Tasks past the work are empty; the last block ends at the last pixel.
//       CHECK:   scf.if
//       CHECK:     scf.for {{.*}} step %c16_i64
//       CHECK:       arith.minsi
/// Six filters by two vectors of pixels: two loads of the input, a scalar of each filter.
//       CHECK:       scf.for {{.*}} step %c6_i64
//       CHECK:         scf.for %{{.*}} = %c0_i64 to %c4_i64 step %c1_i64 iter_args
//  CHECK-COUNT-2:        llvm.load {{.*}} -> vector<8xf32>
//   CHECK-NOT:           llvm.load {{.*}} -> vector
//  CHECK-COUNT-12:       math.fma
//   CHECK-NOT:           math.fma
//       CHECK:           scf.yield
/// The bias is a scalar of the filter; sums go from registers to the result.
//  CHECK-COUNT-12:     llvm.store {{.*}} : vector<8xf32>
/// What whole tiles leave of 9 filters is one tile of 4.
//       CHECK:       scf.for {{.*}} step %c4_i64
//  CHECK-COUNT-8:        math.fma
//   CHECK-NOT:   math.fma
//   CHECK-NOT:   shuffle
//       CHECK:   llvm.return
sinter.kernel @tiles(%x: tensor<2x4x9x9xf32>, %w: tensor<9x4x1x1xf32>, %b: tensor<9xf32>) -> tensor<2x9x9x9xf32>
    attributes {schedule = {emitter = "conv_pixels", tasks = #sinter.dim<2>, scratch = #sinter.dim<640>, tile = array<i64: 6, 16, 6>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x4x9x9xf32>, tensor<9x4x1x1xf32> -> tensor<2x9x9x9xf32>
    %2 = sinter.broadcast %b [1] to <2, 9, 9, 9> : tensor<9xf32> -> tensor<2x9x9x9xf32>
    %3 = sinter.binary add %1, %2 : tensor<2x9x9x9xf32>, tensor<2x9x9x9xf32> -> tensor<2x9x9x9xf32>
    sinter.yield %3 : tensor<2x9x9x9xf32>
  } : tensor<2x9x9x9xf32>
  sinter.yield %0 : tensor<2x9x9x9xf32>
}

// -----

/// Long fused work is written once, for a row of the tile; an input that is computed, once for each block.
// CHECK-LABEL: llvm.func @through_scratch(
//  CHECK-COUNT-2: arith.mulf {{.*}} : vector<8xf32>
//   CHECK-NOT:   arith.mulf
//  CHECK-COUNT-4: math.fma
//   CHECK-NOT:   math.fma
//  CHECK-COUNT-2: math.exp {{.*}} : vector<8xf32>
//   CHECK-NOT:   math.exp
//       CHECK:   llvm.return
sinter.kernel @through_scratch(%x: tensor<1x4x40xf32>, %g: tensor<4xf32>, %w: tensor<2x4x1xf32>) -> tensor<1x2x40xf32>
    attributes {schedule = {emitter = "conv_pixels", tasks = #sinter.dim<1>, scratch = #sinter.dim<640>, tile = array<i64: 6, 16, 3>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.broadcast %g [1] to <1, 4, 40> : tensor<4xf32> -> tensor<1x4x40xf32>
    %2 = sinter.binary mul %x, %1 : tensor<1x4x40xf32>, tensor<1x4x40xf32> -> tensor<1x4x40xf32>
    %3 = sinter.conv %2, %w strides [1] dilations [1] low <0> high <0> groups 1
        : tensor<1x4x40xf32>, tensor<2x4x1xf32> -> tensor<1x2x40xf32>
    %4 = sinter.unary exp %3 : tensor<1x2x40xf32> -> tensor<1x2x40xf32>
    sinter.yield %4 : tensor<1x2x40xf32>
  } : tensor<1x2x40xf32>
  sinter.yield %0 : tensor<1x2x40xf32>
}

// -----

/// A bias along one spatial dim has no address that is linear in the flat pixel: pixels are finished one by one.
// CHECK-LABEL: llvm.func @negative_flat(
//   CHECK-NOT:   arith.addf {{.*}} : vector
//       CHECK:   arith.remui
//       CHECK:   arith.addf {{.*}} : f32
//   CHECK-NOT:   arith.addf {{.*}} : vector
//       CHECK:   llvm.return
sinter.kernel @negative_flat(%x: tensor<1x4x9x9xf32>, %w: tensor<6x4x1x1xf32>, %b: tensor<9xf32>) -> tensor<1x6x9x9xf32>
    attributes {schedule = {emitter = "conv_pixels", tasks = #sinter.dim<1>, scratch = #sinter.dim<640>, tile = array<i64: 6, 16, 6>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<1x4x9x9xf32>, tensor<6x4x1x1xf32> -> tensor<1x6x9x9xf32>
    %2 = sinter.broadcast %b [3] to <1, 6, 9, 9> : tensor<9xf32> -> tensor<1x6x9x9xf32>
    %3 = sinter.binary add %1, %2 : tensor<1x6x9x9xf32>, tensor<1x6x9x9xf32> -> tensor<1x6x9x9xf32>
    sinter.yield %3 : tensor<1x6x9x9xf32>
  } : tensor<1x6x9x9xf32>
  sinter.yield %0 : tensor<1x6x9x9xf32>
}

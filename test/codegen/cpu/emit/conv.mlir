// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s

///----- [Emitter: conv]  IN: a planned convolution  OUT: per panel and strip, tiles of pixels x filters in registers, then along pixels
// CHECK-LABEL: llvm.func @tiles(
/// Tasks past the work are empty: 2 images, 2 blocks of pixels, 2 panels.
//       CHECK:   scf.if
//       CHECK:     scf.for %[[PANEL:.*]] =
//       CHECK:       scf.for %[[STRIP:.*]] = {{.*}} step %c24_i64
/// Sums of 6 pixels by two vectors of filters; a loop over channels, 9 kernel positions one after the other.
//       CHECK:         scf.for %{{.*}} = {{.*}} step %c6_i64
//       CHECK:           scf.for %{{.*}} = %c0_i64 to %c4_i64 step %c1_i64 iter_args
//  CHECK-COUNT-108:        math.fma
//   CHECK-NOT:             math.fma
//       CHECK:             scf.yield
//  CHECK-COUNT-12:       llvm.store {{.*}} : vector<8xf32>
/// Transposed: 16 vectors along pixels.
//       CHECK:         scf.for %{{.*}} = {{.*}} step %c8_i64
//  CHECK-COUNT-24:       vector.shuffle
//   CHECK-COUNT-8:       llvm.store {{.*}} : vector<8xf32>
//  CHECK-COUNT-24:       vector.shuffle
//   CHECK-COUNT-8:       llvm.store {{.*}} : vector<8xf32>
/// The bias is a scalar of the filter; pixels are finished in vectors, the last ones one by one.
//       CHECK:         scf.for %{{.*}} = {{.*}} step %c1_i64
//       CHECK:           scf.for %{{.*}} = {{.*}} step %c8_i64
//       CHECK:             vector.broadcast
//       CHECK:             arith.addf {{.*}} : vector<8xf32>
//       CHECK:             llvm.store {{.*}} : vector<8xf32>
//       CHECK:           scf.for
//       CHECK:             arith.addf {{.*}} : f32
sinter.kernel @tiles(%x: tensor<2x4x9x9xf32>, %w: tensor<1x2x36x16xf32>, %b: tensor<32xf32>) -> tensor<2x32x7x7xf32>
    attributes {schedule = {emitter = "conv", tasks = #sinter.dim<8>, scratch = #sinter.dim<3072>, tile = array<i64: 6, 16, 24, 48, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <32, 4, 3, 3> : tensor<1x2x36x16xf32> -> tensor<32x4x3x3xf32>
    %2 = sinter.conv %x, %1 strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x4x9x9xf32>, tensor<32x4x3x3xf32> -> tensor<2x32x7x7xf32>
    %3 = sinter.broadcast %b [1] to <2, 32, 7, 7> : tensor<32xf32> -> tensor<2x32x7x7xf32>
    %4 = sinter.binary add %2, %3 : tensor<2x32x7x7xf32>, tensor<2x32x7x7xf32> -> tensor<2x32x7x7xf32>
    sinter.yield %4 : tensor<2x32x7x7xf32>
  } : tensor<2x32x7x7xf32>
  sinter.yield %0 : tensor<2x32x7x7xf32>
}

// -----

/// A kernel of more than 9 positions loops over its rows. Dims, strides and dilations only move the scalars.
// CHECK-LABEL: llvm.func @loops_over_rows(
//       CHECK:   scf.for %{{.*}} = %c0_i64 to %c3_i64 step %c1_i64 iter_args
//       CHECK:     scf.for %{{.*}} = %c0_i64 to %c7_i64 step %c1_i64 iter_args
//  CHECK-COUNT-84:   math.fma
//   CHECK-NOT:       math.fma
//       CHECK:       scf.yield
sinter.kernel @loops_over_rows(%x: tensor<?x3x?x?xf32, #sinter.dims<d0, 3, 2*d1+5, 2*d2+5>>, %w: tensor<1x1x147x16xf32>)
    -> tensor<?x16x?x?xf32, #sinter.dims<d0, 16, d1, d2>>
    attributes {symbols = ["d0", "d1", "d2"], schedule = {emitter = "conv", tasks = #sinter.dim<1>, scratch = #sinter.dim<3072>, tile = array<i64: 6, 16, 24, 48, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <16, 3, 7, 7> : tensor<1x1x147x16xf32> -> tensor<16x3x7x7xf32>
    %2 = sinter.conv %x, %1 strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<?x3x?x?xf32, #sinter.dims<d0, 3, 2*d1+5, 2*d2+5>>, tensor<16x3x7x7xf32>
        -> tensor<?x16x?x?xf32, #sinter.dims<d0, 16, d1, d2>>
    sinter.yield %2 : tensor<?x16x?x?xf32, #sinter.dims<d0, 16, d1, d2>>
  } : tensor<?x16x?x?xf32, #sinter.dims<d0, 16, d1, d2>>
  sinter.yield %0 : tensor<?x16x?x?xf32, #sinter.dims<d0, 16, d1, d2>>
}

// -----

/// A bias along one spatial dim has no address that is linear in the flat pixel: pixels are finished one by one.
// CHECK-LABEL: llvm.func @negative_flat(
//   CHECK-NOT:   arith.addf {{.*}} : vector
//       CHECK:   arith.remui
//       CHECK:   arith.addf {{.*}} : f32
//   CHECK-NOT:   arith.addf {{.*}} : vector
//       CHECK:   llvm.return
sinter.kernel @negative_flat(%x: tensor<1x4x9x9xf32>, %w: tensor<1x1x36x16xf32>, %b: tensor<7xf32>) -> tensor<1x16x7x7xf32>
    attributes {schedule = {emitter = "conv", tasks = #sinter.dim<1>, scratch = #sinter.dim<3072>, tile = array<i64: 6, 16, 24, 48, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <16, 4, 3, 3> : tensor<1x1x36x16xf32> -> tensor<16x4x3x3xf32>
    %2 = sinter.conv %x, %1 strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<1x4x9x9xf32>, tensor<16x4x3x3xf32> -> tensor<1x16x7x7xf32>
    %3 = sinter.broadcast %b [3] to <1, 16, 7, 7> : tensor<7xf32> -> tensor<1x16x7x7xf32>
    %4 = sinter.binary add %2, %3 : tensor<1x16x7x7xf32>, tensor<1x16x7x7xf32> -> tensor<1x16x7x7xf32>
    sinter.yield %4 : tensor<1x16x7x7xf32>
  } : tensor<1x16x7x7xf32>
  sinter.yield %0 : tensor<1x16x7x7xf32>
}

// -----

/// A kernel and strides of one: a pixel of the result is the input's, so nothing is split into rows and columns.
// CHECK-LABEL: llvm.func @pointwise(
//       CHECK:   scf.if
//       CHECK:     scf.for
//   CHECK-NOT:     arith.remui
//       CHECK:   llvm.return
sinter.kernel @pointwise(%x: tensor<2x4x9x9xf32>, %w: tensor<1x1x4x16xf32>) -> tensor<2x16x9x9xf32>
    attributes {schedule = {emitter = "conv", tasks = #sinter.dim<4>, scratch = #sinter.dim<3072>, tile = array<i64: 6, 16, 24, 48, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <16, 4, 1, 1> : tensor<1x1x4x16xf32> -> tensor<16x4x1x1xf32>
    %2 = sinter.conv %x, %1 strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x4x9x9xf32>, tensor<16x4x1x1xf32> -> tensor<2x16x9x9xf32>
    sinter.yield %2 : tensor<2x16x9x9xf32>
  } : tensor<2x16x9x9xf32>
  sinter.yield %0 : tensor<2x16x9x9xf32>
}

// -----

/// A filter that fills much of the L2 cache: while the tiles of a panel are summed, the next panel comes, a share
/// with each term, of which a channel has 9.
// CHECK-LABEL: llvm.func @next_panel(
//       CHECK:   scf.for %[[PANEL:.*]] =
//       CHECK:     scf.for {{.*}} step %c24_i64
//       CHECK:       scf.for {{.*}} step %c6_i64
//       CHECK:         scf.for %{{.*}} = %c0_i64 to %c256_i64 step %c1_i64 iter_args
//   CHECK-COUNT-9:       llvm.intr.prefetch
//   CHECK-NOT:           llvm.intr.prefetch
//       CHECK:           scf.yield
sinter.kernel @next_panel(%x: tensor<1x256x9x9xf32>, %w: tensor<1x2x2304x16xf32>) -> tensor<1x32x7x7xf32>
    attributes {schedule = {emitter = "conv", tasks = #sinter.dim<8>, scratch = #sinter.dim<3072>, tile = array<i64: 6, 16, 24, 48, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <32, 256, 3, 3> : tensor<1x2x2304x16xf32> -> tensor<32x256x3x3xf32>
    %2 = sinter.conv %x, %1 strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<1x256x9x9xf32>, tensor<32x256x3x3xf32> -> tensor<1x32x7x7xf32>
    sinter.yield %2 : tensor<1x32x7x7xf32>
  } : tensor<1x32x7x7xf32>
  sinter.yield %0 : tensor<1x32x7x7xf32>
}

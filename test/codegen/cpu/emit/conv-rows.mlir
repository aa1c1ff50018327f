// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s

///----- [Emitter: conv_rows]  IN: a depthwise convolution  OUT: tiles of rows by a vector of columns; the filter in registers
/// 6 input rows by 3 columns are loaded once for 4 rows of the result.
// CHECK-LABEL: llvm.func @depthwise(
//       CHECK:   scf.for
//  CHECK-COUNT-9:  vector.broadcast {{.*}} : f32 to vector<8xf32>
//       CHECK:     scf.for %{{.*}} = %c0_i64 to %c20_i64 step %c8_i64
/// The last vector ends at the last column.
//       CHECK:       arith.minsi
//   CHECK-NOT:       masked
//       CHECK:       llvm.load {{.*}} -> vector<8xf32>
//  CHECK-COUNT-36:   math.fma
//   CHECK-NOT:       math.fma
//  CHECK-COUNT-4:    llvm.store {{.*}} : vector<8xf32>
//   CHECK-NOT:   math.fma
//       CHECK:   llvm.return
sinter.kernel @depthwise(%x: tensor<1x6x22x22xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<1x6x20x20xf32>
    attributes {schedule = {emitter = "conv_rows", tasks = #sinter.dim<2>, tile = array<i64: 4, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 6
        : tensor<1x6x22x22xf32>, tensor<6x1x3x3xf32> -> tensor<1x6x20x20xf32>
    sinter.yield %1 : tensor<1x6x20x20xf32>
  } : tensor<1x6x20x20xf32>
  sinter.yield %0 : tensor<1x6x20x20xf32>
}

// -----

/// A stride of two: every second lane of two loads, the second of which ends at the last element that is needed.
// CHECK-LABEL: llvm.func @stride_two(
//   CHECK-NOT:   masked
//       CHECK:   vector.shuffle {{.*}} [0, 2, 4, 6, 9, 11, 13, 15]
//   CHECK-NOT:   masked
//       CHECK:   llvm.return
sinter.kernel @stride_two(%x: tensor<1x6x17x17xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<1x6x8x8xf32>
    attributes {schedule = {emitter = "conv_rows", tasks = #sinter.dim<2>, tile = array<i64: 4, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> groups 6
        : tensor<1x6x17x17xf32>, tensor<6x1x3x3xf32> -> tensor<1x6x8x8xf32>
    sinter.yield %1 : tensor<1x6x8x8xf32>
  } : tensor<1x6x8x8xf32>
  sinter.yield %0 : tensor<1x6x8x8xf32>
}

// -----

/// Columns known at run time only: four vectors, one, or elements. Channels of a group are a loop, which loads its weights.
// CHECK-LABEL: llvm.func @columns_at_run_time(
//       CHECK:   arith.cmpi sge, %{{.*}}, %c32_i64
//       CHECK:   scf.if
//       CHECK:     scf.for {{.*}} step %c32_i64
//       CHECK:       scf.for %{{.*}} = %c0_i64 to %c2_i64 step %c1_i64 iter_args
//  CHECK-COUNT-16:     math.fma {{.*}} : vector<8xf32>
//       CHECK:   } else {
//       CHECK:     arith.cmpi sge, %{{.*}}, %c8_i64
//       CHECK:     scf.if
//  CHECK-COUNT-4:      math.fma {{.*}} : vector<8xf32>
//       CHECK:     } else {
//  CHECK-COUNT-4:      math.fma {{.*}} : f32
sinter.kernel @columns_at_run_time(%x: tensor<?x4x?xf32, #sinter.dims<d0, 4, d1 + 3>>, %w: tensor<6x2x4xf32>)
    -> tensor<?x6x?xf32, #sinter.dims<d0, 6, d1>>
    attributes {symbols = ["d0", "d1"], schedule = {emitter = "conv_rows", tasks = #sinter.dim<2>, tile = array<i64: 1, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1] dilations [1] low <0> high <0> groups 2
        : tensor<?x4x?xf32, #sinter.dims<d0, 4, d1 + 3>>, tensor<6x2x4xf32> -> tensor<?x6x?xf32, #sinter.dims<d0, 6, d1>>
    sinter.yield %1 : tensor<?x6x?xf32, #sinter.dims<d0, 6, d1>>
  } : tensor<?x6x?xf32, #sinter.dims<d0, 6, d1>>
  sinter.yield %0 : tensor<?x6x?xf32, #sinter.dims<d0, 6, d1>>
}

// -----

/// Rows that are known to be shorter than a vector have shorter ones.
// CHECK-LABEL: llvm.func @short_rows(
//       CHECK:   scf.for %{{.*}} = %c0_i64 to %c7_i64 step %c4_i64
//  CHECK-COUNT-63:   math.fma {{.*}} : vector<4xf32>
//   CHECK-NOT:   math.fma
//       CHECK:   llvm.return
sinter.kernel @short_rows(%x: tensor<1x6x9x9xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<1x6x7x7xf32>
    attributes {schedule = {emitter = "conv_rows", tasks = #sinter.dim<2>, tile = array<i64: 7, 1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 6
        : tensor<1x6x9x9xf32>, tensor<6x1x3x3xf32> -> tensor<1x6x7x7xf32>
    sinter.yield %1 : tensor<1x6x7x7xf32>
  } : tensor<1x6x7x7xf32>
  sinter.yield %0 : tensor<1x6x7x7xf32>
}

// RUN: sinter-opt %s --sinter-plan-kernels | FileCheck %s --check-prefixes=CHECK,V3
// RUN: sinter-opt %s '--sinter-plan-kernels=vector-bits=512 vector-registers=32 l2-bytes=1048576' | FileCheck %s --check-prefixes=CHECK,V4
// RUN: sinter-opt %s --sinter-plan-kernels=specialize=false | FileCheck %s --check-prefixes=CHECK,MAP

///----- [Pass: plan-kernels]  IN: a kernel  OUT: its schedule: emitter, work, bytes, tasks as formulas of its dims
/// Elementwise work is `map`: 8 elements a row, 4 bytes in and 4 out each, a task per 32768 operations, 256 at most.
// CHECK-LABEL: sinter.kernel @elementwise(
//  CHECK-SAME:   bytes = #sinter.dim<64*d0>
//  CHECK-SAME:   emitter = "map"
//  CHECK-SAME:   flops = #sinter.dim<8*d0>
//  CHECK-SAME:   tasks = #sinter.dim<max(1, min(256, floordiv(d0, 4096)))>
sinter.kernel @elementwise(%x: tensor<?x8xf32, #sinter.dims<d0, 8>>) -> tensor<?x8xf32, #sinter.dims<d0, 8>> attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<?x8xf32, #sinter.dims<d0, 8>> -> tensor<?x8xf32, #sinter.dims<d0, 8>>
    sinter.yield %1 : tensor<?x8xf32, #sinter.dims<d0, 8>>
  } : tensor<?x8xf32, #sinter.dims<d0, 8>>
  sinter.yield %0 : tensor<?x8xf32, #sinter.dims<d0, 8>>
}

/// Little work is one task.
// CHECK-LABEL: sinter.kernel @small(
//  CHECK-SAME:   tasks = #sinter.dim<1>
sinter.kernel @small(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %1 : tensor<8xf32>
  } : tensor<8xf32>
  sinter.yield %0 : tensor<8xf32>
}

/// Per result element a reduction works through the reduced dims: 64 results of 65536.
// CHECK-LABEL: sinter.kernel @reduction(
//  CHECK-SAME:   emitter = "map", flops = #sinter.dim<4194304>, tasks = #sinter.dim<128>
sinter.kernel @reduction(%x: tensor<64x65536xf32>) -> tensor<64xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.reduce sum %x [1] : tensor<64x65536xf32> -> tensor<64xf32>
    sinter.yield %1 : tensor<64xf32>
  } : tensor<64xf32>
  sinter.yield %0 : tensor<64xf32>
}

/// A scatter is one task, however large: updates are applied in order.
// CHECK-LABEL: sinter.kernel @scatter(
//  CHECK-SAME:   emitter = "map"
//  CHECK-SAME:   tasks = #sinter.dim<1>
sinter.kernel @scatter(%x: tensor<4096x4096xf32>, %i: tensor<4x4096xi64>, %u: tensor<4x4096xf32>) -> tensor<4096x4096xf32> {
  %0 = sinter.stage "all" {
    %1 = sinter.scatter elements add %x, %i, %u [0]
        : tensor<4096x4096xf32>, tensor<4x4096xi64>, tensor<4x4096xf32> -> tensor<4096x4096xf32>
    sinter.yield %1 : tensor<4096x4096xf32>
  } : tensor<4096x4096xf32>
  sinter.yield %0 : tensor<4096x4096xf32>
}

///----- [Pass: plan-kernels]  IN: f32 contraction with rows, columns, one summed label  OUT: the contraction emitter's tile
/// Tasks are row blocks by column groups; a multiply-add counts as two operations.
// CHECK-LABEL: sinter.kernel @product(
//          V3:   emitter = "contract", flops = #sinter.dim<268435456>, scratch = #sinter.dim<384>, tasks = #sinter.dim<40>, tile = array<i64: 6, 16, 126, 4>
//          V4:   emitter = "contract", flops = #sinter.dim<268435456>, scratch = #sinter.dim<1536>, tasks = #sinter.dim<24>, tile = array<i64: 12, 32, 252, 2>
//         MAP:   emitter = "map", flops = #sinter.dim<268435456>, tasks = #sinter.dim<256>
sinter.kernel @product(%a: tensor<512x512xf32>, %b: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<512x512xf32>, tensor<512x512xf32> -> tensor<512x512xf32>
    sinter.yield %1 : tensor<512x512xf32>
  } : tensor<512x512xf32>
  sinter.yield %0 : tensor<512x512xf32>
}

/// Batch labels, symbolic rows: the tasks are a formula; no rows are still one task.
// CHECK-LABEL: sinter.kernel @batched(
//          V3:   emitter = "contract"
//     V3-SAME:   tasks = #sinter.dim<max(1, {{.*}}d0*
sinter.kernel @batched(%a: tensor<?x?x64xf32, #sinter.dims<d0, d1, 64>>, %b: tensor<?x64x40xf32, #sinter.dims<d0, 64, 40>>)
    -> tensor<?x?x40xf32, #sinter.dims<d0, d1, 40>> attributes {symbols = ["d0", "d1"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [3, 0, 2] x [3, 2, 1] -> [3, 0, 1]
        : tensor<?x?x64xf32, #sinter.dims<d0, d1, 64>>, tensor<?x64x40xf32, #sinter.dims<d0, 64, 40>> -> tensor<?x?x40xf32, #sinter.dims<d0, d1, 40>>
    sinter.yield %1 : tensor<?x?x40xf32, #sinter.dims<d0, d1, 40>>
  } : tensor<?x?x40xf32, #sinter.dims<d0, d1, 40>>
  sinter.yield %0 : tensor<?x?x40xf32, #sinter.dims<d0, d1, 40>>
}

/// Siblings share the registers: half the rows each, panels of the same columns.
// CHECK-LABEL: sinter.kernel @siblings(
//    V3-SAME:   emitter = "contract", flops = #sinter.dim<512000>, scratch = #sinter.dim<384>, {{.*}} tile = array<i64: 3, 16, 192, 32>
//    V4-SAME:   emitter = "contract", flops = #sinter.dim<512000>, scratch = #sinter.dim<1536>, {{.*}} tile = array<i64: 6, 32, 384, 16>
//   MAP-SAME:   emitter = "map"
sinter.kernel @siblings(%a: tensor<100x32xf32>, %g: tensor<32x40xf32>, %u: tensor<32x40xf32>) -> tensor<100x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %g [0, 2] x [2, 1] -> [0, 1] : tensor<100x32xf32>, tensor<32x40xf32> -> tensor<100x40xf32>
    %2 = sinter.contract %a, %u [0, 2] x [2, 1] -> [0, 1] : tensor<100x32xf32>, tensor<32x40xf32> -> tensor<100x40xf32>
    %3 = sinter.binary mul %1, %2 : tensor<100x40xf32>, tensor<100x40xf32> -> tensor<100x40xf32>
    sinter.yield %3 : tensor<100x40xf32>
  } : tensor<100x40xf32>
  sinter.yield %0 : tensor<100x40xf32>
}

/// A contraction in front of its rows' reduction: a task has 24 of them. Scratch: a register tile, 36 rows of 16 columns.
// CHECK-LABEL: sinter.kernel @projection(
//    V3-SAME:   emitter = "project", {{.*}} scratch = #sinter.dim<2304>, tasks = #sinter.dim<max(1, floordiv(d0 + 23, 24))>, tile = array<i64: 6, 16, 24, 1>
//    V4-SAME:   emitter = "project", {{.*}} tile = array<i64: 12, 32, 24, 1>
//   MAP-SAME:   emitter = "rows"
sinter.kernel @projection(%x: tensor<?x8xf32, #sinter.dims<d0, 8>>, %w: tensor<1x8x16xf32>) -> tensor<?xf32, #sinter.dims<d0>> attributes {symbols = ["d0"]} {
  %0 = sinter.group rows <d0> {
    %1 = sinter.stage "element" {
      %2 = sinter.unpack %w columns 16 : tensor<1x8x16xf32> -> tensor<8x16xf32>
      %3 = sinter.contract %x, %2 [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<d0, 8>>, tensor<8x16xf32> -> tensor<?x16xf32, #sinter.dims<d0, 16>>
      sinter.yield %3 : tensor<?x16xf32, #sinter.dims<d0, 16>>
    } : tensor<?x16xf32, #sinter.dims<d0, 16>>
    %4 = sinter.stage "element" {
      %5 = sinter.reduce sum %1 [1] : tensor<?x16xf32, #sinter.dims<d0, 16>> -> tensor<?xf32, #sinter.dims<d0>>
      sinter.yield %5 : tensor<?xf32, #sinter.dims<d0>>
    } : tensor<?xf32, #sinter.dims<d0>>
    sinter.yield %4 : tensor<?xf32, #sinter.dims<d0>>
  } : tensor<?xf32, #sinter.dims<d0>>
  sinter.yield %0 : tensor<?xf32, #sinter.dims<d0>>
}

/// f64.
// CHECK-LABEL: sinter.kernel @negative_f64(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_f64(%a: tensor<4x16xf64>, %b: tensor<16x8xf64>) -> tensor<4x8xf64> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf64>, tensor<16x8xf64> -> tensor<4x8xf64>
    sinter.yield %1 : tensor<4x8xf64>
  } : tensor<4x8xf64>
  sinter.yield %0 : tensor<4x8xf64>
}

/// The right operand's columns are not contiguous: [n, k].
// CHECK-LABEL: sinter.kernel @negative_strided_columns(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_strided_columns(%a: tensor<4x16xf32>, %b: tensor<8x16xf32>) -> tensor<4x8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [1, 2] -> [0, 1] : tensor<4x16xf32>, tensor<8x16xf32> -> tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.yield %0 : tensor<4x8xf32>
}

/// Two summed labels.
// CHECK-LABEL: sinter.kernel @negative_two_summed_labels(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_two_summed_labels(%a: tensor<3x4x16xf32>, %b: tensor<16x3x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [3, 0, 2] x [2, 3, 1] -> [0, 1] : tensor<3x4x16xf32>, tensor<16x3x8xf32> -> tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.yield %0 : tensor<4x8xf32>
}

/// A label that only the left operand has and nothing keeps.
// CHECK-LABEL: sinter.kernel @negative_summed_on_the_left(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_summed_on_the_left(%a: tensor<3x4x16xf32>, %b: tensor<16x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [3, 0, 2] x [2, 1] -> [0, 1] : tensor<3x4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.yield %0 : tensor<4x8xf32>
}

/// A batch label of the right operand alone would be a second column.
// CHECK-LABEL: sinter.kernel @negative_batch_on_the_right(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_batch_on_the_right(%a: tensor<4x16xf32>, %b: tensor<3x16x8xf32>) -> tensor<3x4x8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [3, 2, 1] -> [3, 0, 1] : tensor<4x16xf32>, tensor<3x16x8xf32> -> tensor<3x4x8xf32>
    sinter.yield %1 : tensor<3x4x8xf32>
  } : tensor<3x4x8xf32>
  sinter.yield %0 : tensor<3x4x8xf32>
}

/// A diagonal, nothing summed, a scalar result, columns on the left.
// CHECK-LABEL: sinter.kernel @negative_diagonal(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_diagonal(%a: tensor<4x4xf32>, %b: tensor<4x8xf32>) -> tensor<8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [2, 2] x [2, 1] -> [1] : tensor<4x4xf32>, tensor<4x8xf32> -> tensor<8xf32>
    sinter.yield %1 : tensor<8xf32>
  } : tensor<8xf32>
  sinter.yield %0 : tensor<8xf32>
}
// CHECK-LABEL: sinter.kernel @negative_outer_product(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_outer_product(%a: tensor<4xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0] x [1] -> [0, 1] : tensor<4xf32>, tensor<8xf32> -> tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.yield %0 : tensor<4x8xf32>
}
// CHECK-LABEL: sinter.kernel @negative_dot_product(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_dot_product(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<f32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0] x [0] -> [] : tensor<8xf32>, tensor<8xf32> -> tensor<f32>
    sinter.yield %1 : tensor<f32>
  } : tensor<f32>
  sinter.yield %0 : tensor<f32>
}
// CHECK-LABEL: sinter.kernel @negative_columns_on_the_left(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_columns_on_the_left(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) -> tensor<8x4xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [1, 0] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<8x4xf32>
    sinter.yield %1 : tensor<8x4xf32>
  } : tensor<8x4xf32>
  sinter.yield %0 : tensor<8x4xf32>
}

///----- [Pass: plan-kernels]  IN: convolution of a packed filter  OUT: the convolution emitter's tile
/// Tasks are 2 images by blocks of pixels by panels; two transposed strips of sums are scratch.
// CHECK-LABEL: sinter.kernel @filters(
//          V3:   emitter = "conv", flops = #sinter.dim<462422016>, scratch = #sinter.dim<3072>, tasks = #sinter.dim<136>, tile = array<i64: 6, 16, 24, 192, 1>
//         MAP:   emitter = "map"
sinter.kernel @filters(%x: tensor<2x64x58x58xf32>, %w: tensor<1x4x576x16xf32>) -> tensor<2x64x56x56xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack_filter %w to <64, 64, 3, 3> : tensor<1x4x576x16xf32> -> tensor<64x64x3x3xf32>
    %2 = sinter.conv %x, %1 strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x64x58x58xf32>, tensor<64x64x3x3xf32> -> tensor<2x64x56x56xf32>
    sinter.yield %2 : tensor<2x64x56x56xf32>
  } : tensor<2x64x56x56xf32>
  sinter.yield %0 : tensor<2x64x56x56xf32>
}

/// A filter that is not packed has few filters per group, or is computed: rows of the result across lanes, shared by tasks as in map.
// CHECK-LABEL: sinter.kernel @filters_unpacked(
//          V3:   emitter = "conv_rows", flops = #sinter.dim<462422016>, tasks = #sinter.dim<256>, tile = array<i64: 4, 1>
//          V4:   emitter = "conv_rows", flops = #sinter.dim<462422016>, tasks = #sinter.dim<256>, tile = array<i64: 8, 1>
//         MAP:   emitter = "map"
sinter.kernel @filters_unpacked(%x: tensor<2x64x58x58xf32>, %w: tensor<64x64x3x3xf32>) -> tensor<2x64x56x56xf32> {
  %0 = sinter.stage "element" {
    %2 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x64x58x58xf32>, tensor<64x64x3x3xf32> -> tensor<2x64x56x56xf32>
    sinter.yield %2 : tensor<2x64x56x56xf32>
  } : tensor<2x64x56x56xf32>
  sinter.yield %0 : tensor<2x64x56x56xf32>
}

///----- [Pass: plan-kernels]  IN: a kernel of one pixel over few channels, its filter not packed  OUT: lanes along pixels
/// Tasks are 2 images by groups of blocks of pixels; sums of a tile and a block of the input are scratch.
// CHECK-LABEL: sinter.kernel @pointwise(
//          V3:   emitter = "conv_pixels", flops = #sinter.dim<21676032>, scratch = #sinter.dim<1920>, tasks = #sinter.dim<6>, tile = array<i64: 6, 16, 66>
//          V4:   emitter = "conv_pixels", flops = #sinter.dim<21676032>, scratch = #sinter.dim<4608>, tasks = #sinter.dim<6>, tile = array<i64: 12, 32, 33>
//         MAP:   emitter = "map"
sinter.kernel @pointwise(%x: tensor<2x24x56x56xf32>, %w: tensor<72x24x1x1xf32>) -> tensor<2x72x56x56xf32> {
  %0 = sinter.stage "element" {
    %2 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<2x24x56x56xf32>, tensor<72x24x1x1xf32> -> tensor<2x72x56x56xf32>
    sinter.yield %2 : tensor<2x72x56x56xf32>
  } : tensor<2x72x56x56xf32>
  sinter.yield %0 : tensor<2x72x56x56xf32>
}

/// Positions of a kernel of unknown size cannot be written out.
// CHECK-LABEL: sinter.kernel @negative_kernel_size(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_kernel_size(%x: tensor<2x64x58xf32>, %w: tensor<64x64x?xf32, #sinter.dims<64, 64, d0>>)
    -> tensor<2x64x?xf32, #sinter.dims<2, 64, max(-d0 + 59, 0)>> attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %2 = sinter.conv %x, %w strides [1] dilations [1] low <0> high <0> groups 1
        : tensor<2x64x58xf32>, tensor<64x64x?xf32, #sinter.dims<64, 64, d0>> -> tensor<2x64x?xf32, #sinter.dims<2, 64, max(-d0 + 59, 0)>>
    sinter.yield %2 : tensor<2x64x?xf32, #sinter.dims<2, 64, max(-d0 + 59, 0)>>
  } : tensor<2x64x?xf32, #sinter.dims<2, 64, max(-d0 + 59, 0)>>
  sinter.yield %0 : tensor<2x64x?xf32, #sinter.dims<2, 64, max(-d0 + 59, 0)>>
}

/// 14 rows are two tiles of 7 where registers hold 8 sums, four of 4 where they hold 4.
// CHECK-LABEL: sinter.kernel @depthwise(
//          V3:   emitter = "conv_rows", {{.*}}tile = array<i64: 4, 1>
//          V4:   emitter = "conv_rows", {{.*}}tile = array<i64: 7, 1>
sinter.kernel @depthwise(%x: tensor<2x64x16x16xf32>, %w: tensor<64x1x3x3xf32>) -> tensor<2x64x14x14xf32> {
  %0 = sinter.stage "element" {
    %2 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 64
        : tensor<2x64x16x16xf32>, tensor<64x1x3x3xf32> -> tensor<2x64x14x14xf32>
    sinter.yield %2 : tensor<2x64x14x14xf32>
  } : tensor<2x64x14x14xf32>
  sinter.yield %0 : tensor<2x64x14x14xf32>
}

///----- [Pass: plan-kernels]  IN: a constant pad, with or without work on its input  OUT: the emitter of pads; tasks as in map
// CHECK-LABEL: sinter.kernel @padded(
//          V3:   emitter = "pad"
//          V4:   emitter = "pad"
//         MAP:   emitter = "map"
sinter.kernel @padded(%x: tensor<4x14xf32>, %v: tensor<f32>) -> tensor<4x16xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<4x14xf32> -> tensor<4x14xf32>
    %2 = sinter.pad constant %1, %v low <0, 1> high <0, 1> : tensor<4x14xf32>, tensor<f32> -> tensor<4x16xf32>
    sinter.yield %2 : tensor<4x16xf32>
  } : tensor<4x16xf32>
  sinter.yield %0 : tensor<4x16xf32>
}

/// Other modes, and work behind the pad.
// CHECK-LABEL: sinter.kernel @negative_reflected(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_reflected(%x: tensor<4x14xf32>, %v: tensor<f32>) -> tensor<4x16xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.pad reflect %x, %v low <0, 1> high <0, 1> : tensor<4x14xf32>, tensor<f32> -> tensor<4x16xf32>
    sinter.yield %1 : tensor<4x16xf32>
  } : tensor<4x16xf32>
  sinter.yield %0 : tensor<4x16xf32>
}

// CHECK-LABEL: sinter.kernel @negative_work_behind(
//  CHECK-SAME:   emitter = "map"
sinter.kernel @negative_work_behind(%x: tensor<4x14xf32>, %v: tensor<f32>) -> tensor<4x16xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.pad constant %x, %v low <0, 1> high <0, 1> : tensor<4x14xf32>, tensor<f32> -> tensor<4x16xf32>
    %2 = sinter.unary neg %1 : tensor<4x16xf32> -> tensor<4x16xf32>
    sinter.yield %2 : tensor<4x16xf32>
  } : tensor<4x16xf32>
  sinter.yield %0 : tensor<4x16xf32>
}

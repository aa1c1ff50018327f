// RUN: sinter-opt %s --sinter-form-stages --split-input-file | FileCheck %s --check-prefixes=CHECK,FUSE
// RUN: sinter-opt %s --sinter-form-stages=fuse=false --split-input-file | FileCheck %s --check-prefixes=CHECK,APART

///----- [Pass: form-stages]  IN: elementwise chain  OUT: one stage; without fusion one per operator
//  CHECK-LABEL: sinter.program @chain(
//         FUSE:   %[[S:.*]] = sinter.stage "element" {
//    FUSE-NEXT:     sinter.unary exp
//    FUSE-NEXT:     sinter.unary neg
//    FUSE-NEXT:     sinter.yield
//     FUSE-NOT:   sinter.stage
// APART-COUNT-2:   sinter.stage
//    APART-NOT:   sinter.stage
//        CHECK:   sinter.return
sinter.program @chain(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  sinter.return %1 : tensor<4xf32>
}

// -----

/// A root takes the work on its operands before it and the work on its result behind it.
// CHECK-LABEL: sinter.program @around_root(
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary exp
//   FUSE-NEXT:     sinter.reduce sum
//   FUSE-NEXT:     sinter.unary sqrt
//   FUSE-NEXT:     sinter.yield
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @around_root(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = sinter.unary exp %x : tensor<4x8xf32> -> tensor<4x8xf32>
  %1 = sinter.reduce sum %0 [1] : tensor<4x8xf32> -> tensor<4xf32>
  %2 = sinter.unary sqrt %1 : tensor<4xf32> -> tensor<4xf32>
  sinter.return %2 : tensor<4xf32>
}

// -----

/// The location names all nodes, in program order.
// RUN: sinter-opt %s --sinter-form-stages --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=LOC
// LOC-LABEL: sinter.program @locations(
//       LOC:   } : tensor<4xf32> loc(fused["a", "b"])
sinter.program @locations(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32> loc("a")
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32> loc("b")
  sinter.return %1 : tensor<4xf32>
}

// -----

/// Constants, sizes and indices are computed wherever they are read.
// CHECK-LABEL: sinter.program @leaves_are_cloned(
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.constant
//   FUSE-NEXT:     sinter.binary add
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.constant
//   FUSE-NEXT:     sinter.binary mul
//       CHECK:   sinter.return
sinter.program @leaves_are_cloned(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c = sinter.constant dense<2.0> : tensor<4xf32>
  %0 = sinter.binary add %x, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.binary mul %x, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

/// Renames are free to repeat: every reader has its own.
// CHECK-LABEL: sinter.program @renames_join_every_reader(
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.transpose
//   FUSE-NEXT:     sinter.unary exp
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.transpose
//   FUSE-NEXT:     sinter.reduce sum
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @renames_join_every_reader(%x: tensor<4x8xf32>) -> (tensor<8x4xf32>, tensor<8xf32>) {
  %0 = sinter.transpose %x [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  %1 = sinter.unary exp %0 : tensor<8x4xf32> -> tensor<8x4xf32>
  %2 = sinter.reduce sum %0 [1] : tensor<8x4xf32> -> tensor<8xf32>
  sinter.return %1, %2 : tensor<8x4xf32>, tensor<8xf32>
}

// -----

/// A value with readers in two stages is written to memory.
// CHECK-LABEL: sinter.program @negative_two_readers(
//        FUSE:   %[[E:.*]] = sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary exp
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary neg %[[E]]
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary abs %[[E]]
//       CHECK:   sinter.return
sinter.program @negative_two_readers(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.unary abs %0 : tensor<4xf32> -> tensor<4xf32>
  sinter.return %1, %2 : tensor<4xf32>, tensor<4xf32>
}

// -----

/// An output that another operator reads too.
// CHECK-LABEL: sinter.program @negative_output_is_read(
// FUSE-COUNT-2:  sinter.stage
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @negative_output_is_read(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  sinter.return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

/// A diamond has one reader in the end.
// CHECK-LABEL: sinter.program @diamond(
//        FUSE:   sinter.stage
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @diamond(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.unary abs %0 : tensor<4xf32> -> tensor<4xf32>
  %3 = sinter.binary add %1, %2 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %3 : tensor<4xf32>
}

// -----

/// Work that would run once per column of a product, or per copy of a broadcast, stays in front.
// CHECK-LABEL: sinter.program @negative_computed_more_than_once(
//        FUSE:   %[[E:.*]] = sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary exp
//   FUSE-NEXT:     sinter.yield
//        FUSE:   %[[N:.*]] = sinter.stage "element" {
//   FUSE-NEXT:     sinter.unary neg
//   FUSE-NEXT:     sinter.yield
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.contract %[[E]],
//   FUSE-NEXT:     sinter.broadcast %[[N]]
//   FUSE-NEXT:     sinter.binary add
//       CHECK:   sinter.return
sinter.program @negative_computed_more_than_once(%x: tensor<4x16xf32>, %w: tensor<16x8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.unary exp %x : tensor<4x16xf32> -> tensor<4x16xf32>
  %1 = sinter.contract %0, %w [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  %2 = sinter.unary neg %b : tensor<8xf32> -> tensor<8xf32>
  %3 = sinter.broadcast %2 [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
  %4 = sinter.binary add %1, %3 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  sinter.return %4 : tensor<4x8xf32>
}

// -----

/// One root per stage.
// CHECK-LABEL: sinter.program @negative_two_roots(
// FUSE-COUNT-2:  sinter.stage "element"
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @negative_two_roots(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>
  %1 = sinter.reduce sum %y [1] : tensor<4x8xf32> -> tensor<4xf32>
  %2 = sinter.binary add %0, %1 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %2 : tensor<4xf32>
}

// -----

/// A root whose result is read at another index than it is written: its loop would stand in the wrong place.
// CHECK-LABEL: sinter.program @negative_root_behind_transpose(
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.contract
//   FUSE-NEXT:     sinter.yield
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.transpose
//   FUSE-NEXT:     sinter.unary exp
//       CHECK:   sinter.return
sinter.program @negative_root_behind_transpose(%x: tensor<4x16xf32>, %w: tensor<16x8xf32>) -> tensor<8x4xf32> {
  %0 = sinter.contract %x, %w [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  %1 = sinter.transpose %0 [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
  %2 = sinter.unary exp %1 : tensor<8x4xf32> -> tensor<8x4xf32>
  sinter.return %2 : tensor<8x4xf32>
}

// -----

/// Roots that write their result as a whole, or two results, take nothing behind them. Scopes: a line, everything.
// CHECK-LABEL: sinter.program @negative_behind_scatter_and_sort(
//       CHECK:   sinter.stage "all" {
//  CHECK-NEXT:     sinter.scatter
//  CHECK-NEXT:     sinter.yield
//       CHECK:   sinter.stage "element" {
//  CHECK-NEXT:     sinter.unary exp
//       CHECK:   sinter.stage "row" {
//  CHECK-NEXT:     sinter.sort
//  CHECK-NEXT:     sinter.yield
//       CHECK:   sinter.stage "element" {
//  CHECK-NEXT:     sinter.unary neg
sinter.program @negative_behind_scatter_and_sort(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) -> (tensor<4x8xf32>, tensor<4x3xf32>, tensor<4x3xi64>) {
  %0 = sinter.scatter elements replace %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
  %1 = sinter.unary exp %0 : tensor<4x8xf32> -> tensor<4x8xf32>
  %v, %j = sinter.sort %x [1] first <3> : tensor<4x8xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
  %2 = sinter.unary neg %v : tensor<4x3xf32> -> tensor<4x3xf32>
  sinter.return %1, %2, %j : tensor<4x8xf32>, tensor<4x3xf32>, tensor<4x3xi64>
}

// -----

/// Views and weights stay between the stages, as names of memory.
// CHECK-LABEL: sinter.program @views_stay(
//       CHECK:   %[[W:.*]] = sinter.load @w
//       CHECK:   %[[V:.*]] = sinter.reshape %[[W]] to <4>
//       CHECK:   sinter.stage "element" {
//  CHECK-NEXT:     sinter.binary add %{{.*}}, %[[V]]
sinter.weight @w : tensor<2x2xf32> from("m.onnx", 0, 16)
sinter.program @views_stay(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sinter.load @w : tensor<2x2xf32>
  %1 = sinter.reshape %0 to <4> : tensor<2x2xf32> -> tensor<4xf32>
  %2 = sinter.binary add %x, %1 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %2 : tensor<4xf32>
}

// -----

/// Heads are slices of one projection, repeated for their group of queries: renames, not copies.
// CHECK-LABEL: sinter.program @reshape_of_renames(
//        FUSE:   sinter.stage "element" {
//        FUSE:     sinter.slice
//        FUSE:     sinter.broadcast
//        FUSE:     sinter.reshape
//        FUSE:     sinter.contract
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @reshape_of_renames(%q: tensor<6x8x4xf32>, %kv: tensor<3x8x8xf32>) -> tensor<6x8x8xf32> {
  %0 = sinter.slice %kv <0, 0, 4> size <3, 8, 4> [1, 1, 1] : tensor<3x8x8xf32> -> tensor<3x8x4xf32>
  %1 = sinter.broadcast %0 [0, 2, 3] to <3, 2, 8, 4> : tensor<3x8x4xf32> -> tensor<3x2x8x4xf32>
  %2 = sinter.reshape %1 to <6, 8, 4> : tensor<3x2x8x4xf32> -> tensor<6x8x4xf32>
  %3 = sinter.contract %q, %2 [0, 1, 3] x [0, 2, 3] -> [0, 1, 2] : tensor<6x8x4xf32>, tensor<6x8x4xf32> -> tensor<6x8x8xf32>
  sinter.return %3 : tensor<6x8x8xf32>
}

// -----

/// A reshape that merges the innermost dims would divide in the inner loop: a copy, and a view of it.
// CHECK-LABEL: sinter.program @negative_reshape_merges_innermost(
//        FUSE:   %[[T:.*]] = sinter.stage
//        FUSE:     sinter.transpose
//        FUSE:   sinter.reshape %[[T]]
//       CHECK:   sinter.return
sinter.program @negative_reshape_merges_innermost(%x: tensor<4x3x8xf32>) -> tensor<3x32xf32> {
  %0 = sinter.transpose %x [1, 0, 2] : tensor<4x3x8xf32> -> tensor<3x4x8xf32>
  %1 = sinter.reshape %0 to <3, 32> : tensor<3x4x8xf32> -> tensor<3x32xf32>
  %2 = sinter.unary exp %1 : tensor<3x32xf32> -> tensor<3x32xf32>
  sinter.return %2 : tensor<3x32xf32>
}

///----- [Pass: form-stages]  IN: operators in regions  OUT: stages in the same region
/// Work outside of a loop stays outside, though only the loop reads it.
// CHECK-LABEL: sinter.program @loop(
//       CHECK:   %[[OUTER:.*]] = sinter.stage "element" {
//       CHECK:     sinter.unary exp
//       CHECK:   sinter.loop <4>
//        FUSE:     %[[BODY:.*]] = sinter.stage "element" {
//        FUSE:       sinter.binary mul %{{.*}}, %[[OUTER]]
//        FUSE:       sinter.unary neg
//        FUSE:     sinter.yield %[[BODY]]
//       APART:     sinter.binary mul %{{.*}}, %[[OUTER]]
sinter.program @loop(%x: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
  %1 = sinter.loop <4> {
  ^bb0(%i: tensor<i64>):
    %2 = sinter.binary mul %x, %0 : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
    %3 = sinter.unary neg %2 : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %3 : tensor<8xf32>
  } : () -> tensor<4x8xf32>
  sinter.return %1 : tensor<4x8xf32>
}

// -----

/// A gate and what it gates: contractions of one value that meet in elementwise work are roots of one stage.
// CHECK-LABEL: sinter.program @siblings(
//        FUSE:   sinter.stage "element" {
//   FUSE-NEXT:     sinter.contract %{{.*}}, %{{.*}} [1, 0] x [0, 2] -> [1, 2]
//   FUSE-NEXT:     sinter.unary tanh
//   FUSE-NEXT:     sinter.contract %{{.*}}, %{{.*}} [1, 0] x [0, 2] -> [1, 2]
//   FUSE-NEXT:     sinter.binary mul
//   FUSE-NEXT:     sinter.yield
//    FUSE-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @siblings(%x: tensor<4x8xf32>, %g: tensor<8x6xf32>, %u: tensor<8x6xf32>) -> tensor<4x6xf32> {
  %0 = sinter.contract %x, %g [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.contract %x, %u [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %2 = sinter.unary tanh %0 : tensor<4x6xf32> -> tensor<4x6xf32>
  %3 = sinter.binary mul %2, %1 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %3 : tensor<4x6xf32>
}

// -----

/// Another left operand, or a right operand laid out in another way, is another loop.
// CHECK-LABEL: sinter.program @negative_siblings_operands(
// FUSE-COUNT-4:   sinter.stage
//        CHECK:   sinter.return
sinter.program @negative_siblings_operands(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>, %g: tensor<8x6xf32>, %u: tensor<8x6xf32>, %t: tensor<6x8xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>) {
  %0 = sinter.contract %x, %g [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.contract %z, %u [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %2 = sinter.binary mul %0, %1 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  %3 = sinter.contract %x, %g [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %4 = sinter.contract %x, %t [1, 0] x [2, 0] -> [1, 2] : tensor<4x8xf32>, tensor<6x8xf32> -> tensor<4x6xf32>
  %5 = sinter.binary mul %3, %4 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %2, %5 : tensor<4x6xf32>, tensor<4x6xf32>
}

// -----

/// A third sibling stays alone.
// CHECK-LABEL: sinter.program @negative_siblings_third(
// FUSE-COUNT-2:   sinter.stage
//     FUSE-NOT:   sinter.stage
//        CHECK:   sinter.return
sinter.program @negative_siblings_third(%x: tensor<4x8xf32>, %a: tensor<8x6xf32>, %b: tensor<8x6xf32>, %c: tensor<8x6xf32>) -> tensor<4x6xf32> {
  %0 = sinter.contract %x, %a [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %1 = sinter.contract %x, %b [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %2 = sinter.contract %x, %c [1, 0] x [0, 2] -> [1, 2] : tensor<4x8xf32>, tensor<8x6xf32> -> tensor<4x6xf32>
  %3 = sinter.binary mul %0, %1 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  %4 = sinter.binary add %3, %2 : tensor<4x6xf32>, tensor<4x6xf32> -> tensor<4x6xf32>
  sinter.return %4 : tensor<4x6xf32>
}

// -----

/// What a few operations make of indices is made again by each stage that reads it.
// CHECK-LABEL: sinter.program @indices_are_repeated(
// FUSE-COUNT-2:   sinter.iota
//     FUSE-NOT:   sinter.iota
//        CHECK:   sinter.return
sinter.program @indices_are_repeated(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = sinter.iota[0] of <4> as i64 -> tensor<4xi64>
  %1 = sinter.broadcast %0 [0] to <4, 4> : tensor<4xi64> -> tensor<4x4xi64>
  %2 = sinter.cast %1 to f32 : tensor<4x4xi64> -> tensor<4x4xf32>
  %3 = sinter.binary add %x, %2 : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %4 = sinter.binary mul %x, %2 : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  sinter.return %3, %4 : tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

/// A power costs more than to read it.
// CHECK-LABEL: sinter.program @negative_indices_costly(
// FUSE-COUNT-3:   sinter.stage
//        CHECK:   sinter.return
sinter.program @negative_indices_costly(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = sinter.iota[0] of <4> as f32 -> tensor<4xf32>
  %1 = sinter.binary pow %0, %0 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.binary add %x, %1 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %3 = sinter.binary mul %x, %1 : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  sinter.return %2, %3 : tensor<4xf32>, tensor<4xf32>
}

// -----

/// A mask of positions and of a smaller mask in memory, seen as another shape with a dim of size 1: each stage that reads it
/// makes it again.
// CHECK-LABEL: sinter.program @repeated_memory_is_repeated(
// FUSE-COUNT-2:   sinter.ternary
//     FUSE-NOT:   sinter.ternary
//        CHECK:   sinter.return
sinter.program @repeated_memory_is_repeated(%x: tensor<2x4x4xf32>, %keep: tensor<2x4xi1>) -> (tensor<2x4x4xf32>, tensor<2x4xf32>) {
  %0 = sinter.broadcast %keep [0, 3] to <2, 1, 4, 4> : tensor<2x4xi1> -> tensor<2x1x4x4xi1>
  %1 = sinter.constant dense<0.0> : tensor<f32>
  %2 = sinter.constant dense<0xFF800000> : tensor<f32>
  %3 = sinter.broadcast %1 [] to <2, 1, 4, 4> : tensor<f32> -> tensor<2x1x4x4xf32>
  %4 = sinter.broadcast %2 [] to <2, 1, 4, 4> : tensor<f32> -> tensor<2x1x4x4xf32>
  %5 = sinter.ternary select %0, %3, %4 : tensor<2x1x4x4xi1>, tensor<2x1x4x4xf32>, tensor<2x1x4x4xf32> -> tensor<2x1x4x4xf32>
  %6 = sinter.reshape %5 to <2, 4, 4> : tensor<2x1x4x4xf32> -> tensor<2x4x4xf32>
  %7 = sinter.binary add %x, %6 : tensor<2x4x4xf32>, tensor<2x4x4xf32> -> tensor<2x4x4xf32>
  %8 = sinter.reduce max %6 [2] : tensor<2x4x4xf32> -> tensor<2x4xf32>
  sinter.return %7, %8 : tensor<2x4x4xf32>, tensor<2x4xf32>
}

// -----

/// A mask that is as large in memory is read there.
// CHECK-LABEL: sinter.program @negative_repeated_whole_memory(
// FUSE-COUNT-3:   sinter.stage
//        CHECK:   sinter.return
sinter.program @negative_repeated_whole_memory(%x: tensor<4x4xf32>, %keep: tensor<4x4xi1>) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = sinter.cast %keep to f32 : tensor<4x4xi1> -> tensor<4x4xf32>
  %1 = sinter.binary add %x, %0 : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  %2 = sinter.binary mul %x, %0 : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  sinter.return %1, %2 : tensor<4x4xf32>, tensor<4x4xf32>
}

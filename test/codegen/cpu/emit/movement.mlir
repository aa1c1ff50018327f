// RUN: sinter-opt %s --sinter-emit-loops --split-input-file | FileCheck %s

///----- [Emitter: movement]  Nothing is moved: reading through an operator rewrites the index.

/// A transposed operand steps by a row per lane: a gather.
// CHECK-LABEL: llvm.func @transpose(
//       CHECK:   llvm.intr.masked.gather
//       CHECK:   llvm.store {{.*}} : vector<8xf32>
sinter.kernel @transpose(%x: tensor<40x20xf32>) -> tensor<20x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.transpose %x [1, 0] : tensor<40x20xf32> -> tensor<20x40xf32>
    sinter.yield %1 : tensor<20x40xf32>
  } : tensor<20x40xf32>
  sinter.yield %0 : tensor<20x40xf32>
}

// -----

/// Dims that keep the innermost one in place keep vector loads.
// CHECK-LABEL: llvm.func @transpose_outer(
//   CHECK-NOT:   gather
//       CHECK:   llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @transpose_outer(%x: tensor<2x3x40xf32>) -> tensor<3x2x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.transpose %x [1, 0, 2] : tensor<2x3x40xf32> -> tensor<3x2x40xf32>
    sinter.yield %1 : tensor<3x2x40xf32>
  } : tensor<3x2x40xf32>
  sinter.yield %0 : tensor<3x2x40xf32>
}

// -----

/// A value that all lanes share is one scalar load.
// CHECK-LABEL: llvm.func @broadcast(
//       CHECK:   %[[S:.*]] = llvm.load {{.*}} -> f32
//       CHECK:   vector.broadcast %[[S]] : f32 to vector<8xf32>
sinter.kernel @broadcast(%x: tensor<4xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.broadcast %x [0] to <4, 40> : tensor<4xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// A slice with stride 1 stays a vector load at an offset; another stride is a gather.
// CHECK-LABEL: llvm.func @slice(
//   CHECK-NOT:   gather
//       CHECK:   llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @slice(%x: tensor<4x50xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.slice %x <0, 3> size <4, 40> [1, 1] : tensor<4x50xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

// CHECK-LABEL: llvm.func @slice_reversed(
//       CHECK:   arith.constant dense<[0, -1, -2, -3, -4, -5, -6, -7]>
//       CHECK:   llvm.intr.masked.gather
sinter.kernel @slice_reversed(%x: tensor<40xf32>) -> tensor<40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.slice %x <39> size <40> [-1] : tensor<40xf32> -> tensor<40xf32>
    sinter.yield %1 : tensor<40xf32>
  } : tensor<40xf32>
  sinter.yield %0 : tensor<40xf32>
}

// -----

/// A reshape that keeps the innermost dim splits the index of the others only.
// CHECK-LABEL: llvm.func @reshape_outer(
//   CHECK-NOT:   gather
//       CHECK:   llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @reshape_outer(%x: tensor<6x40xf32>) -> tensor<2x3x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<6x40xf32> -> tensor<6x40xf32>
    %2 = sinter.reshape %1 to <2, 3, 40> : tensor<6x40xf32> -> tensor<2x3x40xf32>
    sinter.yield %2 : tensor<2x3x40xf32>
  } : tensor<2x3x40xf32>
  sinter.yield %0 : tensor<2x3x40xf32>
}

// -----

/// Parts joined along an outer dim: a branch, and only the part that is read is computed.
// CHECK-LABEL: llvm.func @concat_outer(
//       CHECK:   arith.cmpi slt
//       CHECK:   scf.if {{.*}} -> (vector<8xf32>) {
//       CHECK:     llvm.load {{.*}} -> vector<8xf32>
//       CHECK:   } else {
//       CHECK:     llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @concat_outer(%x: tensor<2x40xf32>, %y: tensor<3x40xf32>) -> tensor<5x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.concat [0] %x, %y : tensor<2x40xf32>, tensor<3x40xf32> -> tensor<5x40xf32>
    sinter.yield %1 : tensor<5x40xf32>
  } : tensor<5x40xf32>
  sinter.yield %0 : tensor<5x40xf32>
}

// -----

/// Along the innermost dim lanes may lie in both parts: each lane selects, positions are clamped into their part.
// CHECK-LABEL: llvm.func @concat_innermost(
//       CHECK:   %[[IN:.*]] = arith.cmpi slt, {{.*}} : vector<8xi64>
//       CHECK:   llvm.intr.masked.gather
//       CHECK:   llvm.intr.masked.gather
//       CHECK:   arith.select %[[IN]]
sinter.kernel @concat_innermost(%x: tensor<20xf32>, %y: tensor<30xf32>) -> tensor<50xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.concat [0] %x, %y : tensor<20xf32>, tensor<30xf32> -> tensor<50xf32>
    sinter.yield %1 : tensor<50xf32>
  } : tensor<50xf32>
  sinter.yield %0 : tensor<50xf32>
}

// -----

/// A part that the run may find empty has no element to clamp to: it is read only if it has one.
// CHECK-LABEL: llvm.func @concat_maybe_empty(
//       CHECK:   %[[SOME:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : i64
//       CHECK:   scf.if %[[SOME]] -> (vector<8xf32>)
sinter.kernel @concat_maybe_empty(%x: tensor<?xf32, #sinter.dims<d0>>, %y: tensor<30xf32>) -> tensor<?xf32, #sinter.dims<d0 + 30>>
    attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.concat [0] %x, %y : tensor<?xf32, #sinter.dims<d0>>, tensor<30xf32> -> tensor<?xf32, #sinter.dims<d0 + 30>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<d0 + 30>>
  } : tensor<?xf32, #sinter.dims<d0 + 30>>
  sinter.yield %0 : tensor<?xf32, #sinter.dims<d0 + 30>>
}

// -----

/// The last part too.
// CHECK-LABEL: llvm.func @concat_maybe_empty_last(
//       CHECK:   %[[SOME:.*]] = arith.cmpi slt, %{{.*}}, %{{.*}} : i64
//       CHECK:   scf.if %[[SOME]] -> (vector<8xf32>)
sinter.kernel @concat_maybe_empty_last(%x: tensor<?xf32, #sinter.dims<d0>>, %y: tensor<30xf32>) -> tensor<?xf32, #sinter.dims<d0 + 30>>
    attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.concat [0] %y, %x : tensor<30xf32>, tensor<?xf32, #sinter.dims<d0>> -> tensor<?xf32, #sinter.dims<d0 + 30>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<d0 + 30>>
  } : tensor<?xf32, #sinter.dims<d0 + 30>>
  sinter.yield %0 : tensor<?xf32, #sinter.dims<d0 + 30>>
}

// -----

/// Outside a padded outer dim nothing is read: a branch. Along the innermost dim each lane selects.
// CHECK-LABEL: llvm.func @pad_outer(
//       CHECK:   %[[IN:.*]] = arith.cmpi ult, {{.*}} : i64
//       CHECK:   scf.if %[[IN]] -> (vector<8xf32>)
sinter.kernel @pad_outer(%x: tensor<4x40xf32>, %v: tensor<f32>) -> tensor<6x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.pad constant %x, %v low <1, 0> high <1, 0> : tensor<4x40xf32>, tensor<f32> -> tensor<6x40xf32>
    sinter.yield %1 : tensor<6x40xf32>
  } : tensor<6x40xf32>
  sinter.yield %0 : tensor<6x40xf32>
}

// -----

// CHECK-LABEL: llvm.func @pad_innermost(
//       CHECK:   %[[IN:.*]] = arith.cmpi ult, {{.*}} : vector<8xi64>
//       CHECK:   %[[ANY:.*]] = vector.reduction <or>, %[[IN]]
//       CHECK:   scf.if %[[ANY]] -> (vector<8xf32>)
//       CHECK:     arith.select %[[IN]]
sinter.kernel @pad_innermost(%x: tensor<4x40xf32>, %v: tensor<f32>) -> tensor<4x42xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.pad constant %x, %v low <0, 1> high <0, 1> : tensor<4x40xf32>, tensor<f32> -> tensor<4x42xf32>
    sinter.yield %1 : tensor<4x42xf32>
  } : tensor<4x42xf32>
  sinter.yield %0 : tensor<4x42xf32>
}

// -----

/// Mirrored without the border: the remainder by 2 * (size - 1), turned back past the end.
// CHECK-LABEL: llvm.func @pad_reflect(
//       CHECK:   arith.remsi
//       CHECK:   arith.cmpi sgt
//   CHECK-NOT:   scf.if
//       CHECK:   llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @pad_reflect(%x: tensor<4x40xf32>, %v: tensor<f32>) -> tensor<6x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.pad reflect %x, %v low <1, 0> high <1, 0> : tensor<4x40xf32>, tensor<f32> -> tensor<6x40xf32>
    sinter.yield %1 : tensor<6x40xf32>
  } : tensor<6x40xf32>
  sinter.yield %0 : tensor<6x40xf32>
}

// -----

/// An embedding: one index per row, its row in vectors. Negative indices count from the end, then they are clamped.
// CHECK-LABEL: llvm.func @gather_rows(
//       CHECK:   %[[I:.*]] = llvm.load {{.*}} -> i64
//       CHECK:   arith.cmpi slt, %[[I]]
//       CHECK:   arith.select
//       CHECK:   arith.minsi
//       CHECK:   arith.maxsi
//   CHECK-NOT:   gather
//       CHECK:   llvm.load {{.*}} -> vector<8xf32>
sinter.kernel @gather_rows(%x: tensor<100x40xf32>, %i: tensor<4xi64>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.gather take %x, %i [0] : tensor<100x40xf32>, tensor<4xi64> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// An index per element is an index per lane.
// CHECK-LABEL: llvm.func @gather_elements(
//       CHECK:   llvm.load {{.*}} -> vector<8xi64>
//       CHECK:   llvm.intr.masked.gather
sinter.kernel @gather_elements(%x: tensor<100xf32>, %i: tensor<40xi64>) -> tensor<40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.gather elements %x, %i [0] : tensor<100xf32>, tensor<40xi64> -> tensor<40xf32>
    sinter.yield %1 : tensor<40xf32>
  } : tensor<40xf32>
  sinter.yield %0 : tensor<40xf32>
}

// -----

/// Sizes are values of their own; an index along the innermost dim differs by lane.
// CHECK-LABEL: llvm.func @sizes_and_indices(
//   CHECK-DAG:   arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]>
//       CHECK:   arith.addi {{.*}} : vector<8xi64>
sinter.kernel @sizes_and_indices() -> tensor<?xi64, #sinter.dims<d0>> attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.iota [0] of <d0> as i64 -> tensor<?xi64, #sinter.dims<d0>>
    %2 = sinter.shape <d0> : tensor<i64>
    %3 = sinter.broadcast %2 [] to <d0> : tensor<i64> -> tensor<?xi64, #sinter.dims<d0>>
    %4 = sinter.binary sub %3, %1 : tensor<?xi64, #sinter.dims<d0>>, tensor<?xi64, #sinter.dims<d0>> -> tensor<?xi64, #sinter.dims<d0>>
    sinter.yield %4 : tensor<?xi64, #sinter.dims<d0>>
  } : tensor<?xi64, #sinter.dims<d0>>
  sinter.yield %0 : tensor<?xi64, #sinter.dims<d0>>
}

// RUN: sinter-opt %s --sinter-plan-kernels=vector-bits=256 | FileCheck %s --check-prefix=PLAN
// RUN: sinter-opt %s --sinter-plan-kernels=vector-bits=256 --sinter-emit-loops | FileCheck %s

/// Keys and values are broadcast scalars, queries lie across lanes: 6 x 2 sums in registers for both products.
// PLAN: emitter = "attention"
// PLAN-SAME: tile = array<i64: 6, 16>
// PLAN-LABEL: @one_vector
// PLAN: emitter = "attention"
// PLAN-SAME: tile = array<i64: 6, 8>
// PLAN: emitter = "attention_rows"

// CHECK-LABEL: llvm.func @attention(
// A square of queries is transposed on its way to scratch.
//       CHECK:   vector.shuffle
//       CHECK:   llvm.store {{.*}} : vector<8xf32>
// Scores: no horizontal reduction. The keys of the next tile and the values of this one come to the cache meanwhile.
//       CHECK:   scf.for {{.*}} step %c6_i64
//       CHECK:     scf.for {{.*}} step %c1_i64
//       CHECK:       scf.for {{.*}} step %c8_i64
//       CHECK:         "llvm.intr.prefetch"
//       CHECK:     scf.for {{.*}} step %c1_i64
//       CHECK:       scf.for {{.*}} step %c8_i64
//       CHECK:         "llvm.intr.prefetch"
// CHECK-COUNT-12: math.fma {{.*}} : vector<8xf32>
// Four keys that are left.
//       CHECK:   scf.for {{.*}} step %c4_i64
// CHECK-COUNT-8: math.fma {{.*}} : vector<8xf32>
//       CHECK:   math.exp {{.*}} : vector<8xf32>
// CHECK-COUNT-12: math.fma {{.*}} : vector<8xf32>
//   CHECK-NOT:   vector.reduction
//       CHECK:   vector.shuffle
sinter.kernel @attention(%q: tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>, %k: tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>, %v: tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>) -> tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>> attributes {symbols = ["d0"]} {
  %g = sinter.group rows <64*d0> {
    %0 = sinter.stage "element" {
      %9 = sinter.contract %q, %k [0, 1, 3] x [0, 2, 3] -> [0, 1, 2] : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>, tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>> -> tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
      sinter.yield %9 : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
    } : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
    %1 = sinter.stage "element" {
      %9 = sinter.unary exp %0 : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>> -> tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
      sinter.yield %9 : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
    } : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>
    %2 = sinter.stage "element" {
      %9 = sinter.contract %1, %v [0, 1, 2] x [0, 2, 3] -> [0, 1, 3] : tensor<?x64x64xf32, #sinter.dims<d0, 64, 64>>, tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>> -> tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
      sinter.yield %9 : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
    } : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
    sinter.yield %2 : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
  } : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
  sinter.yield %g : tensor<?x64x16xf32, #sinter.dims<d0, 64, 16>>
}

/// Twelve rows are shorter than a block of 16: in two blocks of a vector, which overlap.
// CHECK-LABEL: llvm.func @one_vector(
//       CHECK:   vector.shuffle
// CHECK-COUNT-6: math.fma {{.*}} : vector<8xf32>
sinter.kernel @one_vector(%q: tensor<12x16xf32>, %k: tensor<64x16xf32>, %v: tensor<64x16xf32>) -> tensor<12x16xf32> {
  %g = sinter.group rows <12> {
    %0 = sinter.stage "element" {
      %9 = sinter.contract %q, %k [1, 3] x [2, 3] -> [1, 2] : tensor<12x16xf32>, tensor<64x16xf32> -> tensor<12x64xf32>
      sinter.yield %9 : tensor<12x64xf32>
    } : tensor<12x64xf32>
    %1 = sinter.stage "element" {
      %9 = sinter.unary exp %0 : tensor<12x64xf32> -> tensor<12x64xf32>
      sinter.yield %9 : tensor<12x64xf32>
    } : tensor<12x64xf32>
    %2 = sinter.stage "element" {
      %9 = sinter.contract %1, %v [1, 2] x [2, 3] -> [1, 3] : tensor<12x64xf32>, tensor<64x16xf32> -> tensor<12x16xf32>
      sinter.yield %9 : tensor<12x16xf32>
    } : tensor<12x16xf32>
    sinter.yield %2 : tensor<12x16xf32>
  } : tensor<12x16xf32>
  sinter.yield %g : tensor<12x16xf32>
}

/// Four rows are shorter than a vector: row by row, with the dot product along vectors.
// CHECK-LABEL: llvm.func @negative_few_rows(
//       CHECK:   vector.reduction
//   CHECK-NOT:   vector.shuffle
sinter.kernel @negative_few_rows(%q: tensor<4x16xf32>, %k: tensor<64x16xf32>, %v: tensor<64x16xf32>) -> tensor<4x16xf32> {
  %g = sinter.group rows <4> {
    %0 = sinter.stage "element" {
      %9 = sinter.contract %q, %k [1, 3] x [2, 3] -> [1, 2] : tensor<4x16xf32>, tensor<64x16xf32> -> tensor<4x64xf32>
      sinter.yield %9 : tensor<4x64xf32>
    } : tensor<4x64xf32>
    %1 = sinter.stage "element" {
      %9 = sinter.unary exp %0 : tensor<4x64xf32> -> tensor<4x64xf32>
      sinter.yield %9 : tensor<4x64xf32>
    } : tensor<4x64xf32>
    %2 = sinter.stage "element" {
      %9 = sinter.contract %1, %v [1, 2] x [2, 3] -> [1, 3] : tensor<4x64xf32>, tensor<64x16xf32> -> tensor<4x16xf32>
      sinter.yield %9 : tensor<4x16xf32>
    } : tensor<4x16xf32>
    sinter.yield %2 : tensor<4x16xf32>
  } : tensor<4x16xf32>
  sinter.yield %g : tensor<4x16xf32>
}

/// Where a later key is masked, the last key that any row of the block attends to is searched for, and loops end there.
// CHECK-LABEL: llvm.func @causal(
// Rows look at vectors of keys, so a mask in memory is read as it lies.
//       CHECK:   scf.while
//       CHECK:   vector.reduction <or>
//       CHECK:   scf.while
//       CHECK:   vector.reduction <or>
// CHECK-COUNT-12: math.fma {{.*}} : vector<8xf32>
sinter.kernel @causal(%q: tensor<64x16xf32>, %k: tensor<64x16xf32>, %v: tensor<64x16xf32>) -> tensor<64x16xf32> {
  %g = sinter.group rows <64> {
    %0 = sinter.stage "element" {
      %9 = sinter.contract %q, %k [1, 3] x [2, 3] -> [1, 2] : tensor<64x16xf32>, tensor<64x16xf32> -> tensor<64x64xf32>
      %10 = sinter.iota[0] of <64, 64> as i64 -> tensor<64x64xi64>
      %11 = sinter.iota[1] of <64, 64> as i64 -> tensor<64x64xi64>
      %12 = sinter.binary lt %10, %11 : tensor<64x64xi64>, tensor<64x64xi64> -> tensor<64x64xi1>
      %13 = sinter.constant dense<0xFF800000> : tensor<f32>
      %14 = sinter.broadcast %13 [] to <64, 64> : tensor<f32> -> tensor<64x64xf32>
      %15 = sinter.ternary select %12, %14, %9 : tensor<64x64xi1>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
      sinter.yield %15 : tensor<64x64xf32>
    } : tensor<64x64xf32>
    %1 = sinter.stage "element" {
      %9 = sinter.unary exp %0 : tensor<64x64xf32> -> tensor<64x64xf32>
      sinter.yield %9 : tensor<64x64xf32>
    } : tensor<64x64xf32>
    %2 = sinter.stage "element" {
      %9 = sinter.contract %1, %v [1, 2] x [2, 3] -> [1, 3] : tensor<64x64xf32>, tensor<64x16xf32> -> tensor<64x16xf32>
      sinter.yield %9 : tensor<64x16xf32>
    } : tensor<64x16xf32>
    sinter.yield %2 : tensor<64x16xf32>
  } : tensor<64x16xf32>
  sinter.yield %g : tensor<64x16xf32>
}

/// A sigmoid of a masked score is zero too, but that is not followed: all keys.
// CHECK-LABEL: llvm.func @negative_not_softmax(
//   CHECK-NOT:   scf.while
sinter.kernel @negative_not_softmax(%q: tensor<64x16xf32>, %k: tensor<64x16xf32>, %v: tensor<64x16xf32>, %m: tensor<64x64xf32>) -> tensor<64x16xf32> {
  %g = sinter.group rows <64> {
    %0 = sinter.stage "element" {
      %9 = sinter.contract %q, %k [1, 3] x [2, 3] -> [1, 2] : tensor<64x16xf32>, tensor<64x16xf32> -> tensor<64x64xf32>
      %10 = sinter.binary add %9, %m : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
      sinter.yield %10 : tensor<64x64xf32>
    } : tensor<64x64xf32>
    %1 = sinter.stage "element" {
      %9 = sinter.unary sigmoid %0 : tensor<64x64xf32> -> tensor<64x64xf32>
      sinter.yield %9 : tensor<64x64xf32>
    } : tensor<64x64xf32>
    %2 = sinter.stage "element" {
      %9 = sinter.contract %1, %v [1, 2] x [2, 3] -> [1, 3] : tensor<64x64xf32>, tensor<64x16xf32> -> tensor<64x16xf32>
      sinter.yield %9 : tensor<64x16xf32>
    } : tensor<64x16xf32>
    sinter.yield %2 : tensor<64x16xf32>
  } : tensor<64x16xf32>
  sinter.yield %g : tensor<64x16xf32>
}

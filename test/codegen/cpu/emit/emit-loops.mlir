// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s --check-prefixes=CHECK,V3
// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v4 --split-input-file | FileCheck %s --check-prefixes=CHECK,V4
// The contraction emitter: contract.mlir. Index rewrites of data movement: movement.mlir.

///----- [Emitter: map]  IN: elementwise stage  OUT: a loop over the task's rows, the row in vectors with a scalar tail
// CHECK-LABEL: llvm.func @rows(
//  CHECK-SAME:   %[[ARGS:.*]]: !llvm.ptr, %[[TASK:.*]]: i64, %{{.*}}: !llvm.ptr)
/// Operands, results and dims come from the two arrays of runtime/abi.h.
//       CHECK:   %[[BUFFERS:.*]] = llvm.load %[[ARGS]] invariant
//       CHECK:   %[[X:.*]] = llvm.load %[[BUFFERS]] invariant
//       CHECK:   %[[D0:.*]] = llvm.load %{{.*}} invariant : !llvm.ptr -> i64
/// Task t of n owns rows [t * rows / n, (t + 1) * rows / n).
//       CHECK:   %[[N:.*]] = arith.maxsi %{{.*}}, %[[D0]]
//       CHECK:   %[[T:.*]] = arith.muli %[[TASK]], %[[D0]]
//       CHECK:   %[[FIRST:.*]] = arith.divui %[[T]], %[[N]]
//       CHECK:   scf.for %{{.*}} = %[[FIRST]] to
//       CHECK:     scf.for
//          V3:       llvm.load {{.*}} -> vector<8xf32>
//          V4:       llvm.load {{.*}} -> vector<16xf32>
//       CHECK:       arith.negf
//       CHECK:       llvm.store
//       CHECK:     scf.for
//       CHECK:       llvm.load {{.*}} -> f32
//       CHECK:       llvm.store {{.*}} : f32
sinter.kernel @rows(%x: tensor<?x40xf32, #sinter.dims<d0, 40>>) -> tensor<?x40xf32, #sinter.dims<d0, 40>>
    attributes {symbols = ["d0"], schedule = {emitter = "map", tasks = #sinter.dim<max(1, d0)>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<?x40xf32, #sinter.dims<d0, 40>> -> tensor<?x40xf32, #sinter.dims<d0, 40>>
    sinter.yield %1 : tensor<?x40xf32, #sinter.dims<d0, 40>>
  } : tensor<?x40xf32, #sinter.dims<d0, 40>>
  sinter.yield %0 : tensor<?x40xf32, #sinter.dims<d0, 40>>
}

// -----

/// A row whose length only the run knows is split into chunks of 1024, so that one long row is work for many tasks.
// CHECK-LABEL: llvm.func @long_row(
//   CHECK-DAG:   %[[CHUNK:.*]] = arith.constant 1024 : i64
//       CHECK:   scf.for %[[C:.*]] =
//       CHECK:     %[[LO:.*]] = arith.muli %[[C]], %[[CHUNK]]
//       CHECK:     %[[END:.*]] = arith.addi %[[LO]], %[[CHUNK]]
//       CHECK:     %[[HI:.*]] = arith.minsi %[[END]], %{{.*}}
//       CHECK:     scf.for %{{.*}} = %[[LO]] to
//       CHECK:     scf.for %{{.*}} to %[[HI]]
sinter.kernel @long_row(%x: tensor<?xf32, #sinter.dims<d0>>) -> tensor<?xf32, #sinter.dims<d0>> attributes {symbols = ["d0"]} {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<?xf32, #sinter.dims<d0>> -> tensor<?xf32, #sinter.dims<d0>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<d0>>
  } : tensor<?xf32, #sinter.dims<d0>>
  sinter.yield %0 : tensor<?xf32, #sinter.dims<d0>>
}

// -----

/// A row shorter than a vector has scalar code only.
// CHECK-LABEL: llvm.func @negative_short_row(
//   CHECK-NOT:   vector<
//       CHECK:   llvm.return
sinter.kernel @negative_short_row(%x: tensor<100x7xf32>) -> tensor<100x7xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<100x7xf32> -> tensor<100x7xf32>
    sinter.yield %1 : tensor<100x7xf32>
  } : tensor<100x7xf32>
  sinter.yield %0 : tensor<100x7xf32>
}

// -----

/// A value read twice at one index is computed once.
// CHECK-LABEL: llvm.func @shared_value(
//       CHECK:   math.exp
//   CHECK-NOT:   math.exp
//       CHECK:   arith.mulf
//       CHECK:   scf.for
//       CHECK:   math.exp {{.*}} : f32
sinter.kernel @shared_value(%x: tensor<40xf32>) -> tensor<40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<40xf32> -> tensor<40xf32>
    %2 = sinter.unary neg %1 : tensor<40xf32> -> tensor<40xf32>
    %3 = sinter.binary mul %1, %2 : tensor<40xf32>, tensor<40xf32> -> tensor<40xf32>
    sinter.yield %3 : tensor<40xf32>
  } : tensor<40xf32>
  sinter.yield %0 : tensor<40xf32>
}

// -----

/// A bool is i1 in registers and a byte of 0 or 1 in memory; any byte but 0 is true.
// CHECK-LABEL: llvm.func @bools(
//       CHECK:   %[[B:.*]] = llvm.load {{.*}} -> vector<[[L:8|16]]xi8>
//       CHECK:   arith.cmpi ne, %[[B]], %{{.*}} : vector<[[L]]xi8>
//       CHECK:   %[[S:.*]] = arith.extui %{{.*}} : vector<[[L]]xi1> to vector<[[L]]xi8>
//       CHECK:   llvm.store %[[S]]
sinter.kernel @bools(%x: tensor<40xi1>) -> tensor<40xi1> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary not %x : tensor<40xi1> -> tensor<40xi1>
    sinter.yield %1 : tensor<40xi1>
  } : tensor<40xi1>
  sinter.yield %0 : tensor<40xi1>
}

// -----

///----- [Point root: reduce]  IN: innermost dim reduced  OUT: a vector of partial sums, then one reduction, then the tail
// CHECK-LABEL: llvm.func @reduce_innermost(
//       CHECK:   scf.for
//       CHECK:     %[[P:.*]] = scf.for {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<[[L:8|16]]xf32>)
//       CHECK:       arith.addf %[[SUM]], %{{.*}} : vector<[[L]]xf32>
//       CHECK:     %[[R:.*]] = vector.reduction <add>, %[[P]], %{{.*}} fastmath<reassoc>
//       CHECK:     %[[T:.*]] = scf.for {{.*}} iter_args(%[[TAIL:.*]] = %[[R]]) -> (f32)
//       CHECK:     llvm.store %[[T]]
sinter.kernel @reduce_innermost(%x: tensor<10x100xf32>) -> tensor<10xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.reduce sum %x [1] : tensor<10x100xf32> -> tensor<10xf32>
    sinter.yield %1 : tensor<10xf32>
  } : tensor<10xf32>
  sinter.yield %0 : tensor<10xf32>
}

// -----

/// Rows of 14 are shorter than a vector, but an image of them is one line of 196, with the work on it.
// CHECK-LABEL: llvm.func @reduce_image(
//       CHECK:   %[[END:.*]] = arith.divui %c196_i64
//       CHECK:   math.absf {{.*}} : vector
//       CHECK:   vector.reduction <add>
sinter.kernel @reduce_image(%x: tensor<3x14x14xf32>) -> tensor<3xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary abs %x : tensor<3x14x14xf32> -> tensor<3x14x14xf32>
    %2 = sinter.reduce sum %1 [1, 2] : tensor<3x14x14xf32> -> tensor<3xf32>
    sinter.yield %2 : tensor<3xf32>
  } : tensor<3xf32>
  sinter.yield %0 : tensor<3xf32>
}

// -----

/// What depends on the column of an image alone is none of its line.
// CHECK-LABEL: llvm.func @reduce_columns(
//   CHECK-NOT:   arith.divui %c196_i64
//       CHECK:   arith.divui %c14_i64
//       CHECK:   vector.reduction <add>
sinter.kernel @reduce_columns(%x: tensor<3x14x14xf32>, %c: tensor<14xf32>) -> tensor<3xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.broadcast %c [2] to <3, 14, 14> : tensor<14xf32> -> tensor<3x14x14xf32>
    %2 = sinter.binary mul %x, %1 : tensor<3x14x14xf32>, tensor<3x14x14xf32> -> tensor<3x14x14xf32>
    %3 = sinter.reduce sum %2 [1, 2] : tensor<3x14x14xf32> -> tensor<3xf32>
    sinter.yield %3 : tensor<3xf32>
  } : tensor<3xf32>
  sinter.yield %0 : tensor<3xf32>
}

// -----

/// An outer dim reduced: results are lanes, each in its own order, the same bits as the scalar tail.
// CHECK-LABEL: llvm.func @reduce_outer(
//       CHECK:   scf.for {{.*}} iter_args({{.*}}) -> (vector<{{8|16}}xf32>)
//       CHECK:     arith.maximumf
//   CHECK-NOT:   vector.reduction
//       CHECK:   llvm.return
sinter.kernel @reduce_outer(%x: tensor<10x100xf32>) -> tensor<100xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.reduce max %x [0] : tensor<10x100xf32> -> tensor<100xf32>
    sinter.yield %1 : tensor<100xf32>
  } : tensor<100xf32>
  sinter.yield %0 : tensor<100xf32>
}

// -----

/// f16 is summed in f32 and rounded once.
// CHECK-LABEL: llvm.func @reduce_f16(
//       CHECK:   arith.extf %{{.*}} : vector<[[L:8|16]]xf16> to vector<[[L]]xf32>
//       CHECK:   arith.addf {{.*}} : vector<[[L]]xf32>
//       CHECK:   arith.truncf %{{.*}} : f32 to f16
//   CHECK-NOT:   arith.truncf
//       CHECK:   llvm.return
sinter.kernel @reduce_f16(%x: tensor<100xf16>) -> tensor<f16> {
  %0 = sinter.stage "element" {
    %1 = sinter.reduce sum %x [0] : tensor<100xf16> -> tensor<f16>
    sinter.yield %1 : tensor<f16>
  } : tensor<f16>
  sinter.yield %0 : tensor<f16>
}

// -----

/// Work before the root runs inside its loop, work behind it once per result.
// CHECK-LABEL: llvm.func @reduce_fused(
//       CHECK:   scf.for {{.*}} iter_args
//       CHECK:     math.absf {{.*}} : vector
//       CHECK:     arith.addf {{.*}} : vector
//       CHECK:   vector.reduction <add>
//       CHECK:   scf.for {{.*}} iter_args
//       CHECK:   math.sqrt {{.*}} : f32
//       CHECK:   llvm.store
sinter.kernel @reduce_fused(%x: tensor<10x100xf32>) -> tensor<10xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary abs %x : tensor<10x100xf32> -> tensor<10x100xf32>
    %2 = sinter.reduce sum %1 [1] : tensor<10x100xf32> -> tensor<10xf32>
    %3 = sinter.unary sqrt %2 : tensor<10xf32> -> tensor<10xf32>
    sinter.yield %3 : tensor<10xf32>
  } : tensor<10xf32>
  sinter.yield %0 : tensor<10xf32>
}

// -----

///----- [Point root: contract]  IN: contraction of the map emitter  OUT: columns as lanes, a multiply-add per term
// CHECK-LABEL: llvm.func @contract_columns(
//       CHECK:   scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}) -> (vector<[[L:8|16]]xf32>)
//       CHECK:     %[[A:.*]] = vector.broadcast %{{.*}} : f32 to vector<[[L]]xf32>
//       CHECK:     math.fma %[[A]], %{{.*}}, %[[S]] : vector<[[L]]xf32>
sinter.kernel @contract_columns(%a: tensor<4x16xf32>, %b: tensor<16x40xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x40xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// Both operands contiguous along the summed label: terms are lanes.
// CHECK-LABEL: llvm.func @contract_terms(
//       CHECK:   math.fma {{.*}} : vector
//       CHECK:   vector.reduction <add>
//       CHECK:   math.fma {{.*}} : f32
sinter.kernel @contract_terms(%a: tensor<4x100xf32>, %b: tensor<40x100xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [1, 2] -> [0, 1] : tensor<4x100xf32>, tensor<40x100xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// Integers multiply and add apart.
// CHECK-LABEL: llvm.func @contract_integers(
//       CHECK:   %[[P:.*]] = arith.muli {{.*}} : vector
//       CHECK:   arith.addi %{{.*}}, %[[P]] : vector
sinter.kernel @contract_integers(%a: tensor<4x16xi32>, %b: tensor<16x40xi32>) -> tensor<4x40xi32> {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xi32>, tensor<16x40xi32> -> tensor<4x40xi32>
    sinter.yield %1 : tensor<4x40xi32>
  } : tensor<4x40xi32>
  sinter.yield %0 : tensor<4x40xi32>
}

// -----

///----- [Point root: conv]  IN: convolution without pads  OUT: loops over channels and taps, no bounds check
// CHECK-LABEL: llvm.func @conv(
//       CHECK:   scf.for {{.*}} iter_args
//       CHECK:     scf.for {{.*}} iter_args
//       CHECK:       scf.for {{.*}} iter_args
//   CHECK-NOT:         scf.if
//       CHECK:         math.fma {{.*}} : vector
sinter.kernel @conv(%x: tensor<1x3x42x42xf32>, %w: tensor<4x3x3x3xf32>) -> tensor<1x4x40x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> groups 1
        : tensor<1x3x42x42xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x40x40xf32>
    sinter.yield %1 : tensor<1x4x40x40xf32>
  } : tensor<1x4x40x40xf32>
  sinter.yield %0 : tensor<1x4x40x40xf32>
}

// -----

/// Filter f of group g = f / 2 reads channels from 3 * g on. A stride of two is every second element of two vectors, the
/// last of which is not read: it may lie behind the tensor.
// CHECK-LABEL: llvm.func @conv_groups_and_stride(
//   CHECK-DAG:   %[[C2:.*]] = arith.constant 2 : i64
//   CHECK-DAG:   %[[C3:.*]] = arith.constant 3 : i64
//       CHECK:   %[[G:.*]] = arith.divui %{{.*}}, %[[C2]]
//       CHECK:   arith.muli %[[G]], %[[C3]]
//       CHECK:   %[[FIRST:.*]] = llvm.load {{.*}} -> vector<{{8|16}}xf32>
//       CHECK:   %[[MASK:.*]] = arith.constant dense<[{{(true, )+}}false]>
//       CHECK:   %[[SECOND:.*]] = llvm.intr.masked.load %{{.*}}, %[[MASK]]
//       CHECK:   vector.shuffle %[[FIRST]], %[[SECOND]] [0, 2, 4, 6, 8, 10, 12, 14{{.*}}]
sinter.kernel @conv_groups_and_stride(%x: tensor<1x6x81xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [2] dilations [1] low <0> high <0> groups 2
        : tensor<1x6x81xf32>, tensor<4x3x3xf32> -> tensor<1x4x40xf32>
    sinter.yield %1 : tensor<1x4x40xf32>
  } : tensor<1x4x40xf32>
  sinter.yield %0 : tensor<1x4x40xf32>
}

// -----

/// A stride of three makes the lanes a gather.
// CHECK-LABEL: llvm.func @conv_stride_of_three(
//       CHECK:   llvm.intr.masked.gather
sinter.kernel @conv_stride_of_three(%x: tensor<1x6x120xf32>, %w: tensor<4x3x3xf32>) -> tensor<1x4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.conv %x, %w strides [3] dilations [1] low <0> high <0> groups 2
        : tensor<1x6x120xf32>, tensor<4x3x3xf32> -> tensor<1x4x40xf32>
    sinter.yield %1 : tensor<1x4x40xf32>
  } : tensor<1x4x40xf32>
  sinter.yield %0 : tensor<1x4x40xf32>
}

// -----

///----- [Point root: window]  IN: pooling  OUT: elements outside the input do not count
// CHECK-LABEL: llvm.func @window_max(
//       CHECK:   %[[IN:.*]] = arith.cmpi ult
//       CHECK:   arith.select
//       CHECK:   arith.maximumf
sinter.kernel @window_max(%x: tensor<4x40xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.window max %x kernel [3] strides [1] dilations [1] low <1> high <1> sizes <40> : tensor<4x40xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// The mean divides by the elements that it met.
// CHECK-LABEL: llvm.func @window_mean(
//       CHECK:   %[[T:.*]]:2 = scf.for {{.*}} -> (vector<[[L:8|16]]xf32>, vector<[[L]]xi64>)
//       CHECK:   %[[N:.*]] = arith.sitofp %[[T]]#1
//       CHECK:   arith.divf %[[T]]#0, %[[N]]
sinter.kernel @window_mean(%x: tensor<4x40xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.window mean %x kernel [3] strides [1] dilations [1] low <1> high <1> sizes <40> : tensor<4x40xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

///----- [Point root: arg_reduce]  IN: the place of the greatest  OUT: value and place carried; the first NaN wins
// CHECK-LABEL: llvm.func @arg_max(
//       CHECK:   scf.for {{.*}} iter_args(%[[BEST:.*]] = %{{.*}}, %[[AT:.*]] = %{{.*}})
//   CHECK-DAG:     %[[MORE:.*]] = arith.cmpf ogt, %[[V:.*]], %[[BEST]]
//   CHECK-DAG:     arith.cmpf uno, %[[V]]
//       CHECK:     %[[BETTER:.*]] = arith.ori %[[MORE]], %{{.*}}
//       CHECK:     arith.select %[[BETTER]], %[[V]], %[[BEST]]
//       CHECK:     arith.select %[[BETTER]], %{{.*}}, %[[AT]]
sinter.kernel @arg_max(%x: tensor<10x40xf32>) -> tensor<40xi64> {
  %0 = sinter.stage "element" {
    %1 = sinter.arg_reduce max %x [0] : tensor<10x40xf32> -> tensor<40xi64>
    sinter.yield %1 : tensor<40xi64>
  } : tensor<40xi64>
  sinter.yield %0 : tensor<40xi64>
}

// -----

///----- [Line root: prefix]  IN: running sum  OUT: one pass along the dim; exclusive stores what came before
// CHECK-LABEL: llvm.func @prefix(
//       CHECK:   scf.for {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (f32)
//       CHECK:     %[[NEXT:.*]] = arith.addf %[[SUM]]
//       CHECK:     llvm.store %[[NEXT]]
//       CHECK:     scf.yield %[[NEXT]]
sinter.kernel @prefix(%x: tensor<4x40xf32>) -> tensor<4x40xf32> {
  %0 = sinter.stage "row" {
    %1 = sinter.prefix sum %x [1] : tensor<4x40xf32> -> tensor<4x40xf32>
    sinter.yield %1 : tensor<4x40xf32>
  } : tensor<4x40xf32>
  sinter.yield %0 : tensor<4x40xf32>
}

// -----

/// Along an outer dim, lines are lanes; reverse runs from the end.
// CHECK-LABEL: llvm.func @prefix_outer_exclusive_reverse(
//       CHECK:   scf.for %[[I:.*]] = {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<{{8|16}}xf32>)
//       CHECK:     arith.subi %{{.*}}, %[[I]]
//       CHECK:     %[[NEXT:.*]] = arith.addf %[[SUM]]
//       CHECK:     llvm.store %[[SUM]]
//       CHECK:     scf.yield %[[NEXT]]
sinter.kernel @prefix_outer_exclusive_reverse(%x: tensor<10x40xf32>) -> tensor<10x40xf32> {
  %0 = sinter.stage "row" {
    %1 = sinter.prefix sum %x [0] exclusive reverse : tensor<10x40xf32> -> tensor<10x40xf32>
    sinter.yield %1 : tensor<10x40xf32>
  } : tensor<10x40xf32>
  sinter.yield %0 : tensor<10x40xf32>
}

// -----

///----- [Line root: sort]  IN: the k first  OUT: insertion into the result itself, values and indices together
// CHECK-LABEL: llvm.func @sort(
//       CHECK:   scf.while
//       CHECK:     arith.cmpf ogt
//       CHECK:     arith.cmpf uno
//       CHECK:   } do {
//       CHECK:     scf.if
//       CHECK:       llvm.store {{.*}} : f32
//       CHECK:       llvm.store {{.*}} : i64
//       CHECK:   scf.if
//       CHECK:     llvm.store {{.*}} : f32
//       CHECK:     llvm.store {{.*}} : i64
sinter.kernel @sort(%x: tensor<4x40xf32>) -> (tensor<4x3xf32>, tensor<4x3xi64>) {
  %0, %1 = sinter.stage "row" {
    %v, %i = sinter.sort %x [1] first <3> : tensor<4x40xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
    sinter.yield %v, %i : tensor<4x3xf32>, tensor<4x3xi64>
  } : tensor<4x3xf32>, tensor<4x3xi64>
  sinter.yield %0, %1 : tensor<4x3xf32>, tensor<4x3xi64>
}

// -----

///----- [Line root: scatter]  IN: updates at indices  OUT: task 0 copies the input, then applies the updates in order
// CHECK-LABEL: llvm.func @scatter(
//  CHECK-SAME:   %{{.*}}: !llvm.ptr, %[[TASK:.*]]: i64
//       CHECK:   %[[FIRST:.*]] = arith.cmpi eq, %[[TASK]]
//       CHECK:   scf.if %[[FIRST]] {
//       CHECK:     scf.for
//       CHECK:       llvm.store
//       CHECK:     scf.for
/// A negative index counts from the end; one out of range is the nearest in range.
//       CHECK:       arith.cmpi slt
//       CHECK:       arith.select
//       CHECK:       arith.minsi
//       CHECK:       arith.maxsi
//       CHECK:       arith.addf
//       CHECK:       llvm.store
sinter.kernel @scatter(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) -> tensor<4x8xf32> {
  %0 = sinter.stage "all" {
    %1 = sinter.scatter elements add %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.yield %0 : tensor<4x8xf32>
}

// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s
// What the loops look like as machine code: contract-registers.test.

///----- [Emitter: contract]  IN: a planned contraction  OUT: per task a row block and panels; per panel tiles of sums in registers
// CHECK-LABEL: llvm.func @tiles(
//  CHECK-SAME:   %{{.*}}: !llvm.ptr, %[[TASK:.*]]: i64
/// Tasks past the work are empty.
//       CHECK:   %[[OWNS:.*]] = arith.cmpi slt, %[[TASK]]
//       CHECK:   scf.if %[[OWNS]] {
/// Panels of 16 columns; rows in tiles of 6, but for four that are left: the last tile ends at the last row and may overlap
/// the one before.
//       CHECK:     scf.for %[[PANEL:.*]] =
//       CHECK:       %[[REST:.*]] = arith.remui {{.*}}, %c6_i64
//       CHECK:       %[[FEW:.*]] = arith.cmpi sge, %c4_i64, %[[REST]]
//       CHECK:       %[[ONLY:.*]] = arith.ori %[[FEW]]
//       CHECK:       %[[WHOLE:.*]] = arith.subi %[[ENDROW:.*]], %[[REST]]
//       CHECK:       %[[END:.*]] = arith.select %[[ONLY]], %[[WHOLE]], %[[ENDROW]]
//       CHECK:       scf.for %[[ROW:.*]] = {{.*}} to %[[END]] step %c6_i64
//       CHECK:         %[[FIRST:.*]] = arith.minsi %[[ROW]]
/// 6 rows by 2 vectors of sums.
//       CHECK:         scf.for %[[K:.*]] = %c0_i64 to %c64_i64 step %c1_i64 iter_args
//  CHECK-COUNT-2:           llvm.load {{.*}} -> vector<8xf32>
//  CHECK-COUNT-12:          math.fma
//   CHECK-NOT:           math.fma
//       CHECK:           scf.yield
//  CHECK-COUNT-12:       llvm.store {{.*}} : vector<8xf32>
//   CHECK-NOT:       llvm.store
//       CHECK:       scf.for {{.*}} = %[[END]] to %[[ENDROW]] step %c4_i64
//   CHECK-COUNT-8:           math.fma
//   CHECK-NOT:           math.fma
//   CHECK-COUNT-8:       llvm.store {{.*}} : vector<8xf32>
//   CHECK-NOT:   llvm.store
//   CHECK-NOT:   intr.prefetch
//       CHECK:   llvm.return
sinter.kernel @tiles(%a: tensor<100x64xf32>, %b: tensor<64x32xf32>) -> tensor<100x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<100x64xf32>, tensor<64x32xf32> -> tensor<100x32xf32>
    sinter.yield %1 : tensor<100x32xf32>
  } : tensor<100x32xf32>
  sinter.yield %0 : tensor<100x32xf32>
}

// -----

/// A packed weight is read panel by panel: (panel * K + k) * 16. Nothing undoes the packing. While the tiles of a panel are
/// summed, the next panel comes to the cache: 16 columns, so one element per term and tile of 21 (or more, rounded up).
// CHECK-LABEL: llvm.func @packed(
//       CHECK:   scf.for %[[PANEL:.*]] =
//       CHECK:     %[[TILES:.*]] = arith.divui {{.*}}, %c6_i64
//       CHECK:     %[[UP:.*]] = arith.addi %c15_i64, %[[TILES]]
//       CHECK:     %[[SHARE:.*]] = arith.divui %[[UP]], %[[TILES]]
//       CHECK:     %[[ONE:.*]] = arith.addi %[[PANEL]], %c1_i64
//       CHECK:     scf.for %[[ROW:.*]] =
//       CHECK:       %[[WITHIN:.*]] = arith.subi %[[ROW]]
//       CHECK:       %[[TILE:.*]] = arith.divui %[[WITHIN]], %c6_i64
//       CHECK:     scf.for %[[K:.*]] = {{.*}} iter_args
//       CHECK:       %[[BEFORE:.*]] = arith.muli %[[TILE]], %c512_i64
//       CHECK:       %[[STEP:.*]] = arith.addi %[[BEFORE]], %[[K]]
//       CHECK:       arith.muli %[[STEP]], %[[SHARE]]
//       CHECK:       "llvm.intr.prefetch"{{.*}}hint = 2{{.*}}rw = 0
//       CHECK:       %[[P:.*]] = arith.muli %[[PANEL]], %c512_i64
//       CHECK:       %[[LINE:.*]] = arith.addi %[[P]], %[[K]]
//       CHECK:       arith.muli %[[LINE]], %c16_i64
//   CHECK-NOT:   arith.divui {{.*}} : vector
//       CHECK:   llvm.return
sinter.kernel @packed(%a: tensor<100x512xf32>, %p: tensor<2x512x16xf32>) -> tensor<100x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack %p columns 32 : tensor<2x512x16xf32> -> tensor<512x32xf32>
    %2 = sinter.contract %a, %1 [0, 2] x [2, 1] -> [0, 1] : tensor<100x512xf32>, tensor<512x32xf32> -> tensor<100x32xf32>
    sinter.yield %2 : tensor<100x32xf32>
  } : tensor<100x32xf32>
  sinter.yield %0 : tensor<100x32xf32>
}

// -----

/// Columns that fill no panel: the last one stores to scratch, then element by element up to the last column.
// CHECK-LABEL: llvm.func @ragged(
//  CHECK-SAME:   %{{.*}}: !llvm.ptr, %{{.*}}: i64, %[[SCRATCH:.*]]: !llvm.ptr
//       CHECK:   %[[WHOLE:.*]] = arith.cmpi sge, %c20_i64
//       CHECK:   scf.if %[[WHOLE]] {
//       CHECK:     llvm.store {{.*}} : vector<8xf32>
//       CHECK:   } else {
//       CHECK:     llvm.getelementptr %[[SCRATCH]]
//       CHECK:     llvm.store {{.*}} : vector<8xf32>
//       CHECK:     scf.for {{.*}} to %c20_i64
//       CHECK:       llvm.store {{.*}} : f32
sinter.kernel @ragged(%a: tensor<100x64xf32>, %b: tensor<64x20xf32>) -> tensor<100x20xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<100x64xf32>, tensor<64x20xf32> -> tensor<100x20xf32>
    sinter.yield %1 : tensor<100x20xf32>
  } : tensor<100x20xf32>
  sinter.yield %0 : tensor<100x20xf32>
}

// -----

/// Fewer rows than the smallest tile go one by one, with four chains of sums that are added at the end; then the terms that are left.
// CHECK-LABEL: llvm.func @single_rows(
//       CHECK:   scf.for {{.*}} step %c4_i64 iter_args
//  CHECK-COUNT-8:   math.fma
//  CHECK-COUNT-6:   arith.addf {{.*}} : vector<8xf32>
//       CHECK:   scf.for {{.*}} step %c1_i64 iter_args
//  CHECK-COUNT-2:   math.fma
//   CHECK-NOT:   math.fma
//       CHECK:   llvm.return
sinter.kernel @single_rows(%a: tensor<3x64xf32>, %b: tensor<64x32xf32>) -> tensor<3x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<3x64xf32>, tensor<64x32xf32> -> tensor<3x32xf32>
    sinter.yield %1 : tensor<3x32xf32>
  } : tensor<3x32xf32>
  sinter.yield %0 : tensor<3x32xf32>
}

// -----

/// How many rows there are, the run decides: all loops are there.
// CHECK-LABEL: llvm.func @symbolic_rows(
//       CHECK:   %[[ENOUGH:.*]] = arith.cmpi sge, %{{.*}}, %c4_i64
//       CHECK:   scf.if %[[ENOUGH]] {
//  CHECK-COUNT-20:  math.fma
//       CHECK:   } else {
//  CHECK-COUNT-10:  math.fma
//   CHECK-NOT:   math.fma
//       CHECK:   llvm.return
sinter.kernel @symbolic_rows(%a: tensor<?x64xf32, #sinter.dims<d0, 64>>, %b: tensor<64x32xf32>) -> tensor<?x32xf32, #sinter.dims<d0, 32>>
    attributes {symbols = ["d0"], schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1]
        : tensor<?x64xf32, #sinter.dims<d0, 64>>, tensor<64x32xf32> -> tensor<?x32xf32, #sinter.dims<d0, 32>>
    sinter.yield %1 : tensor<?x32xf32, #sinter.dims<d0, 32>>
  } : tensor<?x32xf32, #sinter.dims<d0, 32>>
  sinter.yield %0 : tensor<?x32xf32, #sinter.dims<d0, 32>>
}

// -----

/// A little work on the result runs on the registers before they are stored: a bias per column, then max(x, 0).
// CHECK-LABEL: llvm.func @epilogue(
//  CHECK-COUNT-12:  math.fma
//       CHECK:   scf.yield
//       CHECK:   %[[B:.*]] = llvm.load {{.*}} -> vector<8xf32>
//       CHECK:   %[[S:.*]] = arith.addf %{{.*}}, %[[B]] : vector<8xf32>
//       CHECK:   %[[R:.*]] = arith.maximumf %[[S]]
//       CHECK:   llvm.store %[[R]]
sinter.kernel @epilogue(%a: tensor<100x64xf32>, %b: tensor<64x32xf32>, %c: tensor<32xf32>) -> tensor<100x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<100x64xf32>, tensor<64x32xf32> -> tensor<100x32xf32>
    %2 = sinter.broadcast %c [1] to <100, 32> : tensor<32xf32> -> tensor<100x32xf32>
    %3 = sinter.binary add %1, %2 : tensor<100x32xf32>, tensor<100x32xf32> -> tensor<100x32xf32>
    %zero = sinter.constant dense<0.0> : tensor<100x32xf32>
    %4 = sinter.binary max %3, %zero : tensor<100x32xf32>, tensor<100x32xf32> -> tensor<100x32xf32>
    sinter.yield %4 : tensor<100x32xf32>
  } : tensor<100x32xf32>
  sinter.yield %0 : tensor<100x32xf32>
}

// -----

/// Work of more than four operations (an exponential counts four) is written once, in a loop over the rows of a tile whose
/// sums went to scratch, not once per register.
// CHECK-LABEL: llvm.func @long_epilogue(
//  CHECK-SAME:   %[[SCRATCH:[^:]*]]: !llvm.ptr) {
//  CHECK-COUNT-12:  math.fma
//       CHECK:   scf.yield
//       CHECK:   llvm.getelementptr %[[SCRATCH]]
//  CHECK-COUNT-12:  llvm.store {{.*}} : vector<8xf32>
//       CHECK:   scf.for %{{.*}} = %c0_i64 to %c6_i64
//  CHECK-COUNT-2:     math.exp {{.*}} : vector<8xf32>
//   CHECK-NOT:   math.exp
//       CHECK:   llvm.return
sinter.kernel @long_epilogue(%a: tensor<102x64xf32>, %b: tensor<64x32xf32>) -> tensor<102x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 6, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<102x64xf32>, tensor<64x32xf32> -> tensor<102x32xf32>
    %2 = sinter.unary exp %1 : tensor<102x32xf32> -> tensor<102x32xf32>
    %3 = sinter.binary add %2, %1 : tensor<102x32xf32>, tensor<102x32xf32> -> tensor<102x32xf32>
    sinter.yield %3 : tensor<102x32xf32>
  } : tensor<102x32xf32>
  sinter.yield %0 : tensor<102x32xf32>
}

// -----

/// Siblings: 3 rows by 2 vectors of sums each, over one loop; the results meet in registers.
// CHECK-LABEL: llvm.func @siblings(
//       CHECK:   scf.for {{.*}} step %c3_i64
//       CHECK:     scf.for %[[K:.*]] = %c0_i64 to %c64_i64
/// Three broadcast scalars wait in registers while four vectors pass, each loaded as it is needed.
//       CHECK:       llvm.load {{.*}} -> vector<8xf32>
//  CHECK-COUNT-3:    math.fma
//       CHECK:       llvm.load {{.*}} -> vector<8xf32>
//  CHECK-COUNT-9:    math.fma
//   CHECK-NOT:     math.fma
//       CHECK:     scf.yield
//  CHECK-COUNT-6:   arith.mulf {{.*}} : vector<8xf32>
//   CHECK-NOT:   arith.mulf
//       CHECK:   llvm.return
sinter.kernel @siblings(%a: tensor<102x64xf32>, %g: tensor<2x64x16xf32>, %u: tensor<2x64x16xf32>) -> tensor<102x32xf32>
    attributes {schedule = {emitter = "contract", tasks = #sinter.dim<1>, scratch = #sinter.dim<384>, tile = array<i64: 3, 16, 126, 4>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unpack %g columns 32 : tensor<2x64x16xf32> -> tensor<64x32xf32>
    %2 = sinter.contract %a, %1 [0, 2] x [2, 1] -> [0, 1] : tensor<102x64xf32>, tensor<64x32xf32> -> tensor<102x32xf32>
    %3 = sinter.unpack %u columns 32 : tensor<2x64x16xf32> -> tensor<64x32xf32>
    %4 = sinter.contract %a, %3 [0, 2] x [2, 1] -> [0, 1] : tensor<102x64xf32>, tensor<64x32xf32> -> tensor<102x32xf32>
    %5 = sinter.binary mul %2, %4 : tensor<102x32xf32>, tensor<102x32xf32> -> tensor<102x32xf32>
    sinter.yield %5 : tensor<102x32xf32>
  } : tensor<102x32xf32>
  sinter.yield %0 : tensor<102x32xf32>
}

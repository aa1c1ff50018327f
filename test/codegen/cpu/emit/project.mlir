// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 | FileCheck %s

///----- [Emitter: project]  IN: a contraction and its rows' sums  OUT: per task a block of rows: all panels, then row by row
// CHECK-LABEL: llvm.func @sums(
//  CHECK-SAME:   %{{.*}}: !llvm.ptr, %[[TASK:.*]]: i64, %[[SCRATCH:.*]]: !llvm.ptr
//       CHECK:   %[[BLOCK:.*]] = llvm.getelementptr %[[SCRATCH]][%c384_i64]
/// Tasks past the work are empty; a task has 24 rows.
//       CHECK:   scf.if
//       CHECK:     %[[FIRST:.*]] = arith.muli %[[TASK]], %c24_i64
//       CHECK:     %[[END:.*]] = arith.minsi %{{.*}}, %c100_i64
/// The block is addressed as the whole result: a tile's 6 rows ahead of it are scratch too.
//       CHECK:     %[[AHEAD:.*]] = arith.subi %c6_i64, %[[FIRST]]
//       CHECK:     %[[OFFSET:.*]] = arith.muli %[[AHEAD]], %c32_i64
//       CHECK:     %[[ROWS:.*]] = llvm.getelementptr %[[BLOCK]][%[[OFFSET]]]
//       CHECK:     scf.for %[[PANEL:.*]] = %c0_i64 to %c2_i64
//       CHECK:       scf.for {{.*}} = %[[FIRST]] to %[[WHOLE:.*]] step %c6_i64
//       CHECK:         llvm.getelementptr %[[ROWS]]
//       CHECK:         llvm.store
//       CHECK:       scf.for {{.*}} = %[[WHOLE]] to %[[END]] step %c4_i64
//       CHECK:         llvm.getelementptr %[[ROWS]]
//       CHECK:         llvm.store
//       CHECK:     scf.for %[[ROW:.*]] = %[[FIRST]] to %[[END]] step %c1_i64
//       CHECK:       llvm.getelementptr %[[ROWS]]
//   CHECK-NOT:   math.fma
//       CHECK:   llvm.return
sinter.kernel @sums(%x: tensor<100x64xf32>, %w: tensor<2x64x16xf32>) -> tensor<100xf32>
    attributes {schedule = {emitter = "project", tasks = #sinter.dim<5>, scratch = #sinter.dim<4224>, tile = array<i64: 6, 16, 24, 1>}} {
  %0 = sinter.group rows <100> {
    %1 = sinter.stage "element" {
      %2 = sinter.unpack %w columns 32 : tensor<2x64x16xf32> -> tensor<64x32xf32>
      %3 = sinter.contract %x, %2 [1, 0] x [0, 2] -> [1, 2] : tensor<100x64xf32>, tensor<64x32xf32> -> tensor<100x32xf32>
      sinter.yield %3 : tensor<100x32xf32>
    } : tensor<100x32xf32>
    %4 = sinter.stage "element" {
      %5 = sinter.reduce sum %1 [1] : tensor<100x32xf32> -> tensor<100xf32>
      sinter.yield %5 : tensor<100xf32>
    } : tensor<100xf32>
    sinter.yield %4 : tensor<100xf32>
  } : tensor<100xf32>
  sinter.yield %0 : tensor<100xf32>
}

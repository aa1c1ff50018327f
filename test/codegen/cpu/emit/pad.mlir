// RUN: sinter-opt %s --sinter-emit-loops=target=x86-64-v3 --split-input-file | FileCheck %s

///----- [Emitter: pad]  IN: a constant pad of fused work  OUT: fills, and rows of the input in vectors without bounds checks
/// A row of 14 is two vectors, the second of which ends at the last column.
// CHECK-LABEL: llvm.func @image(
//       CHECK:   %[[IN:.*]] = arith.cmpi ult, {{.*}} : i64
//       CHECK:   scf.if %[[IN]] {
//   CHECK-NOT:     vector<8xi64>
//       CHECK:     scf.for %{{.*}} = %c1_i64 to %c15_i64 step %c8_i64
//       CHECK:       arith.minsi
//       CHECK:       %[[X:.*]] = llvm.load {{.*}} -> vector<8xf32>
//       CHECK:       %[[Y:.*]] = arith.negf %[[X]]
//       CHECK:       llvm.store %[[Y]]
//       CHECK:   } else {
//   CHECK-NOT:     llvm.load
//       CHECK:   llvm.return
sinter.kernel @image(%x: tensor<3x14x14xf32>) -> tensor<3x16x16xf32>
    attributes {schedule = {emitter = "pad", tasks = #sinter.dim<2>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<3x14x14xf32> -> tensor<3x14x14xf32>
    %v = sinter.constant dense<0.0> : tensor<f32>
    %2 = sinter.pad constant %1, %v low <0, 1, 1> high <0, 1, 1> : tensor<3x14x14xf32>, tensor<f32> -> tensor<3x16x16xf32>
    sinter.yield %2 : tensor<3x16x16xf32>
  } : tensor<3x16x16xf32>
  sinter.yield %0 : tensor<3x16x16xf32>
}

// -----

/// A short row has shorter vectors.
// CHECK-LABEL: llvm.func @short(
//       CHECK:   scf.for %{{.*}} = %c2_i64 to %c9_i64 step %c4_i64
//       CHECK:     llvm.load {{.*}} -> vector<4xf32>
sinter.kernel @short(%x: tensor<3x7xf32>, %v: tensor<f32>) -> tensor<3x11xf32>
    attributes {schedule = {emitter = "pad", tasks = #sinter.dim<1>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.pad constant %x, %v low <0, 2> high <0, 2> : tensor<3x7xf32>, tensor<f32> -> tensor<3x11xf32>
    sinter.yield %1 : tensor<3x11xf32>
  } : tensor<3x11xf32>
  sinter.yield %0 : tensor<3x11xf32>
}

// -----

/// A row of unknown length is shared by tasks: what the input has of a task's part is cut out at run time.
// CHECK-LABEL: llvm.func @run_time(
//       CHECK:   %[[LOW:.*]] = arith.minsi %c2_i64
//       CHECK:   %[[BEGIN:.*]] = arith.maxsi %[[LOW]]
//       CHECK:   %[[END:.*]] = arith.maxsi
//       CHECK:   scf.for %{{.*}} = %[[BEGIN]] to %{{.*}} step %c8_i64
//       CHECK:     llvm.load {{.*}} -> vector<8xf32>
//       CHECK:   scf.for %{{.*}} = %{{.*}} to %[[END]] step %c1_i64
sinter.kernel @run_time(%x: tensor<?xf32, #sinter.dims<d0>>, %v: tensor<f32>) -> tensor<?xf32, #sinter.dims<d0 + 5>>
    attributes {symbols = ["d0"], schedule = {emitter = "pad", tasks = #sinter.dim<2>}} {
  %0 = sinter.stage "element" {
    %1 = sinter.pad constant %x, %v low <2> high <3> : tensor<?xf32, #sinter.dims<d0>>, tensor<f32> -> tensor<?xf32, #sinter.dims<d0 + 5>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<d0 + 5>>
  } : tensor<?xf32, #sinter.dims<d0 + 5>>
  sinter.yield %0 : tensor<?xf32, #sinter.dims<d0 + 5>>
}

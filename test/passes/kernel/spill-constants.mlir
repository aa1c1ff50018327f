// RUN: sinter-opt %s --sinter-spill-constants --split-input-file | FileCheck %s

///----- [Pass: spill-constants]  IN: a table  OUT: a load of a weight whose recipe is the table; equal tables are one weight
// CHECK-LABEL: sinter.weight @constant : tensor<5xi64> {
//  CHECK-NEXT:   %[[C:.*]] = sinter.constant dense<[1, 2, 3, 4, 5]>
//  CHECK-NEXT:   sinter.yield %[[C]]
//   CHECK-NOT: sinter.weight
//       CHECK: sinter.program @table()
//   CHECK-DAG:   %[[A:.*]] = sinter.load @constant
//   CHECK-DAG:   %[[B:.*]] = sinter.load @constant
//   CHECK-NOT:   sinter.constant
//       CHECK:   sinter.return
sinter.program @table() -> (tensor<5xi64>, tensor<5xi64>) {
  %0 = sinter.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi64>
  %1 = sinter.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi64>
  sinter.return %0, %1 : tensor<5xi64>, tensor<5xi64>
}

// -----

/// Other tables have other names, also beside a weight that has the name already.
//   CHECK-DAG: sinter.weight @constant : tensor<4xf32> from
//   CHECK-DAG: sinter.weight @[[A:constant_[0-9]+]] : tensor<5xi64>
//   CHECK-DAG: sinter.weight @[[B:constant_[0-9]+]] : tensor<6xi64>
//       CHECK: sinter.program @names()
//   CHECK-DAG:   sinter.load @[[A]] : tensor<5xi64>
//   CHECK-DAG:   sinter.load @[[B]] : tensor<6xi64>
sinter.weight @constant : tensor<4xf32> from("m.onnx", 0, 16)
sinter.program @names() -> (tensor<5xi64>, tensor<6xi64>) {
  %0 = sinter.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi64>
  %1 = sinter.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi64>
  sinter.return %0, %1 : tensor<5xi64>, tensor<6xi64>
}

// -----

/// Splats, up to four elements, and sizes stay in the code.
//   CHECK-NOT: sinter.weight
//       CHECK: sinter.program @negative_inline()
//   CHECK-NOT:   sinter.load
//       CHECK:   sinter.return
sinter.program @negative_inline() -> (tensor<100xf32>, tensor<4xi64>, tensor<5xi64>) {
  %0 = sinter.constant dense<1.0> : tensor<100xf32>
  %1 = sinter.constant dense<[1, 2, 3, 4]> : tensor<4xi64>
  %2 = sinter.shape <1, 2, 3, 4, S> : tensor<5xi64>
  sinter.return %0, %1, %2 : tensor<100xf32>, tensor<4xi64>, tensor<5xi64>
}

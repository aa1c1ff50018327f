// RUN: sinter-opt %s --sinter-outline-kernels --split-input-file | FileCheck %s

///----- [Pass: outline-kernels]  IN: stages  OUT: a kernel per distinct stage and a launch per stage
/// What a stage reads becomes operands in order of use; symbols are renamed in order of appearance.
// CHECK-LABEL: sinter.kernel @k0_sub(
//  CHECK-SAME:   %[[A:[^:]*]]: tensor<?xf32, #sinter.dims<d0>>, %[[B:[^:]*]]: tensor<?xf32, #sinter.dims<d0>>
//  CHECK-SAME:   attributes {symbols = ["d0"]}
//       CHECK:     sinter.binary sub %[[A]], %[[B]] {{.*}} tensor<?xf32, #sinter.dims<d0>>
//       CHECK: sinter.program @main(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<?xf32, #sinter.dims<S>>, %[[Y:[^:]*]]: tensor<?xf32, #sinter.dims<S>>
//       CHECK:   %[[R:.*]] = sinter.launch @k0_sub(%[[Y]], %[[X]]) dims <S> :
//       CHECK:   sinter.return %[[R]]
sinter.program @main(%x: tensor<?xf32, #sinter.dims<S>>, %y: tensor<?xf32, #sinter.dims<S>>) -> tensor<?xf32, #sinter.dims<S>> {
  %0 = sinter.stage "element" {
    %1 = sinter.binary sub %y, %x : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<S>>
  } : tensor<?xf32, #sinter.dims<S>>
  sinter.return %0 : tensor<?xf32, #sinter.dims<S>>
}

// -----

/// Stages that differ in names of symbols and values only are one kernel; launches keep the nodes' locations.
// RUN: sinter-opt %s --sinter-outline-kernels --split-input-file --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefix=LOC
//   CHECK-NOT: sinter.kernel
//       CHECK: sinter.kernel @k0_exp(
//   CHECK-NOT: sinter.kernel
// CHECK-LABEL: sinter.program @equal_stages(
//       CHECK:   sinter.launch @k0_exp(%{{.*}}) dims <S>
//       CHECK:   sinter.launch @k0_exp(%{{.*}}) dims <T>
//         LOC: sinter.program @equal_stages(
//         LOC:   dims <S> : {{.*}} loc("first")
//         LOC:   dims <T> : {{.*}} loc("second")
sinter.program @equal_stages(%x: tensor<?xf32, #sinter.dims<S>>, %y: tensor<?xf32, #sinter.dims<T>>)
    -> (tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<T>>) {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<S>> loc("first")
    sinter.yield %1 : tensor<?xf32, #sinter.dims<S>>
  } : tensor<?xf32, #sinter.dims<S>> loc("first")
  %2 = sinter.stage "element" {
    %3 = sinter.unary exp %y : tensor<?xf32, #sinter.dims<T>> -> tensor<?xf32, #sinter.dims<T>> loc("second")
    sinter.yield %3 : tensor<?xf32, #sinter.dims<T>>
  } : tensor<?xf32, #sinter.dims<T>> loc("second")
  sinter.return %0, %2 : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<T>>
}

// -----

/// Another kind, another constant, another static size: other kernels.
// CHECK-DAG: sinter.kernel @k0_exp(
// CHECK-DAG: sinter.kernel @k1_mul(
// CHECK-DAG: sinter.kernel @k2_mul(
// CHECK-DAG: sinter.kernel @k3_exp(
// CHECK-LABEL: sinter.program @negative_different_stages(
sinter.program @negative_different_stages(%x: tensor<4xf32>, %y: tensor<5xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<5xf32>) {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
    sinter.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  %2 = sinter.stage "element" {
    %c = sinter.constant dense<2.0> : tensor<4xf32>
    %3 = sinter.binary mul %x, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
    sinter.yield %3 : tensor<4xf32>
  } : tensor<4xf32>
  %4 = sinter.stage "element" {
    %c = sinter.constant dense<3.0> : tensor<4xf32>
    %5 = sinter.binary mul %x, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
    sinter.yield %5 : tensor<4xf32>
  } : tensor<4xf32>
  %6 = sinter.stage "element" {
    %7 = sinter.unary exp %y : tensor<5xf32> -> tensor<5xf32>
    sinter.yield %7 : tensor<5xf32>
  } : tensor<5xf32>
  sinter.return %0, %2, %4, %6 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<5xf32>
}

// -----

/// Symbols of attributes count, in sizes that no operand has; a value that may be negative keeps its `$`.
// CHECK-LABEL: sinter.kernel @k0_slice(
//  CHECK-SAME:   %{{.*}}: tensor<?xf32, #sinter.dims<d0>>) -> tensor<?xf32, #sinter.dims<d2>>
//  CHECK-SAME:   symbols = ["d0", "$d1", "d2"]
//       CHECK:     sinter.slice %{{.*}} <"$d1"> size <d2> [1]
//       CHECK: sinter.launch @k0_slice(%{{.*}}) dims <S, "$0", T>
sinter.program @symbols_of_attributes(%x: tensor<?xf32, #sinter.dims<S>>) -> tensor<?xf32, #sinter.dims<T>> {
  %0 = sinter.stage "element" {
    %1 = sinter.slice %x <"$0"> size <T> [1] : tensor<?xf32, #sinter.dims<S>> -> tensor<?xf32, #sinter.dims<T>>
    sinter.yield %1 : tensor<?xf32, #sinter.dims<T>>
  } : tensor<?xf32, #sinter.dims<T>>
  sinter.return %0 : tensor<?xf32, #sinter.dims<T>>
}

// -----

/// A kernel is named after its root, else after its last operator; a stage that only hands on is a copy.
// CHECK: sinter.kernel @k0_reduce_sum(
// CHECK: sinter.kernel @k1_copy(
sinter.program @names(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %0 = sinter.stage "element" {
    %1 = sinter.unary exp %x : tensor<4x8xf32> -> tensor<4x8xf32>
    %2 = sinter.reduce sum %1 [1] : tensor<4x8xf32> -> tensor<4xf32>
    %3 = sinter.unary sqrt %2 : tensor<4xf32> -> tensor<4xf32>
    sinter.yield %3 : tensor<4xf32>
  } : tensor<4xf32>
  %4 = sinter.stage "element" {
    sinter.yield %x : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.return %0, %4 : tensor<4xf32>, tensor<4x8xf32>
}

// -----

///----- [Pass: outline-kernels]  IN: equal stages inside and outside of a region  OUT: one kernel
// CHECK-LABEL: sinter.kernel @k0_exp(
//   CHECK-NOT: sinter.kernel
//       CHECK: sinter.program @regions(
//       CHECK:   sinter.launch @k0_exp
//       CHECK:   sinter.if
//       CHECK:     sinter.launch @k0_exp
sinter.program @regions(%c: tensor<i1>, %x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = sinter.stage "element" {
    %2 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %2 : tensor<8xf32>
  } : tensor<8xf32>
  %1 = sinter.if %c {
    %2 = sinter.stage "element" {
      %3 = sinter.unary exp %0 : tensor<8xf32> -> tensor<8xf32>
      sinter.yield %3 : tensor<8xf32>
    } : tensor<8xf32>
    sinter.yield %2 : tensor<8xf32>
  } else {
    sinter.yield %0 : tensor<8xf32>
  } : tensor<i1> -> tensor<8xf32>
  sinter.return %0, %1 : tensor<8xf32>, tensor<8xf32>
}

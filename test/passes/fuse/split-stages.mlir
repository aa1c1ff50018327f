// RUN: sinter-opt %s --sinter-split-stages | FileCheck %s

///----- [Pass: split-stages]  IN: a group  OUT: its stages where it stood
// CHECK-LABEL: sinter.program @apart(
//   CHECK-NOT:   sinter.group
//       CHECK:   %[[SUM:.*]] = sinter.stage
//       CHECK:   %[[OUT:.*]] = sinter.stage
//       CHECK:     sinter.broadcast %[[SUM]]
//       CHECK:   sinter.return %[[OUT]]
sinter.program @apart(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.group rows <4> {
    %1 = sinter.stage "row" {
      %3 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>
      sinter.yield %3 : tensor<4xf32>
    } : tensor<4xf32>
    %2 = sinter.stage "element" {
      %3 = sinter.broadcast %1 [0] to <4, 8> : tensor<4xf32> -> tensor<4x8xf32>
      %4 = sinter.binary sub %x, %3 : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
      sinter.yield %4 : tensor<4x8xf32>
    } : tensor<4x8xf32>
    sinter.yield %2 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.return %0 : tensor<4x8xf32>
}

/// A stage without a group stays.
// CHECK-LABEL: sinter.program @negative_alone(
//       CHECK:   sinter.stage
//   CHECK-NOT:   sinter.stage
sinter.program @negative_alone(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sinter.stage "element" {
    %1 = sinter.unary neg %x : tensor<4xf32> -> tensor<4xf32>
    sinter.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  sinter.return %0 : tensor<4xf32>
}

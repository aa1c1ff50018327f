// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-form-stages,sinter-group-stages,sinter-fuse-projections))' --split-input-file | FileCheck %s

///----- [Pass: fuse-projections]  IN: a contraction with a packed weight, rows scaled by their sums  OUT: one group
// CHECK-LABEL: sinter.program @scaled(
//       CHECK:   %[[G:.*]] = sinter.group rows <S> {
//       CHECK:     %[[C:.*]] = sinter.stage "element" {
//       CHECK:       sinter.contract
//       CHECK:     sinter.reduce sum %[[C]] [1]
//       CHECK:     sinter.binary div %[[C]]
//   CHECK-NOT:   sinter.stage
//       CHECK:   sinter.return %[[G]]
sinter.program @scaled(%x: tensor<?x8xf32, #sinter.dims<S, 8>>, %w: tensor<1x8x16xf32>) -> tensor<?x16xf32, #sinter.dims<S, 16>> {
  %0 = sinter.unpack %w columns 16 : tensor<1x8x16xf32> -> tensor<8x16xf32>
  %1 = sinter.contract %x, %0 [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<S, 8>>, tensor<8x16xf32> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %2 = sinter.reduce sum %1 [1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?xf32, #sinter.dims<S>>
  %3 = sinter.broadcast %2 [0] to <S, 16> : tensor<?xf32, #sinter.dims<S>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %4 = sinter.binary div %1, %3 : tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  sinter.return %4 : tensor<?x16xf32, #sinter.dims<S, 16>>
}

// -----

/// What others read behind the group leaves it.
// CHECK-LABEL: sinter.program @leaves(
//       CHECK:   %[[G:.*]]:2 = sinter.group rows <S> {
//       CHECK:     %[[C:.*]] = sinter.stage "element" {
//       CHECK:       sinter.contract
//       CHECK:     sinter.yield %{{.*}}, %[[C]]
//       CHECK:   %[[V:.*]] = sinter.reshape %[[G]]#1 to <16*S>
//       CHECK:   sinter.return %[[G]]#0, %[[V]]
sinter.program @leaves(%x: tensor<?x8xf32, #sinter.dims<S, 8>>, %w: tensor<1x8x16xf32>) -> (tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?xf32, #sinter.dims<16*S>>) {
  %0 = sinter.unpack %w columns 16 : tensor<1x8x16xf32> -> tensor<8x16xf32>
  %1 = sinter.contract %x, %0 [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<S, 8>>, tensor<8x16xf32> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %5 = sinter.reshape %1 to <16*S> : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?xf32, #sinter.dims<16*S>>
  %2 = sinter.reduce sum %1 [1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?xf32, #sinter.dims<S>>
  %3 = sinter.broadcast %2 [0] to <S, 16> : tensor<?xf32, #sinter.dims<S>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %4 = sinter.binary div %1, %3 : tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  sinter.return %4, %5 : tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?xf32, #sinter.dims<16*S>>
}

// -----

/// Rows of more columns than stay in the cache; and a weight that is not packed.
// CHECK-LABEL: sinter.program @negative_wide(
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.contract
//       CHECK:   sinter.group
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.contract
//       CHECK:   sinter.group
sinter.program @negative_wide(%x: tensor<?x8xf32, #sinter.dims<S, 8>>, %w: tensor<65x8x16xf32>, %u: tensor<8x16xf32>) -> (tensor<?x1040xf32, #sinter.dims<S, 1040>>, tensor<?x16xf32, #sinter.dims<S, 16>>) {
  %0 = sinter.unpack %w columns 1040 : tensor<65x8x16xf32> -> tensor<8x1040xf32>
  %1 = sinter.contract %x, %0 [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<S, 8>>, tensor<8x1040xf32> -> tensor<?x1040xf32, #sinter.dims<S, 1040>>
  %2 = sinter.reduce sum %1 [1] : tensor<?x1040xf32, #sinter.dims<S, 1040>> -> tensor<?xf32, #sinter.dims<S>>
  %3 = sinter.broadcast %2 [0] to <S, 1040> : tensor<?xf32, #sinter.dims<S>> -> tensor<?x1040xf32, #sinter.dims<S, 1040>>
  %4 = sinter.binary div %1, %3 : tensor<?x1040xf32, #sinter.dims<S, 1040>>, tensor<?x1040xf32, #sinter.dims<S, 1040>> -> tensor<?x1040xf32, #sinter.dims<S, 1040>>
  %5 = sinter.contract %x, %u [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<S, 8>>, tensor<8x16xf32> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %6 = sinter.reduce sum %5 [1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?xf32, #sinter.dims<S>>
  %7 = sinter.broadcast %6 [0] to <S, 16> : tensor<?xf32, #sinter.dims<S>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %8 = sinter.binary div %5, %7 : tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  sinter.return %4, %8 : tensor<?x1040xf32, #sinter.dims<S, 1040>>, tensor<?x16xf32, #sinter.dims<S, 16>>
}

// -----

/// A reader ahead of the group, which the group needs in turn, cannot wait for it.
// CHECK-LABEL: sinter.program @negative_early_reader(
//       CHECK:   %[[C:.*]] = sinter.stage "element" {
//       CHECK:     sinter.contract
//       CHECK:   sinter.reduce sum %{{.*}} [0]
//       CHECK:   sinter.group
sinter.program @negative_early_reader(%x: tensor<?x8xf32, #sinter.dims<S, 8>>, %w: tensor<1x8x16xf32>) -> tensor<?x16xf32, #sinter.dims<S, 16>> {
  %0 = sinter.unpack %w columns 16 : tensor<1x8x16xf32> -> tensor<8x16xf32>
  %1 = sinter.contract %x, %0 [1, 0] x [0, 2] -> [1, 2] : tensor<?x8xf32, #sinter.dims<S, 8>>, tensor<8x16xf32> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %6 = sinter.reduce sum %1 [0] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<16xf32>
  %2 = sinter.broadcast %6 [1] to <S, 16> : tensor<16xf32> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %3 = sinter.reduce sum %1 [1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?xf32, #sinter.dims<S>>
  %4 = sinter.broadcast %3 [0] to <S, 16> : tensor<?xf32, #sinter.dims<S>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  %5 = sinter.binary div %2, %4 : tensor<?x16xf32, #sinter.dims<S, 16>>, tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x16xf32, #sinter.dims<S, 16>>
  sinter.return %5 : tensor<?x16xf32, #sinter.dims<S, 16>>
}

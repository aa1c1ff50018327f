// RUN: sinter-opt %s --pass-pipeline='builtin.module(sinter.program(sinter-form-stages,sinter-join-siblings))' --split-input-file | FileCheck %s

///----- [Pass: join-siblings]  IN: stages that read x, with equal dims  OUT: one stage with the results of both
// CHECK-LABEL: sinter.program @cache(
//  CHECK-SAME:   %[[X:[^:]*]]: tensor<?x16xf32,
//       CHECK:   %[[KV:.*]]:2 = sinter.stage "element" {
//       CHECK:     %[[K:.*]] = sinter.concat[0] %{{.*}}, %{{.*}}
//       CHECK:     %[[V:.*]] = sinter.concat[0] %{{.*}}, %{{.*}}
//       CHECK:     sinter.yield %[[K]], %[[V]]
//   CHECK-NOT:   sinter.stage
//       CHECK:   sinter.return %[[KV]]#0, %[[KV]]#1
sinter.program @cache(%x: tensor<?x16xf32, #sinter.dims<S, 16>>, %k: tensor<?x8xf32, #sinter.dims<P, 8>>, %v: tensor<?x8xf32, #sinter.dims<P, 8>>) -> (tensor<?x8xf32, #sinter.dims<P + S, 8>>, tensor<?x8xf32, #sinter.dims<P + S, 8>>) {
  %0 = sinter.slice %x <0, 0> size <S, 8> [1, 1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x8xf32, #sinter.dims<S, 8>>
  %1 = sinter.unary neg %0 : tensor<?x8xf32, #sinter.dims<S, 8>> -> tensor<?x8xf32, #sinter.dims<S, 8>>
  %2 = sinter.concat [0] %k, %1 : tensor<?x8xf32, #sinter.dims<P, 8>>, tensor<?x8xf32, #sinter.dims<S, 8>> -> tensor<?x8xf32, #sinter.dims<P + S, 8>>
  %3 = sinter.slice %x <0, 8> size <S, 8> [1, 1] : tensor<?x16xf32, #sinter.dims<S, 16>> -> tensor<?x8xf32, #sinter.dims<S, 8>>
  %4 = sinter.concat [0] %v, %3 : tensor<?x8xf32, #sinter.dims<P, 8>>, tensor<?x8xf32, #sinter.dims<S, 8>> -> tensor<?x8xf32, #sinter.dims<P + S, 8>>
  sinter.return %2, %4 : tensor<?x8xf32, #sinter.dims<P + S, 8>>, tensor<?x8xf32, #sinter.dims<P + S, 8>>
}

// -----

/// Views of the first one, the append of rows to a state among them, move behind the place of both.
// CHECK-LABEL: sinter.program @state(
//       CHECK:   %[[STATE:.*]] = sinter.state
//       CHECK:   %[[KV:.*]]:2 = sinter.stage "element" {
//       CHECK:   %[[ROWS:.*]] = sinter.reshape %[[KV]]#0
//       CHECK:   %[[ALL:.*]] = sinter.append %[[STATE]], %[[ROWS]]
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.reduce sum %[[ALL]]
sinter.program @state(%x: tensor<2x4xf32>) -> (tensor<8xf32>, tensor<2x4xf32>) {
  %0 = sinter.state "past" keeps "present" axis 0 : tensor<?x8xf32, #sinter.dims<P, 8>>
  %1 = sinter.unary exp %x : tensor<2x4xf32> -> tensor<2x4xf32>
  %2 = sinter.reshape %1 to <1, 8> : tensor<2x4xf32> -> tensor<1x8xf32>
  %3 = sinter.append %0, %2 : tensor<?x8xf32, #sinter.dims<P, 8>>, tensor<1x8xf32> -> tensor<?x8xf32, #sinter.dims<P + 1, 8>>
  %4 = sinter.unary neg %x : tensor<2x4xf32> -> tensor<2x4xf32>
  %5 = sinter.reduce sum %3 [0] : tensor<?x8xf32, #sinter.dims<P + 1, 8>> -> tensor<8xf32>
  sinter.return %5, %4 : tensor<8xf32>, tensor<2x4xf32>
}

// -----

/// Four results of any types are one stage; the fifth starts another, which the sixth joins.
// CHECK-LABEL: sinter.program @several(
//       CHECK:   %[[A:.*]]:4 = sinter.stage "element" {
//       CHECK:   } : tensor<8xi32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
//       CHECK:   %[[B:.*]]:2 = sinter.stage "element" {
//   CHECK-NOT:   sinter.stage
//       CHECK:   sinter.return %[[A]]#0, %[[A]]#1, %[[A]]#2, %[[A]]#3, %[[B]]#0, %[[B]]#1
sinter.program @several(%x: tensor<8xf32>) -> (tensor<8xi32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = sinter.cast %x to i32 : tensor<8xf32> -> tensor<8xi32>
  %1 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
  %2 = sinter.unary log %x : tensor<8xf32> -> tensor<8xf32>
  %3 = sinter.unary sin %x : tensor<8xf32> -> tensor<8xf32>
  %4 = sinter.unary cos %x : tensor<8xf32> -> tensor<8xf32>
  %5 = sinter.unary neg %x : tensor<8xf32> -> tensor<8xf32>
  sinter.return %0, %1, %2, %3, %4, %5 : tensor<8xi32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

/// A branch is a block of its own: its stages join, but none of another block.
// CHECK-LABEL: sinter.program @branch(
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//       CHECK:     sinter.unary neg
//       CHECK:   sinter.if
//       CHECK:     %[[B:.*]]:2 = sinter.stage "element" {
//       CHECK:     sinter.yield %[[B]]#0, %[[B]]#1
sinter.program @branch(%c: tensor<i1>, %x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = sinter.unary neg %x : tensor<8xf32> -> tensor<8xf32>
  %1:2 = sinter.if %c {
    %2 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
    %3 = sinter.unary sin %x : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %2, %3 : tensor<8xf32>, tensor<8xf32>
  } else {
    %2 = sinter.unary cos %x : tensor<8xf32> -> tensor<8xf32>
    %3 = sinter.reduce sum %x [0] : tensor<8xf32> -> tensor<f32>
    %4 = sinter.broadcast %3 [] to <8> : tensor<f32> -> tensor<8xf32>
    sinter.yield %2, %4 : tensor<8xf32>, tensor<8xf32>
  } : tensor<i1> -> tensor<8xf32>, tensor<8xf32>
  sinter.return %0, %1#0, %1#1 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

/// The second reads the first. So the third can join the second only.
// CHECK-LABEL: sinter.program @negative_dependent(
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//       CHECK:     sinter.unary exp
//       CHECK:   %[[B:.*]]:2 = sinter.stage "element" {
//       CHECK:     sinter.binary add %[[A]]
//       CHECK:     sinter.unary neg
sinter.program @negative_dependent(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %0 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
  %1 = sinter.binary add %0, %x : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %2 = sinter.unary neg %x : tensor<8xf32> -> tensor<8xf32>
  sinter.return %0, %1, %2 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// -----

/// What reads the first, through a view, is computed before the second.
// CHECK-LABEL: sinter.program @negative_reader_between(
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.unary exp
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.reduce sum
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.unary neg
sinter.program @negative_reader_between(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<2xf32>, tensor<8xf32>) {
  %0 = sinter.unary exp %x : tensor<8xf32> -> tensor<8xf32>
  %1 = sinter.reshape %0 to <2, 4> : tensor<8xf32> -> tensor<2x4xf32>
  %2 = sinter.reduce sum %1 [1] : tensor<2x4xf32> -> tensor<2xf32>
  %3 = sinter.unary neg %x : tensor<8xf32> -> tensor<8xf32>
  sinter.return %0, %2, %3 : tensor<8xf32>, tensor<2xf32>, tensor<8xf32>
}

// -----

/// Other dims, though as many elements.
// CHECK-LABEL: sinter.program @negative_dims(
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.unary exp
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.transpose
sinter.program @negative_dims(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4x2xf32>) {
  %0 = sinter.unary exp %x : tensor<2x4xf32> -> tensor<2x4xf32>
  %1 = sinter.transpose %x [1, 0] : tensor<2x4xf32> -> tensor<4x2xf32>
  sinter.return %0, %1 : tensor<2x4xf32>, tensor<4x2xf32>
}

// -----

/// A weight and a scalar are nothing in common.
sinter.weight @w : tensor<8xf32> from("m.onnx", 0, 32)
// CHECK-LABEL: sinter.program @negative_nothing_common(
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.binary add
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.binary sub
sinter.program @negative_nothing_common(%x: tensor<8xf32>, %y: tensor<8xf32>, %s: tensor<f32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %w = sinter.load @w : tensor<8xf32>
  %b = sinter.broadcast %s [] to <8> : tensor<f32> -> tensor<8xf32>
  %0 = sinter.binary mul %w, %b : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %1 = sinter.binary add %x, %0 : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %2 = sinter.binary mul %w, %b : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %3 = sinter.binary sub %y, %2 : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  sinter.return %1, %3 : tensor<8xf32>, tensor<8xf32>
}

// -----

/// A root has its own loops, a constant pad its own emitter.
// CHECK-LABEL: sinter.program @negative_root_and_pad(
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.reduce sum
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.unary neg
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.pad
//       CHECK:   sinter.stage "element" {
//       CHECK:     sinter.concat
sinter.program @negative_root_and_pad(%x: tensor<4x8xf32>, %y: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = sinter.reduce sum %x [0] : tensor<4x8xf32> -> tensor<8xf32>
  %1 = sinter.binary add %0, %y : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %2 = sinter.unary neg %y : tensor<8xf32> -> tensor<8xf32>
  %f = sinter.constant dense<0.0> : tensor<f32>
  %3 = sinter.pad constant %x, %f low <4, 0> high <0, 0> : tensor<4x8xf32>, tensor<f32> -> tensor<8x8xf32>
  %4 = sinter.concat [0] %x, %x : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<8x8xf32>
  sinter.return %1, %2, %3, %4 : tensor<8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

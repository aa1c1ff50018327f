// RUN: sinter-opt %s --sinter-materialize-outputs | FileCheck %s

sinter.weight @w : tensor<4xf32> from("m.onnx", 0, 16)

///----- [Pass: materialize-outputs]  IN: results without memory of their own  OUT: a stage that copies each
// CHECK-LABEL: sinter.program @argument_and_weight(
//  CHECK-SAME:   %[[X:.*]]: tensor<4xf32>
//       CHECK:   %[[W:.*]] = sinter.load @w
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[X]]
//       CHECK:   %[[B:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[W]]
//       CHECK:   sinter.return %[[A]], %[[B]] :
sinter.program @argument_and_weight(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = sinter.load @w : tensor<4xf32>
  sinter.return %x, %0 : tensor<4xf32>, tensor<4xf32>
}

/// A constant has no memory to read: it stands inside the stage.
// CHECK-LABEL: sinter.program @constant_and_shape(
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     %[[C:.*]] = sinter.constant dense<1.000000e+00>
//  CHECK-NEXT:     sinter.yield %[[C]]
//       CHECK:   %[[B:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     %[[S:.*]] = sinter.shape <S>
//  CHECK-NEXT:     sinter.yield %[[S]]
//       CHECK:   sinter.return %[[A]], %[[B]] :
sinter.program @constant_and_shape() -> (tensor<4xf32>, tensor<1xi64>) {
  %0 = sinter.constant dense<1.0> : tensor<4xf32>
  %1 = sinter.shape <S> : tensor<1xi64>
  sinter.return %0, %1 : tensor<4xf32>, tensor<1xi64>
}

/// One value twice, also under other dims: the second output is a copy of the first.
// CHECK-LABEL: sinter.program @one_value_twice(
//       CHECK:   %[[E:.*]] = sinter.unary exp
//       CHECK:   %[[V:.*]] = sinter.reshape %[[E]] to <2, 2>
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[V]]
//       CHECK:   sinter.return %[[E]], %[[A]] :
sinter.program @one_value_twice(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x2xf32>) {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.reshape %0 to <2, 2> : tensor<4xf32> -> tensor<2x2xf32>
  sinter.return %0, %1 : tensor<4xf32>, tensor<2x2xf32>
}

/// A computed value is written where the caller wants it, through a reshape too.
// CHECK-LABEL: sinter.program @negative_computed(
//   CHECK-NOT:   sinter.stage
//       CHECK:   sinter.return
sinter.program @negative_computed(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<2x2xf32>) {
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<4xf32>
  %1 = sinter.unary neg %0 : tensor<4xf32> -> tensor<4xf32>
  %2 = sinter.reshape %1 to <2, 2> : tensor<4xf32> -> tensor<2x2xf32>
  sinter.return %0, %2 : tensor<4xf32>, tensor<2x2xf32>
}

/// A ramp has no memory of its own: the copy counts again.
// CHECK-LABEL: sinter.program @ramp_twice(
//       CHECK:   %[[I:.*]] = sinter.iota
//       CHECK:   %[[S:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     %[[C:.*]] = sinter.iota
//  CHECK-NEXT:     sinter.yield %[[C]] :
//       CHECK:   sinter.return %[[I]], %[[S]] :
sinter.program @ramp_twice() -> (tensor<4xi64>, tensor<4xi64>) {
  %0 = sinter.iota [0] of <4> as i64 -> tensor<4xi64>
  sinter.return %0, %0 : tensor<4xi64>, tensor<4xi64>
}

///----- [Pass: materialize-outputs]  IN: a region that yields what it has not computed  OUT: a copy in the region
/// A loop writes carried values and rows in place, the branch its result. What a loop has carried lies in memory of its own.
// CHECK-LABEL: sinter.program @regions(
//       CHECK:   %[[LOOP:.*]]:2 = sinter.loop
//       CHECK:     %[[E:.*]] = sinter.unary exp
//       CHECK:     %[[ROW:.*]] = sinter.stage "element" {
//  CHECK-NEXT:       sinter.yield %[[E]]
//       CHECK:     sinter.yield %[[E]], %[[ROW]]
//       CHECK:   %[[IF:.*]] = sinter.if
//       CHECK:     %[[THEN:.*]] = sinter.stage "element" {
//  CHECK-NEXT:       sinter.yield %[[LOOP]]#0
//       CHECK:     sinter.yield %[[THEN]]
//       CHECK:   %[[OUT:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[LOOP]]#0
//       CHECK:   sinter.return %[[OUT]], %[[LOOP]]#1, %[[IF]] :
sinter.program @regions(%c: tensor<i1>, %x: tensor<8xf32>) -> (tensor<8xf32>, tensor<4x8xf32>, tensor<8xf32>) {
  %0:2 = sinter.loop <4> carry (%x) {
  ^bb0(%i: tensor<i64>, %y: tensor<8xf32>):
    %1 = sinter.unary exp %y : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %1, %1 : tensor<8xf32>, tensor<8xf32>
  } : (tensor<8xf32>) -> (tensor<8xf32>, tensor<4x8xf32>)
  %2 = sinter.if %c {
    sinter.yield %0#0 : tensor<8xf32>
  } else {
    %3 = sinter.unary neg %x : tensor<8xf32> -> tensor<8xf32>
    sinter.yield %3 : tensor<8xf32>
  } : tensor<i1> -> tensor<8xf32>
  sinter.return %0#0, %0#1, %2 : tensor<8xf32>, tensor<4x8xf32>, tensor<8xf32>
}

/// The host reads the condition of the next iteration where it lies.
// CHECK-LABEL: sinter.program @condition(
//   CHECK-NOT:   sinter.stage
sinter.program @condition(%c: tensor<i1>) {
  sinter.loop <4> while %c {
  ^bb0(%i: tensor<i64>):
    sinter.yield %c : tensor<i1>
  } : (tensor<i1>) -> ()
  sinter.return
}

/// New rows of a state are written into its memory like an output: an argument is copied, a computed value is not, unless
/// it is another output too.
// CHECK-LABEL: sinter.program @rows_of_states(
//  CHECK-SAME:   %[[X:.*]]: tensor<1x4xf32>
//       CHECK:   %[[A:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[X]]
//       CHECK:   sinter.append %{{.*}}, %[[A]] :
//       CHECK:   %[[E:.*]] = sinter.unary exp
//       CHECK:   sinter.append %{{.*}}, %[[E]] :
//       CHECK:   %[[B:.*]] = sinter.stage "element" {
//  CHECK-NEXT:     sinter.yield %[[E]]
//       CHECK:   sinter.return %[[B]] :
sinter.program @rows_of_states(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %0 = sinter.state "a" keeps "b" axis 0 : tensor<?x4xf32, #sinter.dims<P, 4>>
  %1 = sinter.state "c" keeps "d" axis 0 : tensor<?x4xf32, #sinter.dims<P, 4>>
  %2 = sinter.append %0, %x : tensor<?x4xf32, #sinter.dims<P, 4>>, tensor<1x4xf32> -> tensor<?x4xf32, #sinter.dims<P + 1, 4>>
  %3 = sinter.unary exp %x : tensor<1x4xf32> -> tensor<1x4xf32>
  %4 = sinter.append %1, %3 : tensor<?x4xf32, #sinter.dims<P, 4>>, tensor<1x4xf32> -> tensor<?x4xf32, #sinter.dims<P + 1, 4>>
  sinter.return %3 : tensor<1x4xf32>
}

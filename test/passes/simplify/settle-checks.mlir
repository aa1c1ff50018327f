// RUN: sinter-opt %s --sinter-settle-checks --split-input-file | FileCheck %s

///----- [Pass: settle-checks]  IN: checks of data  OUT: one, on the tensor that is in memory
// CHECK-LABEL: sinter.program @duplicates(
//  CHECK-SAME:   %[[I:.*]]: tensor<6xi32>
//       CHECK:   sinter.check_elements %[[I]] "an index" from <-10> to <9>
//   CHECK-NOT:   sinter.check_elements {{.*}} to <9>
//       CHECK:   sinter.check_elements %[[I]] "an index" from <-4> to <3>
sinter.program @duplicates(%i: tensor<6xi32>) {
  %0 = sinter.reshape %i to <2, 3> : tensor<6xi32> -> tensor<2x3xi32>
  %1 = sinter.cast %0 to i64 : tensor<2x3xi32> -> tensor<2x3xi64>
  sinter.check_elements %1 "an index" from <-10> to <9> : tensor<2x3xi64>
  sinter.check_elements %0 "an index" from <-10> to <9> : tensor<2x3xi32>
  sinter.check_elements %0 "an index" from <-4> to <3> : tensor<2x3xi32>
  sinter.return
}

// -----

/// Indices of several dims stay as they are: their order says which bound is whose.
// CHECK-LABEL: sinter.program @tuples(
//       CHECK:   %[[T:.*]] = sinter.transpose
//       CHECK:   sinter.check_elements %[[T]] "an index" from <-4, -6> to <3, 5>
sinter.program @tuples(%i: tensor<2x3xi64>) {
  %0 = sinter.transpose %i [1, 0] : tensor<2x3xi64> -> tensor<3x2xi64>
  sinter.check_elements %0 "an index" from <-4, -6> to <3, 5> : tensor<3x2xi64>
  sinter.return
}

// -----

/// A check in a branch says nothing of what stands behind the branch.
// CHECK-LABEL: sinter.program @negative_branch(
// CHECK-COUNT-2: sinter.check_elements
sinter.program @negative_branch(%c: tensor<i1>, %i: tensor<3xi64>) {
  %0 = sinter.if %c {
    sinter.check_elements %i "an index" from <-4> to <3> : tensor<3xi64>
    sinter.yield %i : tensor<3xi64>
  } else {
    sinter.yield %i : tensor<3xi64>
  } : tensor<i1> -> tensor<3xi64>
  sinter.check_elements %i "an index" from <-4> to <3> : tensor<3xi64>
  sinter.return
}

// -----

/// Positions of a maximum, remainders and bytes have a range of their own.
// CHECK-LABEL: sinter.program @proven(
//   CHECK-NOT:   sinter.check_elements
//   CHECK-NOT:   sinter.assume
sinter.program @proven(%x: tensor<4x7xf32>, %i: tensor<3xi64>, %b: tensor<3xui8>) {
  %0 = sinter.arg_reduce max %x [1] : tensor<4x7xf32> -> tensor<4xi64>
  sinter.check_elements %0 "an index" from <-7> to <6> : tensor<4xi64>
  %1 = sinter.constant dense<5> : tensor<3xi64>
  %2 = sinter.binary mod %i, %1 : tensor<3xi64>, tensor<3xi64> -> tensor<3xi64>
  %3 = sinter.binary add %2, %1 : tensor<3xi64>, tensor<3xi64> -> tensor<3xi64>
  sinter.check_elements %3 "an index" from <0> to <9> : tensor<3xi64>
  %4 = sinter.cast %b to i64 : tensor<3xui8> -> tensor<3xi64>
  sinter.check_elements %4 "an index" from <-256> to <255> : tensor<3xi64>
  sinter.return
}

// -----

// CHECK-LABEL: sinter.program @negative_not_proven(
// CHECK-COUNT-2: sinter.check_elements
sinter.program @negative_not_proven(%x: tensor<4x7xf32>, %i: tensor<3xi64>) {
  %0 = sinter.arg_reduce max %x [1] : tensor<4x7xf32> -> tensor<4xi64>
  sinter.check_elements %0 "an index" from <-6> to <5> : tensor<4xi64>
  %1 = sinter.constant dense<5> : tensor<3xi64>
  %2 = sinter.binary min %i, %1 : tensor<3xi64>, tensor<3xi64> -> tensor<3xi64>
  sinter.check_elements %2 "an index" from <0> to <9> : tensor<3xi64>
  sinter.return
}

// -----

/// Positions P, P + 1, .. of a table of 512 rows are a relation of sizes, checked before the first launch.
// CHECK-LABEL: sinter.program @sizes(
//   CHECK-NOT:   sinter.check_elements
//       CHECK:   sinter.assume <P + S - 1> le <511> "node 'positions' (Gather)"
//   CHECK-NOT:   sinter.assume
//   CHECK-NOT:   sinter.check_elements
sinter.program @sizes(%x: tensor<?x?xf32, #sinter.dims<P, S>>) {
  %0 = sinter.iota [0] of <S> as i64 -> tensor<?xi64, #sinter.dims<S>>
  %1 = sinter.shape <P> : tensor<i64>
  %2 = sinter.broadcast %1 [] to <S> : tensor<i64> -> tensor<?xi64, #sinter.dims<S>>
  %3 = sinter.binary add %0, %2 : tensor<?xi64, #sinter.dims<S>>, tensor<?xi64, #sinter.dims<S>> -> tensor<?xi64, #sinter.dims<S>>
  sinter.check_elements %3 "an index" from <-512> to <511> : tensor<?xi64, #sinter.dims<S>> loc("node 'positions' (Gather)")
  sinter.return
}

// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

sinter.program @if_c1_condition(%c: tensor<2xi1>) {
  // expected-error @+1 {{expected a condition of type tensor<i1>, got 'tensor<2xi1>'}}
  sinter.if %c {
    sinter.yield
  } else {
    sinter.yield
  } : tensor<2xi1>
  sinter.return
}

// -----

sinter.program @if_c2_yield(%c: tensor<i1>, %x: tensor<8xf32>) {
  // expected-error @+1 {{expected regions that yield the types of the results}}
  %0 = sinter.if %c {
    sinter.yield %x : tensor<8xf32>
  } else {
    sinter.yield
  } : tensor<i1> -> tensor<8xf32>
  sinter.return
}

// -----

sinter.program @loop_c1_condition(%c: tensor<i64>) {
  // expected-error @+1 {{expected conditions of type tensor<i1>}}
  sinter.loop <4> while %c {
  ^bb0(%i: tensor<i64>):
    sinter.yield %i : tensor<i64>
  } : (tensor<i64>) -> ()
  sinter.return
}

// -----

sinter.program @loop_c2_arguments(%x: tensor<8xf32>) {
  // expected-error @+1 {{expected a region with the arguments tensor<i64> and those of the carried values}}
  %0 = sinter.loop <4> carry (%x) {
  ^bb0(%i: tensor<i64>):
    sinter.yield %x : tensor<8xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>
  sinter.return
}

// -----

sinter.program @loop_c3_carried(%x: tensor<8xf32>, %z: tensor<4xf32>) {
  // expected-error @+1 {{expected carried values that keep their types}}
  %0 = sinter.loop <4> carry (%x) {
  ^bb0(%i: tensor<i64>, %y: tensor<8xf32>):
    sinter.yield %z : tensor<4xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>
  sinter.return
}

// -----

sinter.program @loop_c4_scan(%x: tensor<8xf32>) {
  // expected-error @+1 {{expected scan 0 of dims #sinter.dims<4, 8>, got 'tensor<8x4xf32>'}}
  %0 = sinter.loop <4> {
  ^bb0(%i: tensor<i64>):
    sinter.yield %x : tensor<8xf32>
  } : () -> tensor<8x4xf32>
  sinter.return
}

// -----

sinter.program @loop_results(%x: tensor<8xf32>) {
  // expected-error @+1 {{expected a region that yields 0 conditions and a value per result, of which there are at least 0}}
  %0 = sinter.loop <4> {
  ^bb0(%i: tensor<i64>):
    sinter.yield
  } : () -> tensor<4x8xf32>
  sinter.return
}

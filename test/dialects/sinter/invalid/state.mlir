// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

sinter.program @state_c1_axis_past_rank() {
  // expected-error @+1 {{expected an axis in [0, 2), got 2}}
  %0 = sinter.state "past" keeps "present" axis 2 : tensor<?x8xf32, #sinter.dims<P, 8>>
  sinter.return
}

// -----

sinter.program @append_c1_state(%x: tensor<?x8xf32, #sinter.dims<P, 8>>, %k: tensor<1x8xf32>) {
  // expected-error @+1 {{expected the result of sinter.state, got another value}}
  %0 = sinter.append %x, %k : tensor<?x8xf32, #sinter.dims<P, 8>>, tensor<1x8xf32> -> tensor<?x8xf32, #sinter.dims<P + 1, 8>>
  sinter.return
}

// -----

sinter.program @append_c2_rows(%k: tensor<1x4xf32>) {
  %0 = sinter.state "past" keeps "present" axis 0 : tensor<?x8xf32, #sinter.dims<P, 8>>
  // expected-error @+2 {{expected rows like those of the state [P, 8] f32, got [1, 4] f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %1 = sinter.append %0, %k : tensor<?x8xf32, #sinter.dims<P, 8>>, tensor<1x4xf32> -> tensor<?x8xf32, #sinter.dims<P + 1, 8>>
  sinter.return
}

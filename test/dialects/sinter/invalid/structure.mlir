// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

sinter.kernel @stage_c1_scope_block(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @+1 {{expected scope element, tile, row or all, got block}}
  %0 = sinter.stage "block" {
    sinter.yield %x : tensor<8xf32>
  } : tensor<8xf32>
  sinter.yield %0 : tensor<8xf32>
}

// -----

// expected-error @+1 {{expected either a source or a recipe}}
sinter.weight @weight_c1_neither : tensor<4xf32>

// -----

sinter.weight @w : tensor<4xf32> from("m.onnx", 0, 16)
// expected-error @+1 {{expected either a source or a recipe}}
sinter.weight @weight_c1_both : tensor<4xf32> from("m.onnx", 0, 16) {
  %0 = sinter.load @w : tensor<4xf32>
  sinter.yield %0 : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected a static type, got 'tensor<?xf32, #sinter.dims<S>>'}}
sinter.weight @weight_c2_symbolic : tensor<?xf32, #sinter.dims<S>> from("m.onnx", 0, 16)

// -----

// expected-error @+1 {{expected 16 bytes, got 15}}
sinter.weight @weight_c2_bytes_of_another_type : tensor<4xf32> from("m.onnx", 0, 15)

// -----

sinter.program @assume_c1_relation_lt() {
  // expected-error @+1 {{expected relation eq or le, got lt}}
  sinter.assume <S> lt <T> "node 'add' (Add)"
  sinter.return
}

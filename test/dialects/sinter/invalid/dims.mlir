// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- The encoding of a tensor type agrees with its shape; what is no formula is refused.

// expected-error @+1 {{expected 2 dims in the encoding, got 1}}
func.func @encoding_of_other_rank(%x: tensor<?x8xf32, #sinter.dims<S>>) {
  return
}

// -----

// expected-error @+1 {{expected dim ?, got 4}}
func.func @encoding_static_where_the_shape_is_not(%x: tensor<?xf32, #sinter.dims<4>>) {
  return
}

// -----

// expected-error @+1 {{expected dim 8, got S}}
func.func @encoding_symbolic_where_the_shape_is_not(%x: tensor<8xf32, #sinter.dims<S>>) {
  return
}

// -----

// expected-error @+1 {{expected a dim such as 2*S + 1}}
func.func @no_formula() attributes {a = #sinter.dim<2*>} {
  return
}

// -----

// expected-error @+1 {{expected a dim such as 2*S + 1}}
func.func @function_of_one_dim() attributes {a = #sinter.dim<floordiv(S)>} {
  return
}

// -----

// expected-error @+1 {{expected floordiv, ceildiv, mod, min or max of two dims}}
func.func @factor_that_is_a_symbol() attributes {a = #sinter.dim_op<S>} {
  return
}

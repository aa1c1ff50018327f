// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

func.func @unary_c1_not_of_float(%x: tensor<4xf32>) {
  // expected-error @+2 {{expected an element type for which 'not' is defined, got f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unary not %x : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @unary_c1_exp_of_integer(%x: tensor<4xi32>) {
  // expected-error @+2 {{expected an element type for which 'exp' is defined, got i32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unary exp %x : tensor<4xi32> -> tensor<4xi32>
  return
}

// -----

func.func @unary_c1_bitnot_of_bool(%x: tensor<4xi1>) {
  // expected-error @+2 {{expected an element type for which 'bitnot' is defined, got bool}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unary bitnot %x : tensor<4xi1> -> tensor<4xi1>
  return
}

// -----

/// The result's type follows from the operands, for every operator.
func.func @unary_result_type(%x: tensor<4xf32>) {
  // expected-error @+2 {{inferred type(s) 'tensor<4xf32>' are incompatible with return type(s) of operation 'tensor<5xf32>'}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unary exp %x : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----

/// Nothing broadcasts by itself.
func.func @binary_c1_sizes_differ(%x: tensor<4xf32>, %y: tensor<1xf32>) {
  // expected-error @+2 {{expected operands of equal dims, got [4] and [1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.binary add %x, %y : tensor<4xf32>, tensor<1xf32> -> tensor<4xf32>
  return
}

// -----

func.func @binary_c1_symbols_differ(%x: tensor<?xf32, #sinter.dims<S>>, %y: tensor<?xf32, #sinter.dims<T>>) {
  // expected-error @+2 {{expected operands of equal dims, got [S] and [T]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.binary add %x, %y : tensor<?xf32, #sinter.dims<S>>, tensor<?xf32, #sinter.dims<T>> -> tensor<?xf32, #sinter.dims<S>>
  return
}

// -----

func.func @binary_c2_element_types_differ(%x: tensor<4xf32>, %y: tensor<4xi32>) {
  // expected-error @+2 {{expected operands of one element type, got f32 and i32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.binary add %x, %y : tensor<4xf32>, tensor<4xi32> -> tensor<4xf32>
  return
}

// -----

func.func @binary_c3_shift_of_float(%x: tensor<4xf32>) {
  // expected-error @+2 {{expected an element type for which 'shl' is defined, got f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.binary shl %x, %x : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @binary_c3_add_of_bool(%x: tensor<4xi1>) {
  // expected-error @+2 {{expected an element type for which 'add' is defined, got bool}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.binary add %x, %x : tensor<4xi1>, tensor<4xi1> -> tensor<4xi1>
  return
}

// -----

func.func @ternary_c1_sizes_differ(%c: tensor<1xi1>, %x: tensor<4xf32>) {
  // expected-error @+2 {{expected operands of equal dims, got [1], [4] and [4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.ternary select %c, %x, %x : tensor<1xi1>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @ternary_c2_condition_is_no_bool(%c: tensor<4xui8>, %x: tensor<4xf32>) {
  // expected-error @+2 {{expected a bool condition and two values of one element type, got u8, f32 and f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.ternary select %c, %x, %x : tensor<4xui8>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @ternary_c2_values_differ(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf16>) {
  // expected-error @+2 {{expected a bool condition and two values of one element type, got bool, f32 and f16}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.ternary select %c, %x, %y : tensor<4xi1>, tensor<4xf32>, tensor<4xf16> -> tensor<4xf32>
  return
}

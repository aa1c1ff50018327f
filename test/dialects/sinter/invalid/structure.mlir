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

// -----

sinter.program @bind_c1_value_symbol(%n: tensor<i64>)
    attributes {symbols = [#sinter.symbol<name = "$u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  // expected-error @+1 {{expected the name of a size, got '$u0'}}
  sinter.bind "$u0" = %n : tensor<i64>
  sinter.return
}

// -----

sinter.program @check_elements_c1_float(%x: tensor<3xf32>) {
  // expected-error @+1 {{expected elements of type i32 or i64, got f32}}
  sinter.check_elements %x "an index" from <0> to <7> : tensor<3xf32>
  sinter.return
}

// -----

sinter.program @check_elements_c2_counts(%i: tensor<3xi64>) {
  // expected-error @+1 {{expected as many upper as lower bounds, got 1 and 2}}
  sinter.check_elements %i "an index" from <0, 0> to <7> : tensor<3xi64>
  sinter.return
}

// -----

sinter.program @bind_c2_i32(%n: tensor<i32>)
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  // expected-error @+1 {{expected tensor<i64>, got 'tensor<i32>'}}
  sinter.bind "u0" = %n : tensor<i32>
  sinter.return
}

// -----

sinter.program @bind_c2_rank_1(%n: tensor<1xi64>)
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  // expected-error @+1 {{expected tensor<i64>, got 'tensor<1xi64>'}}
  sinter.bind "u0" = %n : tensor<1xi64>
  sinter.return
}

// -----

// expected-error @+1 {{expected a bind of symbol u0, got none}}
sinter.program @program_c1_no_bind()
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.return
}

// -----

sinter.program @program_c1_bound_twice(%n: tensor<i64>)
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.bind "u0" = %n : tensor<i64>
  // expected-error @+1 {{expected a symbol with source "value" that is not bound yet, got u0}}
  sinter.bind "u0" = %n : tensor<i64>
  sinter.return
}

// -----

sinter.program @program_c1_symbol_of_an_input(%n: tensor<i64>, %x: tensor<?xf32, #sinter.dims<S>>)
    attributes {symbols = [#sinter.symbol<name = "S", lo = 0, hi = 9, source = "dim", input = 1, position = 0>]} {
  // expected-error @+1 {{expected a symbol with source "value" that is not bound yet, got S}}
  sinter.bind "S" = %n : tensor<i64>
  sinter.return
}

// -----

sinter.program @program_c2_before_its_bind(%n: tensor<i64>) -> tensor<?xi64, #sinter.dims<u0>>
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  // expected-error @+1 {{expected sizes that are bound before it, got u0}}
  %0 = sinter.iota [0] of <u0> as i64 -> tensor<?xi64, #sinter.dims<u0>>
  sinter.bind "u0" = %n : tensor<i64>
  sinter.return %0 : tensor<?xi64, #sinter.dims<u0>>
}

// -----

// expected-error @+1 {{expected sizes of inputs that inputs bind, got u0}}
sinter.program @program_c2_input(%n: tensor<i64>, %x: tensor<?xf32, #sinter.dims<u0>>)
    attributes {symbols = [#sinter.symbol<name = "u0", lo = 0, hi = 9, source = "value", input = -1, position = -1>]} {
  sinter.bind "u0" = %n : tensor<i64>
  sinter.return
}

// -----

// expected-error@+2 {{expected stages whose row dims are 8 rows, got [4, 8]}}
sinter.program @group_c1_rows(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = sinter.group rows <8> {
    %1 = sinter.stage "element" {
      sinter.yield %x : tensor<4x8xf32>
    } : tensor<4x8xf32>
    sinter.yield %1 : tensor<4x8xf32>
  } : tensor<4x8xf32>
  sinter.return %0 : tensor<4x8xf32>
}

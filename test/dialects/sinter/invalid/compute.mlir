// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

func.func @contract_c1_label_missing(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error @+2 {{expected one label per dim, got 1 labels for [4, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @contract_c2_summed_dims_differ(%a: tensor<4x16xf32>, %b: tensor<15x8xf32>) {
  // expected-error @+2 {{expected equal dims to contract, got 16 and 15 in [4, 16] and [15, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<15x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @contract_c2_diagonal_of_a_rectangle(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error @+2 {{expected equal dims to contract, got 4 and 16 in [4, 16] and [16, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0, 0] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @contract_c3_label_twice(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error @+2 {{expected distinct result labels that occur in an operand, got label 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 0] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @contract_c3_label_of_no_operand(%a: tensor<4x16xf32>, %b: tensor<16x8xf32>) {
  // expected-error @+2 {{expected distinct result labels that occur in an operand, got label 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 3] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @contract_c4_element_types_differ(%a: tensor<4x16xf32>, %b: tensor<16x8xf16>) {
  // expected-error @+2 {{expected operands of one element type, got f32 and f16}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf16> -> tensor<4x8xf32>
  return
}

// -----

func.func @conv_c1_ranks_differ(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error @+2 {{expected input and filter of equal rank 3 to 5, got [1, 3, 8, 8] and [4, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c1_no_spatial_dim(%x: tensor<1x3xf32>, %w: tensor<4x3xf32>) {
  // expected-error @+2 {{expected input and filter of equal rank 3 to 5, got [1, 3] and [4, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [] dilations [] low <> high <> groups 1 : tensor<1x3xf32>, tensor<4x3xf32> -> tensor<1x4xf32>
  return
}

// -----

func.func @conv_c2_stride_missing(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @+2 {{expected 2 positive strides and dilations and 2 pads at each end}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1] dilations [1, 1] low <1, 1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c2_dilation_zero(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @+2 {{expected 2 positive strides and dilations and 2 pads at each end}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 0] low <1, 1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c2_pad_missing(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @+2 {{expected 2 positive strides and dilations and 2 pads at each end}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c3_channels_differ(%x: tensor<1x3x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @+2 {{expected 2 channels for 1 groups of filters [4, 2, 3, 3], got 3 in [1, 3, 8, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x2x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c3_groups_do_not_divide_filters(%x: tensor<1x3x8x8xf32>, %w: tensor<4x1x3x3xf32>) {
  // expected-error @+2 {{expected a number of filters that 3 groups divide, got 4 in [4, 1, 3, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> groups 3 : tensor<1x3x8x8xf32>, tensor<4x1x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c3_no_group(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @+2 {{expected at least 1 group, got 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> groups 0 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @conv_c4_element_types_differ(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf64>) {
  // expected-error @+2 {{expected input and filter of one element type, got f32 and f64}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.conv %x, %w strides [1, 1] dilations [1, 1] low <1, 1> high <1, 1> groups 1 : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf64> -> tensor<1x4x8x8xf32>
  return
}

// -----

func.func @window_c1_more_window_dims_than_rank(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one positive kernel size, stride and dilation per window dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.window max %x kernel [2, 2, 2] strides [1, 1, 1] dilations [1, 1, 1] low <0, 0, 0> high <0, 0, 0> sizes <3, 7, 1> : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @window_c1_size_missing(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one positive kernel size, stride and dilation per window dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.window max %x kernel [2, 2] strides [1, 1] dilations [1, 1] low <0, 0> high <0, 0> sizes <3> : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @window_c1_stride_zero(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one positive kernel size, stride and dilation per window dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.window max %x kernel [2, 2] strides [1, 0] dilations [1, 1] low <0, 0> high <0, 0> sizes <3, 7> : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @reduce_c1_axis_past_rank(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected distinct ascending axes in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reduce sum %x [2] : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @reduce_c1_axis_negative(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected distinct ascending axes in [0, 2), got -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reduce sum %x [-1] : tensor<4x8xf32> -> tensor<4xf32>
  return
}

// -----

func.func @reduce_c1_axis_twice(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected distinct ascending axes in [0, 2), got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reduce sum %x [1, 1] : tensor<4x8xf32> -> tensor<4xf32>
  return
}

// -----

func.func @reduce_c1_axes_descend(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected distinct ascending axes in [0, 2), got 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reduce sum %x [1, 0] : tensor<4x8xf32> -> tensor<f32>
  return
}

// -----

func.func @arg_reduce_c1_axis_past_rank(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.arg_reduce max %x [2] : tensor<4x8xf32> -> tensor<4xi64>
  return
}

// -----

func.func @arg_reduce_c2_kind_sum(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected kind max or min, got sum}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.arg_reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xi64>
  return
}

// -----

func.func @prefix_c1_axis_negative(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2), got -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.prefix sum %x [-1] : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @sort_c1_axis_past_rank(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = sinter.sort %x [2] first <3> : tensor<4x8xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
  return
}

// -----

func.func @sort_c2_more_than_there_are(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected k in [0, 8], got 9}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = sinter.sort %x [1] first <9> : tensor<4x8xf32> -> tensor<4x9xf32>, tensor<4x9xi64>
  return
}

// -----

func.func @sort_c2_k_negative(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected k in [0, 8], got -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %v, %i = sinter.sort %x [1] first <-1> : tensor<4x8xf32> -> tensor<4x0xf32>, tensor<4x0xi64>
  return
}

// -----

func.func @gather_c1_float_indices(%x: tensor<10x8xf32>, %i: tensor<2x3xf32>) {
  // expected-error @+2 {{expected i32 or i64 indices, got f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather take %x, %i [0] : tensor<10x8xf32>, tensor<2x3xf32> -> tensor<2x3x8xf32>
  return
}

// -----

func.func @gather_c2_axis_past_rank(%x: tensor<10x8xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+2 {{expected an axis in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather take %x, %i [2] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2x3x8xf32>
  return
}

// -----

/// Batch dims are dims of the indices too.
func.func @gather_c2_nd_axis_past_indices(%x: tensor<10x8xf32>, %i: tensor<2xi64>) {
  // expected-error @+2 {{expected an axis in [0, 1), got 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather nd %x, %i [1] : tensor<10x8xf32>, tensor<2xi64> -> tensor<8xf32>
  return
}

// -----

func.func @gather_c3_ranks_differ(%x: tensor<10x8xf32>, %i: tensor<3xi64>) {
  // expected-error @+2 {{expected input and indices of equal rank, got [10, 8] and [3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather elements %x, %i [0] : tensor<10x8xf32>, tensor<3xi64> -> tensor<3xf32>
  return
}

// -----

func.func @gather_c4_indices_too_deep(%x: tensor<10x8xf32>, %i: tensor<2x3xi64>) {
  // expected-error @+2 {{expected indices whose last dim is static and at most 2 and whose first 0 dims are the input's, got [2, 3] for [10, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather nd %x, %i [0] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2xf32>
  return
}

// -----

func.func @gather_c4_depth_unknown(%x: tensor<10x8xf32>, %i: tensor<2x?xi64, #sinter.dims<2, S>>) {
  // expected-error @+2 {{expected indices whose last dim is static and at most 2 and whose first 0 dims are the input's, got [2, S] for [10, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather nd %x, %i [0] : tensor<10x8xf32>, tensor<2x?xi64, #sinter.dims<2, S>> -> tensor<2xf32>
  return
}

// -----

func.func @gather_c4_batch_dims_differ(%x: tensor<10x8xf32>, %i: tensor<2x1xi64>) {
  // expected-error @+2 {{expected indices whose last dim is static and at most 1 and whose first 1 dims are the input's, got [2, 1] for [10, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.gather nd %x, %i [1] : tensor<10x8xf32>, tensor<2x1xi64> -> tensor<2xf32>
  return
}

// -----

func.func @scatter_c1_float_indices(%x: tensor<4x8xf32>, %i: tensor<4x2xf32>, %u: tensor<4x2xf32>) {
  // expected-error @+2 {{expected i32 or i64 indices, got f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter elements add %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xf32>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c1_updates_of_other_type(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf64>) {
  // expected-error @+2 {{expected updates of element type f32, got f64}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter elements add %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf64> -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c2_axis_past_rank(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2) and indices and updates of equal dims of that rank, got axis 2, [4, 2] and [4, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter elements add %x, %i, %u [2] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c2_updates_of_other_dims(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x3xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2) and indices and updates of equal dims of that rank, got axis 1, [4, 2] and [4, 3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter elements add %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x3xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c3_indices_too_deep(%x: tensor<4x8xf32>, %i: tensor<4x3xi64>, %u: tensor<4xf32>) {
  // expected-error @+2 {{expected indices whose last dim is static and at most 2 and matching updates, got [4, 3] and [4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter nd add %x, %i, %u [0] : tensor<4x8xf32>, tensor<4x3xi64>, tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

/// [4, 1] indexes rows, so updates are rows of 8.
func.func @scatter_c3_updates_do_not_match(%x: tensor<4x8xf32>, %i: tensor<4x1xi64>, %u: tensor<4x2xf32>) {
  // expected-error @+2 {{expected indices whose last dim is static and at most 2 and matching updates, got [4, 1] and [4, 2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter nd add %x, %i, %u [0] : tensor<4x8xf32>, tensor<4x1xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scatter_c4_mode_take(%x: tensor<4x8xf32>, %i: tensor<4x2xi64>, %u: tensor<4x2xf32>) {
  // expected-error @+2 {{expected mode elements or nd, got take}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.scatter take add %x, %i, %u [1] : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

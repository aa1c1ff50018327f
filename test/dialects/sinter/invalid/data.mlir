// RUN: sinter-opt %s --verify-diagnostics --split-input-file -o /dev/null

///----- Each constraint of the operators' descriptions, by its label, and what its violation is told.

func.func @shape_c1_more_elements_than_dims() {
  // expected-error @+1 {{expected an integer tensor with one element per dim, got 'tensor<3xi64>' for 2 dims}}
  %0 = sinter.shape <B, S> : tensor<3xi64>
  return
}

// -----

func.func @shape_c1_scalar_of_two_dims() {
  // expected-error @+1 {{expected an integer tensor with one element per dim, got 'tensor<i64>' for 2 dims}}
  %0 = sinter.shape <B, S> : tensor<i64>
  return
}

// -----

func.func @shape_c1_floats() {
  // expected-error @+1 {{expected an integer tensor with one element per dim, got 'tensor<2xf32>' for 2 dims}}
  %0 = sinter.shape <B, S> : tensor<2xf32>
  return
}

// -----

func.func @reshape_c1_counts_differ(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected dims with the input's element count, got [5, 8] for [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reshape %x to <5, 8> : tensor<4x8xf32> -> tensor<5x8xf32>
  return
}

// -----

/// Different for every S.
func.func @reshape_c1_symbolic_counts_differ(%x: tensor<?x8xf32, #sinter.dims<S, 8>>) {
  // expected-error @+2 {{expected dims with the input's element count, got [8*S + 1] for [S, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.reshape %x to <8*S + 1> : tensor<?x8xf32, #sinter.dims<S, 8>> -> tensor<?xf32, #sinter.dims<8*S + 1>>
  return
}

// -----

func.func @transpose_c1_dim_twice(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a permutation of 2 dims, got [1, 1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.transpose %x [1, 1] : tensor<4x8xf32> -> tensor<8x8xf32>
  return
}

// -----

func.func @transpose_c1_dim_missing(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a permutation of 2 dims, got [0]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.transpose %x [0] : tensor<4x8xf32> -> tensor<4xf32>
  return
}

// -----

func.func @broadcast_c1_mapping_descends(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one ascending result dim per dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.broadcast %x [1, 0] to <8, 4> : tensor<4x8xf32> -> tensor<8x4xf32>
  return
}

// -----

func.func @broadcast_c1_mapping_past_rank(%x: tensor<8xf32>) {
  // expected-error @+2 {{expected one ascending result dim per dim of [8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.broadcast %x [2] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_c1_dim_missing(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one ascending result dim per dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.broadcast %x [0] to <4, 8> : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @broadcast_c2_two_to_eight(%x: tensor<2xf32>) {
  // expected-error @+2 {{expected dims that are equal or 1, got 2 to broadcast to 8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.broadcast %x [1] to <4, 8> : tensor<2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @slice_c1_stride_missing(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected one offset, size and stride per dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.slice %x <1, 0> size <2, 8> [1] : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c2_stride_zero(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected strides other than 0}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.slice %x <1, 0> size <2, 8> [0, 1] : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c3_past_end(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a box inside [4, 8], got offset 1 size 2 stride 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.slice %x <1, 0> size <2, 8> [3, 1] : tensor<4x8xf32> -> tensor<2x8xf32>
  return
}

// -----

func.func @slice_c3_before_begin(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a box inside [4, 8], got offset 1 size 3 stride -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.slice %x <1, 0> size <3, 8> [-1, 1] : tensor<4x8xf32> -> tensor<3x8xf32>
  return
}

// -----

func.func @slice_c3_offset_past_end(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a box inside [4, 8], got offset 4 size 1 stride 1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.slice %x <4, 0> size <1, 8> [1, 1] : tensor<4x8xf32> -> tensor<1x8xf32>
  return
}

// -----

func.func @concat_nothing() {
  // expected-error @+2 {{expected at least one tensor to concatenate}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = "sinter.concat"() <{axis = 0 : i64}> : () -> tensor<0xf32>
  return
}

// -----

func.func @concat_c1_axis_past_rank(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected an axis in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.concat [2] %x, %x : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x16xf32>
  return
}

// -----

func.func @concat_c2_other_dims_differ(%x: tensor<4x8xf32>, %y: tensor<2x7xf32>) {
  // expected-error @+2 {{expected tensors that agree but for axis 0, got [4, 8] f32 and [2, 7] f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.concat [0] %x, %y : tensor<4x8xf32>, tensor<2x7xf32> -> tensor<6x8xf32>
  return
}

// -----

func.func @concat_c2_ranks_differ(%x: tensor<4x8xf32>, %y: tensor<8xf32>) {
  // expected-error @+2 {{expected tensors that agree but for axis 0, got [4, 8] f32 and [8] f32}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.concat [0] %x, %y : tensor<4x8xf32>, tensor<8xf32> -> tensor<5x8xf32>
  return
}

// -----

func.func @concat_c2_element_types_differ(%x: tensor<4x8xf32>, %y: tensor<2x8xi8>) {
  // expected-error @+2 {{expected tensors that agree but for axis 0, got [4, 8] f32 and [2, 8] i8}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.concat [0] %x, %y : tensor<4x8xf32>, tensor<2x8xi8> -> tensor<6x8xf32>
  return
}

// -----

func.func @pad_c1_dim_missing(%x: tensor<4x8xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{expected one pad at each end per dim of [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pad constant %x, %v low <1> high <1, 2> : tensor<4x8xf32>, tensor<f32> -> tensor<6x10xf32>
  return
}

// -----

func.func @pad_c1_negative(%x: tensor<4x8xf32>, %v: tensor<f32>) {
  // expected-error @+2 {{expected pads of at least 0, got -1}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pad constant %x, %v low <-1, 0> high <0, 0> : tensor<4x8xf32>, tensor<f32> -> tensor<3x8xf32>
  return
}

// -----

func.func @pad_c2_value_is_no_scalar(%x: tensor<4x8xf32>, %v: tensor<1xf32>) {
  // expected-error @+2 {{expected a scalar f32 as pad value, got f32 [1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pad constant %x, %v low <1, 0> high <0, 0> : tensor<4x8xf32>, tensor<1xf32> -> tensor<5x8xf32>
  return
}

// -----

func.func @pad_c2_value_of_other_type(%x: tensor<4x8xf32>, %v: tensor<i64>) {
  // expected-error @+2 {{expected a scalar f32 as pad value, got i64 []}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pad constant %x, %v low <1, 0> high <0, 0> : tensor<4x8xf32>, tensor<i64> -> tensor<5x8xf32>
  return
}

// -----

func.func @iota_c1_dim_past_rank() {
  // expected-error @+2 {{expected a dim in [0, 2), got 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.iota [2] of <4, 8> as i64 -> tensor<4x8xi64>
  return
}

// -----

func.func @pack_c1_vector(%x: tensor<8xf32>) {
  // expected-error @+2 {{expected a matrix with static trailing dims and a positive width, got [8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pack %x width 16 : tensor<8xf32> -> tensor<1x16xf32>
  return
}

// -----

func.func @pack_c1_symbolic_rows(%x: tensor<?x8xf32, #sinter.dims<S, 8>>) {
  // expected-error @+2 {{expected a matrix with static trailing dims and a positive width, got [S, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pack %x width 16 : tensor<?x8xf32, #sinter.dims<S, 8>> -> tensor<1x?x16xf32, #sinter.dims<1, S, 16>>
  return
}

// -----

func.func @pack_c1_width_zero(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected a matrix with static trailing dims and a positive width, got [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.pack %x width 0 : tensor<4x8xf32> -> tensor<1x4x16xf32>
  return
}

// -----

func.func @unpack_c1_matrix(%x: tensor<4x8xf32>) {
  // expected-error @+2 {{expected panels of 8 columns, got [4, 8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack %x columns 8 : tensor<4x8xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @unpack_c1_too_many_columns(%x: tensor<3x64x16xf32>) {
  // expected-error @+2 {{expected panels of 49 columns, got [3, 64, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack %x columns 49 : tensor<3x64x16xf32> -> tensor<64x49xf32>
  return
}

// -----

func.func @unpack_c1_empty_last_panel(%x: tensor<3x64x16xf32>) {
  // expected-error @+2 {{expected panels of 32 columns, got [3, 64, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack %x columns 32 : tensor<3x64x16xf32> -> tensor<64x32xf32>
  return
}

// -----

func.func @unpack_filter_c1_rank(%x: tensor<3x75x16xf32>) {
  // expected-error @+2 {{expected panels of a filter of the dims, got [3, 75, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack_filter %x to <40, 3, 5, 5> : tensor<3x75x16xf32> -> tensor<40x3x5x5xf32>
  return
}

// -----

func.func @unpack_filter_c1_terms(%x: tensor<1x3x75x16xf32>) {
  // expected-error @+2 {{expected panels of a filter of the dims, got [1, 3, 75, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack_filter %x to <40, 4, 5, 5> : tensor<1x3x75x16xf32> -> tensor<40x4x5x5xf32>
  return
}

// -----

func.func @unpack_filter_c1_groups(%x: tensor<3x1x75x16xf32>) {
  // expected-error @+2 {{expected panels of a filter of the dims, got [3, 1, 75, 16]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = sinter.unpack_filter %x to <40, 3, 5, 5> : tensor<3x1x75x16xf32> -> tensor<40x3x5x5xf32>
  return
}

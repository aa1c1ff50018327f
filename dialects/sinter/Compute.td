// Operators with a loop of their own: contraction, convolution, pooling, reductions, prefix sums, sorting, gather, scatter.
#ifndef SINTER_COMPUTE
#define SINTER_COMPUTE

include "Attributes.td"
include "Interfaces.td"

def ContractOp : SinterComputeOp<"contract", [StageRoot]> {
  let summary = "Sum of products over shared labels (Einstein summation of two operands)";
  let description = [{
    Each operand dim carries a label; `result[out] = sum over labels not in out of lhs[lhs] * rhs[rhs]`.
    (C1) One label per dim of each operand.
    (C2) Dims with the same label are equal.
    (C3) Labels of `out` are distinct and each occurs in an operand.
    (C4) Both operands have the same element type.
    f16 and bf16 are summed in f32, the result is rounded once. Source: ONNX MatMul-13, Gemm-13, Einsum-12.
    ```mlir
    %0 = sinter.contract %a, %b [0, 2] x [2, 1] -> [0, 1] : tensor<4x16xf32>, tensor<16x8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$lhs, SinterTensor:$rhs, DenseI64ArrayAttr:$lhs_labels, DenseI64ArrayAttr:$rhs_labels,
                       DenseI64ArrayAttr:$out_labels);
  let assemblyFormat = [{
    $lhs `,` $rhs $lhs_labels `x` $rhs_labels `->` $out_labels attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// The dim that a label stands for.
    DimAttr sizeOf(int64_t label);
    ::llvm::SmallVector<DimAttr> sizesOf(::llvm::ArrayRef<int64_t> labels);
    /// Labels that the result lacks, in order of appearance.
    ::llvm::SmallVector<int64_t> summedLabels();
    /// The result's labels before its innermost one, the column: those that the right operand lacks, and those that it has.
    ::llvm::SmallVector<int64_t> rowLabels();
    ::llvm::SmallVector<int64_t> batchLabels();
  }];
}

def ConvOp : SinterComputeOp<"conv", [StageRoot]> {
  let summary = "Convolution (cross-correlation) over 1 to 3 spatial dims";
  let description = [{
    Input [N, C, spatial...], filter [F, C / groups, kernel...], result [N, F, spatial...].
    (C1) Input and filter have the same rank, 3 to 5.
    (C2) `strides`, `dilations`, `low`, `high` have one entry per spatial dim; strides and dilations are positive.
    (C3) `groups` divides C and F; the filter's second dim is C / groups.
    (C4) Both operands have the same element type.
    Source: ONNX Conv-22.
    ```mlir
    %0 = sinter.conv %x, %w strides [2, 2] dilations [1, 1] low <1, 1> high <1, 1> groups 1
        : tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32> -> tensor<1x4x4x4xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, SinterTensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                       DimsAttr:$low, DimsAttr:$high, I64Attr:$groups);
  let assemblyFormat = [{
    $input `,` $filter `strides` $strides `dilations` $dilations `low` custom<Dims>($low) `high` custom<Dims>($high) `groups` $groups
    attr-dict `:` type($input) `,` type($filter) `->` type($result)
  }];
}

def WindowOp : SinterComputeOp<"window", [StageRoot]> {
  let summary = "Pooling: a reduction over a sliding window of the trailing dims";
  let description = [{
    The window slides over the last `n` dims; elements outside the input do not count, but for `meanpadded`, which divides by
    the part of the window that lies inside the padded extent. `argmax` gives the flat row-major index of the first maximum
    within the window's spatial dims of the whole tensor, as i64. `sizes` are the result's window dims.
    (C1) `kernel`, `strides`, `dilations`, `low`, `high`, `sizes` have the same length, at most the rank; the first three are positive.
    Source: ONNX MaxPool-22, AveragePool-22.
    ```mlir
    %0 = sinter.window max %x kernel [2, 2] strides [2, 2] dilations [1, 1] low <0, 0> high <0, 0> sizes <4, 4>
        : tensor<1x3x8x8xf32> -> tensor<1x3x4x4xf32>
    ```
  }];
  let arguments = (ins WindowKindAttr:$kind, SinterTensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DimsAttr:$low, DimsAttr:$high, DimsAttr:$sizes);
  let assemblyFormat = [{
    $kind $input `kernel` $kernel `strides` $strides `dilations` $dilations `low` custom<Dims>($low) `high` custom<Dims>($high)
    `sizes` custom<Dims>($sizes) attr-dict `:` type($input) `->` type($result)
  }];
}

def ReduceOp : SinterComputeOp<"reduce", [StageRoot]> {
  let summary = "Reduces some dims to one element each and drops them";
  let description = [{
    (C1) `dims` are distinct, ascending and lie in [0, rank(input)).
    f16 and bf16 sums are kept in f32. The empty sum is 0, product 1, maximum the type's least value, minimum its greatest.
    `max` and `min` propagate NaN. Source: ONNX ReduceSum-13, ReduceMax-20, ...
    ```mlir
    %0 = sinter.reduce sum %x [1] : tensor<4x8xf32> -> tensor<4xf32>
    ```
  }];
  let arguments = (ins ReduceKindAttr:$kind, SinterTensor:$input, DenseI64ArrayAttr:$dims);
  let assemblyFormat = "$kind $input $dims attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def ArgReduceOp : SinterComputeOp<"arg_reduce", [StageRoot]> {
  let summary = "Index of the largest or smallest element along a dim, which is dropped";
  let description = [{
    The first of equal elements, or the last with `last`. The first NaN counts as the extreme.
    (C1) `dim` lies in [0, rank(input)).
    (C2) `kind` is max or min.
    Source: ONNX ArgMax-13, ArgMin-13.
    ```mlir
    %0 = sinter.arg_reduce max %x [1] : tensor<4x8xf32> -> tensor<4xi64>
    ```
  }];
  let arguments = (ins ReduceKindAttr:$kind, SinterTensor:$input, I64Attr:$dim, UnitAttr:$last);
  let assemblyFormat = "$kind $input `[` $dim `]` (`last` $last^)? attr-dict `:` type($input) `->` type($result)";
}

def PrefixOp : SinterComputeOp<"prefix", [StageRoot]> {
  let summary = "Running reduction along a dim";
  let description = [{
    (C1) `dim` lies in [0, rank(input)).
    `exclusive` leaves an element out of its own result; `reverse` runs from the end. Source: ONNX CumSum-14.
    ```mlir
    %0 = sinter.prefix sum %x [1] : tensor<4x8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins ReduceKindAttr:$kind, SinterTensor:$input, I64Attr:$dim, UnitAttr:$exclusive, UnitAttr:$reverse);
  let assemblyFormat = [{
    $kind $input `[` $dim `]` (`exclusive` $exclusive^)? (`reverse` $reverse^)? attr-dict `:` type($input) `->` type($result)
  }];
}

def SortOp : SinterOp<"sort", [Pure, InferTypeOpAdaptor, StageRoot]> {
  let summary = "The `k` first elements along a dim in sorted order, and their indices";
  let description = [{
    Descending, or ascending with `ascending`; equal elements keep their order; NaN counts as greatest.
    (C1) `dim` lies in [0, rank(input)).
    (C2) `k` is not negative and at most the dim's size, when both are static.
    Source: ONNX TopK-24.
    ```mlir
    %v, %i = sinter.sort %x [1] first <3> : tensor<4x8xf32> -> tensor<4x3xf32>, tensor<4x3xi64>
    ```
  }];
  let arguments = (ins SinterTensor:$input, I64Attr:$dim, DimAttr:$k, UnitAttr:$ascending);
  let results = (outs SinterTensor:$values, SinterTensor:$indices);
  let assemblyFormat = [{
    $input `[` $dim `]` `first` custom<Dim>($k) (`ascending` $ascending^)? attr-dict `:` type($input) `->` type($values) `,` type($indices)
  }];
}

def GatherOp : SinterComputeOp<"gather"> {
  let summary = "Reads elements at indices that are data";
  let description = [{
    `take`: the dim `axis` of the input is replaced by the dims of `indices` (ONNX Gather-13).
    `elements`: same rank; result[.., i, ..] = input[.., indices[.., i, ..], ..] along `axis` (ONNX GatherElements-13).
    `nd`: the last dim of `indices` indexes input dims `axis`, `axis` + 1, ..; the first `axis` dims are shared batch dims (ONNX GatherND-13).
    (C1) `indices` is i32 or i64.
    (C2) `axis` lies in [0, rank(input)), for `nd` in [0, min(rank(input), rank(indices))).
    (C3) `elements`: equal ranks.
    (C4) `nd`: the last dim of `indices` is static and at most rank(input) - axis; batch dims are equal.
    Negative indices count from the end. An index out of range reads the nearest element in range: what a model may not do is the
    matter of `sinter.check_elements`.
    ```mlir
    %0 = sinter.gather take %x, %i [0] : tensor<10x8xf32>, tensor<2x3xi64> -> tensor<2x3x8xf32>
    ```
  }];
  let arguments = (ins IndexModeAttr:$mode, SinterTensor:$input, SinterTensor:$indices, I64Attr:$axis);
  let assemblyFormat = "$mode $input `,` $indices `[` $axis `]` attr-dict `:` type($input) `,` type($indices) `->` type($result)";
  let hasFolder = 1;
}

def ScatterOp : SinterComputeOp<"scatter", [StageRoot]> {
  let summary = "A copy of the input with elements at indices replaced by, or combined with, updates";
  let description = [{
    `elements` and `nd` as in `sinter.gather` (ONNX ScatterElements-18, ScatterND-18); updates are applied in index order.
    (C1) `indices` is i32 or i64; `updates` has the input's element type.
    (C2) `elements`: input, indices and updates have equal ranks, indices and updates equal dims; `axis` lies in [0, rank(input)).
    (C3) `nd`: the last dim of `indices` is static and at most rank(input); updates has the dims of indices without the last, then
         the input's dims past it.
    (C4) `mode` is elements or nd.
    ```mlir
    %0 = sinter.scatter elements add %x, %i, %u [1]
        : tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins IndexModeAttr:$mode, ScatterKindAttr:$kind, SinterTensor:$input, SinterTensor:$indices, SinterTensor:$updates,
                       I64Attr:$axis);
  let assemblyFormat = [{
    $mode $kind $input `,` $indices `,` $updates `[` $axis `]` attr-dict `:` type($input) `,` type($indices) `,` type($updates)
    `->` type($result)
  }];
}

#endif

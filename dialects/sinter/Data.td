// Data movement and values that are not computed: reshape, transpose, broadcast, slice, concat, pad, iota, constants, dims.
#ifndef SINTER_DATA
#define SINTER_DATA

include "Attributes.td"
include "Interfaces.td"

def ConstantOp : SinterComputeOp<"constant", [ConstantLike]> {
  let summary = "A tensor known at compile time, at most 4 KiB or a splat";
  let description = [{
    ```mlir
    %0 = sinter.constant dense<1.0> : tensor<4xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def ShapeOp : SinterOp<"shape", [Pure, ConstantLike]> {
  let summary = "Dims as an integer tensor of rank 0 or 1";
  let description = [{
    Folds through integer arithmetic: shape computations end in one `sinter.shape` or in an attribute of their user.
    (C1) The result is an integer tensor of rank 1 with one element per dim, or of rank 0 with one dim.
    ```mlir
    %0 = sinter.shape <B, 2*S, 64> : tensor<3xi64>
    ```
  }];
  let arguments = (ins DimsAttr:$dims);
  let results = (outs SinterTensor:$result);
  let assemblyFormat = "custom<Dims>($dims) attr-dict `:` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def LoadOp : SinterOp<"load", [Pure]> {
  let summary = "The value of a weight";
  let description = [{
    ```mlir
    sinter.weight @w : tensor<64x64xf32> from("m.onnx", 512, 16384)
    sinter.program @main() -> tensor<64x64xf32> {
      %0 = sinter.load @w : tensor<64x64xf32>
      sinter.return %0 : tensor<64x64xf32>
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$weight);
  let results = (outs SinterTensor:$result);
  let assemblyFormat = "$weight attr-dict `:` type($result)";
}

def ReshapeOp : SinterComputeOp<"reshape"> {
  let summary = "The same elements in row-major order under other dims";
  let description = [{
    (C1) The element counts are equal where both are static. Other counts are proven or assumed by the builder.
    ```mlir
    %0 = sinter.reshape %x to <2, 2, 8> : tensor<4x8xf32> -> tensor<2x2x8xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, DimsAttr:$dims);
  let assemblyFormat = "$input `to` custom<Dims>($dims) attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def TransposeOp : SinterComputeOp<"transpose", [Movement]> {
  let summary = "Permutes dims: result dim i is input dim permutation[i]";
  let description = [{
    (C1) `permutation` is a permutation of [0, rank(input)).
    ```mlir
    %0 = sinter.transpose %x [1, 0] : tensor<4x8xf32> -> tensor<8x4xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, DenseI64ArrayAttr:$permutation);
  let assemblyFormat = "$input $permutation attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def BroadcastOp : SinterComputeOp<"broadcast", [Movement]> {
  let summary = "Repeats elements along new dims and along dims of size 1";
  let description = [{
    Input dim i becomes result dim `mapping[i]`.
    (C1) `mapping` has one ascending entry per input dim, each in [0, size of dims).
    (C2) An input dim equals its result dim or is 1.
    ```mlir
    %0 = sinter.broadcast %x [1] to <4, 8> : tensor<8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, DenseI64ArrayAttr:$mapping, DimsAttr:$dims);
  let assemblyFormat = "$input $mapping `to` custom<Dims>($dims) attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def SliceOp : SinterComputeOp<"slice", [Movement]> {
  let summary = "A strided box of the input: result[i] = input[offset + i * stride]";
  let description = [{
    Offsets and sizes are already clamped to the input. Strides may be negative.
    (C1) `offsets`, `sizes`, `strides` have one entry per input dim.
    (C2) No stride is 0.
    (C3) The box lies inside the input where everything is static.
    ```mlir
    %0 = sinter.slice %x <1, 0> size <2, 8> [1, 1] : tensor<4x8xf32> -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, DimsAttr:$offsets, DimsAttr:$sizes, DenseI64ArrayAttr:$strides);
  let assemblyFormat = "$input custom<Dims>($offsets) `size` custom<Dims>($sizes) $strides attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def ConcatOp : SinterComputeOp<"concat", [Movement]> {
  let summary = "Joins tensors along a dim";
  let description = [{
    (C1) `axis` lies in [0, rank).
    (C2) Operands have equal rank, element type and dims but for `axis`.
    ```mlir
    %0 = sinter.concat [0] %x, %y : tensor<4x8xf32>, tensor<2x8xf32> -> tensor<6x8xf32>
    ```
  }];
  let arguments = (ins I64Attr:$axis, Variadic<SinterTensor>:$inputs);
  let assemblyFormat = "`[` $axis `]` $inputs attr-dict `:` type($inputs) `->` type($result)";
  let hasFolder = 1;
}

def PadOp : SinterComputeOp<"pad", [Movement]> {
  let summary = "Adds elements before and after each dim";
  let description = [{
    (C1) `low` and `high` have one entry per input dim, not negative where static.
    (C2) `value` is a rank-0 tensor of the input's element type.
    `constant` writes `value`; `edge` repeats the border, `reflect` mirrors without it, `wrap` goes round. Source: ONNX Pad-23.
    ```mlir
    %0 = sinter.pad constant %x, %v low <1, 0> high <1, 2> : tensor<4x8xf32>, tensor<f32> -> tensor<6x10xf32>
    ```
  }];
  let arguments = (ins PadModeAttr:$mode, SinterTensor:$input, SinterTensor:$value, DimsAttr:$low, DimsAttr:$high);
  let assemblyFormat = [{
    $mode $input `,` $value `low` custom<Dims>($low) `high` custom<Dims>($high) attr-dict `:` type($input) `,` type($value) `->` type($result)
  }];
}

def IotaOp : SinterComputeOp<"iota", [Movement]> {
  let summary = "The index along a dim";
  let description = [{
    (C1) `dim` lies in [0, size of dims).
    ```mlir
    %0 = sinter.iota [1] of <4, 8> as i64 -> tensor<4x8xi64>
    ```
  }];
  let arguments = (ins I64Attr:$dim, DimsAttr:$dims, TypeAttrOf<SinterElement>:$type);
  let assemblyFormat = "`[` $dim `]` `of` custom<Dims>($dims) `as` $type attr-dict `->` type($result)";
  let hasFolder = 1;
}

def PackOp : SinterComputeOp<"pack"> {
  let summary = "Column panels of a matrix: [K, N] to [ceil(N / width), K, width], zero filled";
  let description = [{
    The layout of a contraction's constant operand. Leading dims before K are kept.
    (C1) The input has rank 2 at least and static trailing dims; `width` is positive.
    ```mlir
    %0 = sinter.pack %w width 16 : tensor<64x40xf32> -> tensor<3x64x16xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, I64Attr:$width);
  let assemblyFormat = "$input `width` $width attr-dict `:` type($input) `->` type($result)";
}

def UnpackOp : SinterComputeOp<"unpack", [Movement]> {
  let summary = "The matrix of which an operand holds the column panels; inverse of `sinter.pack`";
  let description = [{
    (C1) The input has rank 3 at least; `columns` fits its panels: ceil(columns / width) panels.
    ```mlir
    %0 = sinter.unpack %w columns 40 : tensor<3x64x16xf32> -> tensor<64x40xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, I64Attr:$columns);
  let assemblyFormat = "$input `columns` $columns attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def UnpackFilterOp : SinterComputeOp<"unpack_filter", [Movement]> {
  let summary = "The filter of a convolution of which an operand holds the panels, group by group";
  let description = [{
    Panels [groups, ceil(F / groups / width), K, width] hold filters [F, C / groups, kernel...], K = C / groups * kernel: filter n of group g
    lies in lane n mod width of panel n / width, its elements in row-major order along K.
    (C1) The input has rank 4 and static dims, which fit `dims`: groups divides F, and panels and K follow from them.
    ```mlir
    %0 = sinter.unpack_filter %w to <40, 3, 5, 5> : tensor<1x3x75x16xf32> -> tensor<40x3x5x5xf32>
    ```
  }];
  let arguments = (ins SinterTensor:$input, DimsAttr:$dims);
  let assemblyFormat = "$input `to` custom<Dims>($dims) attr-dict `:` type($input) `->` type($result)";
}

#endif

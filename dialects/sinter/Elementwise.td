// Elementwise operators: one row per kind in Scalars.cpp says what a kind computes.
#ifndef SINTER_ELEMENTWISE
#define SINTER_ELEMENTWISE

include "Attributes.td"
include "Interfaces.td"

def UnaryOp : SinterComputeOp<"unary", [ElementwiseScalar]> {
  let summary = "Applies a function of one argument to every element";
  let description = [{
    (C1) The kind is defined for the element type (`not` for i1, `bitnot` for integers, transcendental kinds for floats).
    The result has the operand's dims and element type; `isnan`, `isinf`, `isposinf`, `isneginf` give i1.
    Source: ONNX Abs-13, Exp-13, Erf-13, Tanh-13, ...
    ```mlir
    %0 = sinter.unary exp %x : tensor<4x8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins UnaryKindAttr:$kind, SinterTensor:$input);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def BinaryOp : SinterComputeOp<"binary", [ElementwiseScalar]> {
  let summary = "Applies a function of two arguments to every pair of elements";
  let description = [{
    (C1) Both operands have the same dims; broadcasts are explicit.
    (C2) Both operands have the same element type.
    (C3) The kind is defined for the element type.
    Comparisons give i1. Integer `div` truncates toward zero, `floordiv` toward minus infinity; `mod` has the divisor's
    sign, `fmod` the dividend's. `max` and `min` propagate NaN; `maxnum` and `minnum` ignore it.
    Source: ONNX Add-14, Div-14, Mod-13, Pow-15, Max-13, Equal-19, BitShift-11, ...
    ```mlir
    %0 = sinter.binary add %x, %y : tensor<4x8xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins BinaryKindAttr:$kind, SinterTensor:$lhs, SinterTensor:$rhs);
  let assemblyFormat = "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
  let hasFolder = 1;
}

def TernaryOp : SinterComputeOp<"ternary", [ElementwiseScalar]> {
  let summary = "Applies a function of three arguments to every triple of elements";
  let description = [{
    `select`: first where the condition is true, else second.
    (C1) All operands have the same dims.
    (C2) The condition is i1 and the other two have the same element type.
    Source: ONNX Where-16.
    ```mlir
    %0 = sinter.ternary select %c, %x, %y : tensor<4xi1>, tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
    ```
  }];
  let arguments = (ins TernaryKindAttr:$kind, SinterTensor:$first, SinterTensor:$second, SinterTensor:$third);
  let assemblyFormat = "$kind $first `,` $second `,` $third attr-dict `:` type(operands) `->` type($result)";
  let hasFolder = 1;
}

def CastOp : SinterComputeOp<"cast", [ElementwiseScalar]> {
  let summary = "Converts every element to another type";
  let description = [{
    Float to integer truncates toward zero; to i1 is `!= 0`; integer to a narrower integer wraps; to a narrower float
    rounds to nearest even. Source: ONNX Cast-19, numpy's astype.
    ```mlir
    %0 = sinter.cast %x to i64 : tensor<4xf32> -> tensor<4xi64>
    ```
  }];
  let arguments = (ins TypeAttrOf<SinterElement>:$to, SinterTensor:$input);
  let assemblyFormat = "$input `to` $to attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

#endif

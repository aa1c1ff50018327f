// MatMulInteger, ConvInteger, QLinearMatMul, QLinearConv: products of integers, exact in 32 bits.
//
// Zero points are taken away first, so that a convolution's pads are zeros and every product is one of two i32.
// Source: ONNX MatMulInteger-10, ConvInteger-10, QLinearMatMul-21, QLinearConv-10.
#include "compiler/import/ops/Convolutions.h"
#include "compiler/import/ops/Quantization.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// A parameter of the left operand: one element, or one per row: [M], or [.., M, 1].
static Value rowParameter(NodeImport &n, Value parameter) {
  parameter = scalarIfSingle(n, parameter);
  return parameter && n.rank(parameter) == 1 ? n.unsqueeze(parameter, {1}) : parameter;
}

/// A parameter per output feature [F] of a filter [F, C, kernel..], or one element.
static Value featureParameter(NodeImport &n, Value parameter, int64_t trailing) {
  parameter = scalarIfSingle(n, parameter);
  if (!parameter || n.rank(parameter) == 0)
    return parameter;
  if (n.rank(parameter) != 1)
    return n.error("expected a parameter of rank 0 or 1, got " + describeDims(parameter));
  return n.unsqueeze(parameter, llvm::to_vector(llvm::seq<int64_t>(1, trailing + 1)));
}

/// `scale` = left * right / result in f32, or f64 if one is.
static Value combinedScale(NodeImport &n, Value left, Value right, Value result) {
  Type wide = n.wideElement(n.element(result));
  return n.div(n.mul(n.cast(left, wide), n.cast(right, wide)), n.cast(result, wide));
}

/// saturate(round(sum * scale) + zero point)
static Value requantize(NodeImport &n, Value sum, Value scale, Value zeroPoint) {
  std::optional<QuantizedType> type = quantizedTypeOf(n, zeroPoint);
  if (!type || !sum || !scale)
    return {};
  Value result = quantize(n, n.mul(n.cast(sum, n.element(scale)), scale), scalarIfSingle(n, zeroPoint), *type);
  if (result && n.rank(result) != n.rank(sum))
    return n.error("expected scales that broadcast to " + describeDims(sum) + ", got " + describeDims(scale));
  return result;
}

static LogicalResult importMatMulInteger(NodeImport &n) {
  Value a = centered(n, n.input(0, "A"), rowParameter(n, n.optionalInput(2)));
  Value b = centered(n, n.input(1, "B"), scalarIfSingle(n, n.optionalInput(3)));
  return n.result(n.matmul(a, b));
}

static LogicalResult importQLinearMatMul(NodeImport &n) {
  Value a = centered(n, n.input(0, "a"), rowParameter(n, n.input(2, "a_zero_point")));
  Value b = centered(n, n.input(3, "b"), scalarIfSingle(n, n.input(5, "b_zero_point")));
  Value scale = combinedScale(n, rowParameter(n, n.input(1, "a_scale")), scalarIfSingle(n, n.input(4, "b_scale")),
                              scalarIfSingle(n, n.input(6, "y_scale")));
  return n.result(requantize(n, n.matmul(a, b), scale, n.input(7, "y_zero_point")));
}

/// The filter less its zero point, which may be one per output feature.
static Value centeredFilter(NodeImport &n, Value filter, Value zeroPoint) {
  return centered(n, filter, featureParameter(n, zeroPoint, n.rank(filter) - 1));
}

static LogicalResult importConvInteger(NodeImport &n) {
  Value x = centered(n, n.input(0, "x"), scalarIfSingle(n, n.optionalInput(2)));
  return n.result(convolve(n, x, centeredFilter(n, n.input(1, "w"), n.optionalInput(3))));
}

static LogicalResult importQLinearConv(NodeImport &n) {
  Value x = centered(n, n.input(0, "x"), scalarIfSingle(n, n.input(2, "x_zero_point")));
  Value sum = convolve(n, x, centeredFilter(n, n.input(3, "w"), n.input(5, "w_zero_point")));
  sum = addFeatureBias(n, sum, n.optionalInput(8));
  Value filterScale = featureParameter(n, n.input(4, "w_scale"), n.rank(sum) - 2);
  Value scale =
      combinedScale(n, scalarIfSingle(n, n.input(1, "x_scale")), filterScale, scalarIfSingle(n, n.input(6, "y_scale")));
  return n.result(requantize(n, sum, scale, n.input(7, "y_zero_point")));
}

void importer::addQuantizedProducts(ImporterTable &table) {
  table.add("MatMulInteger", importMatMulInteger, 10);
  table.add("QLinearMatMul", importQLinearMatMul, 10);
  table.add("ConvInteger", importConvInteger, 10);
  table.add("QLinearConv", importQLinearConv, 10);
}

// CausalConvWithState: a depthwise convolution over time that continues from the last steps of the call before.
//
// The few taps of the kernel are summed as shifted slices, which fuse with the activation.
// Source: ONNX CausalConvWithState-27.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static constexpr int64_t mostTaps = 64;

/// `past` [B, C, K - 1], or zeros, before `input` [B, C, L].
static Value continued(NodeImport &n, Value input, Value past, int64_t taps) {
  Dims dims = n.dims(input);
  if (!past)
    return n.pad(input, PadMode::constant, n.constant(n.element(input), 0), {n.dim(0), n.dim(0), n.dim(taps - 1)},
                 Dims(3, n.dim(0)));
  if (n.rank(past) != 3 || n.element(past) != n.element(input))
    return n.error("expected a past_state of rank 3 and the input's type, got " + describeElement(n.element(past)) +
                   " " + describeDims(past));
  past = withDims(n, past, {dims[0], dims[1], n.dim(taps - 1)});
  return n.concat({past, input}, 2);
}

static LogicalResult importCausalConv(NodeImport &n) {
  Value input = n.input(0, "input"), weight = n.input(1, "weight"), bias = n.optionalInput(2);
  std::string activation = n.getString("activation", "none");
  if (!input || !weight || n.hasFailed())
    return failure();
  if (n.rank(input) != 3 || n.rank(weight) != 3)
    return n.result(n.error("expected an input [B, C, L] and a weight [C, 1, K], got " + describeDims(input) + " and " +
                            describeDims(weight)));
  Dims dims = n.dims(input);
  std::optional<int64_t> taps = constantValue(n.dims(weight)[2]);
  if (!taps || *taps < 1 || *taps > mostTaps)
    return n.result(n.error("expected a kernel of 1 to " + Twine(mostTaps) + " steps known at compile time, got " +
                            describeDims(weight)));
  weight = withDims(n, weight, {dims[1], n.dim(1), n.dim(*taps)});
  Value all = continued(n, input, n.optionalInput(3), *taps), sum;
  Type narrow = n.element(input), wide = n.wideElement(narrow);
  for (int64_t k = 0; k < *taps; ++k) {
    Value step = n.cast(n.sliceAxis(all, 2, n.dim(k), dims[2]), wide);
    Value factor = n.reshape(n.sliceAxis(weight, 2, n.dim(k), n.dim(1)), {dims[1], n.dim(1)});
    Value term = n.mul(step, n.cast(factor, wide));
    sum = sum ? n.add(sum, term) : term;
  }
  if (bias)
    sum = n.add(sum, n.cast(n.reshape(withDims(n, bias, {dims[1]}), {dims[1], n.dim(1)}), wide));
  if (activation == "silu" || activation == "swish")
    sum = n.mul(sum, n.unary(UnaryKind::sigmoid, sum));
  else if (activation != "none")
    return n.result(n.error("attribute 'activation': expected none, silu or swish, got " + quote(activation)));
  if (failed(n.result(0, n.cast(sum, narrow))))
    return failure();
  return n.wants(1) ? n.result(1, n.sliceAxis(all, 2, dims[2], n.dim(*taps - 1))) : success();
}

void importer::addCausalConv(ImporterTable &table) { table.add("CausalConvWithState", importCausalConv, 27); }

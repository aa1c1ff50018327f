// com.microsoft MatMulNBits: a product with weights of 2, 4 or 8 bits, scaled by blocks along K.
//
// The weights are unpacked and scaled by operators; when they are the file's, that becomes a recipe.
// Source: ONNX Runtime, docs/ContribOperators.md.
#include "compiler/import/PackedIntegers.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Microsoft.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// The attributes: weights [N, K] in blocks of `block` along K.
struct Layout {
  int64_t columns, rows, block, bits, blocks;
};
} // namespace

static std::optional<Layout> readLayout(NodeImport &n) {
  Layout l{n.getInt("N"), n.getInt("K"), n.getInt("block_size"), n.getInt("bits", 4), 0};
  if (!requireInt(n, "weight_prepacked", 0))
    return std::nullopt;
  if (l.bits != 2 && l.bits != 4 && l.bits != 8)
    n.error("attribute 'bits': expected 2, 4 or 8, got " + Twine(l.bits));
  else if (l.block < 16 || l.block > INT32_MAX || (l.block & (l.block - 1)))
    n.error("attribute 'block_size': expected a power of two of at least 16, got " + Twine(l.block));
  else if (l.rows < 1 || l.columns < 1 || l.rows > INT32_MAX || l.columns > INT32_MAX)
    n.error("attributes 'N' and 'K': expected positive values, got " + Twine(l.columns) + " and " + Twine(l.rows));
  if (n.hasFailed())
    return std::nullopt;
  l.blocks = (l.rows + l.block - 1) / l.block;
  return l;
}

/// The zero points in the type of the computation, [N, blocks, 1]; rows are padded to whole bytes.
static Value readZeroPoints(NodeImport &n, const Layout &l, Type wide) {
  if (!n.has(3))
    return n.constant(wide, double(int64_t(1) << (l.bits - 1)));
  Value zeros = n.input(3);
  DimAttr rows = n.dim(l.columns), blocks = n.dim(l.blocks), one = n.dim(1);
  if (!isa<FloatType>(n.element(zeros))) {
    int64_t perByte = 8 / l.bits;
    zeros = n.reshape(zeros, {rows, n.dim((l.blocks + perByte - 1) / perByte)});
    zeros = n.sliceAxis(unpackBits(n, zeros, l.bits), 1, n.dim(0), blocks);
  }
  return n.reshape(n.cast(zeros, wide), {rows, blocks, one});
}

/// (integer - zero point) * scale as [N, K].
static Value dequantized(NodeImport &n, const Layout &l, Type wide) {
  Value bytes = n.input(1, "B"), scales = n.input(2, "scales");
  if (!bytes || !scales)
    return {};
  if (!n.element(bytes).isUnsignedInteger(8))
    return n.error("expected packed weights of type u8, got " + describeElement(n.element(bytes)));
  DimAttr rows = n.dim(l.columns), blocks = n.dim(l.blocks), block = n.dim(l.block);
  bytes = n.reshape(bytes, {rows, blocks, n.dim(l.block * l.bits / 8)});
  Value integers = n.cast(unpackBits(n, bytes, l.bits), wide);
  Value scale = n.reshape(n.cast(scales, wide), {rows, blocks, n.dim(1)});
  Value weights = n.mul(n.sub(integers, readZeroPoints(n, l, wide)), scale);
  return n.sliceAxis(n.reshape(weights, {rows, blocks * block}), 1, n.dim(0), n.dim(l.rows));
}

LogicalResult importer::importMatMulNBits(NodeImport &n) {
  Value a = n.input(0, "A");
  std::optional<Layout> layout = readLayout(n);
  if (!a || !layout || !refuseInputs(n, {{4, "g_idx"}}))
    return failure();
  if (n.rank(a) < 1)
    return n.result(n.error("expected an input of rank 1 or more, got " + describeDims(a)));
  Type narrow = n.element(a), wide = n.wideElement(narrow);
  Value weights = n.cast(dequantized(n, *layout, wide), narrow);
  SmallVector<int64_t> labels, out; // batch dims and rows 2.., K 0, N 1
  for (int64_t i = 0; i + 1 < n.rank(a); ++i)
    labels.push_back(i + 2);
  out = labels;
  labels.push_back(0);
  out.push_back(1);
  Value product = n.contract(a, labels, weights, {1, 0}, out);
  if (n.has(5))
    product = n.add(product, n.broadcastTo(n.input(5), n.dims(product)));
  return n.result(product);
}

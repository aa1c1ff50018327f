// com.microsoft MultiHeadAttention as contractions around a softmax.
//
// Masks add to the scores: mask_filter_value where the padding mask is 0, the least number after the own position.
// Source: ONNX Runtime, docs/ContribOperators.md.
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Microsoft.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// Queries, keys and values as [B, N, length, H]; keys and values without the past.
struct Operands {
  Value query, key, value;
};
} // namespace

/// [B, L, N, H] as [B, N, L, H]
static Value headsFirst(NodeImport &n, Value x) { return n.transpose(x, {0, 2, 1, 3}); }

/// Part `i` of a packed [B, L, N, parts, H], as [B, L, N, H].
static Value packedPart(NodeImport &n, Value packed, int64_t i) {
  return n.squeeze(n.sliceAxis(packed, 3, n.dim(i), n.dim(1)), {3});
}

static Operands readOperands(NodeImport &n, int64_t heads) {
  Value query = n.input(0, "query"), key = n.optionalInput(1), value = n.optionalInput(2), bias = n.optionalInput(3);
  DimAttr offset = n.dim(0);
  // x [B, L, N, H] plus the next N * H elements of the bias.
  auto biased = [&](Value x) -> Value {
    if (!bias || !x)
      return x;
    Dims dims = n.dims(x), part{dims[2], dims[3]};
    DimAttr size = dims[2] * dims[3];
    Value slice = n.reshape(n.sliceAxis(bias, 0, offset, size), part);
    offset = offset + size;
    return n.add(x, slice);
  };
  if (!query || (bias && n.rank(bias) != 1)) {
    n.error("expected a bias of rank 1, got " + (bias ? describeDims(bias) : ""));
    return {};
  }
  if (n.rank(query) == 5) { // [B, S, N, 3, H]
    Value q = biased(packedPart(n, query, 0)), k = biased(packedPart(n, query, 1));
    return {headsFirst(n, q), headsFirst(n, k), headsFirst(n, biased(packedPart(n, query, 2)))};
  }
  if (!n.input(1, "key"))
    return {};
  Value q = headsFirst(n, biased(splitHeads(n, query, heads)));
  if (n.rank(key) == 5) // [B, L, N, 2, H]
    return {q, headsFirst(n, biased(packedPart(n, key, 0))), headsFirst(n, biased(packedPart(n, key, 1)))};
  if (!n.input(2, "value"))
    return {};
  if (n.rank(key) == 4) // projected before: [B, N, L, H]
    return {q, key, value};
  Value k = headsFirst(n, biased(splitHeads(n, key, heads)));
  return {q, k, headsFirst(n, biased(splitHeads(n, value, heads)))};
}

/// The keys that a padding mask keeps, as bools that broadcast to [B, N, S, T].
static Value keptByPadding(NodeImport &n, Value mask, DimAttr batch, DimAttr sequence, DimAttr total) {
  Type element = n.element(mask);
  switch (n.rank(mask)) {
  case 1: { // lengths
    Value length = n.reshape(withDims(n, mask, {batch}), {batch, n.dim(1), n.dim(1), n.dim(1)});
    return n.binary(BinaryKind::lt, n.iota({total}, 0, element), length);
  }
  case 2: return n.binary(BinaryKind::gt, n.unsqueeze(withDims(n, mask, {batch, total}), {1, 2}), 0);
  case 3: return n.binary(BinaryKind::gt, n.unsqueeze(withDims(n, mask, {batch, sequence, total}), {1}), 0);
  default: return n.error("expected a key_padding_mask of rank 1 to 3, got " + describeDims(mask));
  }
}

static LogicalResult importMultiHeadAttention(NodeImport &n) {
  int64_t heads = n.getInt("num_heads");
  bool causal = n.getInt("unidirectional", 0);
  double filter = n.getFloat("mask_filter_value", -10000), scale = n.getFloat("scale", 0);
  if (n.hasFailed() || !refuseInputs(n, {{8, "past_sequence_length"}, {9, "cache_indirection"}}))
    return failure();
  if (n.wants(3))
    return n.result(n.error("expected no output 3 (qk), got a use of it"));
  Operands x = readOperands(n, heads);
  if (!x.query || !x.key || !x.value)
    return failure();
  DimAttr past = n.dim(0);
  if (n.has(6) && n.has(7)) {
    past = n.rank(n.input(6)) == 4 ? n.dims(n.input(6))[2] : past;
    x.key = n.concat({n.input(6), x.key}, 2);
    x.value = n.concat({n.input(7), x.value}, 2);
  }
  if (!x.key || !x.value || failed(n.result(1, x.key)) || failed(n.result(2, x.value)))
    return failure();
  Type narrow = n.element(x.query), wide = n.wideElement(narrow);
  Dims q = n.dims(x.query);
  DimAttr batch = q[0], sequence = q[2], total = n.dims(x.key)[2];
  enum { B, N, S, T, H };
  Value scores = n.contract(n.cast(x.query, wide), {B, N, S, H}, n.cast(x.key, wide), {B, N, T, H}, {B, N, S, T});
  if (std::optional<int64_t> size = constantValue(q[3]); scale == 0 && size)
    scores = n.binary(BinaryKind::mul, scores, 1 / std::sqrt(double(*size)));
  else if (scale == 0)
    scores = n.mul(scores, n.unary(UnaryKind::rsqrt, n.size(q[3], wide)));
  else
    scores = n.binary(BinaryKind::mul, scores, scale);
  if (n.has(4)) {
    Value kept = keptByPadding(n, n.input(4), batch, sequence, total);
    scores = n.add(scores, n.select(kept, n.constant(wide, 0), n.constant(wide, filter)));
  }
  if (n.has(5))
    scores = n.add(scores, n.broadcastTo(n.cast(n.input(5), wide), {batch, q[1], sequence, total}));
  if (causal) {
    Type index = IntegerType::get(n.context(), 64);
    Dims plane{sequence, total};
    Value last = n.add(n.iota(plane, 0, index), n.size(past, index));
    Value kept = n.binary(BinaryKind::le, n.iota(plane, 1, index), last);
    scores = n.select(kept, scores, n.constant(wide, std::numeric_limits<float>::lowest()));
  }
  Value sum = n.contract(n.softmax(scores, 3, /*logarithm=*/false), {B, N, S, T}, n.cast(x.value, wide), {B, N, T, H},
                         {B, S, N, H});
  if (!sum)
    return failure();
  Dims out = n.dims(sum);
  return n.result(n.cast(n.reshape(sum, {out[0], out[1], out[2] * out[3]}), narrow));
}

void importer::addMicrosoftAttention(ImporterTable &table) {
  table.add("MultiHeadAttention", importMultiHeadAttention, 1, microsoftDomain);
}

// com.microsoft RotaryEmbedding, and the rotation that GroupQueryAttention shares with it.
// Source: ONNX Runtime, docs/ContribOperators.md; Su et al., RoFormer, section 3.4.
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Microsoft.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// Both elements of every pair, and what is left alone behind them; all in the type of the computation.
namespace {
struct Pairs {
  Value first, second, rest;
};
} // namespace

static Pairs splitPairs(NodeImport &n, Value x, DimAttr count, bool interleaved) {
  int64_t last = n.rank(x) - 1;
  Dims dims = n.dims(x), offsets(dims.size(), n.dim(0));
  DimAttr rest = dims[last] - count * 2;
  Pairs pairs;
  pairs.rest = constantValue(rest) == 0 ? Value() : n.sliceAxis(x, last, count * 2, rest);
  SmallVector<int64_t> strides(dims.size(), 1);
  strides[last] = interleaved ? 2 : 1;
  dims[last] = count;
  pairs.first = n.slice(x, offsets, dims, strides);
  offsets[last] = interleaved ? n.dim(1) : count;
  pairs.second = n.slice(x, offsets, dims, strides);
  return pairs;
}

Value importer::rotate(NodeImport &n, Value x, Value cosine, Value sine, bool interleaved) {
  if (!x || !cosine || !sine)
    return {};
  int64_t last = n.rank(x) - 1;
  DimAttr count = n.dims(cosine).back();
  if (!n.assumeLessEqual(count * 2, n.dims(x)[last]))
    return {};
  Pairs pairs = splitPairs(n, x, count, interleaved);
  Value first = n.sub(n.mul(pairs.first, cosine), n.mul(pairs.second, sine));
  Value second = n.add(n.mul(pairs.first, sine), n.mul(pairs.second, cosine));
  Value rotated;
  if (interleaved) {
    Dims merged = n.dims(x);
    merged[last] = count * 2;
    rotated = n.reshape(n.concat({n.unsqueeze(first, {last + 1}), n.unsqueeze(second, {last + 1})}, last + 1), merged);
  } else {
    rotated = n.concat({first, second}, last);
  }
  return pairs.rest ? n.concat({rotated, pairs.rest}, last) : rotated;
}

Value importer::splitHeads(NodeImport &n, Value x, int64_t heads) {
  if (!x)
    return {};
  Dims dims = n.dims(x);
  if (heads < 1 || heads > INT32_MAX || dims.size() != 3)
    return n.error("expected dims [batch, sequence, heads * size] and a positive number of heads, got " +
                   describeDims(x) + " and " + Twine(heads));
  DimAttr size = floorDiv(dims[2], n.dim(heads));
  if (knownDifferent(size * heads, dims[2]))
    return n.error("expected a last dim that " + Twine(heads) + " heads divide, got " + toString(dims[2]));
  return n.assumeEqual(size * heads, dims[2]) ? n.reshape(x, {dims[0], dims[1], n.dim(heads), size}) : Value();
}

/// Positions [B, S] or [1], the first of consecutive ones: [B, S] or [1, S]. Each names one of `rows` of the caches.
static Value readPositions(NodeImport &n, DimAttr batch, DimAttr sequence, DimAttr rows) {
  Value ids = n.input(1, "position_ids");
  if (!ids)
    return {};
  DimAttr behind = n.rank(ids) == 2 ? n.dim(1) : sequence;
  if (!n.checkElements(ids, "a position", n.dim(0), rows - behind))
    return {};
  if (n.rank(ids) == 2)
    return withDims(n, ids, {batch, sequence});
  if (n.rank(ids) != 1 || constantValue(n.dims(ids)[0]) != 1)
    return n.error("expected position_ids [1] or [batch, sequence], got " + describeDims(ids));
  return n.unsqueeze(n.add(n.iota({sequence}, 0, n.element(ids)), ids), {0});
}

static LogicalResult importRotaryEmbedding(NodeImport &n) {
  Value x = n.input(0, "input"), cosine = n.input(2, "cos_cache"), sine = n.input(3, "sin_cache");
  int64_t heads = n.getInt("num_heads", 0), rotaryDim = n.getInt("rotary_embedding_dim", 0);
  bool interleaved = n.getInt("interleaved", 0);
  if (!x || !cosine || !sine || n.hasFailed()) // is_packed_batching and scale change nothing
    return failure();
  if ((n.rank(x) != 3 && n.rank(x) != 4) || n.rank(cosine) != 2 || n.rank(sine) != 2)
    return n.result(n.error("expected an input of rank 3 or 4 and caches of rank 2, got " + describeDims(x) + ", " +
                            describeDims(cosine) + " and " + describeDims(sine)));
  Dims dims = n.dims(x);
  bool split = dims.size() == 3; // [B, S, N * H] becomes [B, S, N, H], [B, N, S, H] is as it is
  DimAttr count = n.dims(cosine)[1];
  Value states = x;
  if (split && heads) {
    states = splitHeads(n, x, heads);
  } else if (split) {
    DimAttr size = count * 2, number = floorDiv(dims[2], size);
    if (rotaryDim)
      return n.result(n.error("attribute 'num_heads': expected a value beside rotary_embedding_dim, got none"));
    states = n.assumeEqual(number * size, dims[2]) ? n.reshape(x, {dims[0], dims[1], number, size}) : Value();
  }
  if (rotaryDim && !n.assumeEqual(count * 2, n.dim(rotaryDim)))
    return failure();
  Value positions = readPositions(n, dims[0], split ? dims[1] : dims[2], n.dims(cosine)[0]);
  Type narrow = n.element(x), wide = n.wideElement(narrow);
  auto angles = [&](Value cache) {
    Value rows = n.cast(n.gather(IndexMode::take, cache, positions, 0), wide); // [B, S, r]
    return n.unsqueeze(rows, {split ? 2 : 1});
  };
  Value rotated = rotate(n, n.cast(states, wide), angles(cosine), angles(sine), interleaved);
  return n.result(n.reshape(n.cast(rotated, narrow), dims));
}

void importer::addMicrosoftRotary(ImporterTable &table) {
  table.add("RotaryEmbedding", importRotaryEmbedding, 1, microsoftDomain);
}

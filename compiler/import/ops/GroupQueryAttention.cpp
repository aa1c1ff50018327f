// com.microsoft GroupQueryAttention: causal attention with fewer key heads than query heads, over a cache.
//
// Entry b of the batch has seqlens_k[b] + 1 keys after this step; the last ones are new. Its cache rows before them are
// the past's. With one entry and total = past + sequence that is a concatenation; else every cache row is selected.
// Source: ONNX Runtime, docs/ContribOperators.md.
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Microsoft.h"
#include "compiler/import/ops/Normalizations.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// One node on its way; sizes B (batch), S (new positions), T (cache rows after the step).
class GroupQuery {
public:
  explicit GroupQuery(NodeImport &n) : n(n), index(IntegerType::get(n.context(), 64)) {}
  LogicalResult run();

private:
  bool readAttributes();
  bool readStates();
  bool readPositions();
  Value normalizedHeads(Value x, size_t weight, StringRef epsilonName);
  void rotateStates();
  /// The cache with the new rows, as [B, heads, T, H].
  Value present(size_t pastIndex, Value fresh);
  Value scores();
  Value kept();
  Value probabilities(Value scores);

  NodeImport &n;
  Type index, wide;
  int64_t heads = 0, keyHeads = 0, window = -1;
  bool causal = true;
  double softcap = 0, scale = 0;
  Value query, key, value; // [B, S, heads, H]
  Value presentKey, presentValue;
  DimAttr batch, sequence, total, cacheRows;
  Value pastRows;  // [B, 1]: rows of the cache before this step
  Value positions; // [B, S]: of the new rows
};
} // namespace

bool GroupQuery::readAttributes() {
  heads = n.getInt("num_heads");
  keyHeads = n.getInt("kv_num_heads");
  window = n.getInt("local_window_size", -1);
  causal = n.getInt("causal", 1);
  softcap = n.getFloat("softcap", 0);
  scale = n.getFloat("scale", 0);
  if (!requireInt(n, "sliding_window_cache", 0) || !requireInt(n, "qk_output", 0))
    return false;
  for (StringRef name : {"k_quant_type", "v_quant_type"})
    if (std::string type = n.getString(name, "NONE"); type != "NONE")
      n.error("attribute '" + name + "': expected NONE, got " + type);
  if (!refuseInputs(n, {{12, "k_scale"}, {13, "v_scale"}, {16, "query_seqlens"}}))
    return false;
  if (heads < 1 || keyHeads < 1 || heads > INT32_MAX || heads % keyHeads)
    n.error("expected num_heads to be a multiple of kv_num_heads, got " + Twine(heads) + " and " + Twine(keyHeads));
  return !n.hasFailed();
}

/// Splits heads; a packed query holds query, key and value heads one after the other.
bool GroupQuery::readStates() {
  Value x = n.input(0, "query");
  if (!x)
    return false;
  wide = n.wideElement(n.element(x));
  if (n.has(1) && n.has(2)) {
    query = splitHeads(n, x, heads);
    key = splitHeads(n, n.input(1), keyHeads);
    value = splitHeads(n, n.input(2), keyHeads);
  } else {
    Value all = splitHeads(n, x, heads + 2 * keyHeads);
    query = n.sliceAxis(all, 2, n.dim(0), n.dim(heads));
    key = n.sliceAxis(all, 2, n.dim(heads), n.dim(keyHeads));
    value = n.sliceAxis(all, 2, n.dim(heads + keyHeads), n.dim(keyHeads));
  }
  if (!query || !key || !value)
    return false;
  batch = n.dims(query)[0];
  sequence = n.dims(query)[1];
  query = normalizedHeads(query, 14, "q_norm_epsilon");
  key = normalizedHeads(key, 15, "k_norm_epsilon");
  return !n.hasFailed();
}

/// RMS normalization of each head, if input `weight` is given.
Value GroupQuery::normalizedHeads(Value x, size_t weight, StringRef epsilonName) {
  if (!n.has(weight))
    return x;
  double epsilon = n.getFloat(epsilonName, n.getFloat("qk_norm_epsilon", 1e-6f));
  Value states = n.cast(x, wide);
  Value scaled = n.mul(states, inverseRootMeanSquare(n, states, {3}, epsilon));
  return n.cast(n.mul(scaled, n.cast(n.input(weight), wide)), n.element(x));
}

bool GroupQuery::readPositions() {
  Value lengths = n.input(5, "seqlens_k"), whole = n.input(6, "total_sequence_length");
  if (!lengths || !whole)
    return false;
  DimAttr past = n.has(3) && n.rank(n.input(3)) == 4 ? n.dims(n.input(3))[2] : n.dim(0);
  total = n.bindSize(n.reshape(whole, {}));
  if (!total)
    return false;
  cacheRows = max(total, past);
  if (!n.has(3)) { // without a cache all keys are new
    if (!n.assumeEqual(total, sequence))
      return false;
    cacheRows = sequence;
  } else if (total == past + sequence) {
    cacheRows = total;
  }
  Value last = n.cast(n.reshape(lengths, {batch, n.dim(1)}), index);
  pastRows = n.binary(BinaryKind::max, n.sub(n.binary(BinaryKind::add, last, 1), n.size(sequence, index)), 0);
  positions = n.add(pastRows, n.iota({n.dim(1), sequence}, 1, index));
  return positions != nullptr;
}

void GroupQuery::rotateStates() {
  if (!n.getInt("do_rotary", 0))
    return;
  Value at = n.has(9) ? withDims(n, n.input(9), {batch, sequence}) : positions;
  if (n.has(9) && n.has(7) && n.rank(n.input(7)) == 2)
    n.checkElements(at, "a position", n.dim(0), n.dims(n.input(7))[0] - 1);
  bool interleaved = n.getInt("rotary_interleaved", 0);
  auto angles = [&](size_t input, StringRef name) {
    Value rows = n.cast(n.gather(IndexMode::take, n.input(input, name), at, 0), wide); // [B, S, r]
    return n.unsqueeze(rows, {2});
  };
  Value cosine = angles(7, "cos_cache"), sine = angles(8, "sin_cache");
  for (Value *states : {&query, &key})
    *states = n.cast(rotate(n, n.cast(*states, wide), cosine, sine, interleaved), n.element(*states));
}

Value GroupQuery::present(size_t pastIndex, Value fresh) {
  Value heads = n.transpose(fresh, {0, 2, 1, 3});
  if (!n.has(pastIndex) || !heads)
    return heads;
  Value past = n.input(pastIndex);
  if (n.rank(past) != 4 || n.element(past) != n.element(fresh))
    return n.error("expected a cache [batch, heads, rows, size] of type " + describeElement(n.element(fresh)) +
                   ", got " + describeDims(past) + " of type " + describeElement(n.element(past)));
  Dims dims = n.dims(heads);
  dims[2] = n.dims(past)[2];
  past = withDims(n, past, dims);
  if (constantValue(batch) == 1 && total == dims[2] + sequence)
    return n.concat({past, heads}, 2);
  Dims none(4, n.dim(0)), above = none;
  above[2] = cacheRows - dims[2];
  if (constantValue(above[2]) != 0)
    past = n.pad(past, PadMode::constant, n.constant(n.element(past), 0), none, above);
  // Row j of entry b is new row j - pastRows[b], if there is one.
  Value row = n.sub(n.iota({batch, cacheRows}, 1, index), pastRows);
  Value inside = n.binary(BinaryKind::_and, n.binary(BinaryKind::ge, row, 0),
                          n.binary(BinaryKind::lt, row, n.size(sequence, index)));
  Value limited = n.binary(BinaryKind::max, row, 0);                          // past the end gather reads the last row
  Value taken = n.gather(IndexMode::nd, fresh, n.unsqueeze(limited, {2}), 1); // [B, T, heads, H]
  return n.select(n.unsqueeze(inside, {1, 3}), n.transpose(taken, {0, 2, 1, 3}), past);
}

/// Which keys [B, 1, 1, S, T] a query sees.
Value GroupQuery::kept() {
  Value column = n.iota({cacheRows}, 0, index), row = n.unsqueeze(positions, {1, 2, 4});
  if (!causal)
    return n.binary(BinaryKind::lt, column, n.unsqueeze(n.add(pastRows, n.size(sequence, index)), {1, 2, 4}));
  Value seen = n.binary(BinaryKind::le, column, row);
  if (window > 0)
    seen = n.binary(BinaryKind::_and, seen,
                    n.binary(BinaryKind::gt, column, n.binary(BinaryKind::sub, row, double(window))));
  return seen;
}

enum { B, Group, Member, S, T, H };

/// [B, key heads, query heads each, S, T]
Value GroupQuery::scores() {
  Dims dims = n.dims(query);
  DimAttr groups = n.dim(keyHeads), members = n.dim(heads / keyHeads);
  Value grouped = n.reshape(query, {dims[0], dims[1], groups, members, dims[3]});
  Value result = n.contract(n.cast(grouped, wide), {B, S, Group, Member, H}, n.cast(presentKey, wide), {B, Group, T, H},
                            {B, Group, Member, S, T});
  std::optional<int64_t> size = constantValue(dims[3]);
  if (scale == 0 && !size)
    result = n.mul(result, n.unary(UnaryKind::rsqrt, n.size(dims[3], wide)));
  else
    result = n.binary(BinaryKind::mul, result, scale == 0 ? 1 / std::sqrt(double(*size)) : scale);
  if (softcap > 0)
    result = n.binary(BinaryKind::mul, n.unary(UnaryKind::tanh, n.binary(BinaryKind::div, result, softcap)), softcap);
  if (n.has(10)) {
    Value bias = n.cast(n.input(10), wide);
    Dims own = n.dims(bias);
    if (own.size() != 4)
      return n.error("expected an attention_bias of rank 4, got " + describeDims(bias));
    bool perHead = constantValue(own[1]) != 1;
    DimAttr one = n.dim(1);
    bias = n.reshape(bias, {own[0], perHead ? groups : one, perHead ? members : one, own[2], own[3]});
    result = n.add(result, n.broadcastTo(bias, n.dims(result)));
  }
  return n.select(kept(), result, n.constant(wide, std::numeric_limits<float>::lowest()));
}

/// The softmax; a head's sink (or 0, for smooth_softmax) is one more score without a value.
Value GroupQuery::probabilities(Value scores) {
  bool smooth = n.getInt("smooth_softmax", 0);
  if (!n.has(11) && !smooth)
    return n.softmax(scores, 4, /*logarithm=*/false);
  DimAttr one = n.dim(1);
  Value sink = n.has(11) ? n.reshape(n.cast(n.input(11), wide), {n.dim(keyHeads), n.dim(heads / keyHeads), one, one})
                         : n.constant(wide, 0);
  Value largest = n.binary(BinaryKind::max, n.reduce(ReduceKind::max, scores, {4}, /*keepDims=*/true), sink);
  Value exponential = n.unary(UnaryKind::exp, n.sub(scores, largest));
  Value sum = n.add(n.reduce(ReduceKind::sum, exponential, {4}, /*keepDims=*/true),
                    n.unary(UnaryKind::exp, n.sub(sink, largest)));
  return n.div(exponential, sum);
}

LogicalResult GroupQuery::run() {
  if (!readAttributes() || !readStates() || !readPositions())
    return failure();
  rotateStates();
  presentKey = present(3, key);
  presentValue = present(4, value);
  if (!presentKey || !presentValue || failed(n.result(1, presentKey)) || failed(n.result(2, presentValue)))
    return failure();
  Value sum = n.contract(probabilities(scores()), {B, Group, Member, S, T}, n.cast(presentValue, wide),
                         {B, Group, T, H}, {B, S, Group, Member, H});
  if (!sum)
    return failure();
  DimAttr size = n.dims(sum)[4];
  return n.result(n.cast(n.reshape(sum, {batch, sequence, size * heads}), n.element(query)));
}

LogicalResult importer::importGroupQueryAttention(NodeImport &n) { return GroupQuery(n).run(); }

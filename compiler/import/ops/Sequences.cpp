// Sequences of tensors: SplitToSequence, SequenceConstruct, SequenceAt and their like.
//
// A sequence exists only while the graph is imported: it is a value of tuple type that a cast makes of its elements.
// Numbers of elements and positions must be known at compile time.
// Source: ONNX SplitToSequence-24, SequenceAt-11, SequenceInsert-11, ConcatFromSequence-11.
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// A sequence of these tensors; null if one is null.
static Value makeSequence(NodeImport &n, ArrayRef<Value> elements) {
  if (n.hasFailed() || !llvm::all_of(elements, [](Value value) { return value != nullptr; }))
    return {};
  Type type = TupleType::get(n.context(), llvm::to_vector(ValueRange(elements).getTypes()));
  return UnrealizedConversionCastOp::create(n.opBuilder(), n.location(), type, elements).getResult(0);
}

/// The elements of input `i`; nullopt after a report.
static std::optional<SmallVector<Value>> sequence(NodeImport &n, size_t i) {
  Value value = n.input(i, "sequence");
  if (!value)
    return std::nullopt;
  auto cast = value.getDefiningOp<UnrealizedConversionCastOp>();
  if (!cast) {
    n.error("expected input " + Twine(i) + " to be a sequence, got a tensor");
    return std::nullopt;
  }
  return SmallVector<Value>(cast.getInputs());
}

/// Input `i` as a position in [0, count); nullopt after a report.
static std::optional<int64_t> position(NodeImport &n, size_t i, int64_t count) {
  auto given = n.integers(n.input(i, "position"), "position");
  if (!given)
    return std::nullopt;
  int64_t at = given->size() == 1 ? given->front() : INT64_MAX;
  if (at < -count || at >= count) {
    n.error("expected one position in [" + Twine(-count) + ", " + Twine(count) + "), got " +
            (given->size() == 1 ? Twine(at) : Twine(given->size()) + " positions"));
    return std::nullopt;
  }
  return at < 0 ? at + count : at;
}

/// The sizes of the parts along a dim: those of a list `split`, or chunks of a scalar `split`, or of 1.
static std::optional<SmallVector<int64_t>> parts(NodeImport &n, DimAttr dim) {
  SmallVector<int64_t> sizes{1};
  if (n.has(1)) {
    auto given = n.integers(n.input(1), "split");
    if (!given)
      return std::nullopt;
    sizes = *given;
    if (n.rank(n.input(1)) == 1) {
      int64_t sum = 0;
      for (int64_t size : sizes)
        sum = size < 0 || size > INT32_MAX ? INT64_MIN / 2 : sum + size;
      if (sum >= 0)
        return n.assumeEqual(n.dim(sum), dim) ? std::optional(sizes) : std::nullopt;
    }
  }
  std::optional<int64_t> size = constantValue(dim);
  if (!size || sizes[0] < 1) {
    n.error("expected a positive split, and a size known at compile time along the axis, got " + Twine(sizes[0]) +
            " and " + toString(dim));
    return std::nullopt;
  }
  int64_t chunk = sizes[0];
  sizes.clear();
  for (int64_t rest = *size; rest > 0; rest -= chunk)
    sizes.push_back(std::min(rest, chunk));
  return sizes;
}

static LogicalResult importSplitToSequence(NodeImport &n) {
  Value x = n.input(0, "input");
  int64_t named = n.getInt("axis", 0);
  bool keepDims = n.getInt("keepdims", 1) != 0;
  if (!x || n.hasFailed())
    return failure();
  std::optional<int64_t> axis = n.normalizeAxis(named, n.rank(x));
  auto sizes = axis ? parts(n, n.dims(x)[*axis]) : std::nullopt;
  if (!sizes)
    return failure();
  SmallVector<Value> elements;
  int64_t offset = 0;
  for (int64_t size : *sizes) {
    Value part = n.sliceAxis(x, *axis, n.dim(offset), n.dim(size));
    elements.push_back(n.has(1) || keepDims ? part : n.squeeze(part, {*axis}));
    offset += size;
  }
  return n.result(makeSequence(n, elements));
}

static LogicalResult importSequenceConstruct(NodeImport &n) {
  SmallVector<Value> elements(n.inputs());
  for (size_t i = 0; i < elements.size(); ++i)
    if (!n.input(i, "element"))
      return failure();
  return n.result(makeSequence(n, elements));
}

static LogicalResult importSequenceEmpty(NodeImport &n) { return n.result(makeSequence(n, {})); }

static LogicalResult importSequenceAt(NodeImport &n) {
  auto elements = sequence(n, 0);
  auto at = elements ? position(n, 1, elements->size()) : std::nullopt;
  return at ? n.result((*elements)[*at]) : failure();
}

static LogicalResult importSequenceLength(NodeImport &n) {
  auto elements = sequence(n, 0);
  return elements ? n.result(n.size(n.dim(elements->size()), IntegerType::get(n.context(), 64))) : failure();
}

static LogicalResult importSequenceInsert(NodeImport &n) {
  auto elements = sequence(n, 0);
  Value element = n.input(1, "tensor");
  if (!elements || !element)
    return failure();
  int64_t count = elements->size(), at = count;
  if (n.has(2)) {
    auto given = n.integers(n.input(2), "position");
    if (!given)
      return failure();
    at = given->size() == 1 ? given->front() : INT64_MAX;
    if (at < -count || at > count)
      return n.result(
          n.error("expected a position in [" + Twine(-count) + ", " + Twine(count) + "], got " + Twine(at)));
    at += at < 0 ? count : 0;
  }
  elements->insert(elements->begin() + at, element);
  return n.result(makeSequence(n, *elements));
}

static LogicalResult importSequenceErase(NodeImport &n) {
  auto elements = sequence(n, 0);
  if (!elements)
    return failure();
  auto at = n.has(1) ? position(n, 1, elements->size()) : std::optional<int64_t>(int64_t(elements->size()) - 1);
  if (!at)
    return failure();
  if (*at < 0)
    return n.result(n.error("expected a sequence with elements, got an empty one"));
  elements->erase(elements->begin() + *at);
  return n.result(makeSequence(n, *elements));
}

static LogicalResult importConcatFromSequence(NodeImport &n) {
  auto elements = sequence(n, 0);
  int64_t named = n.getInt("axis"), isNew = n.getInt("new_axis", 0);
  if (!elements || n.hasFailed())
    return failure();
  if (elements->empty())
    return n.result(n.error("expected a sequence with elements, got an empty one"));
  int64_t rank = n.rank(elements->front());
  std::optional<int64_t> axis = n.normalizeAxis(named, rank + (isNew ? 1 : 0));
  if (!axis)
    return failure();
  Dims first = n.dims(elements->front());
  for (Value &element : *elements) {
    if (n.rank(element) != rank || n.element(element) != n.element(elements->front()))
      return n.result(n.error("expected elements of one type and rank, got " +
                              describeDims(elements->front().getType()) + " and " + describeDims(element)));
    Dims dims = first;
    if (!isNew)
      dims[*axis] = n.dims(element)[*axis];
    element = withDims(n, element, dims);
    if (isNew && element)
      element = n.unsqueeze(element, {*axis});
    if (!element)
      return failure();
  }
  return n.result(elements->size() == 1 ? elements->front() : n.concat(*elements, *axis));
}

void importer::addSequences(ImporterTable &table) {
  table.add("SplitToSequence", importSplitToSequence, 11);
  table.add("SequenceConstruct", importSequenceConstruct, 11);
  table.add("SequenceEmpty", importSequenceEmpty, 11);
  table.add("SequenceAt", importSequenceAt, 11);
  table.add("SequenceLength", importSequenceLength, 11);
  table.add("SequenceInsert", importSequenceInsert, 11);
  table.add("SequenceErase", importSequenceErase, 11);
  table.add("ConcatFromSequence", importConcatFromSequence, 11);
  for (StringRef op : {"SequenceAt", "SequenceLength", "SequenceInsert", "SequenceErase", "ConcatFromSequence"})
    table.allowSequences(op);
}

// Reduce*, ArgMax, ArgMin, CumSum, TopK, Softmax, LogSoftmax, Hardmax.
#include "compiler/import/NodeImport.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

//===- Reduce*
//------------------------------------------------------------------------------------------------------===//

namespace {
struct Reduction {
  Value x;
  SmallVector<int64_t> axes;
  bool keepDims;
};
/// The reduction of `Reduction::x`, in a type that is wide enough for sums.
using Formula = Value (*)(NodeImport &, const Reduction &);
} // namespace

/// Axes are an attribute in old opsets and input 1 in new ones (ReduceSum since 13, the others since 18). None means
/// all, or no reduction at all with noop_with_empty_axes.
static std::optional<Reduction> readReduction(NodeImport &node) {
  Reduction reduction{node.input(0), {}, node.getInt("keepdims", 1) != 0};
  int64_t rank = node.rank(reduction.x);
  SmallVector<int64_t> given = node.getInts("axes");
  if (node.has(1)) {
    std::optional<SmallVector<int64_t>> axes = node.integers(node.input(1), "axes");
    if (!axes)
      return std::nullopt;
    given = *axes;
  }
  std::optional<SmallVector<int64_t>> axes = node.normalizeAxes(given, rank);
  if (!axes || node.hasFailed())
    return std::nullopt;
  reduction.axes = *axes;
  if (axes->empty() && !node.getInt("noop_with_empty_axes", 0))
    llvm::append_range(reduction.axes, llvm::seq<int64_t>(0, rank));
  return reduction;
}

template <ReduceKind kind> static LogicalResult importPlainReduction(NodeImport &node) {
  std::optional<Reduction> reduction = readReduction(node);
  return node.result(reduction ? node.reduce(kind, reduction->x, reduction->axes, reduction->keepDims) : Value());
}

/// Halves compute in f32; integers, where a formula needs fractions, in f64.
template <Formula formula, bool isFractional> static LogicalResult importReduction(NodeImport &node) {
  std::optional<Reduction> reduction = readReduction(node);
  if (!reduction)
    return node.result(Value());
  Type narrow = node.element(reduction->x), wide = node.wideElement(narrow);
  if (isFractional && !isa<FloatType>(narrow))
    wide = Float64Type::get(node.context());
  reduction->x = node.cast(reduction->x, wide);
  return node.result(node.cast(formula(node, *reduction), narrow));
}

static Value sum(NodeImport &node, const Reduction &reduction, Value x) {
  return node.reduce(ReduceKind::sum, x, reduction.axes, reduction.keepDims);
}
static Value mean(NodeImport &node, const Reduction &reduction) {
  return node.mean(reduction.x, reduction.axes, reduction.keepDims);
}
static Value l1(NodeImport &node, const Reduction &reduction) {
  return sum(node, reduction, node.unary(UnaryKind::abs, reduction.x));
}
static Value sumSquare(NodeImport &node, const Reduction &reduction) {
  return sum(node, reduction, node.mul(reduction.x, reduction.x));
}
static Value l2(NodeImport &node, const Reduction &reduction) {
  return node.unary(UnaryKind::sqrt, sumSquare(node, reduction));
}
static Value logSum(NodeImport &node, const Reduction &reduction) {
  return node.unary(UnaryKind::log, sum(node, reduction, reduction.x));
}

/// log(sum(exp(x - m))) + m, where m is the maximum, or 0 where that is infinite.
static Value logSumExp(NodeImport &node, const Reduction &reduction) {
  Value max = node.reduce(ReduceKind::max, reduction.x, reduction.axes, /*keepDims=*/true);
  Value zero = node.constant(node.element(max), 0);
  Value shift = node.select(node.unary(UnaryKind::isinf, max), zero, max);
  Value exponential = node.unary(UnaryKind::exp, node.sub(reduction.x, shift));
  Value total = node.reduce(ReduceKind::sum, exponential, reduction.axes, /*keepDims=*/true);
  Value result = node.add(node.unary(UnaryKind::log, total), shift);
  return reduction.keepDims ? result : node.squeeze(result, reduction.axes);
}

//===- ArgMax, ArgMin, CumSum, TopK
//---------------------------------------------------------------------------------===//

template <ReduceKind kind> static Value argReduce(NodeImport &node, Value x, int64_t axis, bool last) {
  return node.create<ArgReduceOp>({x}, [&](auto &properties) {
    properties.kind = ReduceKindAttr::get(node.context(), kind);
    properties.dim = IntegerAttr::get(IntegerType::get(node.context(), 64), axis);
    if (last)
      properties.last = UnitAttr::get(node.context());
  });
}

template <ReduceKind kind> static LogicalResult importArgReduce(NodeImport &node) {
  Value x = node.input(0);
  std::optional<int64_t> axis = node.normalizeAxis(node.getInt("axis", 0), node.rank(x));
  if (!axis)
    return node.result(Value());
  Value index = argReduce<kind>(node, x, *axis, node.getInt("select_last_index", 0));
  return node.result(node.getInt("keepdims", 1) ? node.unsqueeze(index, {*axis}) : index);
}

static LogicalResult importCumSum(NodeImport &node) {
  Value x = node.input(0);
  std::optional<SmallVector<int64_t>> given = node.integers(node.input(1, "axis"), "the axis");
  if (given && given->size() != 1)
    node.error("expected one axis, got " + Twine(given->size()));
  std::optional<int64_t> axis;
  if (given && !node.hasFailed())
    axis = node.normalizeAxis(given->front(), node.rank(x));
  if (!axis)
    return node.result(Value());
  bool exclusive = node.getInt("exclusive", 0), reverse = node.getInt("reverse", 0);
  return node.result(node.create<PrefixOp>({x}, [&](auto &properties) {
    properties.kind = ReduceKindAttr::get(node.context(), ReduceKind::sum);
    properties.dim = IntegerAttr::get(IntegerType::get(node.context(), 64), *axis);
    if (exclusive)
      properties.exclusive = UnitAttr::get(node.context());
    if (reverse)
      properties.reverse = UnitAttr::get(node.context());
  }));
}

/// k is an attribute up to opset 9 and an input since.
static std::optional<DimAttr> readCount(NodeImport &node) {
  if (node.version < 10)
    return node.dim(node.getInt("k"));
  std::optional<Dims> k = node.elements(node.input(1, "K"), "k");
  if (k && k->size() != 1)
    node.error("expected one k, got " + Twine(k->size()));
  return k && !node.hasFailed() ? std::optional(k->front()) : std::nullopt;
}

static LogicalResult importTopK(NodeImport &node) {
  Value x = node.input(0);
  std::optional<DimAttr> k = readCount(node);
  std::optional<int64_t> axis = node.normalizeAxis(node.getInt("axis", -1), node.rank(x));
  bool smallest = !node.getInt("largest", 1);
  if (k && axis && (rangeOf(*k).hi < 0 || rangeOf(*k - node.dims(x)[*axis]).lo > 0))
    return node.result(node.error("expected k in [0, " + toString(node.dims(x)[*axis]) + "], got " + toString(*k)));
  if (!k || !axis || !node.assumeLessEqual(node.dim(0), *k) || !node.assumeLessEqual(*k, node.dims(x)[*axis]))
    return node.result(Value());
  SmallVector<Value> results = node.createAll<SortOp>({x}, [&](auto &properties) {
    properties.dim = IntegerAttr::get(IntegerType::get(node.context(), 64), *axis);
    properties.k = *k;
    if (smallest)
      properties.ascending = UnitAttr::get(node.context());
  });
  if (results.empty() || failed(node.result(0, results[0])))
    return failure();
  return node.result(1, results[1]);
}

//===- Softmax, LogSoftmax, Hardmax
//---------------------------------------------------------------------------------===//

/// Index of the first maximum as one-hot vector.
static Value hardmax(NodeImport &node, Value x, int64_t axis) {
  Type i64 = IntegerType::get(node.context(), 64);
  Value best = node.unsqueeze(argReduce<ReduceKind::max>(node, x, axis, /*last=*/false), {axis});
  Value isBest = node.binary(BinaryKind::eq, node.iota(node.dims(x), axis, i64), best);
  return node.cast(isBest, node.element(x));
}
static Value softmax(NodeImport &node, Value x, int64_t axis) { return node.softmax(x, axis, /*logarithm=*/false); }
static Value logSoftmax(NodeImport &node, Value x, int64_t axis) { return node.softmax(x, axis, /*logarithm=*/true); }

/// Since opset 13 along one axis; before, along all axes from `axis` on, flattened to one.
template <Value (*function)(NodeImport &, Value, int64_t)> static LogicalResult importAlongAxis(NodeImport &node) {
  Value x = node.input(0);
  bool isFlat = node.version < 13;
  int64_t rank = node.rank(x);
  std::optional<int64_t> axis = node.normalizeAxis(node.getInt("axis", isFlat ? 1 : -1), rank);
  if (!axis)
    return node.result(Value());
  if (!isFlat || *axis == rank - 1)
    return node.result(function(node, x, *axis));
  Dims dims = node.dims(x);
  DimAttr rows = product(node.context(), ArrayRef(dims).take_front(*axis));
  DimAttr columns = product(node.context(), ArrayRef(dims).drop_front(*axis));
  return node.result(node.reshape(function(node, node.reshape(x, {rows, columns}), 1), dims));
}

void sinter::importer::addReductions(ImporterTable &table) {
  table.add("ReduceMax", importPlainReduction<ReduceKind::max>);
  table.add("ReduceMin", importPlainReduction<ReduceKind::min>);
  table.add("ReduceProd", importPlainReduction<ReduceKind::prod>);
  table.add("ReduceSum", importPlainReduction<ReduceKind::sum>);
  table.add("ReduceL1", importReduction<l1, /*isFractional=*/false>);
  table.add("ReduceL2", importReduction<l2, /*isFractional=*/true>);
  table.add("ReduceLogSum", importReduction<logSum, /*isFractional=*/true>);
  table.add("ReduceLogSumExp", importReduction<logSumExp, /*isFractional=*/true>);
  table.add("ReduceMean", importReduction<mean, /*isFractional=*/true>);
  table.add("ReduceSumSquare", importReduction<sumSquare, /*isFractional=*/false>);
  table.add("ArgMax", importArgReduce<ReduceKind::max>);
  table.add("ArgMin", importArgReduce<ReduceKind::min>);
  table.add("CumSum", importCumSum);
  table.add("TopK", importTopK);
  table.add("Hardmax", importAlongAxis<hardmax>);
  table.add("LogSoftmax", importAlongAxis<logSoftmax>);
  table.add("Softmax", importAlongAxis<softmax>);
}

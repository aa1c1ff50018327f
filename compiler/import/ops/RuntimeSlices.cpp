// See RuntimeSlices.h.
#include "compiler/import/ops/RuntimeSlices.h"
#include "compiler/import/ElementValues.h"

using namespace mlir;

namespace sinter::importer {

/// The loop whose iterations `value` numbers, or null; also null for a loop without a bound.
static LoopOp loopNumberedBy(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getArgNumber() != 0)
    return {};
  auto loop = dyn_cast<LoopOp>(argument.getOwner()->getParentOp());
  return loop && constantValue(loop.getTrip()).value_or(0) < INT32_MAX ? loop : LoopOp();
}

DimAttr RuntimeBounds::symbolOf(Value value, int64_t position) {
  for (const Source &source : sources)
    if (source.value == value && source.position == position)
      return source.symbol;
  // Elements of inputs have a dot in their names.
  std::string name = (loopNumberedBy(value) ? "$iteration" : "$data") + std::to_string(sources.size());
  sources.push_back({value, position, dimSymbol(value.getContext(), name)});
  return sources.back().symbol;
}

Dims RuntimeBounds::read(NodeImport &n, size_t index, StringRef what) {
  Value operand = n.input(index, what);
  if (!operand)
    return {};
  auto known = elementValues(operand, [&](Value value, int64_t position) { return symbolOf(value, position); });
  if (!known)
    known = n.elements(operand, what);
  return known.value_or(Dims());
}

bool RuntimeBounds::isData(DimAttr bound) const {
  bool found = false;
  visitSymbols(bound, [&](StringRef name) {
    found |= llvm::any_of(sources, [&](const Source &source) { return symbolName(source.symbol) == name; });
  });
  return found;
}

/// From a formula in both to its least and most over all iterations; false where it is not monotone in their numbers.
bool RuntimeBounds::leastAndMost(DimAttr &least, DimAttr &most) const {
  for (const Source &source : sources) {
    LoopOp loop = loopNumberedBy(source.value);
    auto at = [&](DimAttr formula, DimAttr number) {
      return substitute(formula,
                        [&](StringRef name) { return symbolName(source.symbol) == name ? number : DimAttr(); });
    };
    DimAttr zero = dimConstant(least.getContext(), 0);
    auto move = [&](DimAttr &formula, bool toMost) {
      DimAttr atZero = at(formula, zero), slope = at(formula, zero + 1) - atZero;
      if (formula == atZero)
        return true;
      DimRange range = rangeOf(slope);
      if (!loop || formula != atZero + slope * source.symbol || (range.lo < 0 && range.hi > 0))
        return false;
      formula = (range.lo >= 0) == toMost ? at(formula, loop.getTrip() - 1) : atZero;
      return true;
    };
    if (!move(least, false) || !move(most, true))
      return false;
  }
  return true;
}

/// 1 where the loops on which `bound` depends have iterations, else 0.
DimAttr RuntimeBounds::whetherRuns(DimAttr bound) const {
  DimAttr one = dimConstant(bound.getContext(), 1), runs = one;
  for (const Source &source : sources)
    if (LoopOp loop = loopNumberedBy(source.value))
      if (substitute(bound, [&](StringRef name) { return symbolName(source.symbol) == name ? one : DimAttr(); }) !=
          bound)
        runs = runs * min(loop.getTrip(), one);
  return runs;
}

static Value entryOf(NodeImport &n, size_t index, int64_t position) {
  Value operand = n.cast(n.input(index), n.opBuilder().getI64Type());
  if (n.rank(operand) == 1)
    operand = n.reshape(n.sliceAxis(operand, 0, n.dim(position), n.dim(1)), {});
  return operand;
}

Value RuntimeBounds::sliceMoving(NodeImport &n, Value x, int64_t axis, DimAttr count, int64_t step, Value start) {
  Value indices = n.iota({count}, 0, n.opBuilder().getI64Type());
  if (step != 1)
    indices = n.binary(BinaryKind::mul, indices, double(step));
  return n.gather(IndexMode::take, x, n.add(indices, start), axis);
}

/// The bounds clamped and bound as sizes.
static Value sliceBound(NodeImport &n, Value x, int64_t axis, int64_t step, Value start, Value end) {
  Type integer = n.opBuilder().getI64Type();
  DimAttr dim = n.dims(x)[axis];
  Value size = n.size(dim, integer), last = n.size(dim - 1, integer);
  auto fromStart = [&](Value bound) {
    return n.select(n.binary(BinaryKind::lt, bound, 0.0), n.add(bound, size), bound);
  };
  auto atLeast = [&](Value value, double least) { return n.binary(BinaryKind::max, value, least); };
  auto atMost = [&](Value value, Value most) { return n.binary(BinaryKind::min, value, most); };
  start = fromStart(start);
  end = fromStart(end);
  Value length;
  if (step > 0) {
    start = atMost(atLeast(start, 0), size);
    length = n.sub(atMost(atLeast(end, 0), size), start);
  } else {
    start = atMost(atLeast(start, 0), last); // -1 where there is no element
    length = n.sub(start, atMost(atLeast(end, -1), last));
  }
  int64_t distance = step < 0 ? -step : step;
  if (distance != 1)
    length = n.binary(BinaryKind::floordiv, n.binary(BinaryKind::add, length, double(distance - 1)), double(distance));
  DimAttr offset = n.bindSize(atLeast(start, 0)), count = n.bindSize(atLeast(length, 0));
  if (!offset || !count)
    return {};
  Dims sizes = n.dims(x), offsets(sizes.size(), n.dim(0));
  SmallVector<int64_t> strides(sizes.size(), 1);
  offsets[axis] = offset;
  sizes[axis] = count;
  strides[axis] = step;
  return n.slice(x, offsets, sizes, strides);
}

Value RuntimeBounds::slice(NodeImport &n, Value x, int64_t axis, DimAttr start, DimAttr end, int64_t step,
                           int64_t position) {
  if (!x || n.hasFailed())
    return {};
  DimAttr length = end - start, least = start, most = start;
  if (step > 0 && !isData(length) && rangeOf(length).lo >= 0 && leastAndMost(least, most)) {
    DimAttr zero = n.dim(0), past = most + length, size = n.dims(x)[axis], runs = whetherRuns(start);
    if ((!knownLessEqual(zero, least) && !n.assumeLessEqual(zero, least * runs)) ||
        (!knownLessEqual(past, size) && !n.assumeLessEqual(past * runs, size)))
      return {};
    return sliceMoving(n, x, axis, ceilDiv(length, n.dim(step)), step, entryOf(n, 1, position));
  }
  if (!isa<ProgramOp>(n.opBuilder().getInsertionBlock()->getParentOp()))
    return n.error("not supported yet: a slice in a subgraph at bounds that depend on data; expected a start that "
                   "follows from the iterations of loops with a bound, and an end a fixed distance behind it, got " +
                   toString(start) + " and " + toString(end));
  return sliceBound(n, x, axis, step, entryOf(n, 1, position), entryOf(n, 2, position));
}

} // namespace sinter::importer

// Loop.
#include "compiler/import/ElementValues.h"
#include "compiler/import/ops/GrowingValues.h"
#include "compiler/import/ops/LoopBody.h"

using namespace mlir;

namespace sinter::importer {

namespace {
/// How often a Loop runs at most: `most` times, or `count` times if that is given.
struct TripCount {
  DimAttr most; // null after a report
  Value count;  // a scalar i64
};
} // namespace

/// Formulas as far as they are known, else a size that the program computes. What a body or branch computes is no size,
/// but will do where nothing has as many rows.
static TripCount tripCount(NodeImport &n, bool hasRows) {
  if (!n.has(0))
    return {n.dim(INT64_MAX), {}};
  Value count = n.reshape(n.input(0), {});
  if (!count)
    return {};
  if (std::optional<SmallVector<DimAttr>> known = elementValues(count))
    return {max(known->front(), n.dim(0)), {}};
  bool isInRegion = !isa<ProgramOp>(n.opBuilder().getInsertionBlock()->getParentOp());
  if (isInRegion && !hasRows)
    return {n.dim(INT64_MAX), n.cast(count, n.opBuilder().getI64Type())};
  return {n.bindSize(count), {}};
}

namespace {
/// A Loop whose body yields what it appends to values that grow.
class LoopImport {
public:
  LoopImport(NodeImport &n, const onnx::GraphProto &graph, ArrayRef<Value> inits)
      : n(n), body(graph), inits(inits), outputs(graph.output_size()), growing(yieldAppendedRows(body, inits.size())) {}

  /// True if a result has a row of each iteration.
  bool hasRows() const { return !growing.empty() || outputs > inits.size() + 1; }

  std::optional<LoopResults> import(TripCount trips, Value condition) {
    count = trips.count;
    if (count)
      condition = bothHold(condition, n.constant(n.opBuilder().getI64Type(), 0));
    SmallVector<Value> varying;
    for (auto [i, init] : llvm::enumerate(inits))
      if (const GrowingValue *grows = growingAt(i))
        emptyAppends.push_back(emptyAppend(n, init, *grows));
      else
        varying.push_back(init);
    if (n.hasFailed())
      return std::nullopt;
    auto results = makeLoop(n, trips.most, condition, varying,
                            [&](Value number, ArrayRef<Value> values) { return importBody(number, values); });
    return results ? std::optional(arrange(*results)) : std::nullopt;
  }

private:
  const GrowingValue *growingAt(size_t index) const {
    auto found = llvm::find_if(growing, [&](const GrowingValue &value) { return value.index == index; });
    return found == growing.end() ? nullptr : &*found;
  }

  /// The condition, if there is one, and `number` being less than the count.
  Value bothHold(Value condition, Value number) {
    Value isLeft = n.binary(BinaryKind::lt, number, count);
    return condition ? n.binary(BinaryKind::_and, condition, isLeft) : isLeft;
  }

  std::optional<Iteration> importBody(Value number, ArrayRef<Value> values) {
    // An iteration runs only where its condition holds.
    SmallVector<Value> inputs{number, n.constant(n.opBuilder().getI1Type(), 1)};
    ArrayRef<Value> empty = emptyAppends;
    for (size_t i = 0; i < inits.size(); ++i) {
      ArrayRef<Value> &from = growingAt(i) ? empty : values;
      inputs.push_back(from.front());
      from = from.drop_front();
    }
    auto yielded = n.importGraph(body, inputs, body.output_size());
    if (!yielded)
      return std::nullopt;
    Iteration iteration;
    iteration.condition = conditionOf(n, yielded->front());
    if (count && iteration.condition)
      iteration.condition = bothHold(iteration.condition, n.binary(BinaryKind::add, number, 1));
    for (size_t i = 0; i < inits.size(); ++i)
      if (!growingAt(i))
        iteration.carried.push_back((*yielded)[i + 1]);
    ArrayRef<Value> scans = ArrayRef(*yielded).slice(inits.size() + 1, outputs - inits.size() - 1);
    iteration.rows.append(scans.begin(), scans.end());
    for (const GrowingValue &value : growing) {
      iteration.rows.push_back((*yielded)[value.index + 1]);
      if (value.flag)
        iteration.rows.push_back((*yielded)[*value.flag]);
    }
    return iteration.condition ? std::optional(iteration) : std::nullopt;
  }

  /// Results in the order of the node.
  LoopResults arrange(const LoopResults &made) {
    size_t scans = outputs - inits.size() - 1;
    LoopResults results;
    results.scans.append(made.scans.begin(), made.scans.begin() + scans);
    ArrayRef<Value> carried = made.carried, rows = ArrayRef(made.scans).drop_front(scans);
    auto take = [](ArrayRef<Value> &from) {
      Value first = from.front();
      from = from.drop_front();
      return first;
    };
    for (auto [i, init] : llvm::enumerate(inits)) {
      const GrowingValue *grows = growingAt(i);
      if (!grows) {
        results.carried.push_back(take(carried));
        continue;
      }
      Value appended = take(rows), flags = grows->flag ? take(rows) : Value();
      results.carried.push_back(appendRows(n, init, *grows, appended, flags));
    }
    return results;
  }

  NodeImport &n;
  onnx::GraphProto body;
  ArrayRef<Value> inits;
  size_t outputs; // of the body in the file
  SmallVector<GrowingValue> growing;
  SmallVector<Value> emptyAppends;
  Value count; // see TripCount
};
} // namespace

static LogicalResult importLoop(NodeImport &n) {
  const onnx::GraphProto *body = n.getGraph("body");
  size_t carried = std::max<size_t>(n.numInputs(), 2) - 2;
  SmallVector<Value> inits;
  for (size_t i = 0; i < carried; ++i)
    inits.push_back(n.input(i + 2, "initial value"));
  Value condition = n.has(1) ? conditionOf(n, n.input(1)) : Value();
  if (!body || n.hasFailed())
    return mlir::failure();
  if (body->output_size() < int(carried) + 1 || n.node.output_size() > body->output_size() - 1) {
    n.error("expected a body with the outputs of the node and a condition, got " + Twine(body->output_size()) +
            " outputs");
    return mlir::failure();
  }
  LoopImport loop(n, *body, inits);
  TripCount trips = tripCount(n, loop.hasRows());
  if (!trips.most || n.hasFailed())
    return mlir::failure();
  auto results = loop.import(trips, condition);
  return results ? setResults(n, *results) : mlir::failure();
}

void addLoops(ImporterTable &table) { table.add("Loop", importLoop); }

} // namespace sinter::importer

// See LoopBody.h.
#include "compiler/import/ops/LoopBody.h"
#include "compiler/import/ElementValues.h"

using namespace mlir;

namespace sinter::importer {

std::optional<bool> knownCondition(Value condition) {
  std::optional<SmallVector<DimAttr>> elements = elementValues(condition);
  std::optional<int64_t> value = elements && elements->size() == 1 ? constantValue(elements->front()) : std::nullopt;
  return value ? std::optional(*value != 0) : std::nullopt;
}

Value conditionOf(NodeImport &n, Value value) {
  value = n.reshape(value, {});
  if (value && !n.element(value).isInteger(1))
    return n.error("expected a condition of type bool, got " + describeElement(n.element(value)));
  return value;
}

LogicalResult setResults(NodeImport &n, const LoopResults &results) {
  size_t next = 0;
  for (ArrayRef<Value> values : {ArrayRef(results.carried), ArrayRef(results.scans)})
    for (Value value : values)
      if (failed(n.result(next++, value)))
        return mlir::failure();
  return success();
}

Value withType(NodeImport &n, Value value, Type type) {
  if (value.getType() == type)
    return value;
  Dims have = n.dims(value), want = dimsOf(type);
  if (n.element(value) != elementType(type) || have.size() != want.size())
    return {};
  for (auto [from, to] : llvm::zip(have, want)) {
    DimRange growth = rangeOf(from - to);
    if (from != to && (growth.lo >= 0 || growth.hi <= 0))
      return {};
  }
  for (auto [from, to] : llvm::zip(have, want))
    if (!n.assumeEqual(from, to))
      return {};
  return n.renameDims(value, want);
}

namespace {
class LoopMaker {
public:
  LoopMaker(NodeImport &n, DimAttr trip, Value condition, ArrayRef<Value> inits)
      : n(n), trip(trip), condition(condition), inits(inits) {}

  std::optional<LoopResults> make(LoopBody body) {
    OperationState state(n.location(), LoopOp::getOperationName());
    state.addRegion();
    // Its operands and results are those that the body turns out to have.
    shell = cast<LoopOp>(n.opBuilder().create(state));
    shell.setTripAttr(trip); // bounds the number of the iteration
    std::optional<LoopResults> results;
    if (makeBody(body) && checkCarried() && checkScans())
      results = finish();
    shell->erase();
    return results;
  }

private:
  bool makeBody(LoopBody body) {
    OpBuilder::InsertionGuard guard(n.opBuilder());
    SmallVector<Type> types{RankedTensorType::get({}, n.opBuilder().getI64Type())};
    llvm::append_range(types, ValueRange(inits).getTypes());
    Block *block =
        n.opBuilder().createBlock(&shell.getBody(), {}, types, SmallVector<Location>(types.size(), n.location()));
    SmallVector<Value> carried(block->getArguments().drop_front());
    std::optional<Iteration> made = body(block->getArgument(0), carried);
    if (!made)
      return false;
    iteration = std::move(*made);
    if (iteration.condition)
      settleCondition();
    return true;
  }
  /// A condition that is known needs no test: true is none, false ends the loop behind the first iteration.
  void settleCondition() {
    std::optional<bool> known = knownCondition(iteration.condition);
    if (!known)
      return;
    iteration.condition = {};
    if (!*known)
      trip = min(trip, n.dim(1));
  }
  bool checkCarried() {
    OpBuilder::InsertionGuard guard(n.opBuilder());
    n.opBuilder().setInsertionPointToEnd(&shell.getBody().front());
    for (auto [i, init, next] : llvm::enumerate(inits, iteration.carried)) {
      if (Value kept = withType(n, next, init.getType())) {
        next = kept;
        continue;
      }
      n.error("not supported yet: a carried value that changes its type or shape; expected value " + Twine(i) +
              " to stay " + describeElement(n.element(init)) + " " + describeDims(init) + ", got " +
              describeElement(n.element(next)) + " " + describeDims(next));
      return false;
    }
    return true;
  }
  bool checkScans() {
    constexpr int64_t mostRows = int64_t(1) << 31;
    std::optional<int64_t> count = constantValue(trip);
    if (iteration.rows.empty() || !count || *count <= mostRows)
      return true;
    n.error("not supported yet: scan outputs of a loop without a bound; expected a trip count of at most " +
            Twine(mostRows) + ", got " + Twine(*count));
    return false;
  }

  LoopResults finish() {
    Block &block = shell.getBody().front();
    bool counts = iteration.condition && !iteration.rows.empty();
    SmallVector<Value> varying, yielded;
    SmallVector<std::optional<size_t>> position; // among the varying ones
    SmallVector<unsigned> invariant;
    for (auto [i, init] : llvm::enumerate(inits)) {
      BlockArgument argument = block.getArgument(i + 1);
      if (iteration.carried[i] == argument) {
        position.push_back(std::nullopt);
        invariant.push_back(i);
        continue;
      }
      position.push_back(varying.size());
      varying.push_back(init);
      yielded.push_back(iteration.carried[i]);
    }
    OpBuilder &b = n.opBuilder();
    Type integer = b.getI64Type();
    if (counts) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(&block);
      yielded.push_back(n.binary(BinaryKind::add, block.getArgument(0), 1.0));
      block.addArgument(RankedTensorType::get({}, integer), n.location());
      b.setInsertionPoint(shell);
      varying.push_back(n.constant(integer, 0));
    }
    if (iteration.condition && !condition)
      condition = n.constant(b.getI1Type(), 1);
    for (unsigned i : llvm::reverse(invariant)) {
      for (Value *value : yieldedValues(yielded))
        if (*value == block.getArgument(i + 1))
          *value = inits[i];
      block.getArgument(i + 1).replaceAllUsesWith(inits[i]);
      block.eraseArgument(i + 1);
    }
    SmallVector<Type> types(ValueRange(varying).getTypes());
    for (Value row : iteration.rows) {
      SmallVector<DimAttr> dims = dimsOf(row);
      dims.insert(dims.begin(), trip);
      types.push_back(tensorType(dims, n.element(row)));
    }
    SmallVector<Value> all;
    if (iteration.condition)
      all.push_back(iteration.condition);
    llvm::append_range(all, yielded);
    llvm::append_range(all, iteration.rows);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToEnd(&block);
      YieldOp::create(b, n.location(), all);
    }
    auto loop = LoopOp::create(b, n.location(), types, trip, iteration.condition ? condition : Value(), varying,
                               /*rows=*/DimAttr());
    loop.getBody().takeBody(shell.getBody());
    return resultsOf(loop, position, counts);
  }
  SmallVector<Value *> yieldedValues(SmallVector<Value> &yielded) {
    SmallVector<Value *> values;
    for (Value &value : yielded)
      values.push_back(&value);
    for (Value &value : iteration.rows)
      values.push_back(&value);
    if (iteration.condition)
      values.push_back(&iteration.condition);
    return values;
  }
  LoopResults resultsOf(LoopOp loop, ArrayRef<std::optional<size_t>> position, bool counts) {
    LoopResults results;
    for (auto [init, place] : llvm::zip(inits, position))
      results.carried.push_back(place ? Value(loop.getResult(*place)) : init);
    // The rows that iterations have written come first.
    DimAttr count = counts ? n.bindSize(loop.getResult(loop.getInits().size() - 1)) : trip;
    for (Value scan : loop.getScans())
      results.scans.push_back(counts && count ? n.sliceAxis(scan, 0, n.dim(0), count) : count ? scan : Value());
    return results;
  }

  NodeImport &n;
  DimAttr trip;
  Value condition;
  ArrayRef<Value> inits;
  LoopOp shell;
  Iteration iteration;
};
} // namespace

std::optional<LoopResults> makeLoop(NodeImport &n, DimAttr trip, Value condition, ArrayRef<Value> inits,
                                    LoopBody body) {
  if (condition)
    if (std::optional<bool> known = knownCondition(condition)) {
      condition = {};
      if (!*known)
        trip = n.dim(0);
    }
  if (n.hasFailed())
    return std::nullopt;
  return LoopMaker(n, trip, condition, inits).make(body);
}

} // namespace sinter::importer

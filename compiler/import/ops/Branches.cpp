// If.
#include "compiler/import/ElementValues.h"
#include "compiler/import/ops/LoopBody.h"

using namespace mlir;

namespace sinter::importer {

/// Fills `region` with a branch; its results, or nullopt after a report.
static std::optional<SmallVector<Value>> importBranch(NodeImport &n, const onnx::GraphProto &graph, Region &region) {
  OpBuilder::InsertionGuard guard(n.opBuilder());
  n.opBuilder().createBlock(&region);
  return n.importGraph(graph, {}, n.node.output_size());
}

/// The results of a branch that is taken whenever the program runs.
static LogicalResult takeBranch(NodeImport &n, const onnx::GraphProto &graph) {
  auto results = n.importGraph(graph, {}, n.node.output_size());
  if (!results)
    return mlir::failure();
  for (auto [i, value] : llvm::enumerate(*results))
    if (failed(n.result(i, value)))
      return mlir::failure();
  return success();
}

/// The branch to take where the ranks of results depend on sizes, which the run checks then: exporters write
/// `if size == 1: squeeze` for torch.squeeze. A size that an input names is taken to differ from 1, as everywhere; one
/// that is computed is taken to be what the condition asks for.
static std::optional<bool> assumedCondition(NodeImport &n, Value condition) {
  std::optional<SmallVector<DimAttr>> formula = elementValues(condition);
  if (!formula || formula->size() != 1)
    return std::nullopt;
  bool takesThen = true;
  visitSymbols(formula->front(),
               [&](StringRef symbol) { takesThen &= formula->front() != isZero(dimSymbol(n.context(), symbol) - 1); });
  return n.assumeEqual(formula->front(), n.dim(takesThen)) ? std::optional(takesThen) : std::nullopt;
}

/// Ends both regions with results of the same types; false after a report.
static bool yieldResults(NodeImport &n, IfOp shell, ArrayRef<Value> thenResults, SmallVector<Value> elseResults) {
  OpBuilder::InsertionGuard guard(n.opBuilder());
  n.opBuilder().setInsertionPointToEnd(&shell.getElseRegion().front());
  for (auto [i, yes, no] : llvm::enumerate(thenResults, elseResults)) {
    Value same = withType(n, no, yes.getType());
    if (!same) {
      n.error("not supported yet: branches whose results differ in type or shape; expected output " + Twine(i) +
              " of one type, got " + describeElement(n.element(yes)) + " " + describeDims(yes) + " and " +
              describeElement(n.element(no)) + " " + describeDims(no));
      return false;
    }
    no = same;
  }
  YieldOp::create(n.opBuilder(), n.location(), elseResults);
  n.opBuilder().setInsertionPointToEnd(&shell.getThenRegion().front());
  YieldOp::create(n.opBuilder(), n.location(), thenResults);
  return true;
}

static LogicalResult importIf(NodeImport &n) {
  Value condition = n.input(0, "cond");
  const onnx::GraphProto *thenGraph = n.getGraph("then_branch"), *elseGraph = n.getGraph("else_branch");
  if (!condition || !thenGraph || !elseGraph)
    return mlir::failure();
  condition = conditionOf(n, condition);
  if (!condition)
    return mlir::failure();
  if (std::optional<bool> known = knownCondition(condition))
    return takeBranch(n, *known ? *thenGraph : *elseGraph);
  OperationState state(n.location(), IfOp::getOperationName());
  state.addOperands(condition);
  state.addRegion();
  state.addRegion();
  auto shell =
      cast<IfOp>(n.opBuilder().create(state)); // its results' types are those that the branches turn out to have
  auto thenResults = importBranch(n, *thenGraph, shell.getThenRegion());
  auto elseResults = importBranch(n, *elseGraph, shell.getElseRegion());
  bool sameRanks = thenResults && elseResults && llvm::all_of(llvm::zip(*thenResults, *elseResults), [&](auto pair) {
                     return n.rank(std::get<0>(pair)) == n.rank(std::get<1>(pair));
                   });
  if (thenResults && elseResults && !sameRanks) {
    if (std::optional<bool> assumed = assumedCondition(n, condition)) {
      shell->erase();
      return takeBranch(n, *assumed ? *thenGraph : *elseGraph);
    }
  }
  if (!thenResults || !elseResults || !yieldResults(n, shell, *thenResults, *elseResults)) {
    shell->erase();
    return mlir::failure();
  }
  auto branch = IfOp::create(n.opBuilder(), n.location(), ValueRange(*thenResults).getTypes(), condition);
  branch.getThenRegion().takeBody(shell.getThenRegion());
  branch.getElseRegion().takeBody(shell.getElseRegion());
  shell->erase();
  for (auto [i, value] : llvm::enumerate(branch.getResults()))
    if (failed(n.result(i, value)))
      return mlir::failure();
  return success();
}

void addBranches(ImporterTable &table) { table.add("If", importIf); }

} // namespace sinter::importer

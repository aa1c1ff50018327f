// If.
#include "compiler/import/ops/LoopBody.h"

using namespace mlir;

namespace sinter::importer {

/// Fills `region` with a branch; its results, or nullopt after a report.
static std::optional<SmallVector<Value>> importBranch(NodeImport &n, const onnx::GraphProto &graph, Region &region) {
  OpBuilder::InsertionGuard guard(n.opBuilder());
  n.opBuilder().createBlock(&region);
  return n.importGraph(graph, {}, n.node.output_size());
}

/// Ends both regions with results of the same types; false after a report.
static bool yieldResults(NodeImport &n, IfOp shell, ArrayRef<Value> thenResults, SmallVector<Value> elseResults) {
  OpBuilder::InsertionGuard guard(n.opBuilder());
  n.opBuilder().setInsertionPointToEnd(&shell.getElseRegion().front());
  for (auto [i, yes, no] : llvm::enumerate(thenResults, elseResults)) {
    Value same = withType(n, no, yes.getType());
    if (!same) {
      n.error("not supported yet: branches whose results differ in type or shape; expected output " + Twine(i) +
              " of one type, got " + describeElement(n.element(yes)) + " " + describeDims(yes.getType()) + " and " +
              describeElement(n.element(no)) + " " + describeDims(no.getType()));
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
  if (std::optional<bool> known = knownCondition(condition)) {
    auto results = n.importGraph(*known ? *thenGraph : *elseGraph, {}, n.node.output_size());
    if (!results)
      return mlir::failure();
    for (auto [i, value] : llvm::enumerate(*results))
      if (failed(n.result(i, value)))
        return mlir::failure();
    return success();
  }
  OperationState state(n.location(), IfOp::getOperationName());
  state.addOperands(condition);
  state.addRegion();
  state.addRegion();
  auto shell =
      cast<IfOp>(n.opBuilder().create(state)); // its results' types are those that the branches turn out to have
  auto thenResults = importBranch(n, *thenGraph, shell.getThenRegion());
  auto elseResults = importBranch(n, *elseGraph, shell.getElseRegion());
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

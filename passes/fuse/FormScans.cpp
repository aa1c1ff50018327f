// Loops whose rows do not see each other become kernels; see Passes.td.
#include "dialects/sinter/RowSpace.h"
#include "passes/fuse/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_FORMSCANSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-form-scans"

/// Multiply-adds of a row in one iteration at most: more are worth a launch, whose emitter keeps sums in registers.
static constexpr int64_t maxRowWork = 1 << 13;

/// A reduction, or a small contraction of the row, that is computed row by row.
static bool isRowRoot(Operation *root, DimAttr rows) {
  if (auto reduce = dyn_cast<ReduceOp>(root))
    return leadingDims(reduce.getType(), rows) &&
           llvm::all_of(reduce.getDims(), [&](int64_t dim) { return dim >= *leadingDims(reduce.getType(), rows); });
  auto contract = dyn_cast<ContractOp>(root);
  if (!contract || contract.getRhs().getDefiningOp<UnpackOp>())
    return false;
  DimAttr work = floorDiv(elementCount(contract.getType()), rows);
  for (DimAttr size : contract.sizesOf(contract.summedLabels()))
    work = work * size;
  return constantValue(work).value_or(INT64_MAX) <= maxRowWork;
}

/// True if `stage` computes each of `rows` rows from rows of what the loop computes, and from memory.
static bool isRowWise(StageOp stage, LoopOp loop, DimAttr rows) {
  if (stage.getScope() != "element" || stage.getRowDims() ||
      !llvm::all_of(stage.getResultTypes(), [&](Type type) { return leadingDims(type, rows); }) ||
      !llvm::all_of(rootsOf(stage), [&](Operation *root) { return isRowRoot(root, rows); }))
    return false;
  bool reads = true;
  stage->walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      if (stage->isAncestor(operand.getParentBlock()->getParentOp()) || operand == loop.getIteration())
        continue;
      bool isOfLoop = loop->isAncestor(operand.getParentBlock()->getParentOp());
      reads &= !isOfLoop || (leadingDims(operand.getType(), rows) && readsInRow(stage, operand, rows));
    }
  });
  return reads;
}

/// The rows that the iterations of `loop` compute apart, as many as there are; or null.
static DimAttr rowsOf(LoopOp loop) {
  Block &body = loop.getBody().front();
  if (loop.getCondition() || loop.getInits().empty())
    return {};
  for (Operation &op : body)
    if (!isa<StageOp, ReshapeOp, YieldOp>(op))
      return {};
  for (Value yielded : body.getTerminator()->getOperands())
    if (Operation *stage = storageOf(yielded).getDefiningOp(); !stage || stage->getBlock() != &body)
      return {};
  SmallVector<DimAttr> dims = dimsOf(loop.getInits()[0]);
  for (int64_t count = int64_t(dims.size()) - 1; count > 0; --count) {
    DimAttr rows = product(loop.getContext(), ArrayRef(dims).take_front(count));
    auto hasRows = [&](Value value) { return leadingDims(value.getType(), rows).has_value(); };
    if (llvm::all_of(body.getTerminator()->getOperands(), hasRows) &&
        llvm::all_of(body.getOps<ReshapeOp>(), [&](ReshapeOp op) { return hasRows(op.getResult()); }) &&
        llvm::all_of(body.getOps<StageOp>(), [&](StageOp stage) { return isRowWise(stage, loop, rows); }))
      return rows;
  }
  return {};
}

namespace {
struct FormScansPass : sinter::impl::FormScansPassBase<FormScansPass> {
  void runOnOperation() override {
    getOperation()->walk([&](LoopOp loop) {
      if (DimAttr rows = rowsOf(loop)) {
        loop.setRowsAttr(rows);
        ++numScans;
      }
    });
  }
};
} // namespace

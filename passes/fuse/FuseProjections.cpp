// The contraction whose rows a group normalizes becomes part of it; see Passes.td.
#include "dialects/sinter/RowSpace.h"
#include "mlir/IR/IRMapping.h"
#include "passes/fuse/Passes.h"
#include "passes/fuse/Views.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_FUSEPROJECTIONSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-fuse-projections"

namespace {
/// A group of rows, and the stage with a contraction that makes what it reads.
struct Projection {
  GroupOp group;
  StageOp stage;
  SetVector<Operation *> views; // reshapes of the stage's result that the group reads
  bool isReadBehind = false;    // by others, behind the group

  bool match() {
    bool contracts = false;
    SetVector<Value> outside;
    group->walk([&](Operation *op) {
      contracts |= isa<ContractOp>(op); // attention, or taken in already
      for (Value operand : op->getOperands())
        if (!group->isAncestor(operand.getParentBlock()->getParentOp()))
          outside.insert(storageOf(operand));
    });
    if (contracts)
      return false;
    for (Value value : outside) {
      stage = value.getDefiningOp<StageOp>();
      views.clear();
      isReadBehind = false;
      if (stage && stage->getBlock() == group->getBlock() && projectionOf(stage, group.getRows()) && collect(value) &&
          isReadInRow())
        return true;
    }
    return false;
  }

private:
  /// False if anything but the group reads `value` before the group's place, or a view that it reads cuts rows.
  bool collect(Value value) {
    for (Operation *user : value.getUsers()) {
      Operation *place = group->getBlock()->findAncestorOpInBlock(*user);
      if (place == group)
        continue;
      if (auto reshape = dyn_cast<ReshapeOp>(user); reshape && user == place) {
        bool isInside = llvm::any_of(reshape->getUsers(), [&](Operation *op) { return group->isAncestor(op); });
        if (isInside && (reshape.getInput() != stage.getResult(0) || !leadingDims(reshape.getType(), group.getRows())))
          return false;
        if (isInside)
          views.insert(reshape);
        isReadBehind |= llvm::any_of(reshape->getUsers(), [&](Operation *op) { return !group->isAncestor(op); });
        if (!collect(reshape.getResult()))
          return false;
        continue;
      }
      if (!group->isBeforeInBlock(place))
        return false;
      isReadBehind = true;
    }
    return true;
  }
  bool isReadInRow() {
    SmallVector<Value> shown{stage.getResult(0)};
    for (Operation *view : views)
      shown.push_back(view->getResult(0));
    return llvm::all_of(group.getBody().front().getOps<StageOp>(), [&](StageOp reader) {
      return llvm::all_of(shown, [&](Value read) { return readsInRow(reader, read, group.getRows()); });
    });
  }
};

void fuse(Projection &projection) {
  GroupOp inner = projection.group;
  StageOp stage = projection.stage;
  OpBuilder builder(inner);
  SmallVector<Type> types(inner.getResultTypes());
  if (projection.isReadBehind)
    types.push_back(stage.getResult(0).getType());
  Location loc = builder.getFusedLoc({stage.getLoc(), inner.getLoc()});
  auto group = GroupOp::create(builder, loc, types, inner.getRows());
  builder.createBlock(&group.getBody());
  IRMapping mapping;
  builder.clone(*stage, mapping);
  for (Operation *view : projection.views)
    builder.clone(*view, mapping);
  Block &body = inner.getBody().front();
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> results;
  for (Value result : body.getTerminator()->getOperands())
    results.push_back(mapping.lookup(result));
  if (projection.isReadBehind)
    results.push_back(mapping.lookup(stage.getResult(0)));
  YieldOp::create(builder, loc, results);
  inner->replaceAllUsesWith(group.getResults().take_front(inner.getNumResults()));
  inner.erase();
  for (Operation *view : projection.views)
    if (view->use_empty())
      view->erase();
  if (projection.isReadBehind)
    stage.getResult(0).replaceAllUsesWith(group.getResults().back());
  stage.erase();
  for (Value result : group.getResults())
    moveViewsBehind(group, result);
}

struct FuseProjectionsPass : sinter::impl::FuseProjectionsPassBase<FuseProjectionsPass> {
  void runOnOperation() override {
    SmallVector<GroupOp> groups;
    getOperation()->walk([&](GroupOp group) { groups.push_back(group); });
    for (GroupOp group : groups) {
      Projection projection;
      projection.group = group;
      if (projection.match()) {
        fuse(projection);
        ++numFused;
      }
    }
  }
};
} // namespace

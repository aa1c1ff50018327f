// Stages that make equally large results of one value become one stage; see Passes.td.
//
// From the first operator of a block to the last, a stage joins the latest one that reads a value that it reads. Both
// then stand in the later one's place, so whatever reads the earlier one has to stand behind that: which also says that
// neither needs the other's result.
#include "dialects/sinter/RowSpace.h"
#include "passes/fuse/Passes.h"
#include "passes/fuse/Views.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_JOINSIBLINGSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-join-siblings"

/// Results of a joined stage at most: each keeps values of its own in registers.
static constexpr size_t maxResults = 4;

/// The dims of all results of a stage that runs an element at a time; null for others, and for a pad, whose emitter
/// takes one result.
static DimsAttr spaceOf(StageOp stage) {
  if (stage.getScope() != "element" || !rootsOf(stage).empty() || constantPadOf(stage))
    return {};
  SmallVector<DimAttr> dims = dimsOf(stage.getResult(0));
  bool isShared = llvm::all_of(stage.getResultTypes(), [&](Type type) { return dimsOf(type) == dims; });
  return isShared ? DimsAttr::get(stage.getContext(), dims) : DimsAttr();
}

/// The values that `stage` reads and a sibling may read too: not weights, which layers far apart share, nor scalars.
static SetVector<Value> sourcesOf(StageOp stage) {
  SetVector<Value> sources;
  stage->walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      Value storage = storageOf(operand);
      if (!stage->isAncestor(operand.getParentBlock()->getParentOp()) && !storage.getDefiningOp<LoadOp>() &&
          constantValue(elementCount(storage.getType())) != 1)
        sources.insert(storage);
    }
  });
  return sources;
}

/// True if all that reads `value` stands behind `place`, or is a view that can be moved there.
static bool isReadBehind(Operation *place, Value value) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    Operation *reader = place->getBlock()->findAncestorOpInBlock(*user);
    return place->isBeforeInBlock(reader) ||
           (reader == user && isMemoryView(user) && isReadBehind(place, user->getResult(0)));
  });
}

static bool canJoin(StageOp earlier, StageOp later) {
  return earlier.getNumResults() + later.getNumResults() <= maxResults &&
         llvm::all_of(earlier.getResults(), [&](Value result) { return isReadBehind(later, result); });
}

/// One stage with the results of both, in the place of the later one.
static StageOp join(StageOp earlier, StageOp later) {
  OpBuilder builder(later);
  SmallVector<Type> types(earlier.getResultTypes());
  llvm::append_range(types, later.getResultTypes());
  Location loc = builder.getFusedLoc({earlier.getLoc(), later.getLoc()});
  auto joined = StageOp::create(builder, loc, types, later.getScope());
  Block *body = builder.createBlock(&joined.getBody());
  SmallVector<Value> yields;
  for (StageOp stage : {earlier, later}) {
    Block &part = stage.getBody().front();
    llvm::append_range(yields, part.getTerminator()->getOperands());
    part.getTerminator()->erase();
    body->getOperations().splice(body->end(), part.getOperations());
  }
  builder.setInsertionPointToEnd(body);
  YieldOp::create(builder, loc, yields);
  size_t count = earlier.getNumResults();
  earlier->replaceAllUsesWith(joined.getResults().take_front(count));
  later->replaceAllUsesWith(joined.getResults().drop_front(count));
  earlier.erase();
  later.erase();
  for (Value result : joined.getResults())
    moveViewsBehind(joined, result);
  return joined;
}

namespace {
struct JoinSiblingsPass : sinter::impl::JoinSiblingsPassBase<JoinSiblingsPass> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation()->walk([&](Block *block) {
      if (!isKernelPart(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks)
      joinSiblings(*block);
  }

private:
  void joinSiblings(Block &block) {
    llvm::DenseMap<std::pair<DimsAttr, Value>, StageOp> latest; // that reads a value, of each space
    for (StageOp stage : llvm::make_early_inc_range(block.getOps<StageOp>())) {
      DimsAttr space = spaceOf(stage);
      if (!space)
        continue;
      SetVector<Value> sources = sourcesOf(stage);
      for (Value source : sources)
        if (StageOp earlier = latest.lookup({space, source}); earlier && canJoin(earlier, stage)) {
          sources.insert_range(sourcesOf(earlier));
          stage = join(earlier, stage);
          ++numJoined;
          break;
        }
      for (Value source : sources)
        latest[{space, source}] = stage;
    }
  }
};
} // namespace

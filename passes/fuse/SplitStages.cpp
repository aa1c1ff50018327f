// Groups taken apart: one kernel per stage; see Passes.td.
#include "passes/fuse/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SPLITSTAGESPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-split-stages"

namespace {
struct SplitStagesPass : sinter::impl::SplitStagesPassBase<SplitStagesPass> {
  void runOnOperation() override {
    SmallVector<GroupOp> groups;
    getOperation()->walk([&](GroupOp group) { groups.push_back(group); });
    for (GroupOp group : groups) {
      Block &body = group.getBody().front();
      Operation *end = body.getTerminator();
      group->replaceAllUsesWith(end->getOperands());
      end->erase();
      group->getBlock()->getOperations().splice(group->getIterator(), body.getOperations());
      group.erase();
      ++numSplit;
    }
  }
};
} // namespace

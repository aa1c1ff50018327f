// Views of what stages compute; see Views.h.
#include "passes/fuse/Views.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

bool sinter::isMemoryView(Operation *op) { return isa<ReshapeOp, AppendOp>(op); }

void sinter::moveViewsBehind(Operation *place, Value value) {
  for (Operation *user : llvm::make_early_inc_range(value.getUsers()))
    if (isMemoryView(user) && user->getBlock() == place->getBlock() && user->isBeforeInBlock(place)) {
      user->moveAfter(place);
      moveViewsBehind(user, user->getResult(0));
    }
}

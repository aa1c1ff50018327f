// Copies outputs that no operator of their own computes; see Passes.td.
#include "mlir/IR/PatternMatch.h"
#include "passes/fuse/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_MATERIALIZEOUTPUTSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-materialize-outputs"

/// True if a symbol of `type` is bound behind `producer`: the memory of an output is made when its dims are known.
static bool isMadeBefore(Operation *producer, Type type) {
  bool found = false;
  for (auto bind : producer->getBlock()->getOps<BindOp>())
    if (producer->isBeforeInBlock(bind))
      for (DimAttr dim : dimsOf(type))
        visitSymbols(dim, [&](StringRef name) { found |= name == bind.getSymbol(); });
  return found;
}

namespace {
struct MaterializeOutputsPass : sinter::impl::MaterializeOutputsPassBase<MaterializeOutputsPass> {
  void runOnOperation() override {
    Operation *end = getOperation().getBody().front().getTerminator();
    llvm::DenseSet<Value> taken;
    for (OpOperand &output : end->getOpOperands()) {
      Value storage = storageOf(output.get());
      bool computed = isComputed(storage) && !isMadeBefore(storage.getDefiningOp(), output.get().getType());
      if (computed && taken.insert(storage).second)
        continue;
      OpBuilder builder(end);
      auto stage = StageOp::create(builder, end->getLoc(), TypeRange{output.get().getType()}, "element");
      builder.createBlock(&stage.getBody());
      // A constant has no memory to read: the copy computes it.
      Value source = output.get();
      if (Operation *leaf = source.getDefiningOp(); isa_and_nonnull<ConstantOp, ShapeOp>(leaf))
        source = builder.clone(*leaf)->getResult(0);
      YieldOp::create(builder, end->getLoc(), source);
      output.set(stage.getResult(0));
      ++numCopies;
    }
  }
};
} // namespace

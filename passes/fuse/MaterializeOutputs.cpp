// Copies outputs, and new rows of states, that no operator of their own computes; see Passes.td.
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

/// True for a value that what computes it can write where `owner` wants it: computed in the block of `owner`, by what
/// has no memory of its own for it, as a loop has for what it carries.
static bool isWrittenInPlace(Value storage, Operation *owner) {
  if (!isComputed(storage) || storage.getParentBlock() != owner->getBlock())
    return false;
  auto loop = storage.getDefiningOp<LoopOp>();
  return !loop || !llvm::is_contained(loop.getResults().take_front(loop.getInits().size()), storage);
}

/// True for the condition of a loop's next iteration, which the host reads wherever it lies.
static bool isReadByHost(OpOperand &output) {
  auto loop = dyn_cast<LoopOp>(output.getOwner()->getParentOp());
  return loop && loop.getCondition() && output.getOperandNumber() == 0 &&
         !isa_and_nonnull<ConstantOp, ShapeOp>(storageOf(output.get()).getDefiningOp());
}

namespace {
struct MaterializeOutputsPass : sinter::impl::MaterializeOutputsPassBase<MaterializeOutputsPass> {
  void runOnOperation() override {
    getOperation()->walk([&](Block *block) {
      if (!isa<ProgramOp, IfOp, LoopOp>(block->getParentOp()))
        return;
      llvm::DenseSet<Value> taken; // storage that something is written into
      for (auto append : block->getOps<AppendOp>())
        materialize(append.getRowsMutable(), append.getType(), taken);
      for (OpOperand &output : block->getTerminator()->getOpOperands())
        if (!isReadByHost(output))
          materialize(output, output.get().getType(), taken);
    });
  }

private:
  /// Copies what `output` is unless it can be written in place, into memory of type `memory`.
  void materialize(OpOperand &output, Type memory, llvm::DenseSet<Value> &taken) {
    Operation *owner = output.getOwner();
    Location loc = owner->getLoc();
    Value storage = storageOf(output.get());
    bool computed = isWrittenInPlace(storage, owner) && !isMadeBefore(storage.getDefiningOp(), memory);
    if (computed && taken.insert(storage).second)
      return;
    OpBuilder builder(owner);
    auto stage = StageOp::create(builder, loc, TypeRange{output.get().getType()}, "element");
    builder.createBlock(&stage.getBody());
    // A constant has no memory to read: the copy computes it.
    Value source = output.get();
    if (Operation *leaf = source.getDefiningOp(); isa_and_nonnull<ConstantOp, ShapeOp, IotaOp>(leaf))
      source = builder.clone(*leaf)->getResult(0);
    YieldOp::create(builder, loc, source);
    output.set(stage.getResult(0));
    ++numCopies;
  }
};
} // namespace

// Constants that are tables become weights; see Passes.td.
#include "passes/kernel/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SPILLCONSTANTSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-spill-constants"

/// Up to this many elements a select chain in the code is cheaper than an operand.
static constexpr int64_t inlineElements = 4;

namespace {
struct SpillConstantsPass : sinter::impl::SpillConstantsPassBase<SpillConstantsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::DenseMap<Attribute, WeightOp> spilled;
    for (auto program : getOperation().getOps<ProgramOp>())
      program.walk([&](ConstantOp constant) {
        auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
        if (dense && (dense.isSplat() || dense.getNumElements() <= inlineElements))
          return;
        WeightOp &weight = spilled[constant.getValue()];
        if (!weight) {
          OpBuilder builder(getOperation().getBody(), getOperation().getBody()->begin());
          weight = WeightOp::create(builder, constant.getLoc(), "constant", constant.getType(), StringAttr(), 0, 0,
                                    StringAttr());
          builder.createBlock(&weight.getRecipe());
          YieldOp::create(builder, constant.getLoc(), builder.clone(*constant)->getResults());
          symbols.insert(weight);
          ++numSpilled;
        }
        OpBuilder builder(constant);
        Value load = LoadOp::create(builder, constant.getLoc(), constant.getType(), weight.getSymName());
        constant.replaceAllUsesWith(load);
        constant.erase();
      });
  }
};
} // namespace

// emitLoops() on every kernel of a module, as a pass; see Passes.td.
#include "codegen/cpu/emit/Emit.h"
#include "codegen/cpu/emit/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_EMITLOOPSPASS
#include "codegen/cpu/emit/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-emit-loops"

namespace {
struct EmitLoopsPass : sinter::impl::EmitLoopsPassBase<EmitLoopsPass> {
  using EmitLoopsPassBase::EmitLoopsPassBase;
  void runOnOperation() override {
    std::vector<std::string> features{"avx2", "fma", "f16c", "bmi2"};
    if (target == "x86-64-v4")
      features.insert(features.end(), {"avx512f", "avx512bw", "avx512dq", "avx512vl"});
    TargetInfo info = describeTarget(target.getValue(), target.getValue(), features);
    for (KernelOp kernel : llvm::to_vector(getOperation().getOps<KernelOp>())) {
      OwningOpRef<ModuleOp> loops = emitLoops(kernel, info);
      for (Operation &op : llvm::make_early_inc_range(*loops->getBody()))
        op.moveBefore(kernel);
      kernel.erase();
    }
  }
};
} // namespace

// Order of the passes of the stage `kernel`.
#include "passes/kernel/Pipeline.h"
#include "passes/kernel/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void sinter::buildPreparePipeline(OpPassManager &pm, const KernelOptions &) {
  // Pads are operators of their own, which fuse with what makes the input.
  pm.nest<ProgramOp>().addPass(createMaterializePadsPass());
  pm.addPass(createSpillConstantsPass());
}

void sinter::buildKernelPipeline(OpPassManager &pm, const KernelOptions &) {
  pm.addPass(createOutlineKernelsPass());
  pm.addPass(createPlanKernelsPass());
}

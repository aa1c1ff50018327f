// Order of the passes of the stage `kernel`.
#include "passes/kernel/Pipeline.h"
#include "mlir/Transforms/Passes.h"
#include "passes/fuse/Passes.h"
#include "passes/kernel/Passes.h"
#include "passes/simplify/Passes.h"
#include "target/Schedules.h"

using namespace mlir;

void sinter::buildPreparePipeline(OpPassManager &pm, const KernelOptions &options) {
  // Pads are operators of their own, which fuse with what makes the input.
  pm.nest<ProgramOp>().addPass(createMaterializePadsPass());
  // Small matrices become weights like the others before the next step looks for weights.
  pm.addPass(createSpillConstantsPass());
  if (options.specialize) {
    // After simplify, so that transposes are labels; the recipes take the packs in.
    const TargetInfo &target = options.target;
    pm.nest<ProgramOp>().addPass(createSplitGatesPass());
    pm.nest<ProgramOp>().addPass(createSinkReshapesPass()); // a view that was sliced is one of each gate now
    pm.nest<ProgramOp>().addPass(createMergeContractionsPass());
    pm.addPass(createBuildRecipesPass());
    pm.nest<ProgramOp>().addPass(createPackFiltersPass({target.vectorBits, target.l2Bytes}));
    pm.nest<ProgramOp>().addPass(createPackOperandsPass({schedule::contractionTile(target, 1, 4).columns}));
    pm.addPass(createBuildRecipesPass());
  }
}

void sinter::buildKernelPipeline(OpPassManager &pm, const KernelOptions &options) {
  pm.addPass(createOutlineKernelsPass());
  const TargetInfo &target = options.target;
  pm.addPass(createPlanKernelsPass({options.specialize, target.vectorBits, target.numVectorRegisters, target.l2Bytes}));
}

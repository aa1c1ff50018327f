// Order of the passes of the stage `fuse`.
#include "passes/fuse/Pipeline.h"
#include "passes/fuse/Passes.h"

using namespace mlir;

void sinter::buildFusePipeline(OpPassManager &pm, const FuseOptions &options) {
  OpPassManager &program = pm.nest<ProgramOp>();
  if (options.fuse)
    program.addPass(createHoistScalesPass());
  // Before stages form: a copy is a stage.
  program.addPass(createMaterializeOutputsPass());
  program.addPass(createFormStagesPass({options.fuse}));
  if (options.fuse) {
    if (!options.splitStages)
      program.addPass(createFormScansPass());
    program.addPass(createGroupStagesPass());
    program.addPass(createFuseAttentionPass());
    // Behind attention, which has a contraction on both sides of its rows.
    program.addPass(createFuseProjectionsPass());
    // Last: what attention or a group took in has no sibling; the oracle keeps stages apart.
    if (!options.splitStages)
      program.addPass(createJoinSiblingsPass());
  }
  if (options.splitStages)
    program.addPass(createSplitStagesPass());
}

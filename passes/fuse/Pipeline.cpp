// Order of the passes of the stage `fuse`.
#include "passes/fuse/Pipeline.h"
#include "passes/fuse/Passes.h"

using namespace mlir;

void sinter::buildFusePipeline(OpPassManager &pm, const FuseOptions &options) {
  OpPassManager &program = pm.nest<ProgramOp>();
  // Before stages form: a copy is a stage.
  program.addPass(createMaterializeOutputsPass());
  program.addPass(createFormStagesPass({options.fuse}));
}

// Order of the passes of the stage `simplify`.
#include "passes/simplify/Pipeline.h"
#include "mlir/Transforms/Passes.h"
#include "passes/simplify/Passes.h"

using namespace mlir;

void sinter::buildSimplifyPipeline(OpPassManager &pm, const SimplifyOptions &options) {
  // On the importer's result: a state's concatenation is still one, and dims have the names of the interface.
  if (options.stateful || !options.states.empty()) {
    KeepStatesPassOptions states;
    states.pairs.assign(options.states.begin(), options.states.end());
    states.byName = options.stateful;
    pm.addPass(createKeepStatesPass(states));
  }
  // Equal dims first: every fold below compares dims by pointer.
  pm.addPass(createSubstituteDimsPass());
  pm.nest<ProgramOp>().addPass(createCanonicalizePass());
  pm.nest<ProgramOp>().addPass(createCSEPass());
  // Equal index tensors are one value now; what only a dropped check read is removed below.
  pm.nest<ProgramOp>().addPass(createSettleChecksPass());
  // Transposes are labels now; what this leaves of them is folded with the reshapes.
  pm.nest<ProgramOp>().addPass(createAlignReductionsPass());
  pm.nest<ProgramOp>().addPass(createCanonicalizePass());
  // Contractions are canonical now, so it is visible which dims go together.
  pm.nest<ProgramOp>().addPass(createSinkReshapesPass());
  // After movement has met movement: one recipe instead of a chain.
  pm.addPass(createBuildRecipesPass());
  pm.nest<ProgramOp>().addPass(createCanonicalizePass());
  pm.nest<ProgramOp>().addPass(createCSEPass());
}

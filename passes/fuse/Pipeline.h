// Stage 4: operators grouped into stages.
#pragma once
#include "mlir/Pass/PassManager.h"

namespace sinter {
struct FuseOptions {
  /// False at -O0: one operator a stage.
  bool fuse = true;
  /// Take groups apart again: one kernel per stage (--sinter-split-stages).
  bool splitStages = false;
};
void buildFusePipeline(mlir::OpPassManager &pm, const FuseOptions &options = {});
} // namespace sinter

// Stage 4: operators grouped into stages.
#pragma once
#include "mlir/Pass/PassManager.h"

namespace sinter {
struct FuseOptions {
  /// False at -O0: one operator a stage.
  bool fuse = true;
};
void buildFusePipeline(mlir::OpPassManager &pm, const FuseOptions &options = {});
} // namespace sinter

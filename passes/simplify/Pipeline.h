// Stage 2: folds, canonical forms, shape arithmetic gone, dims known equal, ranks static.
#pragma once
#include "mlir/Pass/PassManager.h"

namespace sinter {
void buildSimplifyPipeline(mlir::OpPassManager &pm);
} // namespace sinter

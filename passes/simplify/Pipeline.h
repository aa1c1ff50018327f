// Stage 2: folds, canonical forms, shape arithmetic gone, dims known equal, ranks static.
#pragma once
#include "mlir/Pass/PassManager.h"

namespace sinter {
struct SimplifyOptions {
  /// Pairs "IN=OUT" of an input and an output that the context keeps between runs.
  llvm::ArrayRef<std::string> states;
  /// All pairs whose names say so, too.
  bool stateful = false;
};

void buildSimplifyPipeline(mlir::OpPassManager &pm, const SimplifyOptions &options);
} // namespace sinter

// Stage 5: kernels isolated, deduplicated and scheduled.
#pragma once
#include "mlir/Pass/PassManager.h"
#include "target/TargetInfo.h"

namespace sinter {
struct KernelOptions {
  TargetInfo target;
  /// False at -O0: generic emitters only.
  bool specialize = true;
};
/// What must happen before stages form (pads, tables).
void buildPreparePipeline(mlir::OpPassManager &pm, const KernelOptions &options);
void buildKernelPipeline(mlir::OpPassManager &pm, const KernelOptions &options);
} // namespace sinter

// The last stage: kernels and host program to objects, and those to what --emit asks for.
#pragma once
#include "codegen/emit/link/OutputFile.h"
#include "compiler/driver/Options.h"
#include "compiler/driver/Progress.h"
#include "target/TargetInfo.h"

namespace sinter {
struct EmissionContext {
  mlir::ModuleOp module; // after stage kernel
  const TargetInfo &target;
  const Options &options;
  Progress &progress;
  OutputFile *output; // null for stdout
};

/// Writes the output and gives it its name. Errors, a line or more: internal errors in kernels, link errors, a full
/// disk.
llvm::Error emit(const EmissionContext &context);
/// The host program as LLVM IR: what --print-ir-after=host shows.
std::string emissionHostIr(const EmissionContext &context);
} // namespace sinter

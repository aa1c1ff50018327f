// Stage 7: the program of launches to LLVM IR: the tables of runtime/abi.h, and `plan` and `run` of each segment.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "target/TargetInfo.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace sinter {
struct HostOptions {
  TargetInfo target;
  /// What the executable calls itself.
  std::string name;
  /// Offset of each weight that the program loads, and their total, as emit lays them out.
  llvm::StringMap<int64_t> weightOffsets;
  int64_t weightBytes = 0;
};

/// The module defines `sinter_program_main` and refers to the kernels, to `sinter_weights` and to sinter_rt_launch.
std::unique_ptr<llvm::Module> emitHost(mlir::ModuleOp module, llvm::LLVMContext &context, const HostOptions &options);
} // namespace sinter

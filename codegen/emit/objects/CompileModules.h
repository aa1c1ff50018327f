// Stage 8, objects: modules compiled by LLVM in forked workers, one output per module, in order.
//
// A worker that dies or fails becomes an error that names the kernel and its ONNX nodes, with the last lines of its
// stderr and a file that reproduces it. The bytes of an output depend on its module and the target only.
#pragma once
#include "codegen/emit/objects/Optimize.h"
#include "target/TargetInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sinter {
/// A module to compile, made in the worker.
struct ModuleProducer {
  /// "kernel k3_contract" or "host program", for messages; the ONNX nodes it stands for, may be empty.
  std::string name, nodes;
  /// Null if it failed; then it wrote to stderr why.
  std::function<std::unique_ptr<llvm::Module>(llvm::LLVMContext &)> produce;
  /// Prints what `produce` reads: the reproducer of a failure before there is LLVM IR. Optional.
  std::function<void(llvm::raw_ostream &)> printSource = {};
};

/// CPU seconds, summed over all workers.
struct CompileTimes {
  double emit = 0, optimize = 0, write = 0;
};

struct CompileOptions {
  OutputForm form = OutputForm::Object;
  /// The modules are optimised already.
  bool optimized = false;
  /// No workers: compiles in this process, which ends when LLVM aborts.
  bool inProcess = false;
  /// Worker processes at most.
  unsigned jobs = 1;
  /// Called in the parent after each item.
  std::function<void(size_t done, size_t total)> progress = {};
  /// Where reproducers are written; the system's temporary folder if empty.
  std::string reproducerFolder = {};
};

struct CompiledModules {
  std::vector<std::string> outputs;
  CompileTimes times;
};

/// Compiles all items. The process must have one thread only. All failures are in the error, a line or a few each.
llvm::Expected<CompiledModules> compileModules(llvm::ArrayRef<ModuleProducer> items, const TargetInfo &target,
                                               const CompileOptions &options);
} // namespace sinter

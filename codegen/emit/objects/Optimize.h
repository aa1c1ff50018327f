// One LLVM module to optimised IR, assembly or an object, for one target.
//
// Emitters write explicit vectors and choose tiles and unrolling themselves, so the pipeline is LLVM's O1 without loop
// and SLP vectorizers (research: level O1 to O3 and bare llc agree within noise on such kernels). No fast-math option
// is ever set: flags stand on the operations that emitters chose. 512-bit vectors stay whole by an explicit
// prefer-vector-width.
#pragma once
#include "target/TargetInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace sinter {
/// What to write for a module.
enum class OutputForm { Object, Assembly, OptimizedIr, EmittedIr };

class ObjectWriter {
public:
  static llvm::Expected<ObjectWriter> create(const TargetInfo &target);

  /// Sets triple, data layout and function attributes, and verifies. Errors: what LLVM's verifier says of the emitter's
  /// IR.
  llvm::Error prepare(llvm::Module &module) const;
  /// Runs the pipeline on a prepared module.
  void optimize(llvm::Module &module) const;
  /// Writes an optimised module; IR forms are printed.
  void write(llvm::Module &module, OutputForm form, llvm::raw_pwrite_stream &out) const;

private:
  ObjectWriter(std::unique_ptr<llvm::TargetMachine> targetMachine, int64_t bits)
      : machine(std::move(targetMachine)), vectorBits(bits) {}

  std::unique_ptr<llvm::TargetMachine> machine;
  int64_t vectorBits;
};
} // namespace sinter

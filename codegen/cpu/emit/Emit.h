// Stage 6: a kernel's specification to LLVM IR for the CPU.
//
// The function has the ABI of runtime/abi.h. Its code is built as scf, arith, math and vector operations on i64 indices
// and LLVM pointers (operands are dense, so an address is a base and a linear offset: no memref descriptors), then
// lowered.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "target/TargetInfo.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace sinter {
/// Writes the kernel's loops into a new module with an `llvm.func` of the kernel's name, and one of its second phase if
/// it has one: the stage `cpu`.
mlir::OwningOpRef<mlir::ModuleOp> emitLoops(KernelOp kernel, const TargetInfo &target);
/// Lowers what emitLoops() wrote to LLVM IR; null after a diagnostic.
std::unique_ptr<llvm::Module> lowerToLLVM(mlir::ModuleOp loops, llvm::LLVMContext &context);
/// Both.
std::unique_ptr<llvm::Module> emitKernel(KernelOp kernel, llvm::LLVMContext &context, const TargetInfo &target);
/// Dialects and translations that lowerToLLVM needs.
void registerCpuCodegen(mlir::DialectRegistry &registry);
} // namespace sinter

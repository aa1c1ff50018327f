// Code of `run`: the launches of a segment, its branches and loops, and the sizes that it binds.
#pragma once
#include "codegen/host/Segments.h"
#include "codegen/host/Values.h"

namespace sinter {
/// The record of a check (runtime/abi.h): a sinter_check of an assumption, a sinter_element_check of a check of
/// elements.
using CheckRecord = std::function<llvm::Constant *(mlir::Operation *check)>;

class Run {
public:
  Run(llvm::Module &module, const Layout &memory, const Values &values, CheckRecord checkOf)
      : module(module), memory(memory), values(values), checkOf(std::move(checkOf)), b(module.getContext()) {}

  /// void sinter_run(frame) of segment `number`, whose first launch is launch `index` of the program. Segments behind
  /// the first have their number in the name.
  llvm::Function *emit(int number, int64_t index);

private:
  void emitBlock(mlir::Block &block);
  void emitStep(mlir::Operation *step);
  void emitLaunch(LaunchOp launch);
  void emitCheck(AssumeOp assume);
  void emitElementCheck(CheckElementsOp check);
  /// Returns from the function where `done` is 0.
  void endUnless(llvm::Value *done);
  void emitIf(IfOp branch);
  void emitLoop(LoopOp loop);
  void emitBind(BindOp bind);

  llvm::Value *field(int index);
  llvm::Value *element(llvm::Value *array, llvm::Type *type, int64_t index);
  llvm::Value *sizeAt(int index);
  llvm::Value *valueOf(DimAttr formula);
  llvm::Value *scheduledOr(LaunchOp launch, llvm::StringRef key, int64_t otherwise);
  llvm::Value *inArena(int segment, int64_t buffer);
  /// The memory of a tensor, and of a carried value's pointer.
  llvm::Value *address(mlir::Value tensor);
  llvm::Value *number(mlir::Value counter);
  llvm::Value *isTrue(mlir::Value condition);
  llvm::BasicBlock *newBlock(llvm::StringRef name);

  llvm::Module &module;
  const Layout &memory;
  const Values &values;
  CheckRecord checkOf;
  llvm::IRBuilder<> b;
  llvm::DenseMap<mlir::Operation *, int64_t> indices; // of launches in the program
  llvm::Value *frame = nullptr, *pointers = nullptr, *dims = nullptr, *args = nullptr, *table = nullptr;
};
} // namespace sinter

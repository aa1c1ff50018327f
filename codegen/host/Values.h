// The table of sizes of a program: every formula once, and the code that fills it.
#pragma once
#include "codegen/host/MemoryPlan.h"
#include "dialects/sinter/Sinter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace sinter {
class Values {
public:
  explicit Values(llvm::ArrayRef<mlir::StringAttr> names);
  /// Index of a formula in the table.
  int add(DimAttr formula);
  /// Index of the offset of buffer `i` and of the arena's size; after setPlan().
  int offset(int buffer) const { return offsets[buffer]; }
  int arena() const { return arenaIndex; }
  int size() const { return count; }
  /// Reserves table entries for the memory plan. Formulas must not be added behind it.
  void setPlan(const std::vector<PlannedBuffer> &buffers, const std::vector<int> &order);
  /// int32_t sinter_plan(int64_t *values): fills the table with overflow checks.
  llvm::Function *emitPlan(llvm::Module &module) const;

private:
  class Writer;
  llvm::SmallVector<DimAttr> symbols;
  llvm::DenseMap<DimAttr, int> indices;
  llvm::SmallVector<DimAttr> formulas; // behind the symbols
  std::vector<PlannedBuffer> plan;
  std::vector<int> planOrder, offsets;
  int arenaIndex = -1, count = 0;
};
} // namespace sinter

// The table of sizes of a program: every formula once, and the code that fills it, segment by segment.
//
// Formulas are collected first; layout() then gives them their entries: the symbols, and for each segment the formulas
// whose symbols are known with it, the offsets of its buffers, and its arena's size.
#pragma once
#include "codegen/host/Segments.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace sinter {
/// A tensor or arena past this many bytes is refused, which keeps sums of sizes inside int64.
constexpr int64_t maxTensorBytes = int64_t(1) << 48;

class Values {
public:
  Values(ProgramOp program, const Layout &memory);
  /// Collects a formula, once.
  void add(DimAttr formula);
  /// Gives everything collected, and the memory plans, an entry.
  void layout();

  //===- After layout() ------------------------------------------------------------------------------------------===//
  int index(DimAttr formula) const { return indices.find(formula)->second; }
  /// Entries of the offset of buffer `buffer` of a segment and of its arena's size.
  int offset(int segment, int buffer) const { return parts[segment].offsets[buffer]; }
  int arena(int segment) const { return parts[segment].arena; }
  /// Entries below this are known with the segment.
  int end(int segment) const { return parts[segment].arena + 1; }
  int size() const { return end(static_cast<int>(parts.size()) - 1); }
  /// int32_t sinter_plan(int64_t *values): fills a segment's entries with overflow checks. Segments behind the first
  /// have their number in the name.
  llvm::Function *emitPlan(llvm::Module &module, int segment) const;

private:
  class Writer;
  /// The first segment that knows every symbol of the formula.
  int segmentOf(DimAttr formula) const;

  struct Part {
    llvm::SmallVector<DimAttr> formulas;
    std::vector<int> offsets;
    int arena = -1;
  };
  const Layout &memory;
  llvm::SmallVector<DimAttr> symbols;
  llvm::DenseMap<DimAttr, int> indices;
  std::vector<Part> parts; // per segment
};
} // namespace sinter

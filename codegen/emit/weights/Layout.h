// Where each weight of a program lies in the executable, and which weights are the same.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace sinter {
/// The weights that the program loads and reads, in the order of their symbols, each at a multiple of 64 bytes.
struct WeightLayout {
  struct Entry {
    WeightOp weight;
    int64_t offset, bytes;
  };
  std::vector<Entry> entries;
  int64_t totalBytes = 0;

  /// The offset of a weight by its symbol name; the program must read it.
  int64_t offsetOf(llvm::StringRef name) const { return offsets.at(name); }
  llvm::StringMap<int64_t> offsets;
};

/// Weights that only recipes or dead loads name get no place. The result refers to `module`'s operations.
WeightLayout layoutWeights(mlir::ModuleOp module);

/// Makes equal weights one: sources with the same digest or file range, and recipes that print the same, of the same
/// type. Every `sinter.load` then names the first of them; the others are erased. Returns how many.
int64_t dedupWeights(mlir::ModuleOp module);
} // namespace sinter

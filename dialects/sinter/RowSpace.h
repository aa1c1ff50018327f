// The row space of stages: which dims are the row, what is read in the same row, and where a row's values lie.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// How many leading dims multiply to `rows`, the fewest; none if no number does.
std::optional<int64_t> leadingDims(llvm::ArrayRef<DimAttr> dims, DimAttr rows);
inline std::optional<int64_t> leadingDims(mlir::Type tensor, DimAttr rows) { return leadingDims(dimsOf(tensor), rows); }

/// The operator of a stage that has a loop of its own, or null.
mlir::Operation *rootOf(StageOp stage);
/// For a stage whose root reduces every dim behind those that it keeps: the number of its results. Else null.
DimAttr reducedRows(StageOp stage);

/// True if the stage, cut into `rows` rows, reads `operand` (a value from outside) in the row that it computes only.
bool readsInRow(StageOp stage, mlir::Value operand, DimAttr rows);

/// Where one row of each stage's result lies in a task's scratch. A result that leaves the group, and one that is a
/// single element per row, have no place.
struct RowScratch {
  llvm::DenseMap<mlir::Value, DimAttr> offsets; // in bytes, multiples of 64
  DimAttr bytes;
};
RowScratch rowScratch(GroupOp group);
} // namespace sinter

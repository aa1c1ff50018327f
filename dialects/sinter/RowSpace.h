// The row space of stages: which dims are the row, what is read in the same row, and where a row's values lie.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// How many leading dims multiply to `rows`, with all dims of size 1 that follow; none if no number does.
std::optional<int64_t> leadingDims(llvm::ArrayRef<DimAttr> dims, DimAttr rows);
inline std::optional<int64_t> leadingDims(mlir::Type tensor, DimAttr rows) { return leadingDims(dimsOf(tensor), rows); }

/// The dims of a stage's result that name its row, in the order of the rows: `row_dims`, or the leading ones.
std::optional<llvm::SmallVector<int64_t>> rowDims(StageOp stage, DimAttr rows);

/// True for what becomes a kernel: a stage, a group of them, or a loop with rows.
bool isKernelPart(mlir::Operation *op);

/// The operators of a stage that have a loop of their own: none, one, or contractions that are siblings.
llvm::SmallVector<mlir::Operation *> rootsOf(StageOp stage);
/// The first of them, or null.
mlir::Operation *rootOf(StageOp stage);
/// The contraction that is the only root of a stage, or null.
ContractOp contractionOf(StageOp stage);
/// The constant pad that is all that a stage without roots yields, or null: its input and what it fills are rows apart.
PadOp constantPadOf(StageOp stage);
/// True if two contractions run over the same loops: one left operand, and right operands of one type, labelled alike.
bool areSiblings(ContractOp first, ContractOp second);
/// For a stage whose root reduces every dim behind those that it keeps: the number of its results. Else null.
DimAttr reducedRows(StageOp stage);

/// True if the stage, cut into `rows` rows, reads `operand` (a value from outside) in the row that it computes only.
bool readsInRow(StageOp stage, mlir::Value operand, DimAttr rows);

/// The contraction of a stage, if it multiplies rows by a packed weight and all columns of a block of rows stay in the
/// cache: the result's dims are the rows, then one static column. f32. Else null.
ContractOp projectionOf(StageOp stage, DimAttr rows);
/// The first stage of a group, if it is a projection and the others have no contraction: a normalization behind it.
StageOp projectionOf(GroupOp group);

/// Where one row of each stage's result lies in a task's scratch. A result that leaves the group, and one that is a
/// single element per row, have no place.
struct RowScratch {
  llvm::DenseMap<mlir::Value, DimAttr> offsets; // in bytes, multiples of 64
  DimAttr bytes;
};
RowScratch rowScratch(GroupOp group);
/// The same for stages in any block, with a place for each result of several elements.
RowScratch rowScratch(mlir::Block &stages, DimAttr rows);

/// The scratch of a projection (`tile`: rows and columns in registers, rows of a block): a register tile and then the
/// other stages' rows at its start; from byte `block` on a block of rows, with room for a tile in front.
struct ProjectionScratch {
  DimAttr block, bytes;
};
ProjectionScratch projectionScratch(GroupOp group, llvm::ArrayRef<int64_t> tile);
} // namespace sinter

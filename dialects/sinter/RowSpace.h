// The row space of stages: which dims are the row, what is read in the same row, and where a row's values lie.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// How many leading dims multiply to `rows`, the fewest; none if no number does.
std::optional<int64_t> leadingDims(llvm::ArrayRef<DimAttr> dims, DimAttr rows);
inline std::optional<int64_t> leadingDims(mlir::Type tensor, DimAttr rows) { return leadingDims(dimsOf(tensor), rows); }

/// The dims of a stage's result that name its row, in the order of the rows: `row_dims`, or the leading ones.
std::optional<llvm::SmallVector<int64_t>> rowDims(StageOp stage, DimAttr rows);

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

/// Softmax attention, or any row-wise work between two contractions: scores[row, t] = sum_d q[row, d] k[.., t, d],
/// stages of the scores' row, result[row, e] = sum_t p[row, t] v[.., t, e].
struct AttentionForm {
  StageOp scores, result;
  StageOp queries; // computes q, which only the scores read: rotated, say; null if q is memory
  ContractOp scoresRoot() const { return contractionOf(scores); }
  ContractOp resultRoot() const { return contractionOf(result); }
};
/// The form of a group, or none.
std::optional<AttentionForm> matchAttention(GroupOp group);
/// The stage without a loop that computes the left operand of `scores`, a contraction, for it alone and in the row that
/// it reads; or null.
StageOp queriesOf(StageOp scores, DimAttr rows);
/// True if a contraction gives scores: its result's dims are rows, then one column of the right operand; the innermost
/// row dim is of the left operand alone. f32.
bool givesScores(ContractOp op);
/// The dims of the result of a contraction that are the rows of its left operand, in that operand's order, if the left
/// operand's last dim is summed and the innermost row dim is of the left operand alone, and one column remains. f32.
std::optional<llvm::SmallVector<int64_t>> weighedRows(ContractOp op);

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

/// The scratch of a projection (`tile`: rows and columns in registers, rows of a block): a register tile and then the
/// other stages' rows at its start; from byte `block` on a block of rows, with room for a tile in front.
struct ProjectionScratch {
  DimAttr block, bytes;
};
ProjectionScratch projectionScratch(GroupOp group, llvm::ArrayRef<int64_t> tile);

/// The scratch of attention over blocks of `block` rows: the block's queries and results, transposed, and the lines of
/// the stages between, each [line][block]. A stage that reads a line for the last time, element by element, writes over
/// it.
struct AttentionScratch {
  llvm::DenseMap<mlir::Value, DimAttr> offsets; // of stage results, in bytes
  DimAttr queries, results, bytes;
};
AttentionScratch attentionScratch(GroupOp group, AttentionForm form, int64_t block);
} // namespace sinter

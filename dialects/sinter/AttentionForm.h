// Attention as a group of stages: its parts, and where its rows lie in scratch.
#pragma once
#include "dialects/sinter/RowSpace.h"

namespace sinter {
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

/// What is added to the scores, or compared with them, in their stage, and lies in memory with keys innermost: a row
/// per query, as a mask or a bias of positions. f32.
llvm::SmallVector<mlir::Value> biasesOf(AttentionForm form);

/// The stages of a softmax: of x, one result each, p = exp(x - max) / sum, or that where a condition holds and else 0.
struct Softmax {
  StageOp max, sum; // max x, sum of exp(x - max)
  bool isGuarded;   // has a condition: on indices, masks, or p not being NaN
};
/// The softmax that gives the weights of `form`, if it does alone.
std::optional<Softmax> softmaxOf(AttentionForm form);
/// True if no line of a group's stages has several dims.
bool hasFlatLines(GroupOp group);

/// The scratch of attention over blocks of `block` rows: the block's queries, results and biases, transposed, and the
/// lines of the stages between, each [line][block]. A stage that reads a line for the last time, element by element,
/// writes over it.
struct AttentionScratch {
  llvm::DenseMap<mlir::Value, DimAttr> offsets; // of stage results, in bytes
  DimAttr queries, results, biases, bytes;      // of each bias `block` keys
};
AttentionScratch attentionScratch(GroupOp group, AttentionForm form, int64_t block);
} // namespace sinter

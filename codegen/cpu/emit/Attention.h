// The emitter of attention: two contractions and the work on rows between them, with rows across vector lanes.
#pragma once
#include "codegen/cpu/emit/MaskedKeys.h"

namespace sinter {
/// Writes a group of the form that matchAttention() finds.
///
/// A unit of work is a block of `tile.columns` rows (queries), one per lane of a few vectors. The transposed scores
/// S^T = K Q^T are computed tile by tile with keys as broadcast scalars, then lie in scratch as [keys][rows];
/// reductions along a row run down that matrix, lane by lane, without horizontal steps; and O^T = V^T P^T is the same
/// tile with values as broadcast scalars. Only tiles of queries and results are transposed. Scores of whole rows are
/// kept, so results do not depend on a block of keys. Source of the layout: measured against vectors along keys.
/// Keys that masks hide from all rows of the block, at either end, are left out: causal masks, windows, padding.
class AttentionEmitter {
public:
  /// Of `tileRows` keys or result columns in registers, by `block` queries.
  AttentionEmitter(Elements &elements, GroupOp group, AttentionForm form, int64_t tileRows, int64_t block);
  /// The block from row `firstRow` on of the innermost row dim, at flat index `outer` of the others.
  void emitBlock(mlir::Value outer, mlir::Value firstRow);

private:
  using Places = llvm::DenseMap<int64_t, Index>; // of labels

  /// The keys of the block: all, or those that a row attends to.
  IndexRange keysOfBlock();
  void emitStage(StageOp stage);
  void emitReshape(ReshapeOp reshape);
  /// True for a view of queries that a stage computes: they have no memory of their own.
  bool isOfQueries(ReshapeOp reshape);
  void packQueries();
  /// Biases of `lanes` keys with `first` among them, transposed to scratch.
  void packBiases(mlir::Value first);
  void emitScores();
  /// The scalars (k, i) of the right operand's rows from `first` on, along `rowLabel`, for accumulate(): k terms (of
  /// `term`) by rows.
  std::function<mlir::Value(mlir::Value, int64_t)> scalarsOf(ContractOp contract, Places &places, int64_t term,
                                                             int64_t rowLabel, mlir::Value first);
  Indices rightIndices(ContractOp contract, const Places &places);
  /// Asks for the lines of `count` keys or values from `first` on, the right operand of `contract`.
  void prefetchRows(ContractOp contract, Places places, int64_t rowLabel, mlir::Value first, int64_t count);
  void storeScores(mlir::Value first, llvm::ArrayRef<mlir::Value> sums, bool arePacked);
  void emitResult();
  void storeResult();
  /// Sums over k of `terms` of scalar(k, i) * vector(k, j) for `rows` scalars and a block's vectors.
  llvm::SmallVector<mlir::Value> accumulate(IndexRange terms, int64_t rows,
                                            llvm::function_ref<mlir::Value(mlir::Value, int64_t)> scalar,
                                            llvm::function_ref<mlir::Value(mlir::Value, int64_t)> vector);
  /// Calls `tile(first, rows)` for tiles of [0, size) that cover `range`; one at the end may overlap the one before.
  /// Tiles are of one row where size is less than the smallest tile, or `least`.
  void forTiles(DimAttr size, IndexRange range, llvm::function_ref<void(mlir::Value, int64_t)> tile, int64_t least = 1);
  IndexRange all(DimAttr size) { return {f.constant(0), f.dim(size)}; }
  /// Indices of the row dims `dims`: of lane `lane` alone, or of vector `vector` of the block.
  Indices rowOfLane(llvm::ArrayRef<DimAttr> dims, int64_t lane);
  Indices rowsOfVector(llvm::ArrayRef<DimAttr> dims, int64_t vector);
  Indices outerIndices(llvm::ArrayRef<DimAttr> dims);
  /// Where the block at hand is along the row labels of a contraction, but for the innermost.
  Places outerPlaces(llvm::ArrayRef<int64_t> rowLabels, llvm::ArrayRef<DimAttr> rows);
  /// A stage's row dims as sizes, and where its indices go.
  llvm::SmallVector<DimAttr> rowSizes(StageOp stage);
  Buffer linesOf(mlir::Value result);
  mlir::Value tileAt(mlir::Value line, int64_t lane);

  Elements &elements;
  KernelFunction &f;
  GroupOp group;
  AttentionForm form;
  const int64_t tileRows, block, lanes;
  AttentionScratch scratch;
  ContractOp scores, result;
  std::optional<ScoreMasks> masks;
  llvm::SmallVector<mlir::Value> biases;
  mlir::Value outer, firstRow; // of the block at hand
  IndexRange keys;             // that it looks at
};

/// Writes the blocks that the kernel's task owns, for innermost row dims of a vector at least: of `tile[1]` queries
/// (with `tile[0]` keys or columns in registers), and of one vector where those left are no more. A last block overlaps
/// the one before.
void emitAttention(KernelFunction &f, GroupOp group, AttentionForm form, llvm::ArrayRef<int64_t> tile);
} // namespace sinter

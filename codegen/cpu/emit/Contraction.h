// The contraction emitter; see Contraction.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "codegen/cpu/emit/PanelPrefetch.h"

namespace sinter {
/// Fused work of more than a few operations is written once, in a loop over the tile, not once per register.
bool isLongEpilogue(mlir::Operation *root);

/// Writes a kernel whose root is a contraction (or several, siblings, summed side by side) that passes/kernel planned
/// for this emitter: f32, one summed label, the result's innermost dim a contiguous column of the right operand, the
/// other labels rows or shared batch dims.
class ContractionEmitter {
public:
  /// `tile`: rows and columns in registers, rows of a block, panels of a task (target/Schedules.h).
  ContractionEmitter(Elements &elements, llvm::ArrayRef<ContractOp> siblings, mlir::ValueRange yields,
                     llvm::ArrayRef<int64_t> tile);
  /// The part of the result that the kernel's task owns.
  void run();
  /// Rows [firstRow, endRow) of all columns, to `outputs` instead of the kernel's results. The last tile of all rows
  /// may start up to a tile ahead of `firstRow`.
  void runRows(mlir::Value firstRow, mlir::Value endRow, llvm::ArrayRef<Buffer> outputs);

private:
  Indices indicesFor(llvm::ArrayRef<int64_t> labels) const;
  void setPlaces(llvm::ArrayRef<int64_t> labels, mlir::Value flat);
  void emitPanels(mlir::Value firstPanel, mlir::Value endPanel, mlir::Value firstRow, mlir::Value endRow);
  void emitPanel(mlir::Value panel, bool ragged, mlir::Value firstRow, mlir::Value endRow, DimAttr rows);
  void emitTile(mlir::Value panel, bool ragged, mlir::Value firstRow, int64_t rows);
  mlir::Value loadRight(mlir::Value panel, mlir::Value k, int64_t vector, bool ragged);
  llvm::SmallVector<mlir::Value> accumulate(mlir::Value panel, bool ragged,
                                            llvm::ArrayRef<llvm::DenseMap<int64_t, Index>> rowPlaces);
  void storeResult(Index at, llvm::ArrayRef<mlir::Value> values, int64_t width);
  void finishThroughScratch(mlir::Value panel, bool ragged, mlir::Value firstRow, llvm::ArrayRef<mlir::Value> sums);

  Elements &elements;
  KernelFunction &f;
  const llvm::SmallVector<ContractOp> siblings;
  ContractOp op; // the first, whose labels and sizes are those of all
  mlir::ValueRange yields;
  llvm::SmallVector<Buffer> outputs; // one per yield
  const int64_t tileRows, tileColumns, blockRows, panelsPerTask, lanes;
  const int64_t columnVectors, vectors; // in a row of the tile: of one sibling, of all
  const llvm::SmallVector<int64_t> batchLabels, rowLabels;
  const int64_t column, term;
  llvm::DenseMap<int64_t, Index> place; // where each label stands at the insertion point
  /// Per sibling: column panels of `tileColumns`, when the right operand is a packed weight.
  llvm::SmallVector<std::optional<Buffer>> packed;
  PanelPrefetch prefetch;
};
} // namespace sinter

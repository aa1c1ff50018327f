// The contraction emitter; see Contraction.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"

namespace sinter {
/// Writes a kernel whose root is a contraction that passes/kernel planned for this emitter: f32, one summed label, the
/// result's innermost dim a contiguous column of the right operand, the other labels rows or shared batch dims.
class ContractionEmitter {
public:
  /// `tile`: rows and columns in registers, rows of a block, panels of a task (target/Schedules.h).
  ContractionEmitter(Elements &elements, ContractOp op, mlir::ValueRange yields, llvm::ArrayRef<int64_t> tile);
  void run();

private:
  Indices indicesFor(llvm::ArrayRef<int64_t> labels) const;
  void setPlaces(llvm::ArrayRef<int64_t> labels, mlir::Value flat);
  void emitPanel(mlir::Value panel, bool ragged, mlir::Value firstRow, mlir::Value endRow, DimAttr rows);
  void emitTile(mlir::Value panel, bool ragged, mlir::Value firstRow, int64_t rows);
  mlir::Value loadRight(mlir::Value panel, mlir::Value k, int64_t vector, bool ragged);
  llvm::SmallVector<mlir::Value> accumulate(mlir::Value panel, bool ragged,
                                            llvm::ArrayRef<llvm::DenseMap<int64_t, Index>> rowPlaces);
  void storeResult(Index at, mlir::Value value, int64_t width);
  bool isLongEpilogue() const;
  void finishThroughScratch(mlir::Value panel, bool ragged, mlir::Value firstRow, llvm::ArrayRef<mlir::Value> sums);

  Elements &elements;
  KernelFunction &f;
  ContractOp op;
  mlir::ValueRange yields;
  const int64_t tileRows, tileColumns, blockRows, panelsPerTask, lanes;
  const llvm::SmallVector<int64_t> batchLabels, rowLabels;
  const int64_t column, term;
  llvm::DenseMap<int64_t, Index> place; // where each label stands at the insertion point
  std::optional<Buffer> packed;         // column panels of `tileColumns`, when the right operand is a packed weight
};
} // namespace sinter

// The emitter of groups: all stages of a row before the next row.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/AttentionForm.h"

namespace sinter {
/// Writes a kernel whose body is a `sinter.group`. A task takes a range of rows; a stage of one element per row stays
/// in a register, others are written to the kernel's results or to one row of scratch, which stays in the L1 cache.
class RowEmitter {
public:
  RowEmitter(Elements &elements, GroupOp group);
  /// For stages in any block, whose results all go to scratch.
  RowEmitter(Elements &elements, mlir::Block &stages, DimAttr rows);
  /// The rows that the kernel's task owns.
  void run();
  /// Rows [begin, end) of all stages but `done`, which has written its own.
  void runRows(mlir::Value begin, mlir::Value end, StageOp done = {});
  /// From now on `row` is the row at hand.
  void setRow(mlir::Value row);
  /// All stages of the row at hand in front of attention's result, of which only the keys in `keys` count.
  void runKeys(AttentionForm attention, IndexRange keys);
  /// Where the row at hand is in a stage's result; indices of its other dims are zero.
  Indices rowIndices(StageOp stage);

  /// All stages of the row at hand but `done`.
  void runRow(StageOp done = {});

private:
  void emitStage(StageOp stage);
  void emitReshape(ReshapeOp reshape);
  void emitLine(StageOp stage);
  /// The part of a stage's line, or of the line that it reduces, that counts; none if all of it does.
  std::optional<IndexRange> rangeOf(StageOp stage);
  int64_t rankOfRow(llvm::ArrayRef<DimAttr> dims) { return *leadingDims(dims, rows); }
  /// Memory for what a stage writes: a result of the kernel, or a row of scratch.
  Buffer memoryFor(mlir::Value result);

  Elements &elements;
  KernelFunction &f;
  mlir::Block &stages;
  DimAttr rows;
  llvm::SmallVector<std::pair<mlir::Value, Buffer>> outputs; // results that go to the kernel's
  RowScratch scratch;
  mlir::Value row;
  std::optional<AttentionForm> attention;
  IndexRange keys;                                                           // of attention, where that is known
  llvm::DenseMap<mlir::Attribute, llvm::SmallVector<mlir::Value>> positions; // by the leading dims
};
} // namespace sinter

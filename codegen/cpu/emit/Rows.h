// The emitter of groups: all stages of a row before the next row.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/RowSpace.h"

namespace sinter {
/// Writes a kernel whose body is a `sinter.group`. A task takes a range of rows; a stage of one element per row stays
/// in a register, others are written to the kernel's results or to one row of scratch, which stays in the L1 cache.
class RowEmitter {
public:
  RowEmitter(Elements &elements, GroupOp group);
  /// The rows that the kernel's task owns.
  void run();
  /// Rows [begin, end) of all stages but `done`, which has written its own.
  void runRows(mlir::Value begin, mlir::Value end, StageOp done = {});

private:
  void emitStage(StageOp stage);
  void emitReshape(ReshapeOp reshape);
  void emitLine(StageOp stage);
  /// Where the row at hand is in a stage's result; indices of its other dims are zero.
  Indices rowIndices(StageOp stage);
  int64_t rankOfRow(llvm::ArrayRef<DimAttr> dims) { return *leadingDims(dims, group.getRows()); }
  /// Memory for what a stage writes: a result of the kernel, or a row of scratch.
  Buffer memoryFor(mlir::Value result);

  Elements &elements;
  KernelFunction &f;
  GroupOp group;
  RowScratch scratch;
  mlir::Value row;
  llvm::DenseMap<mlir::Attribute, llvm::SmallVector<mlir::Value>> positions; // by the leading dims
};
} // namespace sinter

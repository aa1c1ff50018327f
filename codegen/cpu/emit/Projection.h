// The emitter of a contraction with the stages of its rows; see Projection.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/RowSpace.h"

namespace sinter {
/// Writes a kernel whose body is a group with a projection in front (projectionOf). A task computes all columns of a
/// block of rows, as the contraction emitter does, then the other stages of these rows, as the row emitter does.
class ProjectionEmitter {
public:
  /// `tile`: rows and columns in registers, rows of a block.
  ProjectionEmitter(Elements &elements, GroupOp group, llvm::ArrayRef<int64_t> tile);
  void run();

private:
  Buffer memoryFor(mlir::Value firstRow);

  Elements &elements;
  KernelFunction &f;
  GroupOp group;
  StageOp stage;
  llvm::ArrayRef<int64_t> tile;
};
} // namespace sinter

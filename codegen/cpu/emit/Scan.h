// The emitter of loops that are one kernel: all iterations of a block of rows.
#pragma once
#include "codegen/cpu/emit/Rows.h"

namespace sinter {
/// Writes a kernel whose body is a `sinter.loop` with rows (passes/fuse/FormScans.cpp): a recurrence whose channels do
/// not see each other. A task takes a block of rows and goes through the iterations; in each, it does the stages row by
/// row, as `rows` does. What a row carries lies in the loop's result, and what an iteration computes in one row of
/// scratch.
class ScanEmitter {
public:
  ScanEmitter(Elements &elements, LoopOp loop);
  void run();

private:
  /// Copies rows [begin, end) of a tensor.
  void copyRows(const Buffer &from, const Buffer &to, mlir::Value begin, mlir::Value end);
  /// Writes the row at hand of what the body yields.
  void storeRow(mlir::Value yielded, const Buffer &to, mlir::Value row);
  DimAttr lineOf(mlir::Type tensor);

  Elements &elements;
  KernelFunction &f;
  LoopOp loop;
  const int64_t lanes;
};
} // namespace sinter

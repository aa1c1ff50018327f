// The emitter of attention for few rows, of a decoder's step say: row by row, over parts of the keys.
#pragma once
#include "codegen/cpu/emit/MaskedKeys.h"
#include "codegen/cpu/emit/Rows.h"

namespace sinter {
/// Writes a group of the form that matchAttention() finds, stage by stage as `rows` does. Keys that masks hide at
/// either end are left out.
///
/// Where few rows have many keys, a unit of work is a part of one row's keys (Dao et al., "Flash-Decoding for
/// long-context inference", 2023): the schedule's `parts` of them, as many as shapes alone say, so that bits do not
/// depend on threads. A part leaves its maximum m, its sum l of exp(x - m), and its result in memory that tasks share;
/// a second function of the kernel, launched behind the first, weighs the parts by l exp(m - max m). The parts of one
/// range of keys are neighbours: rows that share a head's keys read them from the cache.
class AttentionRowsEmitter {
public:
  AttentionRowsEmitter(Elements &elements, GroupOp group, AttentionForm form);
  /// The units that the kernel's task owns.
  void run();
  /// The second phase: the row that the task says, from its parts.
  void merge();

private:
  /// Keys of the row at hand that a mask leaves.
  IndexRange attendedKeys();
  /// The column of the result, as a place in its indices.
  int64_t columnPlace();
  void emitResult(mlir::Value unit, IndexRange keys);
  /// Where a part lies in shared memory: m, l, then its result.
  Buffer partAt(mlir::Value unit);
  Index behindSums(Index column) { return {f.add(column.base, f.constant(2)), column.step, false}; }
  void storeResult(llvm::ArrayRef<Index> indices, mlir::Value value, int64_t width);

  Elements &elements;
  KernelFunction &f;
  GroupOp group;
  AttentionForm form;
  ContractOp result;
  RowEmitter rows;
  std::optional<ScoreMasks> masks;
  DimAttr parts, columns;
  const int64_t lanes;
};
} // namespace sinter

// The shell of a kernel's code: operands, dims, tasks, memory access.
//
// Scalars are i64 indices and register-typed elements. A vector access is described by a scalar offset and the step per
// lane.
#pragma once
#include "dialects/sinter/Scalars.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "target/TargetInfo.h"

namespace sinter {
/// A position along one dim for all lanes of a vector: `base + lane * step`, or a vector of arbitrary positions.
struct Index {
  mlir::Value base; // i64, or vector<lanes x i64> when isVector
  int64_t step = 0;
  bool isVector = false;
};
using Indices = llvm::SmallVector<Index>;

/// Positions [begin, end) of a dim, i64.
struct IndexRange {
  mlir::Value begin, end;
};

/// A dense row-major tensor in memory, or one row of it.
struct Buffer {
  mlir::Value pointer;
  mlir::Type element;
  llvm::SmallVector<DimAttr> dims;
  int64_t rowRank = 0; // leading dims that name the row; memory holds that one only
  /// Or memory holds a block of rows, `block` of them from `firstRow` along the innermost row dim: [line][block].
  mlir::Value firstRow = {};
  int64_t block = 0;
};

class KernelFunction {
public:
  /// The function `name` of a kernel: its own, or that of its second phase.
  KernelFunction(KernelOp kernel, llvm::StringRef name, mlir::ModuleOp module, const TargetInfo &target);

  KernelOp kernel;
  const TargetInfo &target;
  mlir::ImplicitLocOpBuilder b;
  mlir::Value task, scratch;
  /// Buffers of the kernel's operands and results.
  llvm::SmallVector<Buffer> operands, results;
  /// Memory that all tasks of a launch see, of `shared` bytes in the schedule; null if it asks for none.
  mlir::Value shared;

  //===- Indices --------------------------------------------------------------------------------------------------===//
  mlir::Value constant(int64_t value);
  /// The run-time value of a dim; formulas are computed once, at entry.
  mlir::Value dim(DimAttr dim);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  mlir::Value min(mlir::Value x, mlir::Value y);
  mlir::Value max(mlir::Value x, mlir::Value y);
  /// Floor division and remainder of a non-negative index by a positive size.
  mlir::Value div(mlir::Value x, mlir::Value y);
  mlir::Value rem(mlir::Value x, mlir::Value y);
  mlir::Value less(mlir::Value x, mlir::Value y);
  mlir::Value atLeast(mlir::Value x, mlir::Value y);
  /// x as a vector when `lanes` > 1.
  mlir::Value splat(mlir::Value x, int64_t lanes);
  /// All lanes' positions of an index as a vector.
  mlir::Value positions(Index index, int64_t lanes);

  Index add(Index x, Index y, int64_t lanes);
  Index mul(Index x, DimAttr factor, int64_t lanes);
  Index scale(Index x, int64_t factor);
  Index offset(Index x, DimAttr by);
  Index at(mlir::Value base) const { return {base, 0, false}; }

  //===- Loops ----------------------------------------------------------------------------------------------------===//
  /// for iv in [lo, hi) step `step` with carried values; `body` returns the next ones.
  llvm::SmallVector<mlir::Value>
  loop(mlir::Value lo, mlir::Value hi, int64_t step, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);
  /// Covers `range`, a part of [0, size), by tiles of `rows` rows and, where less work covers what they leave, of
  /// `tail` rows: calls `tile(row, rows)`. A tile may reach past the range; its caller moves it back inside [0, size),
  /// which has at least `tail` rows.
  void tileLoop(IndexRange range, mlir::Value size, int64_t rows, int64_t tail,
                llvm::function_ref<void(mlir::Value, int64_t)> tile);
  /// Nested loops over [0, dims), innermost last.
  llvm::SmallVector<mlir::Value>
  loopNest(llvm::ArrayRef<DimAttr> dims, mlir::ValueRange init,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange, mlir::ValueRange)> body);
  /// Calls `body` for all of [lo, hi): with `lanes` consecutive indices at a time, then one by one.
  void vectorLoop(mlir::Value lo, mlir::Value hi, int64_t lanes, llvm::function_ref<void(Index, int64_t)> body);
  void branch(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise);
  /// if (condition) then-value else else-value, evaluated lazily.
  mlir::Value choose(mlir::Value condition, llvm::function_ref<mlir::Value()> then,
                     llvm::function_ref<mlir::Value()> otherwise);
  /// The part [begin, end) of [0, total) that this task owns of `tasks`; shapes alone decide it.
  std::pair<mlir::Value, mlir::Value> taskRange(mlir::Value total, mlir::Value tasks);
  /// Positions along `dims` of a row-major flat index.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value flat, llvm::ArrayRef<DimAttr> dims);

  //===- Memory ---------------------------------------------------------------------------------------------------===//
  /// Elements of a buffer at `indices`: a scalar for one lane, else a vector. Bools are i1.
  mlir::Value load(const Buffer &buffer, llvm::ArrayRef<Index> indices, int64_t lanes);
  /// `lanes` elements from a linear offset on: a scalar or a vector.
  mlir::Value loadAt(const Buffer &buffer, mlir::Value offset, int64_t lanes);
  /// To a linear offset: one element, or a vector's from there on.
  void storeAt(const Buffer &buffer, mlir::Value offset, mlir::Value value);
  void store(const Buffer &buffer, llvm::ArrayRef<Index> indices, mlir::Value value, int64_t lanes);
  /// Asks for the line of the element at a linear offset to come to the L2 cache. It need not exist.
  void prefetch(const Buffer &buffer, mlir::Value offset);
  /// The buffer as seen from the element at a linear offset: indices are relative to it.
  Buffer from(const Buffer &buffer, mlir::Value offset);
  /// Scratch from a byte offset on.
  mlir::Value scratchAt(DimAttr offset);
  /// Linear offset of an element, as base and lane step.
  Index linear(llvm::ArrayRef<DimAttr> dims, llvm::ArrayRef<Index> indices, int64_t lanes);
  /// The same in a buffer, which may hold a part of a tensor only.
  Index place(const Buffer &buffer, llvm::ArrayRef<Index> indices, int64_t lanes);

private:
  mlir::Value loadEverySecond(const Buffer &buffer, mlir::Value offset, mlir::VectorType type);
  mlir::Value address(const Buffer &buffer, mlir::Value offset);
  mlir::Value atEntry(llvm::function_ref<mlir::Value()> build);
  llvm::DenseMap<DimAttr, mlir::Value> dimValues;
  llvm::DenseMap<int64_t, mlir::Value> constants;
  mlir::LLVM::LLVMFuncOp function;
  mlir::Operation *entryEnd = nullptr; // new entry code goes before it
  llvm::StringMap<mlir::Value> symbols;
};
} // namespace sinter

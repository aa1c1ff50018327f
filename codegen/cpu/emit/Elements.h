// The value of any tensor of a kernel's body at an index: the heart of the generic emitters.
//
// A body is a DAG of tensor operators. `at(tensor, indices)` writes the code that computes one element of it, or
// `lanes` elements along a dim, by walking from the tensor to the kernel's operands: elementwise operators apply their
// scalar builder, movement operators rewrite the index, operands are loaded. Nothing is materialised, so any chain
// fuses. A tensor asked twice at the same indices is computed once, as long as the first value dominates the second
// use.
#pragma once
#include "codegen/cpu/emit/KernelFunction.h"

namespace sinter {
/// Elements of a buffer: their linear offset.
struct Place {
  Buffer buffer;
  Index offset;
};

class Elements {
public:
  /// Reads the kernel's operands from their buffers.
  explicit Elements(KernelFunction &function) : f(function) {
    for (auto [argument, buffer] : llvm::zip(f.kernel.getBody().getArguments(), f.operands))
      bindBuffer(argument, buffer);
  }

  /// The element of `tensor` at `indices` (one per dim); a vector for lanes > 1.
  mlir::Value at(mlir::Value tensor, llvm::ArrayRef<Index> indices, int64_t lanes);
  /// Where the element lies, if `tensor` is memory or a view of it.
  std::optional<Place> placeOf(mlir::Value tensor, llvm::ArrayRef<Index> indices, int64_t lanes);
  /// From now on `tensor` is read from `buffer`.
  void bindBuffer(mlir::Value tensor, Buffer buffer) { buffers[tensor] = std::move(buffer); }
  /// The memory of a tensor that has some.
  std::optional<Buffer> bufferOf(mlir::Value tensor) const {
    auto it = buffers.find(tensor);
    return it == buffers.end() ? std::nullopt : std::optional(it->second);
  }
  /// From now on `tensor` is read from `buffer`, as bufferOf() has returned it, or computed.
  void restoreBuffer(mlir::Value tensor, std::optional<Buffer> buffer) {
    buffer ? bindBuffer(tensor, std::move(*buffer)) : void(buffers.erase(tensor));
  }
  /// The value that a tensor is at any index, or null.
  mlir::Value valueOf(mlir::Value tensor) const { return values.lookup(tensor); }
  /// From now on `tensor` is `value` at whatever index is asked: the root's result inside its own loop.
  void bindValue(mlir::Value tensor, mlir::Value value) { values[tensor] = value; }

  KernelFunction &f;

private:
  mlir::Value compute(mlir::Value tensor, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value movement(mlir::Operation *op, llvm::ArrayRef<Index> indices, int64_t lanes);
  /// Where a view (transpose, broadcast, slice, reshape) reads its input; none for other operators.
  std::optional<Indices> through(mlir::Operation *view, llvm::ArrayRef<Index> indices, int64_t lanes);
  Indices through(ReshapeOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value concat(ConcatOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value pad(PadOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value gather(GatherOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value unpack(UnpackOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value unpackFilter(UnpackFilterOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value iota(IotaOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value shape(ShapeOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  mlir::Value constantElement(ConstantOp op, llvm::ArrayRef<Index> indices, int64_t lanes);
  Index splitIndex(Index linear, DimAttr divisor, bool remainder, int64_t lanes);

  /// A computed element and the indices it was asked at.
  struct Computed {
    Indices indices;
    int64_t lanes;
    mlir::Value value;
  };
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Computed>> computed;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
  llvm::DenseMap<mlir::Value, mlir::Value> values;
};

/// An i64 index (all lanes) that a gather or scatter read, made non-negative and clamped to [0, size).
mlir::Value normalizedPosition(KernelFunction &f, mlir::Value raw, DimAttr size, int64_t lanes);
} // namespace sinter

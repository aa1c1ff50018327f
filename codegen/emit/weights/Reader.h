// Pulling the elements of a weight, box by box.
//
// A recipe becomes a tree of readers; streaming asks the root for one box after the other and every reader asks its
// operands for what it needs, so memory is bounded by the box's size times the recipe's depth, whatever the weight's
// size. A value that lies in memory as it is (a mapped file, a constant, or a transposed, sliced or broadcast view of
// one) says so and is copied once, straight to its destination.
#pragma once
#include "codegen/emit/weights/Numbers.h"
#include "codegen/emit/weights/StridedCopy.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <vector>

namespace sinter {
/// A tensor whose elements can be read. Boxes lie inside the shape.
class Reader {
public:
  Reader(llvm::ArrayRef<int64_t> tensorShape, int64_t bytesPerElement)
      : shape(tensorShape), elementBytes(bytesPerElement) {}
  virtual ~Reader() = default;
  /// Writes the box's elements to `out`, whose strides count from the box's first element.
  virtual void read(const Box &box, const Target &out) const = 0;
  /// Where all elements lie, if they do; null otherwise.
  virtual const Source *memory() const { return nullptr; }

  const Index shape;
  const int64_t elementBytes;
};
using ReaderPtr = std::shared_ptr<const Reader>;

/// Reads a box into fresh memory, dense.
std::vector<uint8_t> readDense(const Reader &reader, const Box &box);

/// Elements at `source`; `owner` (may be null) keeps them alive.
ReaderPtr memoryReader(llvm::ArrayRef<int64_t> shape, int64_t elementBytes, Source source,
                       std::shared_ptr<const void> owner = {});

/// How an input dim follows from a result index: offset + step * index[dim], or offset alone when dim is -1.
struct DimMap {
  int64_t dim, offset, step;
};
/// Transposes, slices and broadcasts: one map per input dim.
ReaderPtr movementReader(ReaderPtr input, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<DimMap> maps);
ReaderPtr reshapeReader(ReaderPtr input, llvm::ArrayRef<int64_t> shape);
ReaderPtr concatReader(std::vector<ReaderPtr> inputs, llvm::ArrayRef<int64_t> shape, int64_t axis);
/// `value` is one element.
ReaderPtr padReader(ReaderPtr input, ReaderPtr value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> shape);
/// The panels of sinter.pack; `shape` ends in [panels, K, width].
ReaderPtr packReader(ReaderPtr input, llvm::ArrayRef<int64_t> shape);
/// The inverse; `shape` ends in [K, N].
ReaderPtr unpackReader(ReaderPtr input, llvm::ArrayRef<int64_t> shape);
/// Result elements from operand elements at the same index: `apply(operands, out, count)` on dense blocks.
using ElementFunction = std::function<void(llvm::ArrayRef<const uint8_t *> operands, uint8_t *out, int64_t count)>;
ReaderPtr elementwiseReader(std::vector<ReaderPtr> inputs, int64_t elementBytes, ElementFunction apply);

/// Calls `visit(box, position)` for boxes of `shape` that cover the row-major element range [begin, end) in order;
/// `position` is the first element's distance from `begin`.
void forEachBox(llvm::ArrayRef<int64_t> shape, int64_t begin, int64_t end,
                llvm::function_ref<void(const Box &, int64_t)> visit);
} // namespace sinter

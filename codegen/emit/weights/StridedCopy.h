// Boxes of elements, and copies between strided memory: the one inner loop of all data movement in recipes.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace sinter {
using Index = llvm::SmallVector<int64_t, 6>;

/// A range of indices per dim.
struct Box {
  Index begin, size;
  int64_t count() const;
};

/// Where element (i, j, ..) lies: at base + (i * strides[0] + j * strides[1] + ..) * element bytes. Strides may be 0 or
/// negative.
template <typename Byte> struct Strided {
  Byte *base = nullptr;
  Index strides;
};
using Source = Strided<const uint8_t>;
using Target = Strided<uint8_t>;

/// Row-major strides of a shape.
Index denseStrides(llvm::ArrayRef<int64_t> shape);
/// True if the elements of a box of this size lie in row-major order without gaps.
bool isDense(llvm::ArrayRef<int64_t> size, llvm::ArrayRef<int64_t> strides);
/// The same memory, with index `at` as origin.
template <typename Byte> Strided<Byte> shifted(Strided<Byte> memory, llvm::ArrayRef<int64_t> at, int64_t elementBytes) {
  for (size_t d = 0; d < at.size(); ++d)
    memory.base += at[d] * memory.strides[d] * elementBytes;
  return memory;
}

/// Copies `size` elements. Rows that are dense on both sides are copied whole; where the fast dims differ, by square
/// tiles.
void copyStrided(llvm::ArrayRef<int64_t> size, int64_t elementBytes, const Source &from, const Target &to);
/// Writes `value` (elementBytes bytes) to every element.
void fillStrided(llvm::ArrayRef<int64_t> size, int64_t elementBytes, const uint8_t *value, const Target &to);
} // namespace sinter

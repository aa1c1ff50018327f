// See StridedCopy.h.
#include "codegen/emit/weights/StridedCopy.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

using namespace llvm;
using namespace sinter;

int64_t Box::count() const {
  int64_t count = 1;
  for (int64_t n : size)
    count *= n;
  return count;
}

Index sinter::denseStrides(ArrayRef<int64_t> shape) {
  Index strides(shape.size(), 1);
  for (int64_t i = int64_t(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

bool sinter::isDense(ArrayRef<int64_t> size, ArrayRef<int64_t> strides) {
  int64_t expected = 1;
  for (size_t d = size.size(); d-- > 0;) {
    if (size[d] != 1 && strides[d] != expected)
      return false;
    expected *= size[d];
  }
  return true;
}

namespace {
struct Dim {
  int64_t size, from, to; // strides in bytes
};

/// Without dims of one element, and with dims merged that both sides step through evenly.
SmallVector<Dim, 6> mergeDims(ArrayRef<int64_t> size, int64_t bytes, const Source &from, const Target &to) {
  SmallVector<Dim, 6> dims;
  for (size_t d = 0; d < size.size(); ++d) {
    Dim dim = {size[d], from.strides[d] * bytes, to.strides[d] * bytes};
    if (dim.size == 1)
      continue;
    if (!dims.empty() && dims.back().from == dim.from * dim.size && dims.back().to == dim.to * dim.size)
      dims.back() = {dims.back().size * dim.size, dim.from, dim.to};
    else
      dims.push_back(dim);
  }
  return dims;
}

template <int64_t bytes> void copyLine(const Dim &dim, const uint8_t *from, uint8_t *to) {
  for (int64_t i = 0; i < dim.size; ++i)
    std::memcpy(to + i * dim.to, from + i * dim.from, bytes);
}

/// Tiles keep the lines of both sides in the L1 cache while one side is read or written with a large stride.
template <int64_t bytes> void copyPlane(const Dim &outer, const Dim &inner, const uint8_t *from, uint8_t *to) {
  constexpr int64_t tile = 32;
  for (int64_t i = 0; i < outer.size; i += tile)
    for (int64_t j = 0; j < inner.size; j += tile)
      for (int64_t k = i; k < std::min(i + tile, outer.size); ++k)
        copyLine<bytes>({std::min(tile, inner.size - j), inner.from, inner.to}, from + k * outer.from + j * inner.from,
                        to + k * outer.to + j * inner.to);
}

template <int64_t bytes> void copyDims(ArrayRef<Dim> dims, const uint8_t *from, uint8_t *to) {
  if (dims.empty())
    return void(std::memcpy(to, from, bytes));
  if (dims.size() == 1 && dims[0].from == bytes && dims[0].to == bytes)
    return void(std::memcpy(to, from, dims[0].size * bytes));
  if (dims.size() == 1)
    return copyLine<bytes>(dims[0], from, to);
  if (dims.size() == 2 && (dims[1].from != bytes || dims[1].to != bytes))
    return copyPlane<bytes>(dims[0], dims[1], from, to);
  for (int64_t i = 0; i < dims[0].size; ++i)
    copyDims<bytes>(dims.drop_front(), from + i * dims[0].from, to + i * dims[0].to);
}

void copyBytes(int64_t bytes, ArrayRef<Dim> dims, const uint8_t *from, uint8_t *to) {
  switch (bytes) {
  case 1: return copyDims<1>(dims, from, to);
  case 2: return copyDims<2>(dims, from, to);
  case 4: return copyDims<4>(dims, from, to);
  case 8: return copyDims<8>(dims, from, to);
  }
  llvm_unreachable("elements have 1, 2, 4 or 8 bytes");
}
} // namespace

void sinter::copyStrided(ArrayRef<int64_t> size, int64_t elementBytes, const Source &from, const Target &to) {
  if (is_contained(size, 0))
    return;
  SmallVector<Dim, 6> dims = mergeDims(size, elementBytes, from, to);
  // The dim in which the source is contiguous goes next to the innermost one, so that both meet in one plane.
  if (dims.size() > 2 && dims.back().from != elementBytes)
    if (auto it = find_if(dims, [&](const Dim &dim) { return dim.from == elementBytes; }); it != dims.end())
      std::rotate(it, it + 1, dims.end() - 1);
  copyBytes(elementBytes, dims, from.base, to.base);
}

void sinter::fillStrided(ArrayRef<int64_t> size, int64_t elementBytes, const uint8_t *value, const Target &to) {
  copyStrided(size, elementBytes, {value, Index(size.size(), 0)}, to);
}

// Shape operands as formulas of dims; see DimFormulas.h.
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

bool importer::dependsOnInputValue(DimAttr dim) {
  bool found = false;
  visitSymbols(dim, [&](StringRef name) { found |= name.starts_with("$"); });
  return found;
}

DimAttr importer::countedFromEnd(DimAttr index, DimAttr size) {
  DimRange range = rangeOf(index);
  if (range.lo >= 0)
    return index;
  return range.hi < 0 ? index + size : index + isNegative(index) * size;
}

DimAttr importer::leastOf(ArrayRef<DimAttr> dims) {
  SmallVector<DimAttr> kept;
  for (DimAttr dim : dims) {
    if (llvm::any_of(kept, [&](DimAttr other) { return knownLessEqual(other, dim); }))
      continue;
    llvm::erase_if(kept, [&](DimAttr other) { return knownLessEqual(dim, other); });
    kept.push_back(dim);
  }
  DimAttr least = kept.front();
  for (DimAttr dim : ArrayRef(kept).drop_front())
    least = min(least, dim);
  return least;
}

Value importer::withDims(NodeImport &n, Value x, ArrayRef<DimAttr> dims) {
  if (!x)
    return {};
  Dims own = n.dims(x);
  if (own.size() != dims.size())
    return n.error("expected rank " + Twine(dims.size()) + ", got " + describeDims(x));
  for (auto [have, want] : llvm::zip(own, dims))
    if (!n.assumeEqual(have, want))
      return {};
  return n.renameDims(x, dims);
}

bool importer::hasOperand(const NodeImport &n, size_t index, StringRef name, int64_t since) {
  return n.version >= since ? n.has(index) : n.hasAttribute(name);
}

SmallVector<int64_t> importer::integersOperand(NodeImport &n, size_t index, StringRef name, int64_t since) {
  if (n.version < since)
    return n.getInts(name);
  if (!n.has(index))
    return {};
  return n.integers(n.input(index), name).value_or(SmallVector<int64_t>());
}

Dims importer::dimsOperand(NodeImport &n, size_t index, StringRef name, int64_t since) {
  Dims dims;
  if (n.version < since) {
    for (int64_t value : n.getInts(name))
      dims.push_back(n.dim(value));
  } else if (n.has(index)) {
    if (std::optional<Dims> elements = n.elements(n.input(index), name))
      dims = *elements;
  }
  return dims;
}

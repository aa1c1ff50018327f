// Operators that change dims and not elements, or that read dims: Shape, Size, Reshape, Flatten, Squeeze, Unsqueeze,
// Expand, Tile, Transpose, Identity. Source: ONNX Shape-25, Size-25, Flatten-25,
// Squeeze-25, Unsqueeze-25, Expand-13, Tile-13, Transpose-25.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Reshape.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static LogicalResult importIdentity(NodeImport &n) { return n.result(n.input(0, "input")); }

//===- Reading dims
//-------------------------------------------------------------------------------------------------===//

static LogicalResult importShape(NodeImport &n) {
  Value x = n.input(0, "data");
  if (!x)
    return failure();
  Dims dims = n.dims(x);
  int64_t rank = dims.size();
  auto clamped = [&](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + rank : i, 0, rank); };
  int64_t start = clamped(n.getInt("start", 0)), end = clamped(n.getInt("end", rank));
  return n.result(n.shape(ArrayRef(dims).slice(start, std::max<int64_t>(end - start, 0))));
}

static LogicalResult importSize(NodeImport &n) {
  Value x = n.input(0, "data");
  return x ? n.result(n.size(elementCount(x.getType()), IntegerType::get(n.context(), 64))) : failure();
}

//===- Regrouping dims
//----------------------------------------------------------------------------------------------===//

static LogicalResult importFlatten(NodeImport &n) {
  Value x = n.input(0, "input");
  if (!x)
    return failure();
  Dims dims = n.dims(x);
  int64_t axis = n.getInt("axis", 1), rank = dims.size();
  if (axis < -rank || axis > rank)
    return n.result(n.error("attribute 'axis': expected a value in [" + Twine(-rank) + ", " + Twine(rank) + "], got " +
                            Twine(axis)));
  axis += axis < 0 ? rank : 0;
  ArrayRef<DimAttr> all = dims;
  return n.result(
      n.reshape(x, {product(n.context(), all.take_front(axis)), product(n.context(), all.drop_front(axis))}));
}

/// Axes whose dim is 1, for a Squeeze that names none.
static std::optional<SmallVector<int64_t>> axesOfOne(NodeImport &n, ArrayRef<DimAttr> dims) {
  SmallVector<int64_t> axes;
  for (auto [i, dim] : llvm::enumerate(dims)) {
    if (constantValue(dim) == 1)
      axes.push_back(i);
    else if (!knownDifferent(dim, n.dim(1))) {
      n.error("expected axes, because dim " + Twine(i) + " = " + toString(dim) + " may be 1 or not");
      return std::nullopt;
    }
  }
  return axes;
}

static LogicalResult importSqueeze(NodeImport &n) {
  Value x = n.input(0, "data");
  SmallVector<int64_t> named = integersOperand(n, 1, "axes", 13);
  if (!x || n.hasFailed())
    return failure();
  Dims dims = n.dims(x);
  auto axes = hasOperand(n, 1, "axes", 13) ? n.normalizeAxes(named, dims.size()) : axesOfOne(n, dims);
  return axes ? n.result(n.squeeze(x, *axes)) : failure();
}

static LogicalResult importUnsqueeze(NodeImport &n) {
  Value x = n.input(0, "data");
  if (!hasOperand(n, 1, "axes", 13))
    return n.result(n.error("expected axes, got none"));
  SmallVector<int64_t> named = integersOperand(n, 1, "axes", 13);
  if (!x || n.hasFailed())
    return failure();
  auto axes = n.normalizeAxes(named, n.rank(x) + int64_t(named.size()));
  return axes ? n.result(n.unsqueeze(x, *axes)) : failure();
}

static LogicalResult importTranspose(NodeImport &n) {
  Value x = n.input(0, "data");
  SmallVector<int64_t> permutation = n.getInts("perm");
  if (!x || n.hasFailed())
    return failure();
  if (!n.hasAttribute("perm"))
    for (int64_t i = n.rank(x); i-- > 0;)
      permutation.push_back(i);
  return n.result(n.transpose(x, permutation));
}

//===- Repeating elements
//-------------------------------------------------------------------------------------------===//

/// The dim that an input dim and a requested dim give under Expand. A run-time request, or one of at most 1, is 1 or
/// the input's dim, except over an input dim of 1; other symbols are taken not to be 1, as everywhere.
static DimAttr expandedDim(NodeImport &n, DimAttr dim, DimAttr requested) {
  if (dim == requested || constantValue(requested) == 1)
    return dim;
  if (constantValue(dim) == 1)
    return n.assumeLessEqual(n.dim(0), requested) ? requested : DimAttr();
  if (dependsOnInputValue(requested) || rangeOf(requested).hi <= 1)
    return n.assumeEqual((requested - 1) * (requested - dim), n.dim(0)) ? dim : DimAttr();
  std::optional<Dims> common = n.broadcastDims(dim, requested);
  return common ? common->front() : DimAttr();
}

static LogicalResult importExpand(NodeImport &n) {
  Value x = n.input(0, "input"), shape = n.input(1, "shape");
  if (!x || !shape)
    return failure();
  std::optional<Dims> requested = n.elements(shape, "shape");
  if (!requested)
    return failure();
  Dims own = n.dims(x), dims;
  size_t rank = std::max(own.size(), requested->size());
  auto at = [&](ArrayRef<DimAttr> list, size_t i) {
    return i + list.size() < rank ? n.dim(1) : list[i + list.size() - rank];
  };
  for (size_t i = 0; i < rank; ++i) {
    dims.push_back(expandedDim(n, at(own, i), at(*requested, i)));
    if (!dims.back())
      return failure();
  }
  return n.result(n.broadcastTo(x, dims));
}

/// Each dim d becomes [repeats, d] by a broadcast, then repeats * d by a reshape.
static LogicalResult importTile(NodeImport &n) {
  Value x = n.input(0, "input"), repeats = n.input(1, "repeats");
  if (!x || !repeats)
    return failure();
  std::optional<Dims> counts = n.elements(repeats, "repeats");
  if (!counts)
    return failure();
  Dims own = n.dims(x), apart, tiled;
  if (counts->size() != own.size())
    return n.result(
        n.error("expected repeats with one value per dim of " + describeDims(x) + ", got " + Twine(counts->size())));
  SmallVector<int64_t> mapping;
  for (auto [dim, count] : llvm::zip(own, *counts)) {
    if (!n.assumeLessEqual(n.dim(0), count))
      return failure();
    if (constantValue(count) != 1)
      apart.push_back(count);
    mapping.push_back(apart.size());
    apart.push_back(dim);
    tiled.push_back(dim * count);
  }
  return n.result(n.reshape(n.broadcast(x, mapping, apart), tiled));
}

void importer::addShapes(ImporterTable &table) {
  table.add("Identity", importIdentity);
  table.allowSequences("Identity");
  table.add("Shape", importShape);
  table.add("Size", importSize);
  table.add("Reshape", importReshape);
  table.add("Flatten", importFlatten);
  table.add("Squeeze", importSqueeze);
  table.add("Unsqueeze", importUnsqueeze);
  table.add("Transpose", importTranspose);
  table.add("Expand", importExpand, 8);
  table.add("Tile", importTile, 6);
}

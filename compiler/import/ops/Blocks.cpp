// DepthToSpace, SpaceToDepth: blocks of pixels to channels and back; TensorScatter: a write into a cache.
// Source: ONNX DepthToSpace-13, SpaceToDepth-28, TensorScatter-24.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// An operand [N, C, H, W] and the attributes `blocksize` and `mode` (of SpaceToDepth since opset 28).
struct Blocks {
  Dims dims;
  int64_t block;
  bool depthFirst; // mode DCR
};
} // namespace

/// Nullopt after a report.
static std::optional<Blocks> readBlocks(NodeImport &n, Value x) {
  int64_t block = n.getInt("blocksize");
  std::string mode = n.getString("mode", "DCR");
  if (!x || n.hasFailed())
    return std::nullopt;
  Dims dims = n.dims(x);
  if (dims.size() != 4) {
    n.error("expected an input of rank 4, got " + describeDims(x));
    return std::nullopt;
  }
  if (block < 1 || block > INT32_MAX) {
    n.error("attribute 'blocksize': expected a value of at least 1, got " + Twine(block));
    return std::nullopt;
  }
  if (mode != "DCR" && mode != "CRD") {
    n.error("attribute 'mode': expected DCR or CRD, got " + quote(mode));
    return std::nullopt;
  }
  return Blocks{dims, block, mode == "DCR"};
}

/// `size` / `block`, which must leave no rest.
static DimAttr exactQuotient(NodeImport &n, DimAttr size, int64_t block) {
  DimAttr quotient = floorDiv(size, n.dim(block));
  return n.assumeEqual(quotient * block, size) ? quotient : DimAttr();
}

static LogicalResult importDepthToSpace(NodeImport &n) {
  Value x = n.input(0, "input");
  auto read = readBlocks(n, x);
  if (!read)
    return failure();
  auto [dims, block, depthFirst] = *read;
  DimAttr b = n.dim(block), channels = exactQuotient(n, dims[1], block * block);
  if (!channels)
    return failure();
  Value split = depthFirst ? n.reshape(x, {dims[0], b, b, channels, dims[2], dims[3]})
                           : n.reshape(x, {dims[0], channels, b, b, dims[2], dims[3]});
  Value placed =
      n.transpose(split, depthFirst ? ArrayRef<int64_t>{0, 3, 4, 1, 5, 2} : ArrayRef<int64_t>{0, 1, 4, 2, 5, 3});
  return n.result(n.reshape(placed, {dims[0], channels, dims[2] * block, dims[3] * block}));
}

static LogicalResult importSpaceToDepth(NodeImport &n) {
  Value x = n.input(0, "input");
  auto read = readBlocks(n, x);
  if (!read)
    return failure();
  auto [dims, block, depthFirst] = *read;
  DimAttr b = n.dim(block), height = exactQuotient(n, dims[2], block), width = exactQuotient(n, dims[3], block);
  if (!height || !width)
    return failure();
  Value split = n.reshape(n.renameDims(x, {dims[0], dims[1], height * block, width * block}),
                          {dims[0], dims[1], height, b, width, b});
  Value placed =
      n.transpose(split, depthFirst ? ArrayRef<int64_t>{0, 3, 5, 1, 2, 4} : ArrayRef<int64_t>{0, 1, 3, 5, 2, 4});
  return n.result(n.reshape(placed, {dims[0], dims[1] * block * block, height, width}));
}

static LogicalResult importTensorScatter(NodeImport &n) {
  Value past = n.input(0, "past_cache"), update = n.input(1, "update"), writes = n.optionalInput(2);
  std::string mode = n.getString("mode", "linear");
  auto axis = n.normalizeAxis(n.getInt("axis", -2), n.rank(past));
  if (!past || !update || !axis || n.hasFailed())
    return failure();
  if (mode != "linear" && mode != "circular")
    return n.result(n.error("attribute 'mode': expected linear or circular, got " + quote(mode)));
  if (*axis == 0)
    return n.result(n.error("attribute 'axis': expected an axis other than that of the batch, got 0"));
  Dims own = n.dims(past), dims = own;
  if (n.rank(update) != int64_t(own.size()))
    return n.result(n.error("expected past_cache and update of equal rank, got " + describeDims(past) + " and " +
                            describeDims(update)));
  dims[*axis] = n.dims(update)[*axis];
  if (!n.assumeLessEqual(dims[*axis], own[*axis]))
    return failure();
  Type index = IntegerType::get(n.context(), 64);
  Value position = n.iota(dims, *axis, index);
  if (writes) {
    if (n.rank(writes) != 1)
      return n.result(n.error("expected write_indices of rank 1, got " + describeDims(writes)));
    if (mode == "linear" && !n.checkElements(writes, "an index", n.dim(0), own[*axis] - dims[*axis]))
      return failure();
    position = n.add(position, n.broadcast(n.cast(withDims(n, writes, {dims[0]}), index), {0}, dims));
  }
  if (mode == "circular")
    position = n.binary(BinaryKind::mod, position, n.size(own[*axis], index));
  return n.result(n.create<ScatterOp>({past, position, withDims(n, update, dims)}, [&](ScatterOp::Properties &p) {
    p.mode = IndexModeAttr::get(n.context(), IndexMode::elements);
    p.kind = ScatterKindAttr::get(n.context(), ScatterKind::replace);
    p.axis = Builder(n.context()).getI64IntegerAttr(*axis);
  }));
}

void importer::addBlocks(ImporterTable &table) {
  table.add("DepthToSpace", importDepthToSpace);
  table.add("SpaceToDepth", importSpaceToDepth);
  table.add("TensorScatter", importTensorScatter, 24);
}

// Gather and Scatter operators: elements at indices that are data.
// Source: ONNX Gather-13, GatherElements-13, GatherND-13, ScatterElements-18, ScatterND-18, Scatter-9.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// Checks indices whose last dim holds one index per dim of `sizes`.
static bool checkTuples(NodeImport &n, Value indices, ArrayRef<DimAttr> sizes) {
  Dims dims = n.dims(indices);
  std::optional<int64_t> depth = dims.empty() ? std::nullopt : constantValue(dims.back());
  bool known = depth && *depth >= 0 && *depth <= int64_t(sizes.size()); // else the operator reports it
  return !known || n.checkIndices(indices, sizes.take_front(*depth));
}

/// Attribute `axis` of an operator on `x`, non-negative.
static std::optional<int64_t> readAxis(NodeImport &n, Value x) {
  int64_t axis = n.getInt("axis", 0);
  if (!x || n.hasFailed())
    return std::nullopt;
  return n.normalizeAxis(axis, n.rank(x));
}

static LogicalResult importGather(NodeImport &n) {
  Value x = n.input(0, "data"), indices = n.input(1, "indices");
  std::optional<int64_t> axis = readAxis(n, x);
  if (!axis || !indices || !n.checkIndices(indices, n.dims(x)[*axis]))
    return failure();
  return n.result(n.gather(IndexMode::take, x, indices, *axis));
}

static LogicalResult importGatherElements(NodeImport &n) {
  Value x = n.input(0, "data"), indices = n.input(1, "indices");
  std::optional<int64_t> axis = readAxis(n, x);
  if (!axis || !n.checkIndices(indices, n.dims(x)[*axis]))
    return failure();
  return n.result(n.gather(IndexMode::elements, x, indices, *axis));
}

static LogicalResult importGatherND(NodeImport &n) {
  Value x = n.input(0, "data"), indices = n.input(1, "indices");
  int64_t batch = n.getInt("batch_dims", 0);
  if (!x || !indices || n.hasFailed())
    return failure();
  Dims own = n.dims(x), dims = n.dims(indices);
  int64_t limit = std::min<int64_t>(own.size(), dims.size());
  if (batch < 0 || batch >= limit)
    return n.result(
        n.error("attribute 'batch_dims': expected a value in [0, " + Twine(limit) + "), got " + Twine(batch)));
  if (!checkTuples(n, indices, ArrayRef(own).drop_front(batch)))
    return failure();
  std::copy_n(own.begin(), batch, dims.begin());
  return n.result(n.gather(IndexMode::nd, x, withDims(n, indices, dims), batch));
}

//===- Scatter
//------------------------------------------------------------------------------------------------------===//

static std::optional<ScatterKind> readReduction(NodeImport &n) {
  std::string text = n.getString("reduction", "none");
  if (text == "none")
    return ScatterKind::replace;
  std::optional<ScatterKind> kind = symbolizeScatterKind(text);
  if (!kind || *kind == ScatterKind::replace) {
    n.error("attribute 'reduction': expected none, add, mul, max or min, got " + quote(text));
    return std::nullopt;
  }
  return kind;
}

static Value scatter(NodeImport &n, IndexMode mode, ScatterKind kind, ArrayRef<Value> operands, int64_t axis) {
  return n.create<ScatterOp>(operands, [&](ScatterOp::Properties &p) {
    p.mode = IndexModeAttr::get(n.context(), mode);
    p.kind = ScatterKindAttr::get(n.context(), kind);
    p.axis = Builder(n.context()).getI64IntegerAttr(axis);
  });
}

static LogicalResult importScatterElements(NodeImport &n) {
  Value x = n.input(0, "data"), indices = n.input(1, "indices"), updates = n.input(2, "updates");
  std::optional<ScatterKind> kind = readReduction(n);
  std::optional<int64_t> axis = readAxis(n, x);
  if (!axis || !kind || !updates || !n.checkIndices(indices, n.dims(x)[*axis]))
    return failure();
  return n.result(scatter(n, IndexMode::elements, *kind, {x, indices, withDims(n, updates, n.dims(indices))}, *axis));
}

static LogicalResult importScatterND(NodeImport &n) {
  Value x = n.input(0, "data"), indices = n.input(1, "indices"), updates = n.input(2, "updates");
  std::optional<ScatterKind> kind = readReduction(n);
  if (!kind || !x || !indices || !updates)
    return failure();
  Dims own = n.dims(x), dims = n.dims(indices);
  std::optional<int64_t> depth = dims.empty() ? std::nullopt : constantValue(dims.back());
  if (!depth || *depth > int64_t(own.size()))
    return n.result(n.error("expected indices whose last dim is known and at most " + Twine(own.size()) + ", got " +
                            describeDims(indices)));
  if (!checkTuples(n, indices, own))
    return failure();
  dims.pop_back();
  llvm::append_range(dims, ArrayRef(own).drop_front(*depth));
  return n.result(scatter(n, IndexMode::nd, *kind, {x, indices, withDims(n, updates, dims)}, 0));
}

void importer::addGathers(ImporterTable &table) {
  table.add("Gather", importGather);
  table.add("GatherElements", importGatherElements);
  table.add("GatherND", importGatherND);
  table.add("Scatter", importScatterElements);
  table.add("ScatterElements", importScatterElements);
  table.add("ScatterND", importScatterND);
}

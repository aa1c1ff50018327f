// OneHot, NonZero, Compress: between masks and positions.
//
// How many elements of a mask are set is a size that the program computes: sinter.bind.
// Source: ONNX OneHot-11, NonZero-13, Compress-11.
#include "compiler/import/ops/Selections.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static LogicalResult importOneHot(NodeImport &n) {
  Value indices = n.input(0, "indices"), depth = n.input(1, "depth"), values = n.input(2, "values");
  int64_t axis = n.getInt("axis", -1);
  if (!indices || !depth || !values || n.hasFailed())
    return failure();
  std::optional<int64_t> place = n.normalizeAxis(axis, n.rank(indices) + 1);
  DimAttr size = place ? n.bindSize(depth) : DimAttr();
  if (!size)
    return failure();
  Type integer = IntegerType::get(n.context(), 64);
  Dims dims = n.dims(indices);
  dims.insert(dims.begin() + *place, size);
  Value wanted = n.cast(indices, integer);
  Value wrapped = n.add(wanted, n.size(size, integer));
  wanted = n.select(n.binary(BinaryKind::lt, wanted, 0.0), wrapped, wanted);
  Value hit = n.binary(BinaryKind::eq, n.iota(dims, *place, integer), n.unsqueeze(wanted, {*place}));
  Value pair = withDims(n, values, {n.dim(2)});
  Value off = n.reshape(n.sliceAxis(pair, 0, n.dim(0), n.dim(1)), {}),
        on = n.reshape(n.sliceAxis(pair, 0, n.dim(1), n.dim(1)), {});
  return n.result(n.select(hit, on, off));
}

/// Unset elements are written to one place behind the last, which is cut off.
Value importer::positions(NodeImport &n, Value mask) {
  if (!mask)
    return {};
  Type integer = IntegerType::get(n.context(), 64);
  Value flags = n.cast(mask, integer);
  DimAttr count = n.bindSize(n.reduce(ReduceKind::sum, flags, {0}, /*keepDims=*/false));
  if (!count)
    return {};
  Value before = n.create<PrefixOp>({flags}, [&](PrefixOp::Properties &p) {
    p.kind = ReduceKindAttr::get(n.context(), ReduceKind::sum);
    p.dim = Builder(n.context()).getI64IntegerAttr(0);
    p.exclusive = UnitAttr::get(n.context());
  });
  Value place = n.select(mask, before, n.size(count, integer));
  Value empty = n.broadcast(n.constant(integer, 0), {}, {count + 1});
  Value all = n.create<ScatterOp>({empty, place, n.iota(n.dims(mask), 0, integer)}, [&](ScatterOp::Properties &p) {
    p.mode = IndexModeAttr::get(n.context(), IndexMode::elements);
    p.kind = ScatterKindAttr::get(n.context(), ScatterKind::replace);
    p.axis = Builder(n.context()).getI64IntegerAttr(0);
  });
  return n.sliceAxis(all, 0, n.dim(0), count);
}

static LogicalResult importNonZero(NodeImport &n) {
  Value x = n.input(0, "X");
  if (!x)
    return failure();
  Type integer = IntegerType::get(n.context(), 64), boolean = IntegerType::get(n.context(), 1);
  Dims dims = n.dims(x);
  Value flat = n.reshape(x, {product(n.context(), dims)});
  Value mask = n.element(x) == boolean ? flat : n.binary(BinaryKind::ne, flat, 0.0);
  Value found = positions(n, mask);
  if (!found)
    return failure();
  DimAttr count = n.dims(found)[0];
  if (dims.empty())
    return n.result(n.broadcast(n.constant(integer, 0), {}, {n.dim(0), count}));
  SmallVector<Value> rows;
  for (size_t i = 0; i < dims.size(); ++i) {
    Value row = n.div(found, n.size(product(n.context(), ArrayRef(dims).drop_front(i + 1)), integer));
    if (i > 0)
      row = n.binary(BinaryKind::mod, row, n.size(dims[i], integer));
    rows.push_back(n.unsqueeze(row, {0}));
  }
  return n.result(rows.size() == 1 ? rows[0] : n.concat(rows, 0));
}

static LogicalResult importCompress(NodeImport &n) {
  Value x = n.input(0, "input"), condition = n.input(1, "condition");
  bool hasAxis = n.hasAttribute("axis");
  int64_t axis = n.getInt("axis", 0);
  if (!x || !condition || n.hasFailed())
    return failure();
  if (!hasAxis)
    x = n.reshape(x, {product(n.context(), n.dims(x))});
  std::optional<int64_t> along = n.normalizeAxis(axis, n.rank(x));
  if (!along)
    return failure();
  if (n.rank(condition) != 1)
    return n.result(n.error("expected a condition of rank 1, got " + describeDims(condition)));
  if (!n.assumeLessEqual(n.dims(condition)[0], n.dims(x)[*along]))
    return failure();
  return n.result(n.gather(IndexMode::take, x, positions(n, condition), *along));
}

void importer::addSelections(ImporterTable &table) {
  table.add("OneHot", importOneHot);
  table.add("NonZero", importNonZero);
  table.add("Compress", importCompress);
}

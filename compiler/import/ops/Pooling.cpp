// Poolings: a reduction over a sliding window, or over all spatial dims.
// Source: ONNX MaxPool-22, AveragePool-22, LpPool-22, GlobalAveragePool-22, GlobalMaxPool-22, GlobalLpPool-22.
#include "compiler/import/ops/Windows.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// The window attributes of a pooling node and its kernel.
struct Pool {
  SmallVector<int64_t> kernel;
  Windows windows;
};
} // namespace

static std::optional<Pool> readPool(NodeImport &n, Value x) {
  std::optional<Dims> spatial = spatialDims(n, x);
  if (!spatial)
    return std::nullopt;
  SmallVector<int64_t> kernel = n.getInts("kernel_shape");
  if (n.hasFailed())
    return std::nullopt;
  Dims sizes;
  for (int64_t size : kernel)
    if (size > 0 && size <= INT32_MAX)
      sizes.push_back(n.dim(size));
  if (sizes.size() != spatial->size() || kernel.size() != sizes.size()) {
    n.error("attribute 'kernel_shape': expected " + Twine(spatial->size()) + " values of at least 1, got " +
            Twine(sizes.size()));
    return std::nullopt;
  }
  std::optional<Windows> windows = readWindows(n, *spatial, sizes);
  return windows ? std::optional(Pool{kernel, *windows}) : std::nullopt;
}

static Value window(NodeImport &n, WindowKind kind, Value x, const Pool &pool) {
  return n.create<WindowOp>({x}, [&](WindowOp::Properties &p) {
    Builder b(n.context());
    p.kind = WindowKindAttr::get(n.context(), kind);
    p.kernel = b.getDenseI64ArrayAttr(pool.kernel);
    p.strides = b.getDenseI64ArrayAttr(pool.windows.strides);
    p.dilations = b.getDenseI64ArrayAttr(pool.windows.dilations);
    p.low = n.dimsAttr(pool.windows.low);
    p.high = n.dimsAttr(pool.windows.high);
    p.sizes = n.dimsAttr(pool.windows.sizes);
  });
}

/// Flat row-major indices into a tensor of these dims, as indices with the spatial dims in column-major order.
static Value toColumnMajor(NodeImport &n, Value indices, ArrayRef<DimAttr> dims) {
  Type i64 = IntegerType::get(n.context(), 64);
  ArrayRef<DimAttr> spatial = dims.drop_front(2);
  Value inPlane = n.binary(BinaryKind::mod, indices, n.size(product(n.context(), spatial), i64));
  Value result = n.sub(indices, inPlane);
  for (size_t i = 0; i < spatial.size(); ++i) {
    Value rowStride = n.size(product(n.context(), spatial.drop_front(i + 1)), i64);
    Value columnStride = n.size(product(n.context(), spatial.take_front(i)), i64);
    Value coordinate = n.binary(BinaryKind::mod, n.div(inPlane, rowStride), n.size(spatial[i], i64));
    result = n.add(result, n.mul(coordinate, columnStride));
  }
  return result;
}

static LogicalResult importMaxPool(NodeImport &n) {
  Value x = n.input(0, "X");
  std::optional<Pool> pool = readPool(n, x);
  bool columnMajor = n.getInt("storage_order", 0);
  if (!pool || n.hasFailed() || failed(n.result(0, window(n, WindowKind::max, x, *pool))))
    return failure();
  if (!n.wants(1))
    return success();
  Value indices = window(n, WindowKind::argmax, x, *pool);
  return n.result(1, columnMajor ? toColumnMajor(n, indices, n.dims(x)) : indices);
}

static LogicalResult importAveragePool(NodeImport &n) {
  Value x = n.input(0, "X");
  bool countPads = n.getInt("count_include_pad", 0);
  std::optional<Pool> pool = readPool(n, x);
  if (!pool || n.hasFailed())
    return failure();
  return n.result(window(n, countPads ? WindowKind::meanpadded : WindowKind::mean, x, *pool));
}

/// Reads the exponent `p`; a float in opset 1.
static double readExponent(NodeImport &n) { return n.version < 2 ? n.getFloat("p", 2) : double(n.getInt("p", 2)); }

/// |x| to the power p, before the sum; and the p-th root after it.
static Value raise(NodeImport &n, Value x, double p) {
  if (p == 2)
    return n.mul(x, x);
  Value magnitude = n.unary(UnaryKind::abs, x);
  return p == 1 ? magnitude : n.binary(BinaryKind::pow, magnitude, p);
}
static Value root(NodeImport &n, Value x, double p) {
  if (p == 2)
    return n.unary(UnaryKind::sqrt, x);
  return p == 1 ? x : n.binary(BinaryKind::pow, x, 1 / p);
}

static LogicalResult importLpPool(NodeImport &n) {
  Value x = n.input(0, "X");
  double p = readExponent(n);
  std::optional<Pool> pool = readPool(n, x);
  if (!pool || n.hasFailed())
    return failure();
  return n.result(root(n, window(n, WindowKind::sum, raise(n, x, p), *pool), p));
}

/// The spatial axes of an operand [N, C, spatial..].
static std::optional<SmallVector<int64_t>> spatialAxes(NodeImport &n, Value x) {
  std::optional<Dims> spatial = spatialDims(n, x);
  if (!spatial)
    return std::nullopt;
  return llvm::to_vector(llvm::seq<int64_t>(2, 2 + spatial->size()));
}

static LogicalResult importGlobalAveragePool(NodeImport &n) {
  Value x = n.input(0, "X");
  auto axes = spatialAxes(n, x);
  return axes ? n.result(n.mean(x, *axes, /*keepDims=*/true)) : failure();
}

static LogicalResult importGlobalMaxPool(NodeImport &n) {
  Value x = n.input(0, "X");
  auto axes = spatialAxes(n, x);
  return axes ? n.result(n.reduce(ReduceKind::max, x, *axes, /*keepDims=*/true)) : failure();
}

static LogicalResult importGlobalLpPool(NodeImport &n) {
  Value x = n.input(0, "X");
  double p = readExponent(n);
  auto axes = spatialAxes(n, x);
  return axes ? n.result(root(n, n.reduce(ReduceKind::sum, raise(n, x, p), *axes, /*keepDims=*/true), p)) : failure();
}

void importer::addPooling(ImporterTable &table) {
  table.add("MaxPool", importMaxPool);
  table.add("AveragePool", importAveragePool);
  table.add("LpPool", importLpPool);
  table.add("GlobalAveragePool", importGlobalAveragePool);
  table.add("GlobalMaxPool", importGlobalMaxPool);
  table.add("GlobalLpPool", importGlobalLpPool);
}

// Conv over one to three spatial dims.
// Source: ONNX Conv-22.
#include "compiler/import/ops/Convolutions.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Windows.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// Checks `kernel_shape`, which repeats the filter's dims.
static bool checkKernelShape(NodeImport &n, ArrayRef<DimAttr> kernel) {
  SmallVector<int64_t> shape = n.getInts("kernel_shape");
  if (shape.empty())
    return !n.hasFailed();
  if (shape.size() != kernel.size()) {
    n.error("attribute 'kernel_shape': expected " + Twine(kernel.size()) + " values, got " + Twine(shape.size()));
    return false;
  }
  for (auto [size, own] : llvm::zip(shape, kernel)) {
    if (knownDifferent(own, n.dim(size)))
      n.error("attribute 'kernel_shape': expected " + toString(own) + " as in the filter, got " + Twine(size));
    if (!n.assumeEqual(own, n.dim(size)))
      return false;
  }
  return true;
}

Value importer::addFeatureBias(NodeImport &n, Value result, Value bias) {
  if (!bias || !result)
    return result;
  if (n.rank(bias) != 1)
    return n.error("input B: expected rank 1, got " + describeDims(bias));
  Dims dims(n.rank(result) - 1, n.dim(1));
  dims[0] = n.dims(result)[1];
  if (knownDifferent(n.dims(bias)[0], dims[0]))
    return n.error("input B: expected [" + toString(dims[0]) + "], got " + describeDims(bias));
  if (!n.assumeEqual(n.dims(bias)[0], dims[0]))
    return {};
  return n.add(result, n.reshape(bias, dims));
}

Value importer::convolve(NodeImport &n, Value x, Value filter) {
  std::optional<Dims> spatial = spatialDims(n, x);
  if (!spatial || !filter)
    return {};
  if (n.rank(filter) != n.rank(x))
    return n.error("expected input and filter of one rank, got " + describeDims(x) + " and " + describeDims(filter));
  Dims kernel(ArrayRef(n.dims(filter)).drop_front(2));
  int64_t groups = n.getInt("group", 1);
  if (!checkKernelShape(n, kernel))
    return {};
  std::optional<Windows> windows = readWindows(n, *spatial, kernel);
  DimAttr channels = n.dims(x)[1], grouped = n.dims(filter)[1] * groups;
  if (!windows || (!knownDifferent(grouped, channels) && !n.assumeEqual(grouped, channels)))
    return {}; // channels that differ are the operator's to report
  return n.create<ConvOp>({x, filter}, [&](ConvOp::Properties &p) {
    Builder b(n.context());
    p.strides = b.getDenseI64ArrayAttr(windows->strides);
    p.dilations = b.getDenseI64ArrayAttr(windows->dilations);
    p.low = n.dimsAttr(windows->low);
    p.high = n.dimsAttr(windows->high);
    p.groups = b.getI64IntegerAttr(groups);
  });
}

static LogicalResult importConv(NodeImport &n) {
  Value product = convolve(n, n.input(0, "X"), n.input(1, "W"));
  return n.result(addFeatureBias(n, product, n.optionalInput(2)));
}

void importer::addConvolutions(ImporterTable &table) { table.add("Conv", importConv); }

// ConvTranspose over one to three spatial dims, as a convolution.
//
// stride - 1 zeros go behind each element of the input; the filter is mirrored, its channels are swapped within each
// group; pads become the rest of the filter's reach: low = reach - pad, negative where elements are cut off.
// Source: ONNX ConvTranspose-22; Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", section 4.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/Convolutions.h"
#include "compiler/import/ops/Windows.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
struct Geometry {
  SmallVector<int64_t> strides, dilations;
  Dims low, high; // of the convolution over the spread input, of either sign
};
} // namespace

static std::optional<Geometry> readGeometry(NodeImport &n, ArrayRef<DimAttr> spatial, ArrayRef<DimAttr> kernel) {
  size_t count = spatial.size();
  std::string autoPad = n.getString("auto_pad", "NOTSET");
  bool upper = autoPad == "SAME_UPPER", same = upper || autoPad == "SAME_LOWER";
  if (!same && autoPad != "NOTSET" && autoPad != "VALID" && !autoPad.empty()) {
    n.error("attribute 'auto_pad': expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, got " + quote(autoPad));
    return std::nullopt;
  }
  auto strides = readWindowInts(n, "strides", count, 1, 1), dilations = readWindowInts(n, "dilations", count, 1, 1);
  auto pads = readWindowInts(n, "pads", 2 * count, 0, 0), extra = readWindowInts(n, "output_padding", count, 0, 0);
  SmallVector<int64_t> shape = n.getInts("output_shape");
  if (n.hasFailed() || !strides || !dilations || !pads || !extra)
    return std::nullopt;
  if (shape.size() == count + 2) // some exporters give N and C too
    shape.erase(shape.begin(), shape.begin() + 2);
  if (!shape.empty() && shape.size() != count) {
    n.error("attribute 'output_shape': expected " + Twine(count) + " values, got " + Twine(shape.size()));
    return std::nullopt;
  }
  Geometry geometry{*strides, *dilations, {}, {}};
  for (size_t i = 0; i < count; ++i) {
    DimAttr zero = n.dim(0), reach = (kernel[i] - 1) * (*dilations)[i];
    DimAttr full = (spatial[i] - 1) * (*strides)[i] + reach + 1 + (*extra)[i];
    DimAttr low = zero, high = zero;
    if (same || !shape.empty()) {
      DimAttr size = shape.empty() ? spatial[i] * (*strides)[i] : n.dim(shape[i]);
      DimAttr total = max(full - size, zero), half = floorDiv(total, n.dim(2));
      low = upper ? half : total - half;
      high = full - size - low;
    } else if (autoPad != "VALID") {
      low = n.dim((*pads)[i]);
      high = n.dim((*pads)[i + count]);
    }
    geometry.low.push_back(reach - low);
    // The zeros behind the last element serve as pads.
    geometry.high.push_back(reach - high + (*extra)[i] - ((*strides)[i] - 1));
  }
  return geometry;
}

/// stride - 1 zeros behind each element of the spatial dims.
static Value spread(NodeImport &n, Value x, ArrayRef<int64_t> strides) {
  if (!x || llvm::all_of(strides, [](int64_t stride) { return stride == 1; }))
    return x;
  Dims dims = n.dims(x), split(ArrayRef(dims).take_front(2)), whole = split;
  for (auto [dim, stride] : llvm::zip(ArrayRef(dims).drop_front(2), strides)) {
    split.append({dim, n.dim(1)});
    whole.push_back(dim * stride);
  }
  Dims low(split.size(), n.dim(0)), high = low;
  for (auto [i, stride] : llvm::enumerate(strides))
    high[3 + 2 * i] = n.dim(stride - 1);
  Value zero = n.constant(n.element(x), 0);
  return n.reshape(n.pad(n.reshape(x, split), PadMode::constant, zero, low, high), whole);
}

/// [C, M / groups, kernel..] to [M, C / groups, kernel..], mirrored.
static Value turnFilter(NodeImport &n, Value filter, int64_t groups) {
  Dims dims = n.dims(filter), offsets(dims.size(), n.dim(0));
  SmallVector<int64_t> steps(dims.size(), 1);
  for (size_t i = 2; i < dims.size(); ++i) {
    offsets[i] = dims[i] - 1;
    steps[i] = -1;
  }
  Value mirrored = n.slice(filter, offsets, dims, steps);
  Dims split = dims, whole = dims;
  split[0] = floorDiv(dims[0], n.dim(groups));
  split.insert(split.begin(), n.dim(groups));
  SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, split.size()));
  std::swap(permutation[1], permutation[2]);
  whole[0] = dims[1] * groups;
  whole[1] = split[1];
  return n.reshape(n.transpose(n.reshape(mirrored, split), permutation), whole);
}

static LogicalResult importConvTranspose(NodeImport &n) {
  Value x = n.input(0, "X"), filter = n.input(1, "W");
  int64_t groups = n.getInt("group", 1);
  std::optional<Dims> spatial = spatialDims(n, x);
  if (!spatial || !filter || n.hasFailed())
    return failure();
  if (n.rank(filter) != n.rank(x))
    return n.result(
        n.error("expected input and filter of one rank, got " + describeDims(x) + " and " + describeDims(filter)));
  Dims dims = n.dims(filter);
  std::optional<int64_t> channels = constantValue(dims[0]);
  if (groups < 1 || (channels && *channels % groups))
    return n.result(n.error("attribute 'group': expected a divisor of the filter's " + Twine(channels.value_or(0)) +
                            " input channels, got " + Twine(groups)));
  std::optional<Geometry> geometry = readGeometry(n, *spatial, ArrayRef(dims).drop_front(2));
  if (!geometry || !n.assumeEqual(dims[0], n.dims(x)[1]))
    return failure();
  Value wide = spread(n, x, geometry->strides);
  if (!wide)
    return failure();
  Dims offsets(dims.size(), n.dim(0)), sizes = n.dims(wide);
  for (size_t i = 0; i < spatial->size(); ++i) {
    DimAttr &low = geometry->low[i], &high = geometry->high[i], zero = n.dim(0);
    offsets[2 + i] = max(low * -1, zero);
    sizes[2 + i] = sizes[2 + i] - offsets[2 + i] - max(high * -1, zero);
    low = max(low, zero);
    high = max(high, zero);
  }
  if (sizes != n.dims(wide))
    wide = n.slice(wide, offsets, sizes, SmallVector<int64_t>(dims.size(), 1));
  Value product = n.create<ConvOp>({wide, turnFilter(n, filter, groups)}, [&](ConvOp::Properties &p) {
    Builder b(n.context());
    p.strides = b.getDenseI64ArrayAttr(SmallVector<int64_t>(spatial->size(), 1));
    p.dilations = b.getDenseI64ArrayAttr(geometry->dilations);
    p.low = n.dimsAttr(geometry->low);
    p.high = n.dimsAttr(geometry->high);
    p.groups = b.getI64IntegerAttr(groups);
  });
  return n.result(addFeatureBias(n, product, n.optionalInput(2)));
}

void importer::addConvTranspose(ImporterTable &table) { table.add("ConvTranspose", importConvTranspose); }

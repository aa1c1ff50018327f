// Geometry of sliding windows; see Windows.h.
#include "compiler/import/ops/Windows.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
enum class AutoPad { None, Valid, Upper, Lower };
}

static std::optional<AutoPad> readAutoPad(NodeImport &n) {
  std::string text = n.getString("auto_pad", "NOTSET");
  if (text == "NOTSET" || text.empty())
    return AutoPad::None;
  if (text == "VALID")
    return AutoPad::Valid;
  if (text == "SAME_UPPER")
    return AutoPad::Upper;
  if (text == "SAME_LOWER")
    return AutoPad::Lower;
  n.error("attribute 'auto_pad': expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, got " + quote(text));
  return std::nullopt;
}

std::optional<SmallVector<int64_t>> importer::readWindowInts(NodeImport &n, StringRef name, size_t count, int64_t least,
                                                             int64_t otherwise) {
  SmallVector<int64_t> values = n.getInts(name);
  if (values.empty())
    values.assign(count, otherwise);
  if (values.size() != count) {
    n.error("attribute '" + name + "': expected " + Twine(count) + " values, got " + Twine(values.size()));
    return std::nullopt;
  }
  for (int64_t value : values)
    if (value < least || value > INT32_MAX) {
      n.error("attribute '" + name + "': expected values of at least " + Twine(least) + ", got " + Twine(value));
      return std::nullopt;
    }
  return values;
}

/// All pads of one dim under SAME_*: so many that ceil(size / stride) windows fit. `reach` is a window's extent less 1.
static DimAttr samePads(DimAttr size, DimAttr reach, DimAttr stride) {
  DimAttr zero = dimConstant(size.getContext(), 0);
  DimAttr rest = ceilDiv(size, stride) * stride - size; // in [0, stride)
  DimAttr overlap = reach + 1 - stride;
  if (constantValue(reach) == 0)
    return zero;
  return knownLessEqual(zero, overlap) ? rest + overlap : max(rest + overlap, zero);
}

std::optional<Windows> importer::readWindows(NodeImport &n, ArrayRef<DimAttr> spatial, ArrayRef<DimAttr> kernel) {
  size_t count = spatial.size();
  std::optional<AutoPad> autoPad = readAutoPad(n);
  if (!autoPad)
    return std::nullopt;
  auto strides = readWindowInts(n, "strides", count, 1, 1), dilations = readWindowInts(n, "dilations", count, 1, 1);
  auto pads = readWindowInts(n, "pads", 2 * count, 0, 0);
  bool ceilMode = n.getInt("ceil_mode", 0);
  if (n.hasFailed() || !strides || !dilations || !pads)
    return std::nullopt;
  Windows windows{*strides, *dilations, {}, {}, {}};
  for (size_t i = 0; i < count; ++i) {
    DimAttr zero = n.dim(0), two = n.dim(2), stride = n.dim((*strides)[i]);
    DimAttr reach = (kernel[i] - 1) * (*dilations)[i], size = spatial[i];
    bool same = *autoPad == AutoPad::Upper || *autoPad == AutoPad::Lower;
    DimAttr low = zero, high = zero;
    if (same) {
      DimAttr total = samePads(size, reach, stride);
      low = *autoPad == AutoPad::Upper ? floorDiv(total, two) : total - floorDiv(total, two);
      high = total - low;
    } else if (*autoPad == AutoPad::None) {
      low = n.dim((*pads)[i]);
      high = n.dim((*pads)[i + count]);
    }
    DimAttr room = size + low + high - reach - 1;
    DimAttr positions = floorDiv(room, stride) + 1;
    if (same)
      positions = ceilDiv(size, stride);
    else if (ceilMode && *autoPad == AutoPad::None)
      positions = leastOf({ceilDiv(room, stride) + 1, ceilDiv(size + low, stride)});
    windows.low.push_back(low);
    windows.high.push_back(high);
    windows.sizes.push_back(max(positions, zero));
  }
  return windows;
}

std::optional<Dims> importer::spatialDims(NodeImport &n, Value x) {
  if (!x)
    return std::nullopt;
  Dims dims = n.dims(x);
  if (dims.size() < 3) {
    n.error("expected an operand of dims [N, C, spatial..], got " + describeDims(x));
    return std::nullopt;
  }
  return Dims(ArrayRef(dims).drop_front(2));
}

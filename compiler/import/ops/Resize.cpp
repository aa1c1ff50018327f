// Resize, Upsample: axis by axis, see Resampling.h. Source: ONNX Resize-19, Upsample-9.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/Resampling.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

//===- Operands
//----------------------------------------------------------------------------------------------------===//

/// floor(size * scale); a float is a number over a power of two, so this is exact for symbols too.
static DimAttr scaledSize(NodeImport &n, DimAttr size, Value scale) {
  std::optional<double> number = n.number(scale);
  if (!number) {
    Type f64 = Float64Type::get(n.context());
    return n.bindSize(n.unary(UnaryKind::floor, n.mul(n.size(size, f64), scale)));
  }
  if (!(*number > 0) || *number > 0x1p24) {
    n.error("expected scales in (0, 2^24], got " + std::to_string(*number));
    return {};
  }
  int64_t denominator = 1;
  double numerator = *number;
  for (; numerator != std::floor(numerator) && denominator < (int64_t(1) << 40); denominator *= 2)
    numerator *= 2;
  return floorDiv(size * int64_t(numerator), n.dim(denominator));
}

static Value element(NodeImport &n, Value list, int64_t i) {
  return n.cast(n.reshape(n.sliceAxis(list, 0, n.dim(i), n.dim(1)), {}), Float64Type::get(n.context()));
}

/// Sizes that keep the ratio of the axes: all by the least, or the greatest, of the quotients, rounded half up.
static bool keepAspectRatio(NodeImport &n, MutableArrayRef<ResampledAxis> axes, StringRef policy) {
  if (policy != "not_larger" && policy != "not_smaller") {
    n.error("attribute 'keep_aspect_ratio_policy': expected stretch, not_larger or not_smaller, got " + quote(policy));
    return false;
  }
  bool isLeast = policy == "not_larger";
  Value scale;
  SmallVector<DimAttr> sizes(axes.size());
  for (const ResampledAxis &by : axes) {
    if (constantValue(by.from) == 0) {
      n.error("expected axes that are not empty, got axis " + Twine(by.axis) + " of size 0");
      return false;
    }
    scale = scale ? n.binary(isLeast ? BinaryKind::min : BinaryKind::max, scale, by.scale) : by.scale;
    // Rounding is monotonic: the least of the rounded sizes is the rounded size of the least quotient.
    for (auto [size, axis] : llvm::zip_equal(sizes, axes)) {
      DimAttr own = floorDiv(by.to * axis.from * 2 + by.from, by.from * 2);
      size = !size ? own : isLeast ? min(size, own) : max(size, own);
    }
  }
  for (auto [size, axis] : llvm::zip_equal(sizes, axes)) {
    axis.to = size;
    axis.scale = scale;
  }
  return true;
}

static LogicalResult resizeAll(NodeImport &n, Value x, ArrayRef<int64_t> axes, Value roi, Value scales, Value sizes,
                               const ResampleOptions &options) {
  Type f64 = Float64Type::get(n.context());
  if (options.mode != "nearest" && options.mode != "linear" && options.mode != "cubic")
    return n.result(n.error("attribute 'mode': expected nearest, linear or cubic, got " + quote(options.mode)));
  int64_t count = axes.size();
  for (auto [list, wanted, what] : {std::tuple(scales, count, "scales"), std::tuple(sizes, count, "sizes")})
    if (list && (n.rank(list) != 1 || constantValue(n.dims(list)[0]) != wanted))
      return n.result(n.error("expected " + Twine(wanted) + " " + what + ", got " + describeDims(list)));
  bool crops = options.coordinates == "tf_crop_and_resize";
  if (crops && (!roi || n.rank(roi) != 1 || constantValue(n.dims(roi)[0]) != 2 * count))
    return n.result(n.error("expected a roi of " + Twine(2 * count) + " elements, got " +
                            (roi ? describeDims(roi) : std::string("none"))));
  SmallVector<ResampledAxis> all;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    ResampledAxis a{axis, n.dims(x)[axis], {}, {}, {}, {}};
    if (scales) {
      a.scale = element(n, scales, i);
      a.to = scaledSize(n, a.from, a.scale);
    } else {
      a.to = n.bindSize(n.sliceAxis(sizes, 0, n.dim(i), n.dim(1)));
      a.scale = a.to ? n.div(n.size(a.to, f64), n.size(a.from, f64)) : Value();
    }
    if (!a.to)
      return failure();
    if (crops) {
      a.start = element(n, roi, i);
      a.end = element(n, roi, i + count);
    }
    all.push_back(a);
  }
  std::string policy = n.getString("keep_aspect_ratio_policy", "stretch");
  if (sizes && policy != "stretch" && !keepAspectRatio(n, all, policy))
    return failure();
  Type narrow = n.element(x);
  bool interpolates = options.mode != "nearest";
  Value y =
      !interpolates ? x : n.cast(x, isa<FloatType>(narrow) ? n.wideElement(narrow) : Float32Type::get(n.context()));
  for (const ResampledAxis &axis : all)
    if (crops || axis.from != axis.to || n.number(axis.scale).value_or(1) != 1)
      y = resample(n, y, axis, options);
  return n.result(n.cast(y, narrow));
}

/// An optional list; one without elements counts as absent.
static Value list(NodeImport &n, size_t i) {
  Value value = n.optionalInput(i);
  return value && n.rank(value) == 1 && constantValue(n.dims(value)[0]) == 0 ? Value() : value;
}

static LogicalResult importResize(NodeImport &n) {
  Value x = n.input(0, "X");
  bool old = n.version < 11;
  ResampleOptions options{n.getString("mode", "nearest"),
                          n.getString("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
                          n.getString("nearest_mode", old ? "simple" : "round_prefer_floor"),
                          n.getFloat("cubic_coeff_a", -0.75),
                          n.getFloat("extrapolation_value", 0),
                          n.getInt("exclude_outside", 0) != 0,
                          n.getInt("antialias", 0) != 0};
  SmallVector<int64_t> axes = n.getInts("axes");
  if (!x || n.hasFailed())
    return failure();
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x)));
  auto normal = n.normalizeAxes(axes, n.rank(x));
  if (!normal)
    return failure();
  Value scales = list(n, old ? 1 : 2), sizes = old ? Value() : list(n, 3), roi = old ? Value() : list(n, 1);
  if (!scales == !sizes)
    return n.result(n.error("expected either scales or sizes, got " + Twine(scales ? "both" : "none")));
  return resizeAll(n, x, *normal, roi, scales, sizes, options);
}

/// Opset 7 keeps the scales in an attribute.
static LogicalResult importUpsample(NodeImport &n) {
  Value x = n.input(0, "X"), scales = n.version >= 9 ? n.input(1, "scales") : Value();
  ResampleOptions options{n.getString("mode", "nearest"), "asymmetric", "simple"};
  if (n.version < 9) {
    SmallVector<Value> parts;
    for (float scale : n.getFloats("scales"))
      parts.push_back(n.reshape(n.constant(Float32Type::get(n.context()), scale), {n.dim(1)}));
    if (parts.empty())
      return n.result(n.error("attribute 'scales': expected one value per dim, got none"));
    scales = parts.size() == 1 ? parts[0] : n.concat(parts, 0);
  }
  if (!x || !scales || n.hasFailed())
    return failure();
  return resizeAll(n, x, llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x))), {}, scales, {}, options);
}

void importer::addResize(ImporterTable &table) {
  table.add("Resize", importResize, 10);
  table.add("Upsample", importUpsample, 7);
}

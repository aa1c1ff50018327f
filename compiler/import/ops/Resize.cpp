// Resize, Upsample: axis by axis, a weighted sum of gathered neighbours.
//
// Coordinates and weights are tables of one dim, computed from an iota in f64, so sizes and scales may be known only
// when the program runs. Source: ONNX Resize-19, Upsample-9.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
struct Options {
  std::string mode, coordinates, nearest;
  double cubicCoefficient = -0.75, extrapolation = 0;
  bool excludeOutside = false, antialias = false;
};

/// One axis: its size before and after, after / before as the model gives it (f64 scalar), and its region (or null).
struct Axis {
  int64_t axis;
  DimAttr from, to;
  Value scale, start, end;
};

/// An input element at `index` [to] with `weight` [to].
struct Tap {
  Value index, weight;
};

class Resizer {
public:
  Resizer(NodeImport &n, const Options &options) : n(n), options(options) {}
  Value resize(Value x, const Axis &axis);

private:
  Type f64() { return Float64Type::get(n.context()); }
  Value number(double value) { return n.constant(f64(), value); }
  Value plus(Value x, double y) { return n.binary(BinaryKind::add, x, y); }
  Value times(Value x, double y) { return n.binary(BinaryKind::mul, x, y); }
  /// Input coordinates [to].
  Value coordinates(const Axis &axis);
  Value nearestIndex(Value x, const Axis &axis);
  SmallVector<Tap> taps(Value x, const Axis &axis);
  /// The weight of an element at a distance.
  Value kernel(Value distance);
  Value gather(Value x, Value index, const Axis &axis);
  /// `table` [to] so that it broadcasts along the axis of x.
  Value spread(Value table, Value x, int64_t axis);

  NodeImport &n;
  const Options &options;
};
} // namespace

Value Resizer::coordinates(const Axis &axis) {
  Value position = n.iota({axis.to}, 0, f64()), in = n.size(axis.from, f64()), scaled = n.mul(axis.scale, in);
  Value center = plus(n.div(plus(position, 0.5), axis.scale), -0.5);
  Value single = n.binary(BinaryKind::eq, scaled, 1.0), inLast = plus(in, -1), outLast = plus(scaled, -1);
  StringRef mode = options.coordinates;
  if (mode == "half_pixel")
    return center;
  if (mode == "asymmetric")
    return n.div(position, axis.scale);
  if (mode == "pytorch_half_pixel")
    return n.select(single, number(-0.5), center);
  if (mode == "align_corners")
    return n.select(single, number(0), n.div(n.mul(position, inLast), outLast));
  if (mode == "half_pixel_symmetric") {
    Value adjustment = n.div(n.size(axis.to, f64()), scaled);
    return n.add(center, n.mul(times(in, 0.5), n.sub(number(1), adjustment)));
  }
  if (mode == "tf_crop_and_resize") {
    Value extent = n.mul(n.sub(axis.end, axis.start), inLast);
    Value inside = n.select(single, times(extent, 0.5), n.div(n.mul(position, extent), outLast));
    return n.add(inside, n.mul(axis.start, inLast));
  }
  return n.error("attribute 'coordinate_transformation_mode': expected half_pixel, half_pixel_symmetric, "
                 "pytorch_half_pixel, align_corners, asymmetric or tf_crop_and_resize, got " +
                 quote(mode));
}

Value Resizer::nearestIndex(Value x, const Axis &axis) {
  StringRef mode = options.nearest;
  if (mode == "round_prefer_floor")
    return n.unary(UnaryKind::ceil, plus(x, -0.5));
  if (mode == "round_prefer_ceil")
    return n.unary(UnaryKind::floor, plus(x, 0.5));
  if (mode == "floor")
    return n.unary(UnaryKind::floor, x);
  if (mode == "ceil")
    return n.unary(UnaryKind::ceil, x);
  if (mode == "simple") // before opset 11: up to the next element where the axis shrinks
    return n.select(n.binary(BinaryKind::lt, axis.scale, 1.0), n.unary(UnaryKind::ceil, x),
                    n.unary(UnaryKind::floor, x));
  return n.error("attribute 'nearest_mode': expected round_prefer_floor, round_prefer_ceil, floor or ceil, got " +
                 quote(mode));
}

Value Resizer::kernel(Value distance) {
  Value d = n.unary(UnaryKind::abs, distance);
  if (options.mode == "linear")
    return n.binary(BinaryKind::max, n.sub(number(1), d), 0.0);
  double a = options.cubicCoefficient;
  Value near = plus(n.mul(n.mul(plus(times(d, a + 2), -(a + 3)), d), d), 1);
  Value far = plus(n.mul(plus(n.mul(plus(times(d, a), -5 * a), d), 8 * a), d), -4 * a);
  Value tail = n.select(n.binary(BinaryKind::lt, d, 2.0), far, number(0));
  return n.select(n.binary(BinaryKind::le, d, 1.0), near, tail);
}

SmallVector<Tap> Resizer::taps(Value x, const Axis &axis) {
  int64_t reach = options.mode == "linear" ? 1 : 2;
  double shrink = 1;
  if (options.antialias) {
    std::optional<double> scale = n.number(axis.scale);
    if (!scale || !(*scale > 1e-3)) {
      n.error("not supported yet: antialias by a scale below 0.001 or known only at run time");
      return {};
    }
    shrink = std::min(*scale, 1.0);
  }
  int64_t first = int64_t(std::floor(-double(reach) / shrink)) + 1, last = 1 - first;
  Value floor = n.unary(UnaryKind::floor, x), ratio = n.sub(x, floor), sum;
  SmallVector<Tap> result;
  for (int64_t i = first; i <= last; ++i) {
    Value index = plus(floor, double(i)), weight = kernel(times(n.sub(number(double(i)), ratio), shrink));
    if (options.excludeOutside) {
      Value inside = n.binary(BinaryKind::_and, n.binary(BinaryKind::ge, index, 0.0),
                              n.binary(BinaryKind::lt, index, n.size(axis.from, f64())));
      weight = n.select(inside, weight, number(0));
    }
    sum = sum ? n.add(sum, weight) : weight;
    result.push_back({index, weight});
  }
  if (options.excludeOutside || shrink < 1)
    for (Tap &tap : result)
      tap.weight = n.div(tap.weight, sum);
  return result;
}

Value Resizer::gather(Value x, Value index, const Axis &axis) {
  Value low = n.binary(BinaryKind::max, index, 0.0);
  Value inside = n.binary(BinaryKind::min, low, plus(n.size(axis.from, f64()), -1));
  return n.gather(IndexMode::take, x, n.cast(inside, IntegerType::get(n.context(), 64)), axis.axis);
}

Value Resizer::spread(Value table, Value x, int64_t axis) {
  if (!table || !x)
    return {};
  Dims dims(n.rank(x) - axis, n.dim(1));
  dims[0] = n.dims(table)[0];
  return n.reshape(table, dims);
}

Value Resizer::resize(Value x, const Axis &axis) {
  Value at = coordinates(axis), y;
  if (!at)
    return {};
  if (options.mode == "nearest") {
    y = gather(x, nearestIndex(at, axis), axis);
  } else {
    for (const Tap &tap : taps(at, axis)) {
      Value weight = spread(n.cast(tap.weight, n.element(x)), x, axis.axis);
      Value term = n.mul(gather(x, tap.index, axis), weight);
      y = y ? n.add(y, term) : term;
    }
  }
  if (!y || options.coordinates != "tf_crop_and_resize")
    return y;
  Value outside = n.binary(BinaryKind::_or, n.binary(BinaryKind::lt, at, 0.0),
                           n.binary(BinaryKind::gt, at, plus(n.size(axis.from, f64()), -1)));
  return n.select(spread(outside, y, axis.axis), n.constant(n.element(y), options.extrapolation), y);
}

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

/// Sizes that keep the ratio of the axes: all by the least, or the greatest, of the quotients.
static bool keepAspectRatio(NodeImport &n, MutableArrayRef<Axis> axes, StringRef policy) {
  if (policy != "not_larger" && policy != "not_smaller") {
    n.error("attribute 'keep_aspect_ratio_policy': expected stretch, not_larger or not_smaller, got " + quote(policy));
    return false;
  }
  std::optional<double> scale;
  for (const Axis &axis : axes) {
    std::optional<int64_t> from = constantValue(axis.from), to = constantValue(axis.to);
    if (!from || !to || *from < 1) {
      n.error("not supported yet: keep_aspect_ratio_policy with sizes known only at run time");
      return false;
    }
    double own = double(*to) / double(*from);
    scale = !scale ? own : policy == "not_larger" ? std::min(*scale, own) : std::max(*scale, own);
  }
  for (Axis &axis : axes) {
    axis.to = n.dim(int64_t(std::floor(*scale * double(*constantValue(axis.from)) + 0.5)));
    axis.scale = n.constant(Float64Type::get(n.context()), *scale);
  }
  return true;
}

static LogicalResult resizeAll(NodeImport &n, Value x, ArrayRef<int64_t> axes, Value roi, Value scales, Value sizes,
                               Options options) {
  Type f64 = Float64Type::get(n.context());
  if (options.mode != "nearest" && options.mode != "linear" && options.mode != "cubic")
    return n.result(n.error("attribute 'mode': expected nearest, linear or cubic, got " + quote(options.mode)));
  int64_t count = axes.size();
  for (auto [list, wanted, what] : {std::tuple(scales, count, "scales"), std::tuple(sizes, count, "sizes")})
    if (list && (n.rank(list) != 1 || constantValue(n.dims(list)[0]) != wanted))
      return n.result(n.error("expected " + Twine(wanted) + " " + what + ", got " + describeDims(list.getType())));
  bool crops = options.coordinates == "tf_crop_and_resize";
  if (crops && (!roi || n.rank(roi) != 1 || constantValue(n.dims(roi)[0]) != 2 * count))
    return n.result(n.error("expected a roi of " + Twine(2 * count) + " elements, got " +
                            (roi ? describeDims(roi.getType()) : std::string("none"))));
  SmallVector<Axis> all;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    Axis a{axis, n.dims(x)[axis], {}, {}, {}, {}};
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
  Resizer resizer(n, options);
  for (const Axis &axis : all)
    if (crops || axis.from != axis.to || n.number(axis.scale).value_or(1) != 1)
      y = resizer.resize(y, axis);
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
  Options options{n.getString("mode", "nearest"),
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
  Options options{n.getString("mode", "nearest"), "asymmetric", "simple"};
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

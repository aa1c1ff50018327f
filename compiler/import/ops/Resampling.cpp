// See Resampling.h.
#include "compiler/import/ops/Resampling.h"
#include "compiler/import/Describe.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// An input element at `index` [to] with `weight` [to].
struct Tap {
  Value index, weight;
};

class Resampler {
public:
  Resampler(NodeImport &n, const ResampleOptions &options) : n(n), options(options) {}
  Value run(Value x, const ResampledAxis &axis);

private:
  Type f64() { return Float64Type::get(n.context()); }
  Value number(double value) { return n.constant(f64(), value); }
  Value plus(Value x, double y) { return n.binary(BinaryKind::add, x, y); }
  Value times(Value x, double y) { return n.binary(BinaryKind::mul, x, y); }
  /// Input coordinates [to].
  Value coordinates(const ResampledAxis &axis);
  Value nearestIndex(Value x, const ResampledAxis &axis);
  SmallVector<Tap> taps(Value x, const ResampledAxis &axis);
  /// The weight of an element at a distance.
  Value kernel(Value distance);
  Value gather(Value x, Value index, const ResampledAxis &axis);
  /// `table` [to] so that it broadcasts along the axis of x.
  Value spread(Value table, Value x, int64_t axis);

  NodeImport &n;
  const ResampleOptions &options;
};
} // namespace

Value Resampler::coordinates(const ResampledAxis &axis) {
  Value position = n.iota({axis.to}, 0, f64()), in = n.size(axis.from, f64()), scaled = n.mul(axis.scale, in);
  Value center = plus(n.div(plus(position, 0.5), axis.scale), -0.5);
  Value single = n.binary(BinaryKind::eq, scaled, 1.0), inLast = plus(in, -1), outLast = plus(scaled, -1);
  StringRef mode = options.coordinates;
  if (mode == "half_pixel")
    return center;
  if (mode == "asymmetric")
    return n.div(position, axis.scale);
  if (mode == "tf_half_pixel_for_nn") // opset 11
    return n.div(plus(position, 0.5), axis.scale);
  if (mode == "pytorch_half_pixel")
    return n.select(n.binary(BinaryKind::le, n.size(axis.to, f64()), 1.0), number(0), center);
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

Value Resampler::nearestIndex(Value x, const ResampledAxis &axis) {
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

Value Resampler::kernel(Value distance) {
  Value d = n.unary(UnaryKind::abs, distance);
  if (options.mode == "linear")
    return n.binary(BinaryKind::max, n.sub(number(1), d), 0.0);
  double a = options.cubicCoefficient;
  Value near = plus(n.mul(n.mul(plus(times(d, a + 2), -(a + 3)), d), d), 1);
  Value far = plus(n.mul(plus(n.mul(plus(times(d, a), -5 * a), d), 8 * a), d), -4 * a);
  Value tail = n.select(n.binary(BinaryKind::lt, d, 2.0), far, number(0));
  return n.select(n.binary(BinaryKind::le, d, 1.0), near, tail);
}

SmallVector<Tap> Resampler::taps(Value x, const ResampledAxis &axis) {
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

Value Resampler::gather(Value x, Value index, const ResampledAxis &axis) {
  Value low = n.binary(BinaryKind::max, index, 0.0);
  Value inside = n.binary(BinaryKind::min, low, plus(n.size(axis.from, f64()), -1));
  return n.gather(IndexMode::take, x, n.cast(inside, IntegerType::get(n.context(), 64)), axis.axis);
}

Value Resampler::spread(Value table, Value x, int64_t axis) {
  if (!table || !x)
    return {};
  Dims dims(n.rank(x) - axis, n.dim(1));
  dims[0] = n.dims(table)[0];
  return n.reshape(table, dims);
}

Value Resampler::run(Value x, const ResampledAxis &axis) {
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

Value importer::resample(NodeImport &n, Value x, const ResampledAxis &axis, const ResampleOptions &options) {
  return Resampler(n, options).run(x, axis);
}

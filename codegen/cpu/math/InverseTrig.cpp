// asin, acos, atan, atan2: minimax polynomials (minimax.py) on [0, 1/2] for asin and [0, 1] for atan, and the
// identities asin x = pi/2 - 2 asin sqrt((1 - x) / 2), atan x = pi/2 - atan 1/x, with pi/2 in two parts.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include <limits>

using namespace mlir;
using namespace sinter;

namespace {
// error 2^-27.62
constexpr float asinTail[] = {0x1.5555c8p-3f, 0x1.330204p-4f, 0x1.747bbap-5f, 0x1.8c3e28p-6f, 0x1.595c92p-5f};
// error 2^-28.48
constexpr float atanTail[] = {-0x1.55553ep-2f, 0x1.9991e4p-3f,  -0x1.242086p-3f, 0x1.c08c4cp-4f,  -0x1.5808f4p-4f,
                              0x1.da289ep-5f,  -0x1.fd789ap-6f, 0x1.641b5cp-7f,  -0x1.d3418cp-10f};
constexpr double halfPiHigh = 0x1.921fb6p+0, halfPiLow = -0x1.777a5cp-25;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// asin of `folded`, which is |x| up to 1/2 and sqrt((1 - |x|) / 2) beyond (isFolded).
struct Arcsine {
  Value isFolded, value;
};
} // namespace

/// x + x^3 P(x^2).
static Value odd(LaneBuilder &b, Value x, Value square, ArrayRef<float> tail) {
  return b.fma(b.mul(x, square), b.horner(square, tail), x);
}

/// scale (pi/2 - x) for a power of two `scale`.
static Value complement(LaneBuilder &b, Value x, double scale = 1) {
  return b.mul(b.f32(scale), b.sub(b.f32(halfPiHigh), b.sub(x, b.f32(halfPiLow))));
}

static Arcsine arcsine(LaneBuilder &b, Value a) {
  Value isFolded = b.greater(a, b.f32(0.5));
  Value half = b.fma(a, b.f32(-0.5), b.f32(0.5));
  Value square = b.select(isFolded, half, b.mul(a, a));
  Value folded = b.select(isFolded, b.sqrt(half), a);
  return {isFolded, odd(b, folded, square, asinTail)};
}

Value sinter::expandAsin(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Arcsine arc = arcsine(b, b.abs(x));
  Value twice = b.add(arc.value, arc.value);
  return b.copysign(b.select(arc.isFolded, complement(b, twice), arc.value), x);
}

Value sinter::expandAcos(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Arcsine arc = arcsine(b, b.abs(x));
  Value nearOne = b.add(arc.value, arc.value);
  Value nearMinusOne = complement(b, arc.value, 2);
  Value folded = b.select(b.less(x, b.f32(0)), nearMinusOne, nearOne);
  return b.select(arc.isFolded, folded, complement(b, b.copysign(arc.value, x)));
}

Value sinter::expandAtan(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.abs(x), one = b.f32(1);
  Value isInverted = b.greater(a, one);
  Value q = b.select(isInverted, b.div(one, a), a);
  Value angle = odd(b, q, b.mul(q, q), atanTail);
  return b.copysign(b.select(isInverted, complement(b, angle), angle), x);
}

Value sinter::expandAtan2(ImplicitLocOpBuilder &builder, Value y, Value x) {
  LaneBuilder b(builder, x);
  Value ax = b.abs(x), ay = b.abs(y);
  Value isSteep = b.greater(ay, ax);
  Value low = b.select(isSteep, ax, ay), high = b.select(isSteep, ay, ax);
  Value q = b.div(low, high);
  q = b.select(b.equal(low, b.f32(0)), b.f32(0), q);
  q = b.select(b.equal(low, b.f32(infinity)), b.f32(1), q);
  Value angle = odd(b, q, b.mul(q, q), atanTail);
  angle = b.select(isSteep, complement(b, angle), angle);
  Value isLeft = b.icompare(arith::CmpIPredicate::slt, b.bits(x), b.i32(0)); // includes -0
  Value pi = b.f32(2 * halfPiHigh), left = b.sub(pi, b.sub(angle, b.f32(2 * halfPiLow)));
  Value result = b.copysign(b.select(isLeft, left, angle), y);
  return b.select(b.unordered(x, y), b.add(x, y), result);
}

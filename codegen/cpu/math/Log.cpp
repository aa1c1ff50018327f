// log, log2, log10, log1p: x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)) by integer arithmetic on the bits, then
// log(1 + f) = f - f^2 / 2 + f^3 P(f) with a minimax polynomial (minimax.py); constants in two parts.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include <limits>

using namespace mlir;
using namespace sinter;

namespace {
// error 2^-28.35, relative to log(1 + f)
constexpr float logTail[] = {0x1.555548p-2f,  -0x1.000006p-2f, 0x1.99a4b4p-3f,  -0x1.555c4cp-3f, 0x1.23376ap-3f,
                             -0x1.fc2216p-4f, 0x1.e6f06ap-4f,  -0x1.de3bc0p-4f, 0x1.145744p-4f};
constexpr double ln2High = 0x1.62e430p-1, ln2Low = -0x1.05c610p-29;
constexpr double log2EHigh = 0x1.715476p+0, log2ELow = 0x1.4ae0c0p-26;
constexpr double log10EHigh = 0x1.bcb7b2p-2, log10ELow = -0x1.5b235ep-27;
constexpr double log10Of2High = 0x1.344136p-2, log10Of2Low = -0x1.ec10c0p-27;
constexpr int32_t sqrtHalfBits = 0x3f3504f3;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A positive normal number as 2^exponent * mantissa, mantissa in [sqrt(1/2), sqrt(2)); the exponent is an i32.
struct Split {
  Value exponent, mantissa;
};
/// The exponent as a float and f, the mantissa minus one.
struct Parts {
  Value exponent, f;
};
} // namespace

static Split split(LaneBuilder &b, Value x) {
  Value bits = b.bits(x);
  Value exponent = b.ashr(b.isub(bits, b.i32(sqrtHalfBits)), 23);
  return {exponent, b.floating(b.isub(bits, b.shl(exponent, 23)))};
}

/// Parts of any positive number; denormals are scaled up first.
static Parts partsOf(LaneBuilder &b, Value x) {
  Value isDenormal = b.less(x, b.f32(0x1p-126));
  Split parts = split(b, b.select(isDenormal, b.mul(x, b.f32(0x1p23)), x));
  Value exponent = b.fromInt(b.builder().getF32Type(), parts.exponent);
  exponent = b.sub(exponent, b.select(isDenormal, b.f32(23), b.f32(0)));
  return {exponent, b.sub(parts.mantissa, b.f32(1))};
}

/// log(1 + f) - f.
static Value tailOf(LaneBuilder &b, Value f) { return b.mul(b.mul(f, f), b.fma(b.horner(f, logTail), f, b.f32(-0.5))); }

/// `result` for finite x > pole, -inf at the pole, NaN below; +inf and NaN stay themselves.
static Value withSpecials(LaneBuilder &b, Value x, Value result, double pole) {
  Value isFinite = b.less(x, b.f32(infinity));
  Value outside = b.select(b.equal(x, b.f32(pole)), b.f32(-infinity), b.f32(std::numeric_limits<double>::quiet_NaN()));
  Value isInside = b.compare(LaneBuilder::Compare::UGT, x, b.f32(pole));
  return b.select(isInside, b.select(isFinite, result, x), outside);
}

/// exponent ln2 + log(1 + f).
static Value combine(LaneBuilder &b, Parts parts) {
  Value low = b.add(parts.f, b.fma(parts.exponent, b.f32(ln2Low), tailOf(b, parts.f)));
  return b.fma(parts.exponent, b.f32(ln2High), low);
}

Value sinter::expandLog(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  return withSpecials(b, x, combine(b, partsOf(b, x)), 0);
}

Value sinter::expandLog2(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Parts parts = partsOf(b, x);
  Value log = b.add(parts.f, tailOf(b, parts.f));
  Value result = b.fma(log, b.f32(log2EHigh), b.fma(log, b.f32(log2ELow), parts.exponent));
  return withSpecials(b, x, result, 0);
}

Value sinter::expandLog10(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Parts parts = partsOf(b, x);
  Value log = b.add(parts.f, tailOf(b, parts.f));
  Value low = b.fma(log, b.f32(log10ELow), b.mul(parts.exponent, b.f32(log10Of2Low)));
  Value result = b.fma(log, b.f32(log10EHigh), b.fma(parts.exponent, b.f32(log10Of2High), low));
  return withSpecials(b, x, result, 0);
}

/// The logarithm of the rounded sum 1 + x, whose rounding error (Knuth's TwoSum) is added to f at f's scale.
Value sinter::expandLog1p(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value one = b.f32(1);
  Value sum = b.add(x, one);
  Value xPart = b.sub(sum, one);
  Value error = b.add(b.sub(one, b.sub(sum, xPart)), b.sub(x, xPart));
  Split parts = split(b, sum);
  Value scaleBits = arith::MaxSIOp::create(builder, b.isub(b.i32(127), parts.exponent), b.i32(0));
  Value scale = b.floating(b.shl(scaleBits, 23));
  Value f = b.fma(error, scale, b.sub(parts.mantissa, one));
  Value result = combine(b, {b.fromInt(builder.getF32Type(), parts.exponent), f});
  result = b.select(b.equal(x, b.f32(0)), x, result); // -0
  return withSpecials(b, x, result, -1);
}

// pow, fpowi, cbrt: 2^(y log2|x|) in f64, rounded to f32 once, so that the error stays near half an ulp although y
// magnifies that of the logarithm 150 times. log2 m = s P(s^2), s = (m - 1) / (m + 1); 2^r = 1 + r P(r) (minimax.py).
// The exponent 2 and the exponents 1, 3 and -1, if constant, are multiplications or a division.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include "mlir/IR/Matchers.h"
#include <limits>

using namespace mlir;
using namespace sinter;

namespace {
// error 2^-37.79
constexpr double log2Slope[] = {0x1.71547652bee22p+1, 0x1.ec709d12912eep-1, 0x1.2777801a05b7fp-1, 0x1.a58d70494bd91p-2,
                                0x1.5cea2fb96feafp-2};
// error 2^-32.01
constexpr double exp2Slope[] = {0x1.62e4300ba5ed0p-1, 0x1.ebfbe04588227p-3,  0x1.c6b0551275459p-5,
                                0x1.3b2a1bd5ba3dcp-7, 0x1.5dc05661a374ap-10, 0x1.443fb5f4ae40fp-13,
                                0x1.c048f251c4f3ep-17};
constexpr int64_t sqrtHalfBits = 0x3fe6a09e667f3bcd, exponentBias = 1023, mantissaBits = 52;
constexpr double twoTo52 = 0x1p52, roundingShift = 0x1.8p52;
constexpr double infinity = std::numeric_limits<double>::infinity();
} // namespace

/// log2 of an f64 that is 0, +inf, NaN or within f32's positive range (so never an f64 denormal), to 2^-37.
static Value log2Wide(LaneBuilder &b, Value x) {
  Value bits = b.bits(x);
  Value biased = b.lshr(b.isub(bits, b.i64(sqrtHalfBits - (exponentBias << mantissaBits))), mantissaBits);
  Value mantissa = b.floating(b.isub(bits, b.shl(b.isub(biased, b.i64(exponentBias)), mantissaBits)));
  // AVX2 has no conversion from i64: or-ing a small integer into the bits of 2^52 adds it.
  Value exponent = b.floating(b.ior(biased, b.bits(b.f64(twoTo52))));
  exponent = b.sub(exponent, b.f64(twoTo52 + exponentBias));
  Value one = b.f64(1);
  Value s = b.div(b.sub(mantissa, one), b.add(mantissa, one));
  Value log = b.fma(s, b.horner(b.mul(s, s), log2Slope), exponent);
  log = b.select(b.less(x, b.f64(infinity)), log, x);
  return b.select(b.equal(x, b.f64(0)), b.f64(-infinity), log);
}

/// 2^x in f64, right wherever the result is in f32's range; 0 or above f32's range past its ends.
static Value exp2Wide(LaneBuilder &b, Value x) {
  Value clamped = b.clamp(x, b.f64(-200), b.f64(200));
  Value shift = b.f64(roundingShift);
  Value shifted = b.add(clamped, shift);
  Value r = b.sub(clamped, b.sub(shifted, shift));
  Value power = b.fma(r, b.horner(r, exp2Slope), b.f64(1));
  Value scale = b.shl(b.iadd(b.bits(shifted), b.i64(exponentBias)), mantissaBits);
  return b.mul(power, b.floating(scale));
}

/// |x|^y with y in f64; 1 where y = 0 or |x| = 1.
static Value powerOfMagnitude(LaneBuilder &b, Value magnitude, Value wideY) {
  Value power = b.toF32(exp2Wide(b, b.mul(wideY, log2Wide(b, b.toF64(magnitude)))));
  Value isOne = arith::OrIOp::create(b.builder(), b.equal(magnitude, b.f32(1)), b.equal(wideY, b.f64(0)));
  return b.select(isOne, b.f32(1), power);
}

/// x's sign bit if `isOdd`, put on a magnitude.
static Value signedPower(LaneBuilder &b, Value magnitude, Value x, Value isOdd) {
  return b.copysign(magnitude, b.select(isOdd, x, b.f32(1)));
}

/// x^y for the constants that need no logarithm, null for others.
static Value easyPower(LaneBuilder &b, Value x, Value y) {
  FloatAttr scalar;
  SplatElementsAttr splat;
  if (matchPattern(y, m_Constant(&splat)))
    scalar = splat.getSplatValue<FloatAttr>();
  else if (!matchPattern(y, m_Constant(&scalar)))
    return {};
  double exponent = scalar.getValueAsDouble();
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return b.mul(x, x);
  if (exponent == 3)
    return b.mul(b.mul(x, x), x);
  if (exponent == -1)
    return b.div(b.f32(1), x);
  return {};
}

Value sinter::expandPow(ImplicitLocOpBuilder &builder, Value x, Value y) {
  LaneBuilder b(builder, x);
  if (Value easy = easyPower(b, x, y))
    return easy;
  Value magnitude = powerOfMagnitude(b, b.abs(x), b.toF64(y));
  Value half = b.mul(y, b.f32(0.5));
  Value isWhole = b.equal(b.trunc(y), y), isHalfFractional = b.compare(LaneBuilder::Compare::ONE, b.trunc(half), half);
  Value result = signedPower(b, magnitude, x, b.iand(isWhole, isHalfFractional));
  // NaN: a finite negative base with a fractional (or NaN) exponent, and a NaN exponent unless x = 1.
  Value isNegative = b.iand(b.less(x, b.f32(0)), b.greater(x, b.f32(-infinity)));
  Value isFractional = b.compare(LaneBuilder::Compare::UNE, b.trunc(y), y);
  return b.select(b.iand(isNegative, isFractional), b.f32(std::numeric_limits<double>::quiet_NaN()), result);
}

Value sinter::expandFPowI(ImplicitLocOpBuilder &builder, Value x, Value n) {
  LaneBuilder b(builder, x);
  Value isOdd = b.icompare(arith::CmpIPredicate::ne, b.iand(n, b.like(n, 1)), b.like(n, 0));
  Value magnitude = powerOfMagnitude(b, b.abs(x), b.fromInt(builder.getF64Type(), n));
  return signedPower(b, magnitude, x, isOdd);
}

Value sinter::expandCbrt(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value log = log2Wide(b, b.toF64(b.abs(x)));
  return b.copysign(b.toF32(exp2Wide(b, b.mul(log, b.f64(1.0 / 3)))), x);
}

// tanh, sinh, cosh from exp and expm1; asinh, acosh, atanh from log1p. Odd functions work on |x| and copy the sign.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include <limits>

using namespace mlir;
using namespace sinter;

namespace {
// sinh x = x + x^3 P(x^2) for |x| <= 1, error 2^-31.62 (minimax.py)
constexpr float sinhTail[] = {0x1.555556p-3f, 0x1.1110e0p-7f, 0x1.a022bcp-13f, 0x1.756c1ep-19f};
/// tanh rounds to 1 from here on.
constexpr double tanhEnd = 9.1;
/// Beyond it the inverse functions take log(2 x) for their argument, whose square would overflow later on.
constexpr double largeArgument = 0x1p30;
constexpr double ln2 = 0x1.62e430p-1;
} // namespace

/// (e^2x - 1) / (e^2x + 1).
Value sinter::expandTanh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.atMost(b.abs(x), b.f32(tanhEnd));
  Value e = expandExpm1(builder, b.add(a, a));
  return b.copysign(b.div(e, b.add(e, b.f32(2))), x);
}

Value sinter::expandSinh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.abs(x), square = b.mul(a, a);
  Value small = b.fma(b.mul(a, square), b.horner(square, sinhTail), a);
  Value e = expandHalfExp(builder, a);
  Value large = b.sub(e, b.div(b.f32(0.25), e));
  return b.copysign(b.select(b.less(a, b.f32(1)), small, large), x);
}

Value sinter::expandCosh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value e = expandHalfExp(builder, b.abs(x));
  return b.add(e, b.div(b.f32(0.25), e));
}

/// log1p of `argument`, or log(2 x) where x is large.
static Value logOfLarge(LaneBuilder &b, Value x, Value argument) {
  Value isLarge = b.greater(x, b.f32(largeArgument));
  Value log = expandLog1p(b.builder(), b.select(isLarge, x, argument));
  return b.select(isLarge, b.add(log, b.f32(ln2)), log);
}

/// log1p(a + a^2 / (1 + sqrt(1 + a^2))).
Value sinter::expandAsinh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.abs(x), one = b.f32(1), square = b.mul(a, a);
  Value argument = b.add(a, b.div(square, b.add(one, b.sqrt(b.add(square, one)))));
  return b.copysign(logOfLarge(b, a, argument), x);
}

/// log1p(t + sqrt(2 t + t^2)), t = x - 1; NaN below x = 1.
Value sinter::expandAcosh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value t = b.sub(x, b.f32(1));
  Value argument = b.add(t, b.sqrt(b.fma(t, t, b.add(t, t))));
  Value isOutside = b.less(x, b.f32(1));
  return b.select(isOutside, b.f32(std::numeric_limits<double>::quiet_NaN()), logOfLarge(b, x, argument));
}

/// log1p(2 a / (1 - a)) / 2; past 1 the argument of log1p is below -1: NaN.
Value sinter::expandAtanh(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.abs(x);
  Value log = expandLog1p(builder, b.div(b.add(a, a), b.sub(b.f32(1), a)));
  return b.copysign(b.mul(log, b.f32(0.5)), x);
}

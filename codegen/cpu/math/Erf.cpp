// erf and erfc.
//
// erf: x + x P(x^2) up to 7/8; beyond, 1 - 1 / p(|x|)^8, where p = erfc^(-1/8) is nearly linear and so a short
// polynomial (the idea of Hastings 1955, Abramowitz and Stegun 7.1.28, with our own degree and coefficients).
// erfc: 1 - erf x up to 1/2; beyond, e^(-x^2) / (1 + 2 x) P((x - 2) / (x + 2)) with x^2 in two parts, and 2 - erfc(-x)
// for negative x. All coefficients are from minimax.py.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"

using namespace mlir;
using namespace sinter;

namespace {
// error 2^-26.05, relative to erf
constexpr float erfNear[] = {0x1.06eba6p-3f,  -0x1.8126ecp-2f, 0x1.ce1b86p-4f,
                             -0x1.b69b8ep-6f, 0x1.479c18p-8f,  -0x1.3ba5a8p-11f};
// error 2^-25.65, absolute
constexpr float erfFar[] = {0x1.ff1d84p-1f,  0x1.34d212p-3f, 0x1.0edcfcp-4f,  0x1.c7e92ap-5f,
                            -0x1.608fe2p-6f, 0x1.b8708cp-7f, -0x1.9980d2p-9f, 0x1.eb637ap-12f};
// error 2^-24.41, relative
constexpr float erfcScaled[] = {0x1.46e80ep+0f,  -0x1.7bf614p-4f, -0x1.54084ep-3f, 0x1.4ffc4ap-3f,   -0x1.bc09c8p-5f,
                                -0x1.081d5ep-7f, 0x1.1aca7ap-7f,  0x1.58468cp-10f, -0x1.41e9a0p-10f, -0x1.a2d9aep-12f};
constexpr double nearEnd = 0.875, farEnd = 4, erfcNearEnd = 0.5, erfcEnd = 11;
} // namespace

/// erf x for |x| <= 7/8.
static Value erfNearZero(LaneBuilder &b, Value x) { return b.fma(x, b.horner(b.mul(x, x), erfNear), x); }

Value sinter::expandErf(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value magnitude = b.abs(x), one = b.f32(1);
  Value root = b.horner(b.atMost(magnitude, b.f32(farEnd)), erfFar);
  Value power2 = b.mul(root, root), power4 = b.mul(power2, power2);
  Value far = b.sub(one, b.div(one, b.mul(power4, power4)));
  return b.select(b.less(magnitude, b.f32(nearEnd)), erfNearZero(b, x), b.copysign(far, x));
}

Value sinter::expandErfc(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value a = b.atMost(b.abs(x), b.f32(erfcEnd));
  Value square = b.mul(a, a), squareError = b.fma(a, a, b.neg(square));
  Value t = b.div(b.sub(a, b.f32(2)), b.add(a, b.f32(2)));
  Value scaled = b.div(b.horner(t, erfcScaled), b.fma(a, b.f32(2), b.f32(1)));
  scaled = b.fma(b.neg(squareError), scaled, scaled);
  Value positive = b.mul(expandExp(builder, b.neg(square)), scaled);
  Value far = b.select(b.less(x, b.f32(0)), b.sub(b.f32(2), positive), positive);
  return b.select(b.less(a, b.f32(erfcNearEnd)), b.sub(b.f32(1), erfNearZero(b, x)), far);
}

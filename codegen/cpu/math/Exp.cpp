// exp, exp2, expm1: e^x = 2^n e^r with n = x log2(e) rounded, r = x - n ln2 in two steps (Cody and Waite 1980), and a
// minimax polynomial for e^r (minimax.py).
//
// n comes out of adding 1.5 * 2^23, which leaves it in the low bits of the sum; a bias added to that constant turns
// those bits into an exponent field by one shift. Scaling by 2^n is a product of two powers of two, so that the last
// multiplication alone overflows to infinity or rounds into the denormals.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"

using namespace mlir;
using namespace sinter;

namespace {
// error 2^-27.76, relative to e^r
constexpr float expTail[] = {0x1.fffffcp-2f, 0x1.555490p-3f, 0x1.5558f4p-5f, 0x1.123a6ap-7f, 0x1.6a2346p-10f};
// error 2^-28.39, relative to e^r - 1
constexpr float expm1Tail[] = {0x1.000000p-1f, 0x1.555556p-3f,  0x1.55549ep-5f,
                               0x1.11101cp-7f, 0x1.6d83f6p-10f, 0x1.a2a454p-13f};
// error 2^-28.01, relative to 2^r
constexpr float exp2Tail[] = {0x1.04d998p-25f, 0x1.ebfbe2p-3f,  0x1.c6ae72p-5f,
                              0x1.3b270ep-7f,  0x1.5f72b0p-10f, 0x1.470bdcp-13f};
constexpr double log2E = 0x1.715476p+0, ln2 = 0x1.62e430p-1;
/// ln2 with nine bits, so that n times it is exact, and the rest.
constexpr double ln2High = 0x1.63p-1, ln2Low = -0x1.bd0106p-13;
constexpr double roundingShift = 0x1.8p+23;

/// x = n ln2 + r. The low bits of `count` hold n + bias.
struct Reduced {
  Value count, r;
};
} // namespace

static Reduced reduce(LaneBuilder &b, Value x, int bias) {
  Value shift = b.f32(roundingShift + bias);
  Value shifted = b.fma(x, b.f32(log2E), shift);
  Value n = b.sub(shifted, shift);
  Value r = b.fma(n, b.f32(-ln2High), x);
  return {b.bits(shifted), b.fma(n, b.f32(-ln2Low), r)};
}

/// value * 2^n for n + 254 in the low bits of `count`: the halves of n become exponent fields of their own.
static Value scaleTwice(LaneBuilder &b, Value value, Value count) {
  Value half = b.lshr(count, 1);
  Value rest = b.isub(count, half);
  value = b.mul(value, b.floating(b.shl(half, 23)));
  return b.mul(value, b.floating(b.shl(rest, 23)));
}

/// e^x 2^-shift for x within [-104, 90].
static Value scaledExp(LaneBuilder &b, Value x, int shift) {
  Reduced reduced = reduce(b, x, 254 - shift);
  Value r = reduced.r;
  Value tail = b.fma(b.horner(r, expTail), b.mul(r, r), r);
  return scaleTwice(b, b.add(tail, b.f32(1)), reduced.count);
}

Value sinter::expandExp(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  return scaledExp(b, b.clamp(x, b.f32(-104), b.f32(89)), 0);
}

Value sinter::expandHalfExp(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  return scaledExp(b, b.clamp(x, b.f32(-104), b.f32(90)), 1);
}

Value sinter::expandExp2(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value clamped = b.clamp(x, b.f32(-151), b.f32(129));
  Value shift = b.f32(roundingShift + 254);
  Value shifted = b.add(clamped, shift);
  Value r = b.sub(clamped, b.sub(shifted, shift));
  Value tail = b.fma(r, b.f32(ln2), b.mul(r, b.horner(r, exp2Tail)));
  return scaleTwice(b, b.add(tail, b.f32(1)), b.bits(shifted));
}

/// 2^n (e^r - 1) + (2^n - 1), at half scale so that 2^n stays finite.
Value sinter::expandExpm1(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Reduced reduced = reduce(b, b.clamp(x, b.f32(-18), b.f32(89)), 126);
  Value r = reduced.r;
  Value tail = b.fma(b.horner(r, expm1Tail), b.mul(r, r), r);
  Value halfPower = b.floating(b.shl(reduced.count, 23));
  Value half = b.fma(halfPower, tail, b.sub(halfPower, b.f32(0.5)));
  // Halving loses the sign of -0 and the last bit of denormals, where the result is x.
  Value isTiny = b.less(b.abs(x), b.f32(0x1p-60));
  return b.select(isTiny, x, b.add(half, half));
}

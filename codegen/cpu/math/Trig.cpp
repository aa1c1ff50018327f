// sin, cos, tan: x = n pi/2 + r, then minimax polynomials (minimax.py) in r and a choice by n mod 4.
//
// The reduction runs in f64 with pi/2 in two doubles and fma (Cody and Waite 1980): the product is exact inside the
// fma, so r is good to 2^-30 of itself while n is an exact integer with room to spare, up to |x| = 2^45. If any lane
// lies beyond, an scf.if adds Payne and Hanek's reduction (SIGNUM 1983): exact products of x with 28-bit pieces of
// 2/pi, each taken modulo 4. Both paths leave n in the low bits of a double and r, of absolute error below 2^-58.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace sinter;

namespace {
// errors 2^-27.91 and 2^-32.99
constexpr float sinTail[] = {-0x1.555546p-3f, 0x1.110778p-7f, -0x1.995408p-13f};
constexpr float cosTail[] = {0x1.55554ap-5f, -0x1.6c0c28p-10f, 0x1.99e80cp-16f};
constexpr double twoOverPi = 0x1.45f306dc9c883p-1, halfPiHigh = 0x1.921fb54442d18p+0, halfPiLow = 0x1.1a62633145c07p-54;
/// 2/pi below 2^-20 (what lies above gives multiples of 4 for x >= 2^45), in pieces of 28 bits.
constexpr double twoOverPiPieces[] = {0x1.b72722p-23,   0x1.529fc2p-52,   0x1.d5f47d4p-78,
                                      0x1.a6ee068p-107, 0x1.6c52b32p-133, 0x1.e21c82p-163};
constexpr double roundingShift = 0x1.8p+52, fastLimit = 0x1p45;

/// n in the low bits of `shifted`, and r within about [-pi/4, pi/4]; both f64.
struct Reduced {
  Value shifted, r;
};
/// sin r and cos r, and n's low 32 bits.
struct Quadrant {
  Value sin, cos, n;
};
} // namespace

static Reduced reduceFast(LaneBuilder &b, Value x) {
  Value shift = b.f64(roundingShift);
  Value shifted = b.fma(x, b.f64(twoOverPi), shift);
  Value n = b.sub(shifted, shift);
  return {shifted, b.fma(n, b.f64(-halfPiLow), b.fma(n, b.f64(-halfPiHigh), x))};
}

static Reduced reduceExactly(LaneBuilder &b, Value x) {
  Value sum, low = b.f64(0);
  for (double piece : twoOverPiPieces) {
    Value product = b.mul(x, b.f64(piece));
    Value modulo4 = b.fma(b.roundeven(b.mul(product, b.f64(0.25))), b.f64(-4), product);
    if (!sum) {
      sum = modulo4;
      continue;
    }
    Value total = b.add(sum, modulo4); // Knuth's TwoSum
    Value part = b.sub(total, sum);
    low = b.add(low, b.add(b.sub(sum, b.sub(total, part)), b.sub(modulo4, part)));
    sum = total;
  }
  Value shift = b.f64(roundingShift);
  Value shifted = b.add(sum, shift);
  Value fraction = b.add(b.sub(sum, b.sub(shifted, shift)), low);
  return {shifted, b.mul(fraction, b.f64(halfPiHigh))};
}

/// The reduction of a = |x|.
static Reduced reduce(LaneBuilder &b, Value a) {
  Value isLarge = b.compare(LaneBuilder::Compare::OGE, a, b.f32(fastLimit));
  Value x = b.toF64(a);
  Reduced fast = reduceFast(b, x);
  auto branch = scf::IfOp::create(
      b.builder(), b.any(isLarge),
      [&](OpBuilder &nested, Location loc) {
        ImplicitLocOpBuilder inside(loc, nested);
        LaneBuilder slow(inside, a);
        Reduced exact = reduceExactly(slow, x);
        Value shifted = slow.select(isLarge, exact.shifted, fast.shifted);
        scf::YieldOp::create(nested, loc, ValueRange{shifted, slow.select(isLarge, exact.r, fast.r)});
      },
      [&](OpBuilder &nested, Location loc) { scf::YieldOp::create(nested, loc, ValueRange{fast.shifted, fast.r}); });
  return {branch.getResult(0), branch.getResult(1)};
}

static Quadrant quadrantOf(LaneBuilder &b, Value a) {
  Reduced reduced = reduce(b, a);
  Value n = arith::TruncIOp::create(b.builder(), b.shaped(b.builder().getI32Type()), b.bits(reduced.shifted));
  Value r = b.toF32(reduced.r), z = b.mul(r, r);
  Value sin = b.fma(b.mul(r, z), b.horner(z, sinTail), r);
  Value cos = b.fma(b.fma(z, b.horner(z, cosTail), b.f32(-0.5)), z, b.f32(1));
  return {sin, cos, n};
}

static Value isOdd(LaneBuilder &b, Value n) {
  return b.icompare(arith::CmpIPredicate::ne, b.iand(n, b.i32(1)), b.i32(0));
}

/// The sign bit of `x` (f32) as i32, others 0.
static Value signBit(LaneBuilder &b, Value x) { return b.iand(b.bits(x), b.i32(INT32_MIN)); }
static Value flip(LaneBuilder &b, Value x, Value sign) { return b.floating(b.ixor(b.bits(x), sign)); }

/// sin in quadrant n: s, c, -s, -c.
static Value sinIn(LaneBuilder &b, const Quadrant &q, Value n, Value xSign) {
  Value sign = b.shl(b.iand(n, b.i32(2)), 30);
  if (xSign)
    sign = b.ixor(sign, xSign);
  return flip(b, b.select(isOdd(b, n), q.cos, q.sin), sign);
}

std::pair<Value, Value> sinter::expandSincos(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Quadrant q = quadrantOf(b, b.abs(x));
  Value sin = sinIn(b, q, q.n, signBit(b, x));
  return {sin, sinIn(b, q, b.iadd(q.n, b.i32(1)), Value())};
}

Value sinter::expandSin(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Quadrant q = quadrantOf(b, b.abs(x));
  return sinIn(b, q, q.n, signBit(b, x));
}

Value sinter::expandCos(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Quadrant q = quadrantOf(b, b.abs(x));
  return sinIn(b, q, b.iadd(q.n, b.i32(1)), Value());
}

/// s / c in even quadrants, -c / s in odd ones.
Value sinter::expandTan(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Quadrant q = quadrantOf(b, b.abs(x));
  Value odd = isOdd(b, q.n);
  Value tan = b.div(b.select(odd, q.cos, q.sin), b.select(odd, q.sin, q.cos));
  return flip(b, tan, b.ixor(b.shl(q.n, 31), signBit(b, x)));
}

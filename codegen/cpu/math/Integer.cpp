// math.ipowi: square and multiply over the bits of the exponent, until no lane has bits left.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace sinter;

/// x^n for n read as unsigned.
static Value powerByBits(LaneBuilder &b, Value x, Value n) {
  ImplicitLocOpBuilder &builder = b.builder();
  Value one = b.like(x, 1), zero = b.like(x, 0);
  auto isSet = [&](OpBuilder &nested, Location loc, Value bits) -> Value {
    return arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::ne, bits, zero);
  };
  auto loop = scf::WhileOp::create(
      builder, TypeRange{x.getType(), x.getType(), n.getType()}, ValueRange{one, x, n},
      [&](OpBuilder &nested, Location loc, ValueRange state) {
        ImplicitLocOpBuilder inside(loc, nested);
        LaneBuilder lanes(inside, x);
        scf::ConditionOp::create(nested, loc, lanes.any(isSet(nested, loc, state[2])), state);
      },
      [&](OpBuilder &nested, Location loc, ValueRange state) {
        ImplicitLocOpBuilder inside(loc, nested);
        LaneBuilder lanes(inside, x);
        Value isOdd = isSet(nested, loc, lanes.iand(state[2], one));
        Value power = lanes.select(isOdd, lanes.imul(state[0], state[1]), state[0]);
        Value square = lanes.imul(state[1], state[1]), rest = lanes.lshr(state[2], 1);
        scf::YieldOp::create(nested, loc, ValueRange{power, square, rest});
      });
  return loop.getResult(0);
}

Value sinter::expandIPowI(ImplicitLocOpBuilder &builder, Value x, Value n) {
  LaneBuilder b(builder, x);
  Value zero = b.like(x, 0), one = b.like(x, 1);
  Value isNegative = b.icompare(arith::CmpIPredicate::slt, n, zero);
  Value power = powerByBits(b, x, b.select(isNegative, b.iand(n, one), n));
  // With a negative exponent only 1 and -1 have a power other than 0; it depends on the exponent's last bit alone.
  Value isUnit =
      b.ior(b.icompare(arith::CmpIPredicate::eq, x, one), b.icompare(arith::CmpIPredicate::eq, x, b.like(x, -1)));
  return b.select(isNegative, b.select(isUnit, power, zero), power);
}

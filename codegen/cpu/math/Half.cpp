// Conversions between f16, bf16, f32 and f64 that LLVM has no instruction for on x86-64-v3 and would turn into calls of
// compiler-rt: all that touch bf16, and f64 -> f16. What F16C does (f16 <-> f32) stays an arith operation.
//
// f64 -> 16 bits goes through f32 rounded to odd (Boldo and Melquiond 2008), which makes the second rounding right.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"

using namespace mlir;
using namespace sinter;

Value sinter::expandBf16ToF32(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value bits = arith::BitcastOp::create(builder, b.shaped(builder.getI16Type()), x);
  Value wide = arith::ExtUIOp::create(builder, b.shaped(builder.getI32Type()), bits);
  return b.floating(b.shl(wide, 16));
}

/// Adds half an ulp, less one if that would leave a tie odd; a NaN keeps its upper bits and becomes quiet.
Value sinter::expandF32ToBf16(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value bits = b.bits(x);
  Value upper = b.lshr(bits, 16);
  Value rounded = b.lshr(b.iadd(bits, b.iadd(b.iand(upper, b.i32(1)), b.i32(0x7fff))), 16);
  Value result = b.select(b.unordered(x, x), b.ior(upper, b.i32(0x40)), rounded);
  result = arith::TruncIOp::create(builder, b.shaped(builder.getI16Type()), result);
  return arith::BitcastOp::create(builder, b.shaped(builder.getBF16Type()), result);
}

/// If the conversion was inexact: steps back to the f32 nearer to zero, then sets the last bit.
Value sinter::expandF64ToF32Odd(ImplicitLocOpBuilder &builder, Value x) {
  LaneBuilder b(builder, x);
  Value nearest = b.toF32(x), bits = b.bits(nearest), back = b.toF64(nearest);
  Value isAbove = b.greater(b.abs(back), b.abs(x));
  Value odd = b.ior(b.select(isAbove, b.isub(bits, b.i32(1)), bits), b.i32(1));
  Value isInexact = b.compare(LaneBuilder::Compare::ONE, back, x);
  return b.floating(b.select(isInexact, odd, bits));
}

Value sinter::expandFloatCast(ImplicitLocOpBuilder &builder, Value x, Type element) {
  Type from = getElementTypeOrSelf(x);
  if (from == element)
    return x;
  LaneBuilder b(builder, x);
  if (from.isBF16())
    return expandFloatCast(builder, expandBf16ToF32(builder, x), element);
  if (from.isF16())
    return expandFloatCast(builder, arith::ExtFOp::create(builder, b.shaped(builder.getF32Type()), x), element);
  if (element.isF64())
    return b.toF64(x);
  if (from.isF64())
    x = element.isF32() ? b.toF32(x) : expandF64ToF32Odd(builder, x);
  if (element.isF32())
    return x;
  if (element.isBF16())
    return expandF32ToBf16(builder, x);
  return arith::TruncFOp::create(builder, b.shaped(element), x);
}

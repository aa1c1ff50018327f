// The table of elementwise kinds as run-time code; see Scalars.h.
#include "dialects/sinter/Scalars.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <limits>

using namespace mlir;
using namespace sinter;
using Builder_ = ImplicitLocOpBuilder;

Type sinter::registerType(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}
Type sinter::shapedLike(Value model, Type element) {
  element = registerType(element);
  auto vector = model ? dyn_cast<VectorType>(model.getType()) : VectorType();
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}
Value sinter::splatConstant(Builder_ &b, Attribute element, Value model) {
  Type type = shapedLike(model, cast<TypedAttr>(element).getType());
  if (auto integer = dyn_cast<IntegerAttr>(element))
    element = IntegerAttr::get(registerType(integer.getType()), integer.getValue());
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, element));
  return arith::ConstantOp::create(b, cast<TypedAttr>(element));
}
Value sinter::splatConstant(Builder_ &b, Type element, double value, Value model) {
  Type type = registerType(element);
  if (isa<FloatType>(type))
    return splatConstant(b, b.getFloatAttr(type, value), model);
  return splatConstant(b, b.getIntegerAttr(type, static_cast<int64_t>(value)), model);
}

static bool isUnsigned(Type element) { return element.isUnsignedInteger() || element.isInteger(1); }
static bool isHalf(Type element) { return element.isF16() || element.isBF16(); }
Type sinter::accumulatorType(Type element) {
  return isHalf(element) ? Float32Type::get(element.getContext()) : element;
}

static Value select(Builder_ &b, Value condition, Value first, Value second) {
  return arith::SelectOp::create(b, condition, first, second);
}

//===- Unary ------------------------------------------------------------------------------------------------------===//

static Value absolute(Builder_ &b, Type element, Value x) {
  if (isa<FloatType>(element))
    return math::AbsFOp::create(b, x);
  return isUnsigned(element) ? x : Value(math::AbsIOp::create(b, x));
}

static Value sign(Builder_ &b, Type element, Value x) {
  Value zero = splatConstant(b, element, 0, x), one = splatConstant(b, element, 1, x),
        minus = splatConstant(b, element, -1, x);
  if (isa<FloatType>(element)) { // NaN and zeros pass through
    Value positive = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
    Value negative = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, zero);
    return select(b, positive, one, select(b, negative, minus, x));
  }
  Value isZero = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, x, zero);
  if (isUnsigned(element))
    return select(b, isZero, zero, one);
  Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, zero);
  return select(b, negative, minus, select(b, isZero, zero, one));
}

static Value negate(Builder_ &b, Type element, Value x) {
  if (isa<FloatType>(element))
    return arith::NegFOp::create(b, x);
  return arith::SubIOp::create(b, splatConstant(b, element, 0, x), x);
}

static Value infinityTest(Builder_ &b, Type element, Value x, double infinity) {
  Value limit = splatConstant(b, element, infinity, x);
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x, limit);
}

Value sinter::buildUnary(Builder_ &b, UnaryKind kind, Type element, Value x) {
  if (isHalf(element)) {
    Type f32 = b.getF32Type();
    Value result = buildUnary(b, kind, f32, buildCast(b, element, f32, x));
    return getElementTypeOrSelf(result.getType()).isInteger(1) ? result : buildCast(b, f32, element, result);
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto constant = [&](double value) { return splatConstant(b, element, value, x); };
  switch (kind) {
  case UnaryKind::neg: return negate(b, element, x);
  case UnaryKind::abs: return absolute(b, element, x);
  case UnaryKind::sign: return sign(b, element, x);
  case UnaryKind::_not: return arith::XOrIOp::create(b, x, constant(1));
  case UnaryKind::bitnot: return arith::XOrIOp::create(b, x, constant(-1));
  case UnaryKind::exp: return math::ExpOp::create(b, x);
  case UnaryKind::exp2: return math::Exp2Op::create(b, x);
  case UnaryKind::expm1: return math::ExpM1Op::create(b, x);
  case UnaryKind::log: return math::LogOp::create(b, x);
  case UnaryKind::log1p: return math::Log1pOp::create(b, x);
  case UnaryKind::sqrt: return math::SqrtOp::create(b, x);
  case UnaryKind::rsqrt: return arith::DivFOp::create(b, constant(1), math::SqrtOp::create(b, x));
  case UnaryKind::reciprocal: return arith::DivFOp::create(b, constant(1), x);
  case UnaryKind::floor: return math::FloorOp::create(b, x);
  case UnaryKind::ceil: return math::CeilOp::create(b, x);
  case UnaryKind::round: return math::RoundEvenOp::create(b, x);
  case UnaryKind::trunc: return math::TruncOp::create(b, x);
  case UnaryKind::sin: return math::SinOp::create(b, x);
  case UnaryKind::cos: return math::CosOp::create(b, x);
  case UnaryKind::tan: return math::TanOp::create(b, x);
  case UnaryKind::asin: return math::AsinOp::create(b, x);
  case UnaryKind::acos: return math::AcosOp::create(b, x);
  case UnaryKind::atan: return math::AtanOp::create(b, x);
  case UnaryKind::sinh: return math::SinhOp::create(b, x);
  case UnaryKind::cosh: return math::CoshOp::create(b, x);
  case UnaryKind::tanh: return math::TanhOp::create(b, x);
  case UnaryKind::asinh: return math::AsinhOp::create(b, x);
  case UnaryKind::acosh: return math::AcoshOp::create(b, x);
  case UnaryKind::atanh: return math::AtanhOp::create(b, x);
  case UnaryKind::erf: return math::ErfOp::create(b, x);
  case UnaryKind::sigmoid: {
    Value e = math::ExpOp::create(b, arith::NegFOp::create(b, x));
    return arith::DivFOp::create(b, constant(1), arith::AddFOp::create(b, constant(1), e));
  }
  case UnaryKind::softplus: { // max(x, 0) + log1p(exp(-|x|)): no overflow
    Value e = math::ExpOp::create(b, arith::NegFOp::create(b, math::AbsFOp::create(b, x)));
    return arith::AddFOp::create(b, arith::MaximumFOp::create(b, x, constant(0)), math::Log1pOp::create(b, e));
  }
  case UnaryKind::isnan: return arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  case UnaryKind::isinf: return infinityTest(b, element, math::AbsFOp::create(b, x), infinity);
  case UnaryKind::isposinf: return infinityTest(b, element, x, infinity);
  case UnaryKind::isneginf: return infinityTest(b, element, x, -infinity);
  }
  llvm_unreachable("covered switch");
}

//===- Binary -----------------------------------------------------------------------------------------------------===//

namespace {
/// Integer division and remainder that never trap: x / 0 = 0, x mod 0 = x, least / -1 = least.
struct IntegerDivision {
  Value quotient, remainder, isZero;
  IntegerDivision(Builder_ &b, Type element, Value lhs, Value rhs) {
    Value zero = splatConstant(b, element, 0, lhs), one = splatConstant(b, element, 1, lhs);
    isZero = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, rhs, zero);
    if (isUnsigned(element)) {
      Value safe = select(b, isZero, one, rhs);
      quotient = arith::DivUIOp::create(b, lhs, safe);
      remainder = arith::RemUIOp::create(b, lhs, safe);
    } else {
      Value minus = splatConstant(b, element, -1, lhs);
      Value isMinus = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, rhs, minus);
      Value safe = select(b, arith::OrIOp::create(b, isZero, isMinus), one, rhs);
      quotient = select(b, isMinus, arith::SubIOp::create(b, zero, lhs), arith::DivSIOp::create(b, lhs, safe));
      remainder = select(b, isMinus, zero, arith::RemSIOp::create(b, lhs, safe));
    }
    quotient = select(b, isZero, zero, quotient);
    remainder = select(b, isZero, lhs, remainder);
  }
  /// True where the remainder is not 0 and its sign differs from the divisor's.
  Value isAdjusted(Builder_ &b, Type element, Value rhs) const {
    Value zero = splatConstant(b, element, 0, rhs);
    Value nonzero = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, remainder, zero);
    Value differs = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, arith::XOrIOp::create(b, remainder, rhs), zero);
    Value divides = arith::XOrIOp::create(b, isZero, splatConstant(b, b.getI1Type(), 1, rhs));
    return arith::AndIOp::create(b, divides, arith::AndIOp::create(b, nonzero, differs));
  }
};
} // namespace

static Value integerQuotient(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  IntegerDivision division(b, element, lhs, rhs);
  bool plain = isUnsigned(element);
  switch (kind) {
  case BinaryKind::div: return division.quotient;
  case BinaryKind::fmod: return division.remainder;
  case BinaryKind::floordiv:
    if (plain)
      return division.quotient;
    return select(b, division.isAdjusted(b, element, rhs),
                  arith::SubIOp::create(b, division.quotient, splatConstant(b, element, 1, lhs)), division.quotient);
  default:
    if (plain)
      return division.remainder;
    return select(b, division.isAdjusted(b, element, rhs), arith::AddIOp::create(b, division.remainder, rhs),
                  division.remainder);
  }
}

static Value shift(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  Value zero = splatConstant(b, element, 0, lhs),
        width = splatConstant(b, element, element.getIntOrFloatBitWidth(), lhs);
  Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, rhs, width);
  Value amount = select(b, inside, rhs, zero);
  Value shifted = kind == BinaryKind::shl ? Value(arith::ShLIOp::create(b, lhs, amount))
                  : isUnsigned(element)   ? Value(arith::ShRUIOp::create(b, lhs, amount))
                                          : Value(arith::ShRSIOp::create(b, lhs, amount));
  return select(b, inside, shifted, zero);
}

static Value compare(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  int row = static_cast<int>(kind) - static_cast<int>(BinaryKind::eq);
  if (isa<FloatType>(element)) {
    constexpr arith::CmpFPredicate table[] = {arith::CmpFPredicate::OEQ, arith::CmpFPredicate::UNE,
                                              arith::CmpFPredicate::OLT, arith::CmpFPredicate::OLE,
                                              arith::CmpFPredicate::OGT, arith::CmpFPredicate::OGE};
    return arith::CmpFOp::create(b, table[row], lhs, rhs);
  }
  constexpr arith::CmpIPredicate signedTable[] = {arith::CmpIPredicate::eq,  arith::CmpIPredicate::ne,
                                                  arith::CmpIPredicate::slt, arith::CmpIPredicate::sle,
                                                  arith::CmpIPredicate::sgt, arith::CmpIPredicate::sge};
  constexpr arith::CmpIPredicate unsignedTable[] = {arith::CmpIPredicate::eq,  arith::CmpIPredicate::ne,
                                                    arith::CmpIPredicate::ult, arith::CmpIPredicate::ule,
                                                    arith::CmpIPredicate::ugt, arith::CmpIPredicate::uge};
  return arith::CmpIOp::create(b, (isUnsigned(element) ? unsignedTable : signedTable)[row], lhs, rhs);
}

static Value integerBinary(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  bool plain = isUnsigned(element);
  switch (kind) {
  case BinaryKind::add: return arith::AddIOp::create(b, lhs, rhs);
  case BinaryKind::sub: return arith::SubIOp::create(b, lhs, rhs);
  case BinaryKind::mul: return arith::MulIOp::create(b, lhs, rhs);
  case BinaryKind::div:
  case BinaryKind::floordiv:
  case BinaryKind::mod:
  case BinaryKind::fmod: return integerQuotient(b, kind, element, lhs, rhs);
  case BinaryKind::pow: {
    Type f64 = b.getF64Type();
    Value power = math::PowFOp::create(b, buildCast(b, element, f64, lhs), buildCast(b, element, f64, rhs));
    return buildCast(b, f64, element, power);
  }
  case BinaryKind::max:
  case BinaryKind::maxnum:
    return plain ? Value(arith::MaxUIOp::create(b, lhs, rhs)) : Value(arith::MaxSIOp::create(b, lhs, rhs));
  case BinaryKind::min:
  case BinaryKind::minnum:
    return plain ? Value(arith::MinUIOp::create(b, lhs, rhs)) : Value(arith::MinSIOp::create(b, lhs, rhs));
  case BinaryKind::_and: return arith::AndIOp::create(b, lhs, rhs);
  case BinaryKind::_or: return arith::OrIOp::create(b, lhs, rhs);
  case BinaryKind::_xor: return arith::XOrIOp::create(b, lhs, rhs);
  case BinaryKind::shl:
  case BinaryKind::shr: return shift(b, kind, element, lhs, rhs);
  default: return compare(b, kind, element, lhs, rhs);
  }
}

static Value floatBinary(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  switch (kind) {
  case BinaryKind::add: return arith::AddFOp::create(b, lhs, rhs);
  case BinaryKind::sub: return arith::SubFOp::create(b, lhs, rhs);
  case BinaryKind::mul: return arith::MulFOp::create(b, lhs, rhs);
  case BinaryKind::div: return arith::DivFOp::create(b, lhs, rhs);
  case BinaryKind::fmod: return arith::RemFOp::create(b, lhs, rhs);
  case BinaryKind::mod: { // the divisor's sign: r + d where r and d differ in sign
    Value remainder = arith::RemFOp::create(b, lhs, rhs), zero = splatConstant(b, element, 0, lhs);
    Value differs = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, arith::MulFOp::create(b, remainder, rhs), zero);
    return select(b, differs, arith::AddFOp::create(b, remainder, rhs), remainder);
  }
  case BinaryKind::pow: return math::PowFOp::create(b, lhs, rhs);
  case BinaryKind::max: return arith::MaximumFOp::create(b, lhs, rhs);
  case BinaryKind::min: return arith::MinimumFOp::create(b, lhs, rhs);
  case BinaryKind::maxnum: return arith::MaxNumFOp::create(b, lhs, rhs);
  case BinaryKind::minnum: return arith::MinNumFOp::create(b, lhs, rhs);
  default: return compare(b, kind, element, lhs, rhs);
  }
}

Value sinter::buildBinary(Builder_ &b, BinaryKind kind, Type element, Value lhs, Value rhs) {
  if (isHalf(element)) {
    Type f32 = b.getF32Type();
    Value result = floatBinary(b, kind, f32, buildCast(b, element, f32, lhs), buildCast(b, element, f32, rhs));
    return getElementTypeOrSelf(result.getType()).isInteger(1) ? result : buildCast(b, f32, element, result);
  }
  return isa<FloatType>(element) ? floatBinary(b, kind, element, lhs, rhs) : integerBinary(b, kind, element, lhs, rhs);
}

//===- Cast -------------------------------------------------------------------------------------------------------===//

static Value resizeInteger(Builder_ &b, Type from, Type to, Value x) {
  unsigned source = from.getIntOrFloatBitWidth(), target = to.getIntOrFloatBitWidth();
  Type type = shapedLike(x, to);
  if (source == target)
    return x;
  if (source > target)
    return arith::TruncIOp::create(b, type, x);
  return isUnsigned(from) ? Value(arith::ExtUIOp::create(b, type, x)) : Value(arith::ExtSIOp::create(b, type, x));
}

static Value floatToFloat(Builder_ &b, Type from, Type to, Value x) {
  unsigned source = from.getIntOrFloatBitWidth(), target = to.getIntOrFloatBitWidth();
  Type f32 = b.getF32Type();
  if (from == to)
    return x;
  if (source == target || (source == 64 && to.isBF16()) ||
      (target == 64 && from.isBF16())) // f16 <-> bf16, f64 <-> bf16
    return floatToFloat(b, f32, to, floatToFloat(b, from, f32, x));
  Type type = shapedLike(x, to);
  return source < target ? Value(arith::ExtFOp::create(b, type, x)) : Value(arith::TruncFOp::create(b, type, x));
}

Value sinter::buildCast(Builder_ &b, Type from, Type to, Value x) {
  bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(to);
  Type f32 = b.getF32Type();
  if (from == to)
    return x;
  if (to.isInteger(1)) {
    Value zero = splatConstant(b, from, 0, x);
    return fromFloat ? Value(arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, x, zero))
                     : Value(arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, zero));
  }
  if (fromFloat && toFloat)
    return floatToFloat(b, from, to, x);
  if (!fromFloat && !toFloat)
    return resizeInteger(b, from, to, x);
  if (toFloat) {
    Type wide = isHalf(to) ? f32 : to;
    Value number = isUnsigned(from) ? Value(arith::UIToFPOp::create(b, shapedLike(x, wide), x))
                                    : Value(arith::SIToFPOp::create(b, shapedLike(x, wide), x));
    return floatToFloat(b, wide, to, number);
  }
  if (isHalf(from))
    return buildCast(b, f32, to, floatToFloat(b, from, f32, x));
  if (isUnsigned(to) && to.getIntOrFloatBitWidth() == 64)
    return arith::FPToUIOp::create(b, shapedLike(x, to), x);
  // Narrow and unsigned targets go through a wider signed integer and wrap, as numpy's astype does.
  unsigned width = to.getIntOrFloatBitWidth();
  Type through = b.getIntegerType(width < 32 || (width == 32 && !isUnsigned(to)) ? 32 : 64);
  return resizeInteger(b, through, to, arith::FPToSIOp::create(b, shapedLike(x, through), x));
}

Value sinter::buildScalar(Builder_ &b, Operation *op, ValueRange operands) {
  if (auto unary = dyn_cast<UnaryOp>(op))
    return buildUnary(b, unary.getKind(), elementType(unary.getInput().getType()), operands[0]);
  if (auto binary = dyn_cast<BinaryOp>(op))
    return buildBinary(b, binary.getKind(), elementType(binary.getLhs().getType()), operands[0], operands[1]);
  if (isa<TernaryOp>(op))
    return select(b, operands[0], operands[1], operands[2]);
  auto castOp = cast<CastOp>(op);
  return buildCast(b, elementType(castOp.getInput().getType()), castOp.getTo(), operands[0]);
}

//===- Reductions -------------------------------------------------------------------------------------------------===//

Value sinter::buildIdentity(Builder_ &b, ReduceKind kind, Type element, Value model) {
  element = accumulatorType(element);
  if (kind == ReduceKind::sum || kind == ReduceKind::prod)
    return splatConstant(b, element, kind == ReduceKind::prod, model);
  bool isMax = kind == ReduceKind::max;
  if (auto type = dyn_cast<FloatType>(element))
    return splatConstant(b, FloatAttr::get(type, APFloat::getInf(type.getFloatSemantics(), isMax)), model);
  unsigned width = element.getIntOrFloatBitWidth();
  APInt extreme = isUnsigned(element) ? (isMax ? APInt::getMinValue(width) : APInt::getMaxValue(width))
                                      : (isMax ? APInt::getSignedMinValue(width) : APInt::getSignedMaxValue(width));
  return splatConstant(b, IntegerAttr::get(registerType(element), extreme), model);
}

Value sinter::buildReduce(Builder_ &b, ReduceKind kind, Type element, Value accumulator, Value value) {
  constexpr BinaryKind table[] = {BinaryKind::add, BinaryKind::mul, BinaryKind::max, BinaryKind::min};
  element = accumulatorType(element);
  if (element.isInteger(1)) // ONNX: max is or, min is and
    return kind == ReduceKind::max ? Value(arith::OrIOp::create(b, accumulator, value))
                                   : Value(arith::AndIOp::create(b, accumulator, value));
  return buildBinary(b, table[static_cast<int>(kind)], element, accumulator, value);
}

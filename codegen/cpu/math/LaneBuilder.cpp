// See LaneBuilder.h.
#include "codegen/cpu/math/LaneBuilder.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace sinter;

Type LaneBuilder::shaped(Type element) const {
  auto vector = dyn_cast<VectorType>(model);
  return vector ? Type(vector.clone(element)) : element;
}

Value LaneBuilder::constant(TypedAttr scalar) {
  auto vector = dyn_cast<VectorType>(model);
  if (!vector)
    return arith::ConstantOp::create(b, scalar);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(vector.clone(scalar.getType()), Attribute(scalar)));
}

Value LaneBuilder::like(Value like, double value) {
  Type element = getElementTypeOrSelf(like);
  if (isa<FloatType>(element))
    return constant(b.getFloatAttr(element, value));
  return constant(b.getIntegerAttr(element, static_cast<int64_t>(value)));
}

Value LaneBuilder::fma(Value x, Value y, Value z) { return math::FmaOp::create(b, x, y, z); }
Value LaneBuilder::abs(Value x) { return math::AbsFOp::create(b, x); }
Value LaneBuilder::copysign(Value magnitude, Value sign) { return math::CopySignOp::create(b, magnitude, sign); }
Value LaneBuilder::sqrt(Value x) { return math::SqrtOp::create(b, x); }
Value LaneBuilder::roundeven(Value x) { return math::RoundEvenOp::create(b, x); }
Value LaneBuilder::trunc(Value x) { return math::TruncOp::create(b, x); }

template <typename T> Value LaneBuilder::hornerOf(Value x, ArrayRef<T> coefficients) {
  Value sum = like(x, coefficients.back());
  for (T coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, like(x, coefficient));
  return sum;
}
template Value LaneBuilder::hornerOf(Value, ArrayRef<float>);
template Value LaneBuilder::hornerOf(Value, ArrayRef<double>);

Value LaneBuilder::icompare(arith::CmpIPredicate predicate, Value x, Value y) {
  return arith::CmpIOp::create(b, predicate, x, y);
}

Value LaneBuilder::bits(Value x) {
  unsigned width = getElementTypeOrSelf(x).getIntOrFloatBitWidth();
  return arith::BitcastOp::create(b, shaped(b.getIntegerType(width)), x);
}

Value LaneBuilder::floating(Value bits) {
  bool isDouble = getElementTypeOrSelf(bits).isInteger(64);
  return arith::BitcastOp::create(b, shaped(isDouble ? Type(b.getF64Type()) : Type(b.getF32Type())), bits);
}

Value LaneBuilder::any(Value condition) {
  auto vector = dyn_cast<VectorType>(condition.getType());
  if (!vector)
    return condition;
  if (vector.getRank() != 1)
    condition = vector::ShapeCastOp::create(b, VectorType::get({vector.getNumElements()}, b.getI1Type()), condition);
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, condition);
}

// Errors, constants, dims and elementwise operators of GraphBuilder; the rest is in GraphShapes.cpp and
// GraphCompute.cpp.
#include "compiler/import/GraphBuilder.h"
#include "compiler/import/ElementValues.h"
#include "dialects/sinter/ConstantFold.h"

using namespace mlir;

namespace sinter::importer {

Value GraphBuilder::error(const Twine &message) {
  if (!reported)
    emitError(loc) << message;
  reported = true;
  return {};
}

//===- Constants and dims
//-------------------------------------------------------------------------------------------===//

std::string describeDims(Value value) { return value ? describeDims(value.getType()) : "nothing"; }

Dims GraphBuilder::dims(Value value) { return value ? dimsOf(value) : Dims(); }
int64_t GraphBuilder::rank(Value value) { return value ? rankOf(value) : 0; }
Type GraphBuilder::element(Value value) { return value ? sinter::elementType(value.getType()) : Type(); }

Value GraphBuilder::constant(Type element, double number) {
  if (!element)
    return {};
  auto type = RankedTensorType::get({}, element);
  Attribute value;
  if (auto floats = dyn_cast<FloatType>(element)) {
    value = FloatAttr::get(floats, number);
  } else {
    bool large = number >= 9223372036854775808.0; // only u64 holds it
    uint64_t bits = large ? static_cast<uint64_t>(number) : static_cast<uint64_t>(static_cast<int64_t>(number));
    value = IntegerAttr::get(element, APInt(64, bits).trunc(element.getIntOrFloatBitWidth()));
  }
  return create<ConstantOp>({}, [&](auto &properties) { properties.value = DenseElementsAttr::get(type, value); });
}

Value GraphBuilder::constantInts(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get({int64_t(values.size())}, builder.getI64Type());
  return create<ConstantOp>({}, [&](auto &properties) { properties.value = DenseIntElementsAttr::get(type, values); });
}

Value GraphBuilder::shape(ArrayRef<DimAttr> dims) {
  SmallVector<int64_t> numbers;
  for (DimAttr dim : dims)
    if (std::optional<int64_t> number = constantValue(dim))
      numbers.push_back(*number);
  if (numbers.size() == dims.size())
    return constantInts(numbers);
  auto type = RankedTensorType::get({int64_t(dims.size())}, builder.getI64Type());
  return reported ? Value() : ShapeOp::create(builder, loc, type, dimsAttr(dims));
}

Value GraphBuilder::size(DimAttr dim, Type element) {
  if (!element || reported)
    return {};
  if (std::optional<int64_t> number = constantValue(dim))
    return constant(element, static_cast<double>(*number));
  Value wide = ShapeOp::create(builder, loc, RankedTensorType::get({}, builder.getI64Type()), dimsAttr({dim}));
  return cast(wide, element);
}

std::optional<Dims> GraphBuilder::elements(Value value, StringRef what) {
  if (!value || reported)
    return std::nullopt;
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.getElementType().isInteger() || type.getRank() > 1) {
    error("expected " + what + " as an integer tensor of rank 0 or 1, got " + describeElement(type.getElementType()) +
          " " + describeDims(type));
    return std::nullopt;
  }
  std::optional<Dims> known = elementValues(value);
  if (!known)
    error("expected " + what +
          " known at compile time or given by a small integer input, got a value computed at run "
          "time");
  return known;
}

std::optional<SmallVector<int64_t>> GraphBuilder::integers(Value value, StringRef what) {
  std::optional<Dims> known = elements(value, what);
  if (!known)
    return std::nullopt;
  SmallVector<int64_t> numbers;
  for (DimAttr dim : *known) {
    std::optional<int64_t> number = constantValue(dim);
    if (!number) {
      error("expected " + what + " known at compile time, got " + toString(dim));
      return std::nullopt;
    }
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<double> GraphBuilder::number(Value value) {
  if (!value)
    return std::nullopt;
  std::optional<Scalars> scalars = scalarsOf(constantAttribute(value), value.getType());
  if (!scalars || scalars->size() != 1)
    return std::nullopt;
  const Scalar &scalar = scalars->front();
  if (!scalar.dim)
    return scalar.number;
  std::optional<int64_t> integer = scalar.integer();
  return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

std::optional<int64_t> GraphBuilder::normalizeAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    error("expected an axis in [" + Twine(-rank) + ", " + Twine(rank) + "), got " + Twine(axis));
    return std::nullopt;
  }
  return axis < 0 ? axis + rank : axis;
}

std::optional<SmallVector<int64_t>> GraphBuilder::normalizeAxes(ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> normal;
  for (int64_t axis : axes) {
    std::optional<int64_t> one = normalizeAxis(axis, rank);
    if (!one)
      return std::nullopt;
    if (llvm::is_contained(normal, *one)) {
      error("expected distinct axes, got " + Twine(axis) + " twice");
      return std::nullopt;
    }
    normal.push_back(*one);
  }
  return normal;
}

//===- Elementwise
//--------------------------------------------------------------------------------------------------===//

Value GraphBuilder::unary(UnaryKind kind, Value x) {
  return create<UnaryOp>({x}, [&](auto &properties) { properties.kind = UnaryKindAttr::get(context(), kind); });
}

Value GraphBuilder::binary(BinaryKind kind, Value x, Value y) {
  if (!x || !y)
    return {};
  std::optional<Dims> common = broadcastDims(dims(x), dims(y));
  if (!common)
    return {};
  return create<BinaryOp>({broadcastTo(x, *common), broadcastTo(y, *common)},
                          [&](auto &properties) { properties.kind = BinaryKindAttr::get(context(), kind); });
}

Value GraphBuilder::binary(BinaryKind kind, Value x, double y) { return binary(kind, x, constant(element(x), y)); }

Value GraphBuilder::select(Value condition, Value x, Value y) {
  if (!condition || !x || !y)
    return {};
  std::optional<Dims> common = broadcastDims(dims(x), dims(y));
  if (common)
    common = broadcastDims(dims(condition), *common);
  if (!common)
    return {};
  return create<TernaryOp>(
      {broadcastTo(condition, *common), broadcastTo(x, *common), broadcastTo(y, *common)},
      [&](auto &properties) { properties.kind = TernaryKindAttr::get(context(), TernaryKind::select); });
}

Value GraphBuilder::cast(Value x, Type element) {
  if (!element)
    return {};
  return create<CastOp>({x}, [&](auto &properties) { properties.to = TypeAttr::get(element); });
}

} // namespace sinter::importer

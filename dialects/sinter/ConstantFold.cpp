// Scalars of small constants and the compile-time value of each elementwise kind; see ConstantFold.h.
#include "dialects/sinter/ConstantFold.h"
#include "dialects/sinter/Infer.h"
#include <cmath>

using namespace mlir;
using namespace sinter;

static constexpr int64_t maxElements = 1024;

std::optional<Scalars> sinter::scalarsOf(Attribute value, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  if (!value || !tensor.hasStaticShape() || tensor.getNumElements() > maxElements)
    return std::nullopt;
  Scalars scalars;
  if (auto dims = dyn_cast<DimsAttr>(value)) {
    for (DimAttr dim : dims.getValues())
      scalars.push_back({dim});
    return scalars;
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return std::nullopt;
  if (isa<FloatType>(tensor.getElementType())) {
    for (APFloat element : dense.getValues<APFloat>()) {
      bool lost;
      element.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &lost);
      scalars.push_back({{}, element.convertToDouble()});
    }
    return scalars;
  }
  bool isUnsigned = tensor.getElementType().isUnsignedInteger() || tensor.getElementType().isInteger(1);
  for (const APInt &element : dense.getValues<APInt>())
    scalars.push_back(
        {dimConstant(type.getContext(), isUnsigned ? int64_t(element.getZExtValue()) : element.getSExtValue())});
  return scalars;
}

Attribute sinter::attributeOf(ArrayRef<Scalar> scalars, RankedTensorType type) {
  Type element = type.getElementType();
  if (!type.hasStaticShape() || type.getNumElements() != int64_t(scalars.size()))
    return {};
  if (auto floatType = dyn_cast<FloatType>(element)) {
    SmallVector<APFloat> values;
    for (const Scalar &scalar : scalars) {
      APFloat value(scalar.number);
      bool lost;
      value.convert(floatType.getFloatSemantics(), APFloat::rmNearestTiesToEven, &lost);
      values.push_back(value);
    }
    return DenseElementsAttr::get(type, values);
  }
  SmallVector<APInt> values;
  for (const Scalar &scalar : scalars) {
    std::optional<int64_t> value = scalar.integer();
    if (!value) {
      if (type.getRank() > 1 || element.isInteger(1))
        return {};
      SmallVector<DimAttr> dims;
      for (const Scalar &s : scalars)
        dims.push_back(s.dim);
      return DimsAttr::get(type.getContext(), dims);
    }
    values.push_back(APInt(64, *value, /*isSigned=*/true).trunc(element.getIntOrFloatBitWidth()));
  }
  return DenseElementsAttr::get(type, values);
}

//===- Elementwise kinds ------------------------------------------------------------------------------------------===//

static std::optional<Scalar> integerScalar(MLIRContext *context, std::optional<int64_t> value) {
  return value ? std::optional(Scalar{dimConstant(context, *value)}) : std::nullopt;
}
static Scalar boolean(MLIRContext *context, bool value) { return {dimConstant(context, value)}; }

static std::optional<double> evaluateFloat(UnaryKind kind, double x) {
  switch (kind) {
  case UnaryKind::neg: return -x;
  case UnaryKind::abs: return std::fabs(x);
  case UnaryKind::sign: return x > 0 ? 1 : x < 0 ? -1 : x;
  case UnaryKind::exp: return std::exp(x);
  case UnaryKind::log: return std::log(x);
  case UnaryKind::sqrt: return std::sqrt(x);
  case UnaryKind::rsqrt: return 1 / std::sqrt(x);
  case UnaryKind::reciprocal: return 1 / x;
  case UnaryKind::floor: return std::floor(x);
  case UnaryKind::ceil: return std::ceil(x);
  case UnaryKind::round: return std::nearbyint(x);
  case UnaryKind::trunc: return std::trunc(x);
  case UnaryKind::sin: return std::sin(x);
  case UnaryKind::cos: return std::cos(x);
  case UnaryKind::tanh: return std::tanh(x);
  case UnaryKind::erf: return std::erf(x);
  default: return std::nullopt;
  }
}

std::optional<Scalar> sinter::evaluateUnary(UnaryKind kind, Type element, Scalar input) {
  MLIRContext *context = element.getContext();
  if (isa<FloatType>(element)) {
    switch (kind) {
    case UnaryKind::isnan: return boolean(context, std::isnan(input.number));
    case UnaryKind::isinf: return boolean(context, std::isinf(input.number));
    default: {
      std::optional<double> value = evaluateFloat(kind, input.number);
      return value ? std::optional(Scalar{{}, *value}) : std::nullopt;
    }
    }
  }
  if (element.isUnsignedInteger())
    return std::nullopt;
  std::optional<int64_t> value = input.integer();
  switch (kind) {
  case UnaryKind::neg: return Scalar{input.dim * -1};
  case UnaryKind::abs:
    return rangeOf(input.dim).lo >= 0 ? std::optional(input) : Scalar{max(input.dim, input.dim * -1)};
  case UnaryKind::_not: return value ? std::optional(boolean(context, !*value)) : std::nullopt;
  case UnaryKind::sign:
    return integerScalar(context, value ? std::optional<int64_t>((*value > 0) - (*value < 0)) : std::nullopt);
  default: return std::nullopt;
  }
}

static std::optional<bool> compareDims(BinaryKind kind, DimAttr lhs, DimAttr rhs) {
  auto known = [](bool yes, bool no) { return yes ? std::optional(true) : no ? std::optional(false) : std::nullopt; };
  switch (kind) {
  case BinaryKind::eq: return known(lhs == rhs, knownDifferent(lhs, rhs));
  case BinaryKind::ne: return known(knownDifferent(lhs, rhs), lhs == rhs);
  case BinaryKind::le: return known(knownLessEqual(lhs, rhs), knownLessEqual(rhs + 1, lhs));
  case BinaryKind::lt: return known(knownLessEqual(lhs + 1, rhs), knownLessEqual(rhs, lhs));
  case BinaryKind::ge: return known(knownLessEqual(rhs, lhs), knownLessEqual(lhs + 1, rhs));
  case BinaryKind::gt: return known(knownLessEqual(rhs + 1, lhs), knownLessEqual(lhs, rhs));
  default: return std::nullopt;
  }
}

static std::optional<Scalar> evaluateInteger(BinaryKind kind, Type element, DimAttr lhs, DimAttr rhs) {
  MLIRContext *context = element.getContext();
  std::optional<int64_t> a = constantValue(lhs), b = constantValue(rhs);
  // A u64 past int64 looks like a negative dim.
  if (kind > BinaryKind::ne && element.isUnsignedInteger(64) && (rangeOf(lhs).lo < 0 || rangeOf(rhs).lo < 0))
    return std::nullopt;
  if (kind >= BinaryKind::eq) {
    std::optional<bool> result = compareDims(kind, lhs, rhs);
    return result ? std::optional(boolean(context, *result)) : std::nullopt;
  }
  if (element.isInteger(1)) {
    if (!a || !b)
      return std::nullopt;
    switch (kind) {
    case BinaryKind::_and: return boolean(context, *a && *b);
    case BinaryKind::_or: return boolean(context, *a || *b);
    case BinaryKind::_xor: return boolean(context, *a != *b);
    default: return std::nullopt;
    }
  }
  // Formulas are exact integers; machine arithmetic on i32 and i64 agrees with them where shapes live.
  if (!element.isSignlessInteger(64) && !element.isSignlessInteger(32))
    return std::nullopt;
  switch (kind) {
  case BinaryKind::add: return Scalar{lhs + rhs};
  case BinaryKind::sub: return Scalar{lhs - rhs};
  case BinaryKind::mul: return Scalar{lhs * rhs};
  case BinaryKind::max:
  case BinaryKind::maxnum: return Scalar{max(lhs, rhs)};
  case BinaryKind::min:
  case BinaryKind::minnum: return Scalar{min(lhs, rhs)};
  case BinaryKind::div: // truncates: the same as floor for a dividend that is not negative
    if (a && b && *b)
      return integerScalar(context, *a == INT64_MIN && *b == -1 ? std::nullopt : std::optional(*a / *b));
    return rangeOf(lhs).lo >= 0 && rangeOf(rhs).lo >= 0 && b != 0 ? std::optional(Scalar{floorDiv(lhs, rhs)})
                                                                  : std::nullopt;
  case BinaryKind::floordiv: return b && *b > 0 ? std::optional(Scalar{floorDiv(lhs, rhs)}) : std::nullopt;
  case BinaryKind::mod: return b && *b > 0 ? std::optional(Scalar{mod(lhs, rhs)}) : std::nullopt;
  default: return std::nullopt;
  }
}

std::optional<Scalar> sinter::evaluateBinary(BinaryKind kind, Type element, Scalar lhs, Scalar rhs) {
  if (!isa<FloatType>(element))
    return evaluateInteger(kind, element, lhs.dim, rhs.dim);
  double x = lhs.number, y = rhs.number;
  MLIRContext *context = element.getContext();
  switch (kind) {
  case BinaryKind::add: return Scalar{{}, x + y};
  case BinaryKind::sub: return Scalar{{}, x - y};
  case BinaryKind::mul: return Scalar{{}, x * y};
  case BinaryKind::div: return Scalar{{}, x / y};
  case BinaryKind::pow: return Scalar{{}, std::pow(x, y)};
  case BinaryKind::eq: return boolean(context, x == y);
  case BinaryKind::ne: return boolean(context, x != y);
  case BinaryKind::lt: return boolean(context, x < y);
  case BinaryKind::le: return boolean(context, x <= y);
  case BinaryKind::gt: return boolean(context, x > y);
  case BinaryKind::ge: return boolean(context, x >= y);
  case BinaryKind::max: return std::isnan(x) || std::isnan(y) ? Scalar{{}, NAN} : Scalar{{}, std::fmax(x, y)};
  case BinaryKind::min: return std::isnan(x) || std::isnan(y) ? Scalar{{}, NAN} : Scalar{{}, std::fmin(x, y)};
  default: return std::nullopt;
  }
}

std::optional<Scalar> sinter::evaluateCast(Type from, Type to, Scalar input) {
  MLIRContext *context = from.getContext();
  if (isa<FloatType>(from)) {
    if (isa<FloatType>(to))
      return input;
    if (to.isInteger(1))
      return boolean(context, input.number != 0);
    if (std::isnan(input.number) || std::fabs(input.number) >= 9e18 || (to.getIntOrFloatBitWidth() < 32))
      return std::nullopt;
    int64_t value = static_cast<int64_t>(input.number);
    if (to.getIntOrFloatBitWidth() == 32 && value != int32_t(value))
      return std::nullopt;
    return integerScalar(context, value);
  }
  std::optional<int64_t> value = input.integer();
  if (isa<FloatType>(to))
    return value && !from.isUnsignedInteger(64) ? std::optional(Scalar{{}, static_cast<double>(*value)}) : std::nullopt;
  if (to.isInteger(1)) {
    if (knownDifferent(input.dim, dimConstant(context, 0)))
      return boolean(context, true);
    return value ? std::optional(boolean(context, *value != 0)) : std::nullopt;
  }
  unsigned width = to.getIntOrFloatBitWidth();
  if (value && width < 64) {
    APInt narrow = APInt(64, *value, true).trunc(width);
    return Scalar{
        dimConstant(context, to.isUnsignedInteger() ? int64_t(narrow.getZExtValue()) : narrow.getSExtValue())};
  }
  return value || width >= 32 ? std::optional(input) : std::nullopt;
}

//===- Movement ---------------------------------------------------------------------------------------------------===//

SmallVector<int64_t> sinter::stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t i = int64_t(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

void sinter::forEachIndex(ArrayRef<int64_t> shape, llvm::function_ref<void(ArrayRef<int64_t>)> body) {
  if (llvm::is_contained(shape, 0))
    return;
  SmallVector<int64_t> index(shape.size(), 0);
  while (true) {
    body(index);
    int64_t d = int64_t(shape.size()) - 1;
    while (d >= 0 && ++index[d] == shape[d])
      index[d--] = 0;
    if (d < 0)
      return;
  }
}

Attribute sinter::moveElements(Attribute operand, Type from, Type to,
                               llvm::function_ref<SmallVector<int64_t>(ArrayRef<int64_t>)> source) {
  auto target = cast<RankedTensorType>(to);
  std::optional<Scalars> scalars = scalarsOf(operand, from);
  if (!scalars || !target.hasStaticShape() || target.getNumElements() > maxElements)
    return {};
  SmallVector<int64_t> strides = stridesOf(cast<RankedTensorType>(from).getShape());
  Scalars moved;
  forEachIndex(target.getShape(), [&](ArrayRef<int64_t> index) {
    int64_t flat = 0;
    for (auto [i, stride] : llvm::zip(source(index), strides))
      flat += i * stride;
    moved.push_back((*scalars)[flat]);
  });
  return attributeOf(moved, target);
}

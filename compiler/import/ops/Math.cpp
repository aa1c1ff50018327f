// Arithmetic, comparison, logic, bits, Cast, Where, Clip.
#include "compiler/import/NodeImport.h"
#include "compiler/import/PackedIntegers.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

template <UnaryKind kind> static LogicalResult importUnary(NodeImport &node) {
  return node.result(node.unary(kind, node.input(0)));
}

template <BinaryKind kind> static LogicalResult importBinary(NodeImport &node) {
  return node.result(node.binary(kind, node.input(0), node.input(1)));
}

/// All inputs combined from the left: Max, Min, Sum.
template <BinaryKind kind> static Value combineAll(NodeImport &node) {
  Value result = node.input(0);
  for (size_t i = 1; i < node.numInputs(); ++i)
    result = node.binary(kind, result, node.input(i));
  return result;
}

template <BinaryKind kind> static LogicalResult importVariadic(NodeImport &node) {
  return node.result(combineAll<kind>(node));
}

static LogicalResult importMean(NodeImport &node) {
  Value sum = combineAll<BinaryKind::add>(node);
  return node.result(node.binary(BinaryKind::div, sum, static_cast<double>(node.numInputs())));
}

static LogicalResult importMod(NodeImport &node) {
  BinaryKind kind = node.getInt("fmod", 0) ? BinaryKind::fmod : BinaryKind::mod;
  return node.result(node.binary(kind, node.input(0), node.input(1)));
}

/// The result has the base's type; an exponent of another type is converted to a type that holds both.
static LogicalResult importPow(NodeImport &node) {
  Value base = node.input(0), exponent = node.input(1);
  Type from = node.element(base), other = node.element(exponent);
  if (!from || !other)
    return node.result(Value());
  if (node.number(exponent) == 2 && node.rank(exponent) <= node.rank(base))
    return node.result(node.mul(base, base));
  if (from == other)
    return node.result(node.binary(BinaryKind::pow, base, exponent));
  Type common = isa<FloatType>(from) ? node.wideElement(from) : Type(Float64Type::get(node.context()));
  Value power = node.binary(BinaryKind::pow, node.cast(base, common), node.cast(exponent, common));
  return node.result(node.cast(power, from));
}

/// The amount, or one that leaves copies of the sign bit alone where it is negative or not below the width.
static Value signFillAmount(NodeImport &node, Value amount, Type element) {
  double width = element.getIntOrFloatBitWidth();
  Value isInside =
      node.binary(BinaryKind::_and, node.binary(BinaryKind::ge, amount, 0), node.binary(BinaryKind::lt, amount, width));
  return node.select(isInside, amount, node.constant(node.element(amount), width - 1));
}

static LogicalResult importBitShift(NodeImport &node) {
  std::string direction = node.getString("direction");
  if (!node.hasFailed() && direction != "LEFT" && direction != "RIGHT")
    return node.result(node.error("attribute 'direction': expected LEFT or RIGHT, got " + direction));
  Value x = node.input(0), amount = node.input(1, "Y");
  if (direction == "LEFT")
    return node.result(node.binary(BinaryKind::shl, x, amount));
  if (auto type = dyn_cast_or_null<IntegerType>(node.element(x)); type && !type.isUnsigned())
    amount = signFillAmount(node, amount, type);
  return node.result(node.binary(BinaryKind::shr, x, amount));
}

static LogicalResult importIsInf(NodeImport &node) {
  bool positive = node.getInt("detect_positive", 1), negative = node.getInt("detect_negative", 1);
  Value x = node.input(0);
  if (positive && negative)
    return node.result(node.unary(UnaryKind::isinf, x));
  if (positive || negative)
    return node.result(node.unary(positive ? UnaryKind::isposinf : UnaryKind::isneginf, x));
  return node.result(node.broadcastTo(node.constant(IntegerType::get(node.context(), 1), 0), node.dims(x)));
}

static LogicalResult importWhere(NodeImport &node) {
  return node.result(node.select(node.input(0, "condition"), node.input(1), node.input(2)));
}

/// Bounds are attributes up to opset 10 and scalar inputs since. The upper bound wins where they cross.
static LogicalResult importClip(NodeImport &node) {
  Value x = node.input(0), low = node.optionalInput(1), high = node.optionalInput(2);
  if (node.version < 11) {
    if (node.hasAttribute("min"))
      low = node.constant(node.element(x), node.getFloat("min", 0));
    if (node.hasAttribute("max"))
      high = node.constant(node.element(x), node.getFloat("max", 0));
  }
  if (low)
    x = node.binary(BinaryKind::max, x, low);
  if (high)
    x = node.binary(BinaryKind::min, x, high);
  return node.result(x);
}

static LogicalResult importCast(NodeImport &node) {
  Value x = node.input(0);
  int64_t to = node.getInt("to");
  if (node.hasFailed())
    return failure();
  bool inRange = to > 0 && to <= INT32_MAX;
  if (std::optional<unsigned> bits = inRange ? packedBits(int32_t(to)) : std::nullopt)
    return node.result(castToNarrow(node, x, *bits, isSignedPacked(int32_t(to))));
  return node.result(node.cast(x, node.elementType(to)));
}

static LogicalResult importCastLike(NodeImport &node) {
  Value x = node.input(0), like = node.input(1, "target_type");
  if (!x || !like)
    return failure();
  Type element = node.element(like);
  if (unsigned bits = elementBits(like); element.isInteger() && bits > 1 && bits < 8)
    return node.result(castToNarrow(node, x, bits, !element.isUnsignedInteger()));
  return node.result(node.cast(x, element));
}

static void addUnary(ImporterTable &table) {
  table.add("Abs", importUnary<UnaryKind::abs>);
  table.add("Acos", importUnary<UnaryKind::acos>);
  table.add("Acosh", importUnary<UnaryKind::acosh>);
  table.add("Asin", importUnary<UnaryKind::asin>);
  table.add("Asinh", importUnary<UnaryKind::asinh>);
  table.add("Atan", importUnary<UnaryKind::atan>);
  table.add("Atanh", importUnary<UnaryKind::atanh>);
  table.add("BitwiseNot", importUnary<UnaryKind::bitnot>);
  table.add("Ceil", importUnary<UnaryKind::ceil>);
  table.add("Cos", importUnary<UnaryKind::cos>);
  table.add("Cosh", importUnary<UnaryKind::cosh>);
  table.add("Erf", importUnary<UnaryKind::erf>);
  table.add("Exp", importUnary<UnaryKind::exp>);
  table.add("Floor", importUnary<UnaryKind::floor>);
  table.add("IsNaN", importUnary<UnaryKind::isnan>);
  table.add("Log", importUnary<UnaryKind::log>);
  table.add("Neg", importUnary<UnaryKind::neg>);
  table.add("Not", importUnary<UnaryKind::_not>);
  table.add("Reciprocal", importUnary<UnaryKind::reciprocal>);
  table.add("Round", importUnary<UnaryKind::round>);
  table.add("Sign", importUnary<UnaryKind::sign>);
  table.add("Sin", importUnary<UnaryKind::sin>);
  table.add("Sinh", importUnary<UnaryKind::sinh>);
  table.add("Sqrt", importUnary<UnaryKind::sqrt>);
  table.add("Tan", importUnary<UnaryKind::tan>);
  table.add("Tanh", importUnary<UnaryKind::tanh>);
}

static void addBinary(ImporterTable &table) {
  table.add("Add", importBinary<BinaryKind::add>, 7);
  table.add("And", importBinary<BinaryKind::_and>, 7);
  table.add("BitwiseAnd", importBinary<BinaryKind::_and>);
  table.add("BitwiseOr", importBinary<BinaryKind::_or>);
  table.add("BitwiseXor", importBinary<BinaryKind::_xor>);
  table.add("Div", importBinary<BinaryKind::div>, 7);
  table.add("Equal", importBinary<BinaryKind::eq>, 7);
  table.add("Greater", importBinary<BinaryKind::gt>, 7);
  table.add("GreaterOrEqual", importBinary<BinaryKind::ge>);
  table.add("Less", importBinary<BinaryKind::lt>, 7);
  table.add("LessOrEqual", importBinary<BinaryKind::le>);
  table.add("Mul", importBinary<BinaryKind::mul>, 7);
  table.add("Or", importBinary<BinaryKind::_or>, 7);
  table.add("Sub", importBinary<BinaryKind::sub>, 7);
  table.add("Xor", importBinary<BinaryKind::_xor>, 7);
  table.add("Max", importVariadic<BinaryKind::max>);
  table.add("Min", importVariadic<BinaryKind::min>);
  table.add("Sum", importVariadic<BinaryKind::add>);
}

void sinter::importer::addMath(ImporterTable &table) {
  addUnary(table);
  addBinary(table);
  table.add("BitShift", importBitShift);
  table.add("Cast", importCast);
  table.add("CastLike", importCastLike);
  table.add("Clip", importClip);
  table.add("IsInf", importIsInf);
  table.add("Mean", importMean);
  table.add("Mod", importMod);
  table.add("Pow", importPow, 7);
  table.add("Where", importWhere);
}

// Result types and constraints of the elementwise operators.
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

std::string sinter::describeElement(Type element) {
  if (!element)
    return "nothing";
  if (element.isInteger(1))
    return "bool";
  if (auto integer = dyn_cast<IntegerType>(element))
    return (integer.isUnsigned() ? "u" : "i") + std::to_string(integer.getWidth());
  std::string text;
  llvm::raw_string_ostream(text) << element;
  return text;
}
std::string sinter::describeDims(Type tensor) {
  std::string text = "[";
  for (DimAttr dim : dimsOf(tensor))
    text += (text.size() > 1 ? ", " : "") + toString(dim);
  return text + "]";
}
LogicalResult sinter::checkAxis(std::optional<Location> loc, int64_t axis, int64_t rank) {
  if (axis >= 0 && axis < rank)
    return success();
  return emitOptionalError(loc, "expected an axis in [0, ", rank, "), got ", axis);
}

bool sinter::compatible(ArrayRef<DimAttr> lhs, ArrayRef<DimAttr> rhs) {
  return lhs.size() == rhs.size() && llvm::all_of(llvm::zip(lhs, rhs), [](auto pair) {
           return !knownDifferent(std::get<0>(pair), std::get<1>(pair));
         });
}

static bool isDefined(UnaryKind kind, Type element) {
  switch (kind) {
  case UnaryKind::neg:
  case UnaryKind::abs:
  case UnaryKind::sign: return !element.isInteger(1);
  case UnaryKind::_not: return element.isInteger(1);
  case UnaryKind::bitnot: return isa<IntegerType>(element) && !element.isInteger(1);
  default: return isa<FloatType>(element);
  }
}

static bool isDefined(BinaryKind kind, Type element) {
  bool isFloat = isa<FloatType>(element), isBool = element.isInteger(1);
  switch (kind) {
  case BinaryKind::_and:
  case BinaryKind::_or:
  case BinaryKind::_xor: return !isFloat;
  case BinaryKind::shl:
  case BinaryKind::shr:
  case BinaryKind::floordiv: return !isFloat && !isBool;
  case BinaryKind::eq:
  case BinaryKind::ne: return true;
  default: return !isBool;
  }
}

static bool isPredicate(BinaryKind kind) { return kind >= BinaryKind::eq && kind <= BinaryKind::ge; }

LogicalResult UnaryOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  Type element = elementType(op.getInput().getType());
  UnaryKind kind = op.getKind();
  if (!isDefined(kind, element)) // unary_c1
    return emitOptionalError(loc, "expected an element type for which '", stringifyUnaryKind(kind),
                             "' is defined, got ", describeElement(element));
  bool predicate = kind >= UnaryKind::isnan && kind <= UnaryKind::isneginf;
  types.push_back(tensorType(dimsOf(op.getInput()), predicate ? IntegerType::get(context, 1) : element));
  return success();
}

LogicalResult BinaryOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  Type lhs = op.getLhs().getType(), rhs = op.getRhs().getType();
  if (dimsOf(lhs) != dimsOf(rhs)) // binary_c1
    return emitOptionalError(loc, "expected operands of equal dims, got ", describeDims(lhs), " and ",
                             describeDims(rhs));
  Type element = elementType(lhs);
  if (element != elementType(rhs)) // binary_c2
    return emitOptionalError(loc, "expected operands of one element type, got ", describeElement(element), " and ",
                             describeElement(elementType(rhs)));
  if (!isDefined(op.getKind(), element)) // binary_c3
    return emitOptionalError(loc, "expected an element type for which '", stringifyBinaryKind(op.getKind()),
                             "' is defined, got ", describeElement(element));
  types.push_back(tensorType(dimsOf(lhs), isPredicate(op.getKind()) ? IntegerType::get(context, 1) : element));
  return success();
}

LogicalResult TernaryOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                          SmallVectorImpl<Type> &types) {
  Type first = op.getFirst().getType(), second = op.getSecond().getType(), third = op.getThird().getType();
  if (dimsOf(first) != dimsOf(second) || dimsOf(second) != dimsOf(third)) // ternary_c1
    return emitOptionalError(loc, "expected operands of equal dims, got ", describeDims(first), ", ",
                             describeDims(second), " and ", describeDims(third));
  if (!elementType(first).isInteger(1) || elementType(second) != elementType(third)) // ternary_c2
    return emitOptionalError(loc, "expected a bool condition and two values of one element type, got ",
                             describeElement(elementType(first)), ", ", describeElement(elementType(second)), " and ",
                             describeElement(elementType(third)));
  types.push_back(tensorType(dimsOf(second), elementType(second)));
  return success();
}

LogicalResult CastOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  types.push_back(tensorType(dimsOf(op.getInput()), op.getTo()));
  return success();
}

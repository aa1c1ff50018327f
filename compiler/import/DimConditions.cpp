// See DimConditions.h.
#include "compiler/import/DimConditions.h"
#include "dialects/sinter/ConstantFold.h"

using namespace mlir;

namespace sinter::importer {
namespace {
DimAttr one(DimAttr like) { return dimConstant(like.getContext(), 1); }
DimAttr inverse(DimAttr condition) { return one(condition) - condition; }
DimAttr isNotNegative(DimAttr dim) { return inverse(isNegative(dim)); }

DimAttr logic(BinaryKind kind, DimAttr a, DimAttr b) {
  switch (kind) {
  case BinaryKind::_and: return a * b;
  case BinaryKind::_or: return a + b - a * b;
  case BinaryKind::_xor:
  case BinaryKind::ne: return a + b - a * b * 2;
  case BinaryKind::eq: return inverse(a + b - a * b * 2);
  default: return {};
  }
}

/// Toward zero, for a divisor above 0.
DimAttr truncatingQuotient(DimAttr a, DimAttr b) {
  std::optional<int64_t> divisor = constantValue(b);
  if (!divisor || *divisor <= 0)
    return {};
  DimAttr zero = dimConstant(a.getContext(), 0);
  return floorDiv(max(a, zero), b) - floorDiv(max(a * -1, zero), b);
}

DimAttr integerBinary(BinaryKind kind, DimAttr a, DimAttr b) {
  switch (kind) {
  case BinaryKind::eq: return isZero(a - b);
  case BinaryKind::ne: return inverse(isZero(a - b));
  case BinaryKind::lt: return isNegative(a - b);
  case BinaryKind::gt: return isNegative(b - a);
  case BinaryKind::le: return isNotNegative(b - a);
  case BinaryKind::ge: return isNotNegative(a - b);
  case BinaryKind::div: return truncatingQuotient(a, b);
  case BinaryKind::mod:
  case BinaryKind::fmod: return rangeOf(a).lo >= 0 && rangeOf(b).lo >= 0 ? mod(a, b) : DimAttr();
  default: return {};
  }
}

/// One element of the result.
DimAttr evaluateElement(Operation *op, ArrayRef<DimAttr> operands) {
  Type from = cast<RankedTensorType>(op->getOperand(0).getType()).getElementType();
  if (auto unary = dyn_cast<UnaryOp>(op))
    return unary.getKind() == UnaryKind::_not ? inverse(operands[0]) : DimAttr();
  if (auto binary = dyn_cast<BinaryOp>(op))
    return (from.isInteger(1) ? logic : integerBinary)(binary.getKind(), operands[0], operands[1]);
  if (auto castOp = dyn_cast<CastOp>(op))
    return castOp.getTo().isInteger(1) ? inverse(isZero(operands[0])) : DimAttr();
  if (isa<TernaryOp>(op))
    return operands[0] * operands[1] + inverse(operands[0]) * operands[2];
  return {};
}

std::optional<SmallVector<DimAttr>> dimsOfConstant(Attribute value, Type type) {
  std::optional<Scalars> scalars = scalarsOf(value, type);
  if (!scalars || !cast<RankedTensorType>(type).getElementType().isInteger())
    return std::nullopt;
  SmallVector<DimAttr> dims;
  for (const Scalar &scalar : *scalars)
    dims.push_back(scalar.dim);
  return dims;
}

/// A constant where every element is one.
Attribute attributeOfDims(ArrayRef<DimAttr> dims, RankedTensorType type) {
  Scalars scalars;
  for (DimAttr dim : dims)
    scalars.push_back({dim});
  if (llvm::all_of(dims, [](DimAttr dim) { return constantValue(dim).has_value(); }))
    return attributeOf(scalars, type);
  return DimsAttr::get(type.getContext(), dims);
}
} // namespace

Attribute evaluateConditions(Operation *op, ArrayRef<Attribute> operands) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (op->getNumResults() != 1 || operands.empty() || !type.getElementType().isInteger() || type.getRank() > 1)
    return {};
  SmallVector<SmallVector<DimAttr>> values;
  for (auto [attribute, operand] : llvm::zip(operands, op->getOperands())) {
    std::optional<SmallVector<DimAttr>> dims = dimsOfConstant(attribute, operand.getType());
    if (!dims)
      return {};
    values.push_back(*dims);
  }
  size_t count = type.getNumElements();
  if (isa<BroadcastOp, ReshapeOp>(op)) { // of conditions: the folds move everything else
    if (values[0].size() != count && values[0].size() != 1)
      return {};
    return attributeOfDims(values[0].size() == count ? values[0] : SmallVector<DimAttr>(count, values[0][0]), type);
  }
  SmallVector<DimAttr> result;
  for (size_t i = 0; i < count; ++i) {
    SmallVector<DimAttr> element;
    for (const SmallVector<DimAttr> &value : values)
      if (i < value.size())
        element.push_back(value[i]);
    DimAttr dim = element.size() == values.size() ? evaluateElement(op, element) : DimAttr();
    if (!dim)
      return {};
    result.push_back(dim);
  }
  return attributeOfDims(result, type);
}

} // namespace sinter::importer

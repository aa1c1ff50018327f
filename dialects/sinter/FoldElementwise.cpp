// Folds of elementwise operators and reductions on small constants and dims.
#include "dialects/sinter/ConstantFold.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

/// Folds element by element; `evaluate` gets the position.
static OpFoldResult foldEach(Type result, size_t count, llvm::function_ref<std::optional<Scalar>(size_t)> evaluate) {
  Scalars scalars;
  for (size_t i = 0; i < count; ++i) {
    std::optional<Scalar> scalar = evaluate(i);
    if (!scalar)
      return {};
    scalars.push_back(*scalar);
  }
  return attributeOf(scalars, cast<RankedTensorType>(result));
}

OpFoldResult UnaryOp::fold(FoldAdaptor adaptor) {
  std::optional<Scalars> input = scalarsOf(adaptor.getInput(), getInput().getType());
  if (!input)
    return {};
  Type element = elementType(getInput().getType());
  return foldEach(getType(), input->size(), [&](size_t i) { return evaluateUnary(getKind(), element, (*input)[i]); });
}

OpFoldResult BinaryOp::fold(FoldAdaptor adaptor) {
  std::optional<Scalars> lhs = scalarsOf(adaptor.getLhs(), getLhs().getType()),
                         rhs = scalarsOf(adaptor.getRhs(), getRhs().getType());
  if (!lhs || !rhs)
    return {};
  Type element = elementType(getLhs().getType());
  return foldEach(getType(), lhs->size(),
                  [&](size_t i) { return evaluateBinary(getKind(), element, (*lhs)[i], (*rhs)[i]); });
}

OpFoldResult TernaryOp::fold(FoldAdaptor adaptor) {
  if (getSecond() == getThird())
    return getSecond();
  std::optional<Scalars> condition = scalarsOf(adaptor.getFirst(), getFirst().getType());
  if (!condition)
    return {};
  auto all = [&](int64_t value) {
    return llvm::all_of(*condition, [&](const Scalar &s) { return s.integer() == value; });
  };
  if (all(1))
    return getSecond();
  if (all(0))
    return getThird();
  std::optional<Scalars> second = scalarsOf(adaptor.getSecond(), getSecond().getType()),
                         third = scalarsOf(adaptor.getThird(), getThird().getType());
  return foldEach(getType(), condition->size(), [&](size_t i) -> std::optional<Scalar> {
    std::optional<int64_t> value = (*condition)[i].integer();
    const std::optional<Scalars> &side = value && *value ? second : third;
    return value && side ? std::optional((*side)[i]) : std::nullopt;
  });
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  Type from = elementType(getInput().getType());
  if (from == getTo())
    return getInput();
  std::optional<Scalars> input = scalarsOf(adaptor.getInput(), getInput().getType());
  if (!input)
    return {};
  return foldEach(getType(), input->size(), [&](size_t i) { return evaluateCast(from, getTo(), (*input)[i]); });
}

OpFoldResult ReduceOp::fold(FoldAdaptor adaptor) {
  if (getDims().empty())
    return getInput();
  auto from = getInput().getType();
  std::optional<Scalars> input = scalarsOf(adaptor.getInput(), from);
  auto result = cast<RankedTensorType>(getType());
  if (!input || !result.hasStaticShape() || input->empty())
    return {};
  constexpr BinaryKind table[] = {BinaryKind::add, BinaryKind::mul, BinaryKind::max, BinaryKind::min};
  SmallVector<int64_t> strides = stridesOf(result.getShape());
  SmallVector<std::optional<Scalar>> totals(result.getNumElements());
  bool known = true;
  size_t next = 0;
  forEachIndex(from.getShape(), [&](ArrayRef<int64_t> index) {
    int64_t flat = 0, kept = 0;
    for (auto [d, i] : llvm::enumerate(index))
      if (!llvm::is_contained(getDims(), int64_t(d)))
        flat += i * strides[kept++];
    Scalar value = (*input)[next++];
    totals[flat] = totals[flat]
                       ? evaluateBinary(table[static_cast<int>(getKind())], from.getElementType(), *totals[flat], value)
                       : value;
    known &= totals[flat].has_value();
  });
  if (!known)
    return {};
  return foldEach(getType(), totals.size(), [&](size_t i) { return totals[i]; });
}

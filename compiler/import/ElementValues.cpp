// See ElementValues.h. Folds run on attributes: an argument counts as the constant list of its symbols.
#include "compiler/import/ElementValues.h"
#include "compiler/import/DimConditions.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace sinter::importer {

std::string elementSymbol(StringRef input, int64_t position) {
  return ("$" + input + "." + std::to_string(position)).str();
}

int64_t elementSymbolCount(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() ? tensor.getDimSize(0) : 1;
}

bool hasElementSymbols(Type type) {
  constexpr int64_t most = 16;
  auto tensor = cast<RankedTensorType>(type);
  Type element = tensor.getElementType();
  return (element.isSignlessInteger(32) || element.isSignlessInteger(64)) && tensor.getRank() <= 1 &&
         tensor.hasStaticShape() && elementSymbolCount(type) <= most;
}

namespace {
/// Takes the terms and factors of a formula, nested ones too, from `budget`; false when it is used up.
bool fits(DimAttr dim, int64_t &budget) {
  for (ArrayAttr product : dim.getProducts()) {
    budget -= 1 + int64_t(product.size());
    if (budget < 0)
      return false;
    for (Attribute factor : product)
      if (auto op = dyn_cast<DimOpAttr>(factor); op && !(fits(op.getLhs(), budget) && fits(op.getRhs(), budget)))
        return false;
  }
  return true;
}

/// False for formulas that no shape computation needs: each further operator might square them.
bool isReasonable(Attribute value) {
  constexpr int64_t largest = 512; // terms and factors of one element
  auto dims = dyn_cast_or_null<DimsAttr>(value);
  return !dims || llvm::all_of(dims.getValues(), [](DimAttr dim) {
    int64_t budget = largest;
    return fits(dim, budget);
  });
}

/// Evaluates a computation bottom-up, every value once.
class Evaluation {
public:
  /// `symbolOf`: what stands for data; none where it is null.
  explicit Evaluation(llvm::function_ref<DimAttr(Value, int64_t)> symbolOf = {}) : symbolOf(symbolOf) {}

  /// The value as a constant attribute, or null.
  Attribute valueOf(Value value, int depth = 0);

private:
  Attribute compute(Value value, int depth);
  Attribute ofArgument(BlockArgument argument);
  Attribute ofData(Value value);

  llvm::function_ref<DimAttr(Value, int64_t)> symbolOf;
  llvm::DenseMap<Value, Attribute> known;
};

Attribute Evaluation::valueOf(Value value, int depth) {
  if (Attribute constant = constantAttribute(value))
    return constant;
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Attribute result = compute(value, depth);
  if (!result || !isReasonable(result))
    result = ofData(value);
  known[value] = result;
  return result;
}

Attribute Evaluation::ofArgument(BlockArgument argument) {
  auto program = dyn_cast<ProgramOp>(argument.getOwner()->getParentOp());
  if (!program || !hasElementSymbols(argument.getType()))
    return {};
  auto name = program.getArgAttrOfType<StringAttr>(argument.getArgNumber(), nameAttribute);
  if (!name)
    return {};
  SmallVector<DimAttr> symbols;
  for (int64_t i = 0; i < elementSymbolCount(argument.getType()); ++i)
    symbols.push_back(dimSymbol(argument.getContext(), elementSymbol(name.getValue(), i)));
  return DimsAttr::get(argument.getContext(), symbols);
}

Attribute Evaluation::ofData(Value value) {
  if (!symbolOf || !hasElementSymbols(value.getType()))
    return {};
  SmallVector<DimAttr> symbols;
  for (int64_t i = 0; i < elementSymbolCount(value.getType()); ++i)
    symbols.push_back(symbolOf(value, i));
  return DimsAttr::get(value.getContext(), symbols);
}

Attribute Evaluation::compute(Value value, int depth) {
  constexpr int deepest = 256;      // of the recursion, and of what a shape computation plausibly needs
  constexpr int64_t largest = 1024; // elements, as in ConstantFold.h
  if (auto argument = dyn_cast<BlockArgument>(value))
    return ofArgument(argument);
  auto type = cast<RankedTensorType>(value.getType());
  if (depth > deepest || !type.hasStaticShape() || type.getNumElements() > largest)
    return {};
  Operation *op = value.getDefiningOp();
  SmallVector<Attribute> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(valueOf(operand, depth + 1));
    if (!operands.back())
      return {};
  }
  SmallVector<OpFoldResult> results;
  if (failed(op->fold(operands, results)) || results.empty())
    return evaluateConditions(op, operands);
  OpFoldResult result = results[cast<OpResult>(value).getResultNumber()];
  return isa<Attribute>(result) ? cast<Attribute>(result) : valueOf(cast<Value>(result), depth + 1);
}
} // namespace

std::optional<SmallVector<DimAttr>> elementValues(Value value) {
  return constantDims(Evaluation().valueOf(value), value.getType());
}
std::optional<SmallVector<DimAttr>> elementValues(Value value, llvm::function_ref<DimAttr(Value, int64_t)> symbolOf) {
  return constantDims(Evaluation(symbolOf).valueOf(value), value.getType());
}

} // namespace sinter::importer

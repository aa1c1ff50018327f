// See RandomDim.h.
#include "RandomDim.h"

using namespace sinter;
using namespace sinter::test;

DimAttr Formula::dim(mlir::MLIRContext *context) const {
  if (kind == Constant)
    return dimConstant(context, number);
  if (kind == Symbol)
    return dimSymbol(context, name);
  DimAttr a = lhs->dim(context), b = rhs->dim(context);
  switch (kind) {
  case Add: return a + b;
  case Sub: return a - b;
  case Mul: return a * b;
  case FloorDiv: return floorDiv(a, b);
  case CeilDiv: return ceilDiv(a, b);
  case Mod: return mod(a, b);
  case Min: return min(a, b);
  default: return max(a, b);
  }
}

std::optional<int64_t> Formula::value(const Assignment &symbols) const {
  if (kind == Constant)
    return number;
  if (kind == Symbol)
    return symbols.at(name);
  std::optional<int64_t> left = lhs->value(symbols), right = rhs->value(symbols);
  if (!left || !right)
    return std::nullopt;
  __int128 a = *left, b = *right, result = 0;
  bool divides = kind == FloorDiv || kind == CeilDiv || kind == Mod;
  if (divides && b <= 0)
    return std::nullopt;
  __int128 down = divides ? (a - ((a % b) + b) % b) / b : 0;
  switch (kind) {
  case Add: result = a + b; break;
  case Sub: result = a - b; break;
  case Mul: result = a * b; break;
  case FloorDiv: result = down; break;
  case CeilDiv: result = down + (down * b != a); break;
  case Mod: result = a - down * b; break;
  case Min: result = std::min(a, b); break;
  default: result = std::max(a, b); break;
  }
  if (result > INT64_MAX || result < INT64_MIN)
    return std::nullopt;
  return static_cast<int64_t>(result);
}

std::unique_ptr<Formula> test::randomFormula(std::mt19937 &random, int depth, bool symbolicDivisors) {
  auto pick = [&](int64_t lo, int64_t hi) { return std::uniform_int_distribution<int64_t>(lo, hi)(random); };
  auto formula = std::make_unique<Formula>();
  if (depth == 0 || pick(0, 5) == 0) {
    constexpr const char *names[] = {"S", "T", "B", "$v"};
    formula->kind = pick(0, 2) ? Formula::Symbol : Formula::Constant;
    formula->number = pick(-4, 9);
    formula->name = names[pick(0, 3)];
    return formula;
  }
  formula->kind = static_cast<Formula::Kind>(pick(Formula::Add, Formula::Max));
  formula->lhs = randomFormula(random, depth - 1, symbolicDivisors);
  bool divides =
      formula->kind == Formula::FloorDiv || formula->kind == Formula::CeilDiv || formula->kind == Formula::Mod;
  if (!divides) {
    formula->rhs = randomFormula(random, depth - 1, symbolicDivisors);
    return formula;
  }
  formula->rhs = std::make_unique<Formula>();
  formula->rhs->kind = symbolicDivisors && pick(0, 1) ? Formula::Symbol : Formula::Constant;
  formula->rhs->number = pick(1, 6);
  formula->rhs->name = pick(0, 1) ? "S" : "B";
  return formula;
}

Assignment test::randomAssignment(std::mt19937 &random) {
  auto pick = [&](int64_t lo, int64_t hi) { return std::uniform_int_distribution<int64_t>(lo, hi)(random); };
  int64_t most = pick(0, 3) ? 12 : 1000;
  return {{"S", pick(0, most)}, {"T", pick(0, most)}, {"B", pick(0, most)}, {"$v", pick(-most, most)}};
}

std::optional<int64_t> test::valueOf(DimAttr dim, const Assignment &symbols) {
  return evaluate(dim, [&](llvm::StringRef name) -> std::optional<int64_t> {
    auto it = symbols.find(name.str());
    return it == symbols.end() ? std::nullopt : std::optional(it->second);
  });
}

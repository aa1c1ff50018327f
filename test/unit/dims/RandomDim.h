// Random formulas of dims, and what they are worth by the rules of arithmetic: an oracle that knows no normal form.
#pragma once
#include "dialects/sinter/Dims.h"
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace sinter::test {

/// Values of the symbols S, T, B (sizes) and $v (of either sign).
using Assignment = std::map<std::string, int64_t>;

/// A formula as a tree.
struct Formula {
  enum Kind { Constant, Symbol, Add, Sub, Mul, FloorDiv, CeilDiv, Mod, Min, Max } kind;
  int64_t number = 0;
  std::string name;
  std::unique_ptr<Formula> lhs, rhs;

  /// Built through the functions of Dims.h.
  DimAttr dim(mlir::MLIRContext *context) const;
  /// By 128-bit arithmetic; nullopt where a step leaves int64 or a divisor is not positive.
  std::optional<int64_t> value(const Assignment &symbols) const;
};

/// A formula of at most `depth` levels. Divisors are positive numbers, or symbols where `symbolicDivisors`.
std::unique_ptr<Formula> randomFormula(std::mt19937 &random, int depth, bool symbolicDivisors);
/// Small values, sizes from 0.
Assignment randomAssignment(std::mt19937 &random);
/// The dim's value under an assignment.
std::optional<int64_t> valueOf(DimAttr dim, const Assignment &symbols);

} // namespace sinter::test

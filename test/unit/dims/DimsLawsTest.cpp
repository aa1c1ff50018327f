// Laws of Dims.h over random formulas: what a dim is worth, its range, comparisons, substitution and text.
#include "RandomDim.h"
#include "dialects/sinter/Sinter.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace sinter;
using namespace sinter::test;

namespace {
class DimLaws : public testing::TestWithParam<bool> {
protected:
  DimLaws() { context.loadDialect<SinterDialect>(); }
  /// Calls `check` with formulas, each under its own trace.
  void forFormulas(int count, int depth, llvm::function_ref<void(const Formula &, DimAttr)> check) {
    for (int i = 0; i < count && !HasFailure(); ++i) {
      std::unique_ptr<Formula> formula = randomFormula(random, depth, GetParam());
      DimAttr dim = formula->dim(&context);
      SCOPED_TRACE(toString(dim));
      check(*formula, dim);
    }
  }
  mlir::MLIRContext context;
  std::mt19937 random{7};
};
} // namespace

/// A dim is worth what the formula it was built from is worth, wherever that is defined.
TEST_P(DimLaws, ValueIsTheFormulas) {
  forFormulas(6000, 4, [&](const Formula &formula, DimAttr dim) {
    for (int k = 0; k < 8; ++k) {
      Assignment symbols = randomAssignment(random);
      if (std::optional<int64_t> want = formula.value(symbols)) {
        EXPECT_EQ(valueOf(dim, symbols), want)
            << "S=" << symbols["S"] << " T=" << symbols["T"] << " B=" << symbols["B"] << " $v=" << symbols["$v"];
      }
    }
  });
}

TEST_P(DimLaws, RangeHoldsEveryValue) {
  forFormulas(4000, 4, [&](const Formula &, DimAttr dim) {
    DimRange range = rangeOf(dim);
    for (int k = 0; k < 8; ++k)
      if (std::optional<int64_t> value = valueOf(dim, randomAssignment(random))) {
        EXPECT_LE(range.lo, *value);
        EXPECT_GE(range.hi, *value);
      }
  });
}

TEST_P(DimLaws, RangeUnderGivenSymbolRanges) {
  SymbolRanges ranges{{"S", {2, 5}}, {"T", {0, 0}}, {"$v", {-3, 1}}};
  forFormulas(4000, 4, [&](const Formula &, DimAttr dim) {
    DimRange range = rangeOf(dim, &ranges);
    for (int k = 0; k < 8; ++k) {
      Assignment symbols = randomAssignment(random);
      for (auto &entry : ranges)
        symbols[entry.first().str()] = std::uniform_int_distribution<int64_t>(entry.second.lo, entry.second.hi)(random);
      if (std::optional<int64_t> value = valueOf(dim, symbols)) {
        EXPECT_LE(range.lo, *value);
        EXPECT_GE(range.hi, *value);
      }
    }
  });
}

TEST_P(DimLaws, KnownRelationsHold) {
  forFormulas(4000, 3, [&](const Formula &, DimAttr lhs) {
    DimAttr rhs = randomFormula(random, 3, GetParam())->dim(&context);
    bool lessEqual = knownLessEqual(lhs, rhs), different = knownDifferent(lhs, rhs);
    for (int k = 0; k < 8; ++k) {
      Assignment symbols = randomAssignment(random);
      std::optional<int64_t> a = valueOf(lhs, symbols), b = valueOf(rhs, symbols);
      if (!a || !b)
        continue;
      EXPECT_TRUE(!lessEqual || *a <= *b) << toString(rhs);
      EXPECT_TRUE(!different || *a != *b) << toString(rhs);
    }
  });
}

/// Replacing a symbol and then evaluating is evaluating with the symbol bound to the replacement's value.
TEST_P(DimLaws, SubstitutionThenValue) {
  forFormulas(3000, 3, [&](const Formula &, DimAttr dim) {
    DimAttr replacement = max(randomFormula(random, 2, GetParam())->dim(&context), dimConstant(&context, 0));
    DimAttr replaced = substitute(dim, [&](llvm::StringRef name) { return name == "S" ? replacement : DimAttr(); });
    for (int k = 0; k < 8; ++k) {
      Assignment symbols = randomAssignment(random);
      std::optional<int64_t> bound = valueOf(replacement, symbols);
      if (!bound)
        continue;
      Assignment with = symbols;
      with["S"] = *bound;
      if (std::optional<int64_t> want = valueOf(dim, with)) {
        EXPECT_EQ(valueOf(replaced, symbols), want) << "S := " << toString(replacement);
      }
    }
  });
}

TEST_P(DimLaws, SubstitutingNothingChangesNothing) {
  forFormulas(3000, 4, [&](const Formula &, DimAttr dim) {
    EXPECT_EQ(substitute(dim, [](llvm::StringRef) { return DimAttr(); }), dim);
  });
}

/// The text of a dim is a formula of it, for dim_param and for MLIR's assembly.
TEST_P(DimLaws, TextRoundTrip) {
  forFormulas(3000, 4, [&](const Formula &, DimAttr dim) {
    EXPECT_EQ(parseDim(&context, toString(dim)), dim);
    EXPECT_EQ(mlir::parseAttribute("#sinter.dim<" + toString(dim) + ">", &context), dim);
  });
}

/// Sums and products do not depend on order or grouping.
TEST_P(DimLaws, RingLaws) {
  for (int i = 0; i < 1000; ++i) {
    DimAttr a = randomFormula(random, 2, GetParam())->dim(&context),
            b = randomFormula(random, 2, GetParam())->dim(&context),
            c = randomFormula(random, 2, GetParam())->dim(&context);
    ASSERT_EQ(a + b, b + a);
    ASSERT_EQ((a + b) + c, a + (b + c));
    ASSERT_EQ(a * b, b * a);
    ASSERT_EQ((a * b) * c, a * (b * c));
    ASSERT_EQ(a * (b + c), a * b + a * c);
    ASSERT_EQ(a - a, dimConstant(&context, 0));
    ASSERT_EQ(min(a, b), min(b, a));
    ASSERT_EQ(max(a, b), max(b, a));
    ASSERT_EQ(min(a, a), a);
  }
}

/// Exact division undoes multiplication.
TEST_P(DimLaws, DivisionUndoesMultiplication) {
  for (int i = 0; i < 1000; ++i) {
    DimAttr a = randomFormula(random, 2, GetParam())->dim(&context),
            b = randomFormula(random, 2, GetParam())->dim(&context);
    if (rangeOf(b).lo <= 0 && rangeOf(b).hi >= 0 && constantValue(b))
      continue;
    SCOPED_TRACE("(" + toString(a) + ") * (" + toString(b) + ")");
    ASSERT_EQ(floorDiv(a * b, b), a);
    ASSERT_EQ(ceilDiv(a * b, b), a);
    ASSERT_EQ(mod(a * b, b), dimConstant(&context, 0));
  }
}

INSTANTIATE_TEST_SUITE_P(Divisors, DimLaws, testing::Bool(),
                         [](const auto &info) { return info.param ? "Symbolic" : "Numbers"; });

// The normal form of dims by example: which formulas of exporters and of shape inference are one attribute.
#include "dialects/sinter/Sinter.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace sinter;

namespace {
class Dims : public testing::Test {
protected:
  DimAttr parse(llvm::StringRef text) { return parseDim(&context, text); }
  DimAttr number(int64_t value) { return dimConstant(&context, value); }
  std::optional<int64_t> value(DimAttr dim, int64_t symbol) {
    return evaluate(dim, [&](llvm::StringRef) { return std::optional(symbol); });
  }
  /// The text of the normal form.
  std::string normal(llvm::StringRef text) {
    DimAttr dim = parse(text);
    return dim ? toString(dim) : "no dim";
  }
  DimAttr symbol(llvm::StringRef name) {
    context.loadDialect<SinterDialect>();
    return dimSymbol(&context, name);
  }
  mlir::MLIRContext context;
  DimAttr S = symbol("S"), P = symbol("P"), B = symbol("B"), v = symbol("$v");
};
} // namespace

TEST_F(Dims, ProductsOfSumsAreExpanded) {
  EXPECT_EQ(B * (S + P), B * S + B * P);
  EXPECT_EQ((S + 1) * (S - 1), S * S - 1);
  EXPECT_EQ(S + P - S, P);
  EXPECT_EQ(normal("B*(S + P)*64"), "64*B*P + 64*B*S");
}

TEST_F(Dims, DivisionIsExactWhereThePolynomialIs) {
  EXPECT_EQ(floorDiv(B * S * 768, B * S), number(768));
  EXPECT_EQ(floorDiv(B * S * 64, S * 64), B);
  EXPECT_EQ(floorDiv((S + P) * B, S + P), B);
  EXPECT_EQ(ceilDiv(S * 6, number(3)), S * 2);
  EXPECT_EQ(mod(B * S * 12, number(4)), number(0));
  EXPECT_EQ(floorDiv(number(-7), number(2)), number(-4));
  EXPECT_EQ(ceilDiv(number(-7), number(2)), number(-3));
}

TEST_F(Dims, MultiplesLeaveADivision) {
  EXPECT_EQ(floorDiv(S * 4 + 6, number(4)), S + 1);
  EXPECT_EQ(floorDiv(S + 5, number(2)), floorDiv(S + 1, number(2)) + 2);
  EXPECT_EQ(mod(S + 5, number(2)), mod(S + 1, number(2)));
}

/// floor((S - 1) / 2) + 1, as strided windows count, is ceil(S / 2), as SAME pads do.
TEST_F(Dims, CeilingIsAFloor) {
  EXPECT_EQ(floorDiv(S - 1, number(2)) + 1, ceilDiv(S, number(2)));
  EXPECT_EQ(ceilDiv(S + 3, number(4)), floorDiv(S + 6, number(4)));
}

TEST_F(Dims, CommonFactorsOfADivisionCancel) {
  EXPECT_EQ(floorDiv(S * 6 + 3, number(4)), floorDiv(S * 3 + 1, number(2)));
  EXPECT_EQ(floorDiv(S * 2 + 1, number(4)), floorDiv(S, number(2)));
  EXPECT_EQ(floorDiv(B * S * 7, B * 9), floorDiv(S * 7, number(9)));
}

/// A stack of two strided windows is one division.
TEST_F(Dims, NestedDivisionsJoin) {
  DimAttr two = number(2);
  EXPECT_EQ(floorDiv(floorDiv(S, two), two), floorDiv(S, number(4)));
  EXPECT_EQ(ceilDiv(ceilDiv(S, two), two), ceilDiv(S, number(4)));
  EXPECT_EQ(floorDiv(floorDiv(S + 1, two) + 1, number(3)), floorDiv(S + 3, number(6)));
}

TEST_F(Dims, MinAndMaxFold) {
  EXPECT_EQ(min(S, S + 1), S);
  EXPECT_EQ(max(S, number(0)), S);
  EXPECT_EQ(max(S - S - 1, number(0)), number(0));
  EXPECT_EQ(min(min(S, number(512)), number(600)), min(S, number(512)));
  EXPECT_EQ(max(max(v, number(0)), number(-1)), max(v, number(0)));
  EXPECT_EQ(min(min(S, P), B), min(S, min(P, B)));
  EXPECT_EQ(min(min(S, P), S), min(S, P));
  EXPECT_NE(max(v, number(0)), v);
}

TEST_F(Dims, SignsAsFormulas) {
  EXPECT_EQ(isNegative(S), number(0));
  EXPECT_EQ(isNegative(number(-3)), number(1));
  EXPECT_EQ(isZero(number(0)), number(1));
  EXPECT_EQ(isZero(S + 1), number(0));
  for (int64_t x : {-5, -1, 0, 1, 7}) {
    EXPECT_EQ(value(isNegative(v), x), x < 0);
    EXPECT_EQ(value(isZero(v), x), x == 0);
  }
}

TEST_F(Dims, Comparisons) {
  EXPECT_TRUE(knownLessEqual(S, S + P));
  EXPECT_FALSE(knownLessEqual(S, P));
  EXPECT_TRUE(knownLessEqual(min(S, P), S));
  EXPECT_TRUE(knownLessEqual(S, max(S, P)));
  EXPECT_TRUE(knownDifferent(S, S + 1));
  EXPECT_FALSE(knownDifferent(S, P));
}

/// What pads and slices need: a part is not larger than the whole.
TEST_F(Dims, ComparisonsThroughDivisions) {
  EXPECT_TRUE(knownLessEqual(floorDiv(S, number(2)), S));
  EXPECT_TRUE(knownLessEqual(S, ceilDiv(S, number(64)) * 64));
  EXPECT_TRUE(knownLessEqual(floorDiv(S, number(4)) * 4, S));
  EXPECT_TRUE(knownLessEqual(ceilDiv(S, number(4)) * 4 - S, number(3)));
  EXPECT_TRUE(knownLessEqual(max(S - P, number(0)), S));
  EXPECT_TRUE(knownLessEqual(mod(S, number(8)), S));
  EXPECT_FALSE(knownLessEqual(ceilDiv(S, number(4)) * 4, S));
}

TEST_F(Dims, Ranges) {
  auto expectRange = [](DimRange range, int64_t lo, int64_t hi) {
    EXPECT_EQ(range.lo, lo);
    EXPECT_EQ(range.hi, hi);
  };
  expectRange(rangeOf(S), 0, INT64_MAX);
  expectRange(rangeOf(v), INT64_MIN, INT64_MAX);
  expectRange(rangeOf(min(S, number(512))), 0, 512);
  expectRange(rangeOf(mod(v, number(8))), 0, 7);
  SymbolRanges ranges{{"S", {1, 64}}};
  expectRange(rangeOf(S * 3 + 1, &ranges), 4, 193);
  expectRange(rangeOf(floorDiv(S - 2, number(2)), &ranges), -1, 31);
}

/// Arithmetic past int64 is never a wrong number: the dim has no value then.
TEST_F(Dims, OverflowHasNoValue) {
  DimAttr huge = number(INT64_MAX);
  EXPECT_EQ(value(huge + 1, 0), std::nullopt);
  EXPECT_EQ(value(huge + 1 - 1, 0), std::nullopt);
  EXPECT_EQ(value(huge * huge, 0), std::nullopt);
  EXPECT_EQ(value(number(INT64_MIN + 1) - 2, 0), std::nullopt);
  EXPECT_EQ(value(S * S, int64_t(1) << 40), std::nullopt);
  EXPECT_EQ(value(S * (int64_t(1) << 40), int64_t(1) << 40), std::nullopt);
  EXPECT_EQ(value((S * (int64_t(1) << 40)) * (int64_t(1) << 40), 0), 0);
}

TEST_F(Dims, DivisionByZeroHasNoValue) {
  EXPECT_EQ(value(floorDiv(S + 1, S), 0), std::nullopt);
  EXPECT_EQ(value(mod(S + 1, S), 0), std::nullopt);
  EXPECT_EQ(floorDiv(S, number(0)), floorDiv(S, number(0)));
  EXPECT_EQ(value(floorDiv(S, number(0)), 3), std::nullopt);
}

/// As exporters write dim_param, and as symbols of any name print.
TEST_F(Dims, Text) {
  EXPECT_EQ(parse("2*S + P - 1"), S * 2 + P - 1);
  EXPECT_EQ(parse("S//2"), floorDiv(S, number(2)));
  EXPECT_EQ(parse("(S + 1)//2 + 3"), floorDiv(S + 1, number(2)) + 3);
  EXPECT_EQ(parse("S % 4"), mod(S, number(4)));
  EXPECT_EQ(parse("max(1, min(S, 8))"), max(number(1), min(S, number(8))));
  EXPECT_EQ(parse("Max(1, S)"), max(number(1), S));
  EXPECT_FALSE(parse("S +"));
  EXPECT_FALSE(parse("2 +* n"));
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse("S S"));
  EXPECT_FALSE(parse("99999999999999999999"));
  EXPECT_FALSE(parse(std::string(100, '(') + "S" + std::string(100, ')')));
  EXPECT_EQ(toString(number(0) - S), "-S");
  EXPECT_EQ(normal("3 - 2*S"), "-2*S + 3");
  for (llvm::StringRef name : {"a b", "x::y", "-1", "min", "quote\"d", "3", "caf\xc3\xa9", "tab\t", "back\\slash"}) {
    DimAttr symbol = dimSymbol(&context, name);
    EXPECT_EQ(parse(toString(symbol * 2 + 1)), symbol * 2 + 1) << name.str();
    EXPECT_EQ(symbolName(symbol), name);
  }
}

/// The assembly says what it expects.
TEST_F(Dims, AssemblyErrors) {
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  EXPECT_FALSE(mlir::parseAttribute("#sinter.dim<2 * + S>", &context));
  EXPECT_EQ(message, "expected a dim such as 2*S + 1");
  EXPECT_FALSE(mlir::parseAttribute("#sinter.dim_op<S + 1>", &context));
  EXPECT_EQ(message, "expected floordiv, ceildiv, mod, min or max of two dims");
  EXPECT_FALSE(mlir::parseType("tensor<?x4xf32, #sinter.dims<S>>", &context));
  EXPECT_EQ(message, "expected 2 dims in the encoding, got 1");
  EXPECT_FALSE(mlir::parseType("tensor<?x4xf32, #sinter.dims<S, 5>>", &context));
  EXPECT_EQ(message, "expected dim 4, got 5");
  EXPECT_FALSE(mlir::parseType("tensor<?xf32, #sinter.dims<3>>", &context));
  EXPECT_EQ(message, "expected dim ?, got 3");
}

TEST_F(Dims, SymbolsAreVisited) {
  std::string seen;
  visitSymbols(floorDiv(S * B, P) + S, [&](llvm::StringRef name) { seen += name; });
  EXPECT_EQ(llvm::StringRef(seen).count('S'), 2u);
  EXPECT_EQ(llvm::StringRef(seen).count('B'), 1u);
  EXPECT_EQ(llvm::StringRef(seen).count('P'), 1u);
}

TEST_F(Dims, TensorTypes) {
  mlir::Type f32 = mlir::Float32Type::get(&context);
  mlir::RankedTensorType type = tensorType({S + P, number(8)}, f32);
  EXPECT_EQ(type.getDimSize(0), mlir::ShapedType::kDynamic);
  EXPECT_EQ(type.getDimSize(1), 8);
  EXPECT_EQ(dimsOf(mlir::Type(type))[0], S + P);
  EXPECT_EQ(elementCount(type), S * 8 + P * 8);
  EXPECT_FALSE(tensorType({number(2)}, f32).getEncoding());
  EXPECT_EQ(tensorType({P + S, number(8)}, f32), type);
}

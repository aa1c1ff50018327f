// codegen/emit/weights/Numbers: kinds against constant folding, integers that would trap, casts.
#include "codegen/emit/weights/Numbers.h"
#include "dialects/sinter/ConstantFold.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace mlir;
using namespace sinter;

namespace {
struct NumbersTest : testing::Test {
  MLIRContext context;
  void SetUp() override { context.loadDialect<SinterDialect>(); }
};
} // namespace

/// Every kind that constant folding knows gives the same as Numbers.cpp.
TEST_F(NumbersTest, KindsAgreeWithConstantFolding) {
  OpBuilder b(&context);
  const double values[] = {0.0, -0.0, 1, -1, 0.5, -2.5, 3, 1e6, -7.25, INFINITY, -INFINITY, NAN};
  int compared = 0;
  auto same = [&](std::optional<Scalar> folded, Type element, const uint8_t *bytes, StringRef what) {
    if (!folded)
      return;
    ++compared;
    double expected = folded->number, got;
    if (folded->dim) {
      expected = double(*folded->integer());
      got = *bytes;
    } else if (element.isF64()) {
      std::memcpy(&got, bytes, 8);
    } else {
      float narrow;
      std::memcpy(&narrow, bytes, 4);
      got = narrow;
      expected = float(expected);
    }
    EXPECT_TRUE(got == expected || (std::isnan(got) && std::isnan(expected)))
        << what.str() << ": " << got << " " << expected;
  };
  for (Type element : {Type(b.getF32Type()), Type(b.getF64Type())})
    for (double x : values) {
      uint8_t in[2][8], out[8];
      auto put = [&](double value, uint8_t *to) {
        float narrow = value;
        std::memcpy(to, element.isF64() ? static_cast<void *>(&value) : &narrow, elementBytes(element));
      };
      put(x, in[0]);
      for (uint32_t k = 0; k <= getMaxEnumValForUnaryKind(); ++k) {
        auto kind = static_cast<UnaryKind>(k);
        if (kind == UnaryKind::_not || kind == UnaryKind::bitnot)
          continue;
        applyUnary(kind, element, in[0], out, 1);
        same(evaluateUnary(kind, element, {{}, x}), element, out, stringifyUnaryKind(kind));
      }
      for (double y : values)
        for (uint32_t k = 0; k <= getMaxEnumValForBinaryKind(); ++k) {
          auto kind = static_cast<BinaryKind>(k);
          std::optional<Scalar> folded = evaluateBinary(kind, element, {{}, x}, {{}, y});
          put(y, in[1]);
          if (folded)
            applyBinary(kind, element, in[0], in[1], out, 1);
          same(folded, element, out, stringifyBinaryKind(kind));
        }
    }
  EXPECT_GT(compared, 3000);
}

TEST_F(NumbersTest, IntegerKindsNeverTrap) {
  OpBuilder b(&context);
  const int64_t least = std::numeric_limits<int64_t>::min();
  const int64_t cases[][3] = {{7, 2, 3}, {-7, 2, -3}, {5, 0, 0}, {least, -1, least}};
  for (auto [x, y, quotient] : cases) {
    int64_t out;
    auto bytes = [](const int64_t &value) { return reinterpret_cast<const uint8_t *>(&value); };
    applyBinary(BinaryKind::div, b.getI64Type(), bytes(x), bytes(y), reinterpret_cast<uint8_t *>(&out), 1);
    EXPECT_EQ(out, quotient);
  }
  auto mod = [&](BinaryKind kind, int8_t x, int8_t y) {
    uint8_t out;
    applyBinary(kind, b.getI8Type(), reinterpret_cast<uint8_t *>(&x), reinterpret_cast<uint8_t *>(&y), &out, 1);
    return int(int8_t(out));
  };
  EXPECT_EQ(mod(BinaryKind::mod, -7, 3), 2);
  EXPECT_EQ(mod(BinaryKind::fmod, -7, 3), -1);
  EXPECT_EQ(mod(BinaryKind::floordiv, -7, 3), -3);
  EXPECT_EQ(mod(BinaryKind::mod, 5, 0), 5);
  EXPECT_EQ(mod(BinaryKind::shl, 1, 9), 0);
  EXPECT_EQ(mod(BinaryKind::shr, -8, 1), -4);
}

TEST_F(NumbersTest, CastsRoundOnceAndWrap) {
  OpBuilder b(&context);
  auto cast = [&](Type from, Type to, auto value, auto result) {
    applyCast(from, to, reinterpret_cast<const uint8_t *>(&value), reinterpret_cast<uint8_t *>(&result), 1);
    return result;
  };
  Type f32 = b.getF32Type(), f64 = b.getF64Type(), f16 = b.getF16Type(), bf16 = b.getBF16Type();
  EXPECT_EQ(cast(f32, f16, 1.0f + 0x1p-11f, uint16_t()), 0x3c00); // a tie goes to even
  EXPECT_EQ(cast(f64, f16, 1.0 + 0x1p-11 + 0x1p-40, uint16_t()), 0x3c01);
  EXPECT_EQ(cast(f32, bf16, 1.0f + 0x1p-8f, uint16_t()), 0x3f80);
  EXPECT_EQ(cast(bf16, f32, uint16_t(0x4049), float()), 3.140625f);
  EXPECT_EQ(cast(f32, b.getI32Type(), -2.9f, int32_t()), -2);
  EXPECT_EQ(cast(f32, b.getIntegerType(8, false), 300.0f, uint8_t()), 44);
  EXPECT_EQ(cast(b.getI64Type(), f32, (int64_t(1) << 60) + (int64_t(1) << 36) + 1, float()), 0x1p60f + 0x1p37f);
  EXPECT_EQ(cast(b.getIntegerType(64, false), f64, ~uint64_t(0), double()), 0x1p64);
  EXPECT_EQ(cast(f32, b.getI1Type(), 0.25f, uint8_t()), 1);
  EXPECT_EQ(cast(b.getI32Type(), b.getI1Type(), 256, uint8_t()), 1);
}

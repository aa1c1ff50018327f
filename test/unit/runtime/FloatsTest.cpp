// f16 and bf16 against the compiler's own arithmetic types.
#include "Tensors.h"
#include "runtime/core/Random.h"
#include "runtime/core/SmallFloat.h"

#include <cmath>
#include <cstring>

using namespace sinter::rt;

namespace {
double halfBits(uint16_t bits) {
  _Float16 value;
  memcpy(&value, &bits, 2);
  return static_cast<float>(value);
}

uint16_t bitsOfHalf(float value) {
  _Float16 half = static_cast<_Float16>(value);
  uint16_t bits;
  memcpy(&bits, &half, 2);
  return bits;
}

double bfloatBits(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  memcpy(&value, &wide, 4);
  return value;
}
} // namespace

TEST(SmallFloat, EveryPatternSurvivesDecodeAndEncode) {
  for (int bits = 0; bits < 65536; ++bits)
    for (SmallFloat format : {kHalf, kBFloat}) {
      uint16_t pattern = static_cast<uint16_t>(bits);
      double value = format.decode(pattern);
      double expected = format.mantissaBits == 10 ? halfBits(pattern) : bfloatBits(pattern);
      if (std::isnan(expected)) {
        EXPECT_TRUE(std::isnan(value)) << bits;
        EXPECT_TRUE(std::isnan(format.decode(format.encode(value)))) << bits;
        continue;
      }
      EXPECT_EQ(value, expected) << bits;
      EXPECT_EQ(format.encode(value), pattern) << bits;
    }
}

TEST(SmallFloat, RoundsToNearestEven) {
  Random random{1};
  for (int k = 0; k < 200000; ++k) {
    uint32_t bits = static_cast<uint32_t>(random.next());
    float value;
    memcpy(&value, &bits, 4);
    if (std::isnan(value))
      continue;
    EXPECT_EQ(kHalf.encode(value), bitsOfHalf(value)) << value;
    uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1); // the usual integer trick, right for all but NaN
    EXPECT_EQ(kBFloat.encode(value), static_cast<uint16_t>(rounded >> 16)) << value;
  }
  for (int k = 0; k < 65535; ++k) { // halfway between neighbours goes to the even one
    double low = kHalf.decode(static_cast<uint16_t>(k)), high = kHalf.decode(static_cast<uint16_t>(k + 1));
    if (std::isfinite(low) && std::isfinite(high) && low >= 0 && high > low)
      EXPECT_EQ(kHalf.encode((low + high) / 2), k + (k & 1));
  }
}

TEST(SmallFloat, RoundsOnceNotThroughFloat) {
  double justAboveHalfway = 1 + 0x1p-11 + 0x1p-40; // as f32 this is halfway and would go down
  EXPECT_EQ(kHalf.encode(justAboveHalfway), kHalf.encode(1 + 0x1p-10));
  EXPECT_EQ(kHalf.encode(65519.999), 0x7bff);
  EXPECT_EQ(kHalf.encode(65520), 0x7c00);
  EXPECT_EQ(kHalf.encode(-0x1p-25), 0x8000);
  EXPECT_EQ(kHalf.encode(0x1.000001p-25), 0x0001);
}

TEST(DType, EveryTypeStoresAndLoadsItsExtremes) {
  const struct {
    int32_t dtype;
    int64_t least, greatest;
  } cases[] = {{SINTER_I8, -128, 127},
               {SINTER_U8, 0, 255},
               {SINTER_I16, -32768, 32767},
               {SINTER_U16, 0, 65535},
               {SINTER_I32, INT32_MIN, INT32_MAX},
               {SINTER_U32, 0, UINT32_MAX},
               {SINTER_I64, INT64_MIN, INT64_MAX},
               {SINTER_BOOL, 0, 1}};
  for (auto [dtype, least, greatest] : cases) {
    Tensor tensor;
    makeTensor(tensor, dtype, {2}, {0, 0});
    storeInteger(dtype, tensor.data, 0, least);
    storeInteger(dtype, tensor.data, 1, greatest);
    EXPECT_EQ(loadInteger(dtype, tensor.data, 0), least) << dtypeName(dtype);
    EXPECT_EQ(loadInteger(dtype, tensor.data, 1), greatest) << dtypeName(dtype);
    EXPECT_EQ(loadReal(dtype, tensor.data, 1), static_cast<double>(greatest)) << dtypeName(dtype);
  }
  uint64_t top = UINT64_MAX;
  EXPECT_EQ(loadReal(SINTER_U64, &top, 0), 0x1p64);
  EXPECT_STREQ(dtypeName(14), "dtype 14");
}

TEST(Tensor, SizesAreCheckedForOverflow) {
  int64_t size;
  int64_t huge[] = {int64_t{1} << 40, int64_t{1} << 40}, withZero[] = {int64_t{1} << 40, int64_t{1} << 40, 0},
          negative[] = {-1};
  EXPECT_FALSE(countElements(huge, 2, size));
  EXPECT_TRUE(countElements(withZero, 3, size));
  EXPECT_EQ(size, 0);
  EXPECT_FALSE(countElements(negative, 1, size));
  EXPECT_TRUE(countElements(nullptr, 0, size));
  EXPECT_EQ(size, 1);
  int64_t large[] = {int64_t{1} << 61};
  EXPECT_FALSE(countBytes(large, 1, 8, size));
}

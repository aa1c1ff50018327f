// When two tensors count as equal, and the JSON that reports are written in.
#include "runtime/main/Compare.h"
#include "Tensors.h"

#include <cmath>

using namespace sinter::rt;

namespace {
Difference compare(int32_t dtype, std::vector<double> got, std::vector<double> expected, double rtol, double atol) {
  Tensor a, b;
  makeTensor(a, dtype, {static_cast<int64_t>(got.size())}, got);
  makeTensor(b, dtype, {static_cast<int64_t>(expected.size())}, expected);
  return compareTensors(a, b, rtol, atol);
}
} // namespace

TEST(Compare, ToleranceIsAbsolutePlusRelativeToExpected) {
  EXPECT_EQ(compare(SINTER_F64, {1.1}, {1}, 0.1, 0.01).mismatches, 0);
  EXPECT_EQ(compare(SINTER_F64, {1.12}, {1}, 0.1, 0.01).mismatches, 1);
  EXPECT_EQ(compare(SINTER_F64, {0.01}, {0}, 1, 0.001).mismatches, 1);
  Difference difference = compare(SINTER_F32, {1, 5, 3}, {1, 2, 4}, 0, 0);
  EXPECT_EQ(difference.mismatches, 2);
  EXPECT_EQ(difference.worst, 3);
  EXPECT_EQ(difference.worstIndex, 1);
}

TEST(Compare, NotFiniteValuesMustBeTheSame) {
  double inf = INFINITY, nan = NAN;
  EXPECT_EQ(compare(SINTER_F32, {nan, inf, -inf}, {nan, inf, -inf}, 0, 0).mismatches, 0);
  EXPECT_EQ(compare(SINTER_F32, {1, 1, nan}, {nan, inf, 1}, 1e9, 1e9).mismatches, 3);
  EXPECT_EQ(compare(SINTER_F32, {inf}, {-inf}, 1, 1).mismatches, 1);
  EXPECT_EQ(compare(SINTER_F32, {inf}, {1}, 1, 1).worst, INFINITY);
}

TEST(Compare, SixtyFourBitIntegersExactly) {
  Tensor a, b;
  makeTensor(a, SINTER_I64, {1}, {0});
  makeTensor(b, SINTER_I64, {1}, {0});
  storeInteger(SINTER_I64, a.data, 0, INT64_MAX);
  storeInteger(SINTER_I64, b.data, 0, INT64_MAX - 1);
  EXPECT_EQ(compareTensors(a, b, 0, 0).worst, 1);
  EXPECT_EQ(compareTensors(a, b, 0, 0).mismatches, 1);
  storeInteger(SINTER_I64, b.data, 0, INT64_MIN);
  EXPECT_EQ(compareTensors(a, b, 0, 0).worst, 0x1p64);
}

TEST(Compare, EmptyAndDifferentShapes) {
  EXPECT_EQ(compare(SINTER_F32, {}, {}, 0, 0).mismatches, 0);
  EXPECT_FALSE(compare(SINTER_F32, {1}, {1, 2}, 0, 0).sameType);
}

TEST(JsonWriter, QuotesAndRepairs) {
  JsonWriter json;
  json.beginObject();
  json.field("a\"\\\n", "\xc3\xa9 \xff \xe2\x82");
  json.key("list");
  json.beginArray();
  json.integer(INT64_MIN);
  json.real(NAN);
  json.boolean(true);
  json.beginArray();
  json.endArray();
  json.endArray();
  json.endObject();
  EXPECT_EQ(std::string(json.data(), json.size()), "{\"a\\\"\\\\\\u000a\":\"\xc3\xa9 \\ufffd \\ufffd\\ufffd\","
                                                   "\"list\":[-9223372036854775808,null,true,[]]}");
}

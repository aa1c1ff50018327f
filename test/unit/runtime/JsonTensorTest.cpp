// JSON literals as tensors.
#include "runtime/io/JsonTensor.h"
#include "Tensors.h"

#include <cmath>

using namespace sinter::rt;

namespace {
void expectRead(const char *text, int32_t dtype, std::vector<int64_t> shape, std::vector<double> values) {
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readJsonTensor(text, dtype, tensor, error)) << text << ": " << error.text();
  EXPECT_EQ(tensor.dtype, dtype);
  EXPECT_EQ(shapeOf(tensor), shape) << text;
  EXPECT_EQ(valuesOf(tensor), values) << text;
}

std::string errorOf(const char *text, int32_t dtype) {
  Tensor tensor;
  Error error;
  EXPECT_FALSE(readJsonTensor(text, dtype, tensor, error)) << text;
  return error.text();
}
} // namespace

TEST(JsonTensor, ReadsNumbersAndNestedArrays) {
  expectRead("3", SINTER_I64, {}, {3});
  expectRead("[[1,2,3],[4,5,6]]", SINTER_I64, {2, 3}, {1, 2, 3, 4, 5, 6});
  expectRead(" [ -1.5e2 , 0.25, 7 ] ", SINTER_F32, {3}, {-150, 0.25, 7});
  expectRead("[true, false, 1, 0]", SINTER_BOOL, {4}, {1, 0, 1, 0});
  expectRead("[]", SINTER_F32, {0}, {});
  expectRead("[[],[]]", SINTER_F32, {2, 0}, {});
  expectRead("[1, 2.5]", SINTER_F16, {2}, {1, 2.5});
}

TEST(JsonTensor, ReadsNotFiniteNumbersForFloats) {
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readJsonTensor("[NaN, Infinity, -Infinity]", SINTER_F64, tensor, error));
  EXPECT_TRUE(std::isnan(valuesOf(tensor)[0]));
  EXPECT_EQ(valuesOf(tensor)[1], INFINITY);
  EXPECT_EQ(valuesOf(tensor)[2], -INFINITY);
  EXPECT_EQ(errorOf("NaN", SINTER_I32), "expected i32, got NaN");
}

TEST(JsonTensor, IntegersAreExactAndInRange) {
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readJsonTensor("[9223372036854775807, -9223372036854775808]", SINTER_I64, tensor, error));
  EXPECT_EQ(loadInteger(SINTER_I64, tensor.data, 0), INT64_MAX);
  EXPECT_EQ(loadInteger(SINTER_I64, tensor.data, 1), INT64_MIN);
  ASSERT_TRUE(readJsonTensor("18446744073709551615", SINTER_U64, tensor, error));
  EXPECT_EQ(static_cast<uint64_t>(loadInteger(SINTER_U64, tensor.data, 0)), UINT64_MAX);
  expectRead("[-128, 127]", SINTER_I8, {2}, {-128, 127});
  EXPECT_EQ(errorOf("9223372036854775808", SINTER_I64), "expected i64, got 9223372036854775808");
  EXPECT_EQ(errorOf("18446744073709551616", SINTER_U64), "expected u64, got 18446744073709551616");
  EXPECT_EQ(errorOf("128", SINTER_I8), "expected i8, got 128");
  EXPECT_EQ(errorOf("-129", SINTER_I8), "expected i8, got -129");
  EXPECT_EQ(errorOf("-1", SINTER_U8), "expected u8, got -1");
  EXPECT_EQ(errorOf("2", SINTER_BOOL), "expected bool, got 2");
  EXPECT_EQ(errorOf("1.5", SINTER_I32), "expected i32, got 1.5");
}

TEST(JsonTensor, RefusesRaggedArrays) {
  EXPECT_EQ(errorOf("[[1,2],[3]]", SINTER_I64), "axis 1: expected 2 elements, as in the first array, got 1");
  EXPECT_EQ(errorOf("[1,[2]]", SINTER_I64),
            "character 4: expected a number, because others are nested 1 deep, got an array");
  EXPECT_EQ(errorOf("[[1],2]", SINTER_I64),
            "character 6: expected an array, because others are nested 2 deep, got a number");
  EXPECT_EQ(errorOf("[[[1]],[]]", SINTER_I64), "character 10: expected arrays nested 3 deep, got an empty one");
  EXPECT_EQ(errorOf("[[],[1]]", SINTER_I64), "axis 1: expected 0 elements, as in the first array, got 1");
}

TEST(JsonTensor, RefusesWhatIsNotJson) {
  EXPECT_EQ(errorOf("", SINTER_I64), "character 1: expected a number, got the end");
  EXPECT_EQ(errorOf("[1,]", SINTER_I64), "character 4: expected a number, got ']'");
  EXPECT_EQ(errorOf("[1 2]", SINTER_I64), "character 4: expected ',' or ']', got '2'");
  EXPECT_EQ(errorOf("[1", SINTER_I64), "character 3: expected ',' or ']', got the end");
  EXPECT_EQ(errorOf("1 2", SINTER_I64), "character 3: expected the end, got '2'");
  EXPECT_EQ(errorOf("0x10", SINTER_F32), "character 1: expected a number, got '0'");
  EXPECT_EQ(errorOf("\"1\"", SINTER_F32), "character 1: expected a number, got '\"'");
  EXPECT_EQ(errorOf(std::string(100, '[').c_str(), SINTER_F32),
            "character 65: expected at most 64 nested arrays, got more");
}

// TensorProto files, built field by field.
#include "runtime/io/TensorProto.h"
#include "Tensors.h"

using namespace sinter::rt;

namespace {
std::string varint(uint64_t value) {
  std::string text;
  for (; value >= 128; value >>= 7)
    text += static_cast<char>(value | 128);
  return text + static_cast<char>(value);
}
std::string number(int field, uint64_t value) { return varint(static_cast<uint64_t>(field) << 3) + varint(value); }
std::string bytes(int field, const std::string &value) {
  return varint(static_cast<uint64_t>(field) << 3 | 2) + varint(value.size()) + value;
}
template <typename T> std::string raw(std::vector<T> values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

std::string errorOf(const std::string &message) {
  Tensor tensor;
  Error error;
  EXPECT_FALSE(readTensorProto(bytesOf(message), tensor, error));
  return error.text();
}

void expectRead(const std::string &message, int32_t dtype, std::vector<int64_t> shape, std::vector<double> values) {
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readTensorProto(bytesOf(message), tensor, error)) << error.text();
  EXPECT_EQ(tensor.dtype, dtype);
  EXPECT_EQ(shapeOf(tensor), shape);
  EXPECT_EQ(valuesOf(tensor), values);
}
} // namespace

TEST(TensorProto, ReadsRawData) {
  expectRead(number(1, 2) + number(2, SINTER_F32) + bytes(8, "name") + bytes(9, raw<float>({1.5, -2})), SINTER_F32, {2},
             {1.5, -2});
  expectRead(bytes(9, std::string("\0\2", 2)) + number(2, SINTER_BOOL) + bytes(1, varint(1) + varint(2)), SINTER_BOOL,
             {1, 2}, {0, 1});
  expectRead(number(2, SINTER_I64) + bytes(9, raw<int64_t>({-7})), SINTER_I64, {}, {-7});
}

TEST(TensorProto, ReadsTypedFieldsPackedAndNot) {
  expectRead(number(1, 2) + number(2, SINTER_F32) + bytes(4, raw<float>({1, 2})), SINTER_F32, {2}, {1, 2});
  expectRead(number(1, 1) + number(2, SINTER_F32) + "\x25" + raw<float>({3}), SINTER_F32, {1}, {3});
  expectRead(number(1, 1) + number(2, SINTER_F64) + bytes(10, raw<double>({0.1})), SINTER_F64, {1}, {0.1});
  expectRead(number(1, 2) + number(2, SINTER_I32) + number(5, ~uint64_t{0}) + number(5, 4), SINTER_I32, {2}, {-1, 4});
  expectRead(number(1, 2) + number(2, SINTER_I8) + bytes(5, varint(~uint64_t{0}) + varint(127)), SINTER_I8, {2},
             {-1, 127});
  expectRead(number(1, 1) + number(2, SINTER_I64) + number(7, static_cast<uint64_t>(-3)), SINTER_I64, {1}, {-3});
  expectRead(number(1, 1) + number(2, SINTER_U32) + number(11, 0xffffffff), SINTER_U32, {1}, {4294967295.0});
  expectRead(number(1, 1) + number(2, SINTER_U64) + number(11, uint64_t{1} << 63), SINTER_U64, {1}, {0x1p63});
  expectRead(number(1, 1) + number(2, SINTER_F16) + number(5, 0x3c00), SINTER_F16, {1}, {1});
  expectRead(number(1, 1) + number(2, SINTER_BF16) + number(5, 0x3f80), SINTER_BF16, {1}, {1});
  expectRead(number(1, 1) + number(2, SINTER_BOOL) + number(5, 5), SINTER_BOOL, {1}, {1});
  expectRead(number(1, 0) + number(2, SINTER_F32), SINTER_F32, {0}, {});
}

TEST(TensorProto, RefusesWhatItCannotHold) {
  EXPECT_EQ(errorOf(number(2, 8)), "expected data_type of f32, f64, f16, bf16, i8, i16, i32, i64, u8, u16, u32, u64 or "
                                   "bool, got 8");
  EXPECT_EQ(errorOf(number(2, SINTER_F32) + number(1, 3) + bytes(9, "12345678")),
            "expected the data of f32 [3], got 8 bytes");
  EXPECT_EQ(errorOf(number(2, SINTER_F32) + number(1, 3) + bytes(4, raw<float>({1}))),
            "expected the data of f32 [3], got 1 elements");
  EXPECT_EQ(errorOf(number(2, SINTER_F32) + number(1, ~uint64_t{0})), "expected the data of f32 [-1], got 0 elements");
  EXPECT_EQ(errorOf(number(2, SINTER_F32) + number(14, 1)),
            "expected the data in the file, got a reference to external data");
  EXPECT_EQ(errorOf(number(2, SINTER_F32) + number(1, 1) + number(5, 1)),
            "expected the elements of f32 in field 4, got field 5");
  EXPECT_EQ(errorOf(number(2, SINTER_I32) + number(5, 1) + number(7, 1)),
            "expected elements in one field, got fields 5 and 7");
  EXPECT_EQ(errorOf("\x0b"), "expected a TensorProto, got damaged data"); // a group
  std::string manyDims = number(2, SINTER_F32);
  for (int k = 0; k < 65; ++k)
    manyDims += number(1, 1);
  EXPECT_EQ(errorOf(manyDims), "expected at most 64 dims, got 65");
}

TEST(TensorProto, EveryTruncationIsAnError) {
  std::string message = number(2, SINTER_F32) + number(1, 300) + bytes(9, std::string(1200, 'x'));
  for (size_t size = 0; size < message.size(); ++size)
    EXPECT_NE(errorOf(message.substr(0, size)), "");
}

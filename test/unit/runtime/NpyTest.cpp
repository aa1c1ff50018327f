// .npy files: what numpy writes, the older and rarer forms, and damaged ones.
#include "runtime/io/Npy.h"
#include "Tensors.h"

using namespace sinter::rt;

namespace {
using Values = std::vector<double>;
using Shape = std::vector<int64_t>;

/// A file of the given version; the header is not padded, so data is seldom aligned.
std::string npy(int version, const std::string &dict, const std::string &data) {
  std::string file = "\x93NUMPY";
  file += {static_cast<char>(version), 0};
  for (size_t k = 0, size = dict.size(); k < (version == 1 ? 2u : 4u); ++k)
    file += static_cast<char>(size >> (8 * k));
  return file + dict + data;
}

std::string header(const char *descr, const char *shape, const char *order = "False") {
  return std::string("{'descr': '") + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

template <typename T> std::string raw(std::vector<T> values) {
  return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)};
}

std::string errorOf(const std::string &file) {
  Tensor tensor;
  Error error;
  EXPECT_FALSE(readNpy(bytesOf(file), nullptr, tensor, error));
  return error.text();
}

void expectRead(const std::string &file, int32_t dtype, Shape shape, Values values) {
  Tensor tensor;
  Error error;
  ASSERT_TRUE(readNpy(bytesOf(file), nullptr, tensor, error)) << error.text();
  EXPECT_EQ(tensor.dtype, dtype);
  EXPECT_EQ(shapeOf(tensor), shape);
  EXPECT_EQ(valuesOf(tensor), values);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data) % kAlignment, 0u);
}
} // namespace

TEST(Npy, ReadsEveryVersion) {
  for (int version : {1, 2, 3})
    expectRead(npy(version, header("<f4", "(2, 3)"), raw<float>({1, 2, 3, 4, 5, 6})), SINTER_F32, {2, 3},
               {1, 2, 3, 4, 5, 6});
}

TEST(Npy, ReadsEveryTypeAndByteOrder) {
  expectRead(npy(1, header(">f8", "(2,)"), std::string("\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16)), SINTER_F64, {2},
             {1, -2});
  expectRead(npy(1, header(">i2", "(2,)"), std::string("\1\2\xff\xfe", 4)), SINTER_I16, {2}, {258, -2});
  expectRead(npy(1, header("|b1", "(3,)"), std::string("\0\1\7", 3)), SINTER_BOOL, {3}, {0, 1, 1});
  expectRead(npy(1, header("|u1", "(1,)"), "\xff"), SINTER_U8, {1}, {255});
  expectRead(npy(1, header("<f2", "(1,)"), raw<uint16_t>({0x3c00})), SINTER_F16, {1}, {1});
  expectRead(npy(1, header("<V2", "(1,)"), raw<uint16_t>({0x3f80})), SINTER_BF16, {1}, {1});
  expectRead(npy(1, header("=i8", "(1,)"), raw<int64_t>({-5})), SINTER_I64, {1}, {-5});
}

TEST(Npy, ReadsScalarsAndEmptyTensors) {
  expectRead(npy(1, header("<i4", "()"), raw<int32_t>({7})), SINTER_I32, {}, {7});
  expectRead(npy(1, header("<i4", "(0, 1099511627776, 1099511627776)"), ""), SINTER_I32,
             {0, 1099511627776, 1099511627776}, {});
}

TEST(Npy, TransposesFortranOrder) {
  expectRead(npy(1, header("<i4", "(2, 3)", "True"), raw<int32_t>({1, 4, 2, 5, 3, 6})), SINTER_I32, {2, 3},
             {1, 2, 3, 4, 5, 6});
  expectRead(npy(1, header(">i2", "(2, 1, 2)", "True"), std::string("\0\1\0\3\0\2\0\4", 8)), SINTER_I16, {2, 1, 2},
             {1, 2, 3, 4});
  expectRead(npy(1, header("<i4", "(0, 3)", "True"), ""), SINTER_I32, {0, 3}, {});
}

TEST(Npy, ReadsKeysInAnyOrderAndPython2Longs) {
  expectRead(npy(1, "{\"shape\":(2L,),\"fortran_order\":False , \"descr\":\"<i4\"}", raw<int32_t>({1, 2})), SINTER_I32,
             {2}, {1, 2});
}

TEST(Npy, TakesOverAlignedDataWithoutCopy) {
  Tensor source, tensor;
  makeTensor(source, SINTER_F32, {2, 2}, {1, 2, 3, 4});
  Text file;
  appendNpyHeader(file, source);
  EXPECT_EQ(file.size() % kAlignment, 0u);
  file.appendBytes(source.data, 16);
  Memory memory;
  Error error;
  ASSERT_TRUE(memory.allocate(static_cast<int64_t>(file.size()), error));
  memcpy(memory.data(), file.data(), file.size());
  unsigned char *base = memory.data();
  ASSERT_TRUE(readNpy({base, file.size()}, &memory, tensor, error)) << error.text();
  EXPECT_EQ(tensor.data, base + file.size() - 16);
  EXPECT_EQ(valuesOf(tensor), (Values{1, 2, 3, 4}));
}

TEST(Npy, WritesWhatItReads) {
  for (int32_t dtype : {SINTER_F32, SINTER_F64, SINTER_F16, SINTER_BF16, SINTER_I8, SINTER_U8, SINTER_I64, SINTER_BOOL})
    for (Shape shape : {Shape{}, Shape{1}, Shape{1, 1}}) {
      Tensor tensor;
      makeTensor(tensor, dtype, shape, {1});
      Text file;
      appendNpyHeader(file, tensor);
      file.appendBytes(tensor.data, static_cast<size_t>(tensor.bytes()));
      expectRead({file.data(), file.size()}, dtype, shape, {1});
    }
}

TEST(Npy, RefusesWhatItCannotHold) {
  EXPECT_EQ(errorOf("PK"), "expected a .npy file, got 2 bytes without its magic");
  EXPECT_EQ(errorOf(npy(4, "{}", "")), "expected .npy version 1, 2 or 3, got 4");
  EXPECT_EQ(errorOf(npy(1, "{}", "")), "header: expected descr, fortran_order and shape, got not all of them");
  EXPECT_EQ(errorOf(npy(1, header("<c8", "(1,)"), "12345678")),
            "expected f32, f64, f16, bf16, i8, i16, i32, i64, u8, u16, u32, u64 or bool, got numpy dtype <c8");
  EXPECT_EQ(errorOf(npy(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "1234")),
            "header: expected a plain dtype, got '['");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(-1,)"), "")), "header: expected a dim, got '-'");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(2, 3)"), "1234")), "expected the data of f32 [2, 3], got 4 bytes");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(1,)"), "12345")), "expected the data of f32 [1], got 5 bytes");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(4611686018427387904, 4)"), "")),
            "expected the data of f32 [4611686018427387904, 4], got 0 bytes");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(99999999999999999999,)"), "")),
            "shape: expected dims below 2^63, got a larger one");
  EXPECT_EQ(errorOf(npy(1, "{'descr", "")), "header: expected a closing quote, got its end");
  EXPECT_EQ(errorOf(npy(1, "{'descr': '<f4'", "")), "header: expected }, got its end");
  EXPECT_EQ(errorOf(npy(1, "{'x': 1}", "")), "header: expected descr, fortran_order or shape, got x");
  EXPECT_EQ(errorOf(npy(1, header("<f4", "(1,)", "Maybe"), "")), "header: expected True or False, got 'M'");
  EXPECT_EQ(errorOf(std::string("\x93NUMPY\1\0\xff\xff", 10)), "expected a header of 65535 bytes, got 0");
}

TEST(Npy, EveryTruncationIsAnError) {
  std::string file = npy(1, header("<f4", "(2, 3)"), raw<float>({1, 2, 3, 4, 5, 6}));
  for (size_t size = 0; size < file.size(); ++size)
    EXPECT_NE(errorOf(file.substr(0, size)), "");
}

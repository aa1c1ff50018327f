// Decoding of tensors: typed fields, raw bytes, sparse tensors, sizes that do not fit.
#include "compiler/import/Tensors.h"
#include "Build.h"
#include "llvm/ADT/StringExtras.h"

using namespace sinter::importer;
using namespace sinter::importer::test;
using onnx::TensorProto;

namespace {
TensorFiles noFiles() {
  static ExternalFiles external("model.onnx");
  return {"model.onnx", "", {}, &external};
}

TensorProto tensor(int type, std::initializer_list<int64_t> dims) {
  TensorProto tensor;
  tensor.set_name("w");
  tensor.set_data_type(type);
  for (int64_t dim : dims)
    tensor.add_dims(dim);
  return tensor;
}

/// The bytes in hex, or the error.
std::string decode(const TensorProto &tensor) {
  llvm::Expected<TensorData> data = decodeTensor(tensor, noFiles());
  return data ? llvm::toHex(data->bytes(), /*LowerCase=*/true) : message(data);
}
} // namespace

TEST(Tensors, TypedFieldsBecomeLittleEndianBytes) {
  TensorProto f32 = tensor(TensorProto::FLOAT, {2});
  f32.add_float_data(1.0f);
  f32.add_float_data(-2.0f);
  EXPECT_EQ(decode(f32), "0000803f000000c0");
  TensorProto s8 = tensor(TensorProto::INT8, {3});
  for (int value : {-1, 127, -128})
    s8.add_int32_data(value);
  EXPECT_EQ(decode(s8), "ff7f80");
  TensorProto f16 = tensor(TensorProto::FLOAT16, {1});
  f16.add_int32_data(0x3c00);
  EXPECT_EQ(decode(f16), "003c");
  TensorProto s64 = tensor(TensorProto::INT64, {});
  s64.add_int64_data(-2);
  EXPECT_EQ(decode(s64), "feffffffffffffff");
  TensorProto u32 = tensor(TensorProto::UINT32, {1});
  u32.add_uint64_data(0xdeadbeef);
  EXPECT_EQ(decode(u32), "efbeadde");
  TensorProto f64 = tensor(TensorProto::DOUBLE, {1});
  f64.add_double_data(0.5);
  EXPECT_EQ(decode(f64), "000000000000e03f");
  TensorProto c64 = tensor(TensorProto::COMPLEX64, {1});
  c64.add_float_data(1.0f);
  c64.add_float_data(0.0f);
  EXPECT_EQ(decode(c64), "0000803f00000000");
}

TEST(Tensors, BoolsAreZeroOrOne) {
  TensorProto raw = tensor(TensorProto::BOOL, {4});
  raw.set_raw_data(std::string("\x00\x01\x02\xff", 4));
  EXPECT_EQ(decode(raw), "00010101");
  TensorProto typed = tensor(TensorProto::BOOL, {2});
  typed.add_int32_data(5);
  typed.add_int32_data(0);
  EXPECT_EQ(decode(typed), "0100");
}

TEST(Tensors, EmptyTensorNeedsNoData) {
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT, {3, 0})), "");
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT, {int64_t(1) << 62, int64_t(1) << 62, 0})), "");
}

TEST(Tensors, Strings) {
  TensorProto text = tensor(TensorProto::STRING, {2});
  text.add_string_data("a");
  EXPECT_EQ(decode(text), "tensor 'w': expected 2 strings for STRING[2], got 1");
  text.add_string_data("b");
  EXPECT_EQ(decodeTensor(text, noFiles())->strings[1], "b");
}

TEST(Tensors, SizesThatDoNotFit) {
  TensorProto small = tensor(TensorProto::FLOAT, {2, 3});
  small.set_raw_data("four");
  EXPECT_EQ(decode(small), "tensor 'w': expected 24 bytes for FLOAT[2x3], got 4");
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT, {2})), "tensor 'w': expected 2 values for FLOAT[2], got 0");
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT, {-1})), "tensor 'w': expected dims of at least 0, got -1");
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT, {int64_t(1) << 40, int64_t(1) << 40})),
            "tensor 'w': expected fewer than 2^63 elements, got more");
  EXPECT_EQ(decode(tensor(TensorProto::DOUBLE, {int64_t(1) << 61})),
            "tensor 'w': expected fewer than 2^48 bytes, got more");
  TensorProto wide = tensor(TensorProto::UINT8, {1});
  wide.add_int32_data(256);
  EXPECT_EQ(decode(wide), "tensor 'w': expected values of UINT8 from -128 to 255, got 256");
}

TEST(Tensors, FieldsThatContradictEachOther) {
  TensorProto deep = tensor(TensorProto::FLOAT, {});
  for (int i = 0; i < 65; ++i)
    deep.add_dims(1);
  EXPECT_EQ(decode(deep), "tensor 'w': expected a rank of at most 64, got 65");
  TensorProto part = tensor(TensorProto::FLOAT, {1});
  part.mutable_segment()->set_end(1);
  EXPECT_EQ(decode(part), "tensor 'w': expected a whole tensor, got a segment of one");
  TensorProto both = tensor(TensorProto::FLOAT, {1});
  both.set_raw_data("four");
  both.set_data_location(TensorProto::EXTERNAL);
  EXPECT_EQ(decode(both), "tensor 'w': expected external data or raw_data, got both");
}

TEST(Tensors, MarkerOfNoCut) {
  TensorProto marked = tensor(TensorProto::FLOAT, {1});
  marked.add_external_data()->set_key(cutKey.str());
  marked.mutable_external_data(0)->set_value("0");
  TensorFiles files = noFiles();
  files.model = "a mapped model without cuts";
  llvm::Expected<TensorData> data = decodeTensor(marked, files);
  EXPECT_EQ(message(data), "tensor 'w': expected the index of a cut, got '0'");
}

TEST(Tensors, UnsupportedTypesAreNamed) {
  EXPECT_EQ(decode(tensor(TensorProto::FLOAT4E2M1, {2})),
            "tensor 'w': expected a supported element type, got FLOAT4E2M1");
  EXPECT_EQ(decode(tensor(77, {2})), "tensor 'w': expected a supported element type, got type 77");
}

TEST(Tensors, PackedIntegersComeAsBytesOrOneByOne) {
  TensorProto packed = tensor(TensorProto::INT4, {3});
  packed.add_int32_data(0xF1); // 1, -1
  packed.add_int32_data(0x07);
  TensorProto single = tensor(TensorProto::INT4, {3});
  for (int value : {1, -1, 7})
    single.add_int32_data(value);
  for (const TensorProto &proto : {packed, single}) {
    llvm::Expected<TensorData> data = decodeTensor(proto, noFiles());
    ASSERT_EQ(message(data), "");
    EXPECT_EQ(llvm::toHex(data->bytes()), "F107");
  }
  EXPECT_EQ(decode(tensor(TensorProto::UINT2, {5})),
            "tensor 'w': expected 2 values of packed elements for UINT2[5], got 0");
  single.set_int32_data(0, 16);
  EXPECT_EQ(decode(single), "tensor 'w': expected values of INT4 from -8 to 15, got 16");
}

TEST(Tensors, HashIsThatOfTheBytes) {
  TensorProto raw = tensor(TensorProto::UINT8, {3});
  raw.set_raw_data("abc");
  llvm::Expected<TensorData> data = decodeTensor(raw, noFiles());
  ASSERT_EQ(message(data), "");
  EXPECT_EQ(llvm::toHex(data->hash(), true), "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
}

TEST(Tensors, SparseBecomesDense) {
  onnx::SparseTensorProto sparse;
  *sparse.mutable_values() = tensor(TensorProto::UINT8, {2});
  sparse.mutable_values()->set_raw_data("ab");
  *sparse.mutable_indices() = tensor(TensorProto::INT64, {2, 2});
  for (int64_t index : {0, 1, 1, 2})
    sparse.mutable_indices()->add_int64_data(index);
  sparse.add_dims(2);
  sparse.add_dims(3);
  llvm::Expected<TensorData> dense = decodeSparse(sparse, noFiles());
  ASSERT_EQ(message(dense), "");
  EXPECT_EQ(llvm::toHex(dense->bytes(), true), "006100000062");

  sparse.mutable_indices()->set_int64_data(3, 3);
  dense = decodeSparse(sparse, noFiles());
  EXPECT_EQ(message(dense), "sparse tensor 'w': expected sparse indices from 0 to 2, got 3");
  sparse.mutable_indices()->set_data_type(TensorProto::FLOAT);
  for (int i = 0; i < 4; ++i)
    sparse.mutable_indices()->add_float_data(0);
  dense = decodeSparse(sparse, noFiles());
  EXPECT_EQ(message(dense), "sparse tensor 'w': expected INT64 indices for 2 values, got FLOAT and 4 elements");
  sparse.set_dims(0, int64_t(1) << 40);
  dense = decodeSparse(sparse, noFiles());
  EXPECT_EQ(message(dense), "sparse tensor 'w': expected a dense form of at most 1073741824 bytes, got a larger one");
}

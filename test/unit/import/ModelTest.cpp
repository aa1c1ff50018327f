// Opening of model files: binary and text, external data, opsets, names.
#include "compiler/import/Model.h"
#include "Build.h"

using namespace sinter::importer;
using namespace sinter::importer::test;
using llvm::StringRef;

namespace {
std::string loadError(const std::string &path) {
  llvm::Expected<Model> model = loadModel(path);
  return message(model);
}

/// A model whose one initializer lies in another file.
std::string modelWithExternal(const std::string &location, StringRef offset = "", StringRef length = "") {
  onnx::ModelProto model;
  onnx::TensorProto &tensor = *model.mutable_graph()->add_initializer();
  tensor.set_name("w");
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_dims(2);
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  auto add = [&](const char *key, StringRef value) {
    onnx::StringStringEntryProto &entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value.str());
  };
  add("location", location);
  if (!offset.empty())
    add("offset", offset);
  if (!length.empty())
    add("length", length);
  return model.SerializeAsString();
}

/// What decoding the external initializer says, "" when it worked.
std::string externalError(const TemporaryFolder &folder, const std::string &location, StringRef offset = "",
                          StringRef length = "") {
  llvm::Expected<Model> model = loadModel(folder.write("sub/m.onnx", modelWithExternal(location, offset, length)));
  if (!model)
    return message(model);
  llvm::Expected<TensorData> data = model->tensor(model->graph().initializer(0));
  return message(data);
}
} // namespace

TEST(Model, WeightsStayInTheFile) {
  TemporaryFolder folder;
  std::string path = folder.write("m.onnx", modelWithWeightsEverywhere(8000).SerializeAsString());
  llvm::Expected<Model> model = loadModel(path);
  ASSERT_EQ(message(model), "");
  Model moved = std::move(*model);
  llvm::Expected<TensorData> data = moved.tensor(moved.graph().initializer(0));
  ASSERT_EQ(message(data), "");
  ASSERT_TRUE(data->source);
  EXPECT_EQ(data->source->path, path);
  EXPECT_EQ(data->source->bytes, 8000u);
  EXPECT_EQ(data->elements, 2000);
  EXPECT_EQ(llvm::count(data->bytes(), 1), 8000);
  std::ifstream file(path, std::ios::binary);
  file.seekg(int64_t(data->source->offset));
  EXPECT_EQ(file.get(), 1);
  llvm::Expected<TensorData> small = moved.tensor(moved.graph().initializer(1));
  ASSERT_EQ(message(small), "");
  EXPECT_FALSE(small->source);
  EXPECT_EQ(small->bytes().size(), 64u);
}

TEST(Model, TextSyntax) {
  TemporaryFolder folder;
  StringRef text = "<ir_version: 10, opset_import: [\"\" : 20, \"unused\" : 3], producer_name: \"hand\">\n"
                   "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Add(x, w) }";
  for (const char *name : {"m.onnxtxt", "m.txt", "m.onnx"}) {
    llvm::Expected<Model> model = loadModel(folder.write(name, text));
    ASSERT_EQ(message(model), "");
    EXPECT_EQ(model->graph().node(0).op_type(), "Add");
    EXPECT_EQ(*model->opset(model->graph().node(0)), 20);
    EXPECT_EQ(model->metadata().producerName, "hand");
    llvm::Expected<TensorData> data = model->tensor(model->graph().initializer(0));
    ASSERT_EQ(message(data), "");
    EXPECT_EQ(data->bytes().size(), 8u);
  }
}

TEST(Model, TextErrorsHaveAPlace) {
  TemporaryFolder folder;
  EXPECT_EQ(loadError(folder.write("m.onnxtxt", "<ir_version: 10>\ng (float[2] x => (float[2] y) { }")),
            "line 2, column 16: Expected character ) not found");
  EXPECT_EQ(loadError(folder.write("deep.onnxtxt", "<ir_version: 10>\ng " + std::string(100000, '('))),
            "line 2, column 303: expected brackets nested at most 300 deep, got a deeper one");
  std::string huge = folder.write("huge.txt", "");
  TemporaryFolder::extend(huge, 300000000);
  EXPECT_EQ(loadError(huge), "expected a text model of at most 268435456 bytes, got 300000000");
}

TEST(Model, FilesThatAreNoModels) {
  TemporaryFolder folder;
  EXPECT_EQ(loadError(folder.write("empty.onnx", "")), "expected an ONNX model, got an empty file");
  EXPECT_EQ(loadError(folder.write("version.onnx", "\x08\x0a")), "expected an ONNX model, got a file without a graph");
  EXPECT_EQ(loadError(folder.write("cut.onnx", "\x3a\x7f")),
            "expected an ONNX model, got a malformed file at byte 1: expected a length of at most 0, got 127");
  std::string badDims = protobufField(7, protobufField(5, protobufField(1, "\xff"))); // graph.initializer.dims, packed
  EXPECT_EQ(loadError(folder.write("dims.onnx", badDims)), "expected an ONNX model, got a malformed protobuf");
  EXPECT_EQ(loadError("/dev/null"), "cannot open '/dev/null': expected a regular file");
  EXPECT_EQ(loadError("nowhere.onnx"), "cannot open 'nowhere.onnx': No such file or directory");
}

TEST(Model, ExternalData) {
  TemporaryFolder folder;
  folder.write("secret.bin", std::string(64, 's'));
  folder.write("sub/data/w.bin", std::string(64, 'w'));
  EXPECT_EQ(externalError(folder, "data/w.bin"), "");
  EXPECT_EQ(externalError(folder, "data/../data/w.bin", "56", "8"), "");
  EXPECT_EQ(externalError(folder, "data/w.bin", "57"),
            "tensor 'w': expected 8 bytes at offset 57 of 'data/w.bin', got a file of 64 bytes");
  EXPECT_EQ(externalError(folder, "data/w.bin", "18446744073709551615"),
            "tensor 'w': expected 8 bytes at offset 18446744073709551615 of 'data/w.bin', got a file of 64 bytes");
  EXPECT_EQ(externalError(folder, "data/w.bin", "", "12"),
            "tensor 'w': expected 8 bytes of external data for FLOAT[2], got 12");
  EXPECT_EQ(externalError(folder, "data/w.bin", "-1"),
            "tensor 'w': expected an external data offset of 0 or more, got '-1'");
  EXPECT_EQ(externalError(folder, "../secret.bin"),
            "tensor 'w': expected an external data location inside the model's folder, got '../secret.bin'");
  EXPECT_EQ(externalError(folder, "data/../../secret.bin"),
            "tensor 'w': expected an external data location inside the model's folder, got 'data/../../secret.bin'");
  EXPECT_EQ(externalError(folder, "/etc/passwd"),
            "tensor 'w': expected an external data location relative to the model, got '/etc/passwd'");
  EXPECT_EQ(externalError(folder, ""), "tensor 'w': expected an external data location that names a file, got ''");
  std::string path = (folder.path + "/sub/none.bin").str();
  EXPECT_EQ(externalError(folder, "none.bin"),
            "tensor 'w': cannot open " + quote(path) + ": No such file or directory");
}

/// One weight of 3 GB, a hole in the file: nothing of it may be read or copied.
TEST(Model, WeightsPast2GB) {
  constexpr uint64_t bytes = 3000000000, head = 64;
  auto varint = [](uint64_t value) {
    std::string out;
    for (; value >= 128; value >>= 7)
      out.push_back(char(value | 128));
    return out + char(value);
  };
  // TensorProto: dims [750000000], data_type FLOAT, name "w", raw_data
  std::string start = "\x08" + varint(bytes / 4) + "\x10\x01\x42\x01w\x4a" + varint(bytes);
  std::string graph = "\x2a" + varint(start.size() + bytes) + start;
  std::string file = "\x08\x0a\x3a" + varint(graph.size() + bytes) + graph;
  ASSERT_LT(file.size(), head);
  TemporaryFolder folder;
  std::string path = folder.write("m.onnx", file);
  TemporaryFolder::extend(path, file.size() + bytes);
  llvm::Expected<Model> model = loadModel(path);
  ASSERT_EQ(message(model), "");
  llvm::Expected<TensorData> data = model->tensor(model->graph().initializer(0));
  ASSERT_EQ(message(data), "");
  EXPECT_EQ(data->bytes().size(), bytes);
  EXPECT_EQ(data->source->offset, file.size());
}

TEST(Model, OpsetOfUnimportedDomains) {
  TemporaryFolder folder;
  llvm::Expected<Model> model = loadModel(
      folder.write("m.onnxtxt", "<ir_version: 10, opset_import: [\"ai.onnx\" : 19]> g (float[2] x) => (float[2] y) {"
                                "a = Neg(x) b = com.microsoft.Gelu(a) y = other.Op(b) }"));
  ASSERT_EQ(message(model), "");
  EXPECT_EQ(*model->opset(model->graph().node(0)), 19);
  EXPECT_EQ(*model->opset(model->graph().node(1)), 1);
  llvm::Expected<int64_t> other = model->opset(model->graph().node(2));
  EXPECT_EQ(message(other), "node #2 (other::Op): expected an opset import for domain 'other', got none");
}

TEST(Model, NamesInMessages) {
  EXPECT_EQ(quote("plain/name:0 \xc3\xa4"), "'plain/name:0 \xc3\xa4'");
  EXPECT_EQ(quote(StringRef("a\nb\0\x7f\xff\x1b", 7)), "'a\\x0Ab\\x00\\x7F\\xFF\\x1B'");
  EXPECT_EQ(quote("\xc3"), "'\\xC3'");
  EXPECT_EQ(quote(std::string(500, 'x')), "'" + std::string(100, 'x') + "...'");
}

TEST(Model, TruncationAtEveryByte) {
  TemporaryFolder folder;
  std::string file = modelWithWeightsEverywhere(16).SerializeAsString();
  for (size_t size = 0; size < file.size(); ++size) {
    llvm::Expected<Model> model = loadModel(folder.write("m.onnx", StringRef(file).take_front(size)));
    if (!model)
      EXPECT_EQ(StringRef(message(model)).count('\n'), 0u);
  }
}

// The laws of the wire-format scanner, as stated at the head of compiler/import/Scanner.h.
#include "compiler/import/Scanner.h"
#include "Build.h"
#include <functional>
#include <random>

using namespace sinter::importer;
using namespace sinter::importer::test;
using llvm::StringRef;

namespace {
/// Calls `visit` with every tensor of a model.
void forEachTensor(onnx::GraphProto &graph, const std::function<void(onnx::TensorProto &)> &visit);

void forEachTensor(google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes,
                   const std::function<void(onnx::TensorProto &)> &visit) {
  for (onnx::NodeProto &node : nodes)
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      if (attribute.has_t())
        visit(*attribute.mutable_t());
      for (onnx::TensorProto &tensor : *attribute.mutable_tensors())
        visit(tensor);
      if (attribute.has_g())
        forEachTensor(*attribute.mutable_g(), visit);
    }
}

void forEachTensor(onnx::GraphProto &graph, const std::function<void(onnx::TensorProto &)> &visit) {
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    visit(tensor);
  for (onnx::SparseTensorProto &tensor : *graph.mutable_sparse_initializer()) {
    visit(*tensor.mutable_values());
    visit(*tensor.mutable_indices());
  }
  forEachTensor(*graph.mutable_node(), visit);
}

/// parse(reduced) with every cut put back.
onnx::ModelProto putBack(const ScanResult &scan, StringRef file) {
  onnx::ModelProto model;
  EXPECT_TRUE(model.ParseFromString(scan.reduced));
  auto visit = [&](onnx::TensorProto &tensor) {
    if (tensor.external_data_size() == 0)
      return;
    EXPECT_EQ(tensor.external_data(0).key(), cutKey);
    const Cut &cut = scan.cuts.at(std::stoul(tensor.external_data(0).value()));
    tensor.set_raw_data(file.substr(cut.offset, cut.length).str());
    tensor.clear_external_data();
  };
  forEachTensor(*model.mutable_graph(), visit);
  for (onnx::FunctionProto &function : *model.mutable_functions())
    forEachTensor(*function.mutable_node(), visit);
  return model;
}

std::string scanError(StringRef file, const ScanLimits &limits = {}) {
  llvm::Expected<ScanResult> scan = scanModel(file, limits);
  return message(scan);
}

/// A model whose graph holds `depth` graphs inside graphs, written from the inside out (protobuf's own writer would
/// overflow its stack).
std::string nestedSubgraphs(unsigned depth) {
  std::string graph;
  for (unsigned i = 0; i < depth; ++i)
    graph = protobufField(1, protobufField(5, protobufField(6, graph))); // node, attribute, g
  return protobufField(7, graph);
}
} // namespace

TEST(Scanner, ReducedStreamWithCutsIsTheOriginal) {
  for (size_t bytes : {4u, 4096u, 4100u, 200000u}) {
    onnx::ModelProto model = modelWithWeightsEverywhere(bytes);
    std::string file = model.SerializeAsString();
    llvm::Expected<ScanResult> scan = scanModel(file);
    ASSERT_EQ(message(scan), "");
    EXPECT_EQ(scan->cuts.size(), bytes > 4096 ? 9u : 0u);
    EXPECT_LT(scan->reduced.size(), 9 * 4096u + 2000);
    EXPECT_EQ(putBack(*scan, file).SerializeAsString(), file);
  }
}

TEST(Scanner, CutsAreInFileOrderAndHoldTheWeights) {
  std::string file = modelWithWeightsEverywhere(8000).SerializeAsString();
  llvm::Expected<ScanResult> scan = scanModel(file);
  ASSERT_EQ(message(scan), "");
  uint64_t end = 0;
  for (const Cut &cut : scan->cuts) {
    EXPECT_GT(cut.offset, end);
    end = cut.offset + cut.length;
    ASSERT_LE(end, file.size());
    EXPECT_EQ(cut.length, 8000u);
    EXPECT_EQ(StringRef(file).substr(cut.offset, cut.length).count(file[cut.offset]), 8000u);
  }
}

TEST(Scanner, TruncationAtEveryByteGivesAnErrorOrAModel) {
  std::string file = modelWithWeightsEverywhere(4100).SerializeAsString();
  file.resize(file.size() - 4090); // the cheap part of the last weight's bytes stays out
  file = file.substr(0, 4000) + file.substr(file.size() - 6000);
  for (size_t size = 0; size <= file.size(); ++size) {
    std::vector<char> exact(file.begin(), file.begin() + size); // ASan sees a read past the end
    if (llvm::Expected<ScanResult> scan = scanModel({exact.data(), exact.size()}))
      (void)onnx::ModelProto().ParseFromString(scan->reduced);
    else
      EXPECT_TRUE(StringRef(message(scan)).starts_with("byte "));
  }
}

TEST(Scanner, TruncationAtEveryByteOfASmallModel) {
  std::string file = modelWithWeightsEverywhere(16).SerializeAsString();
  for (size_t size = 0; size < file.size(); ++size) {
    std::vector<char> exact(file.begin(), file.begin() + size);
    llvm::Expected<ScanResult> scan = scanModel({exact.data(), exact.size()});
    if (!scan)
      EXPECT_TRUE(StringRef(message(scan)).starts_with("byte "));
    else
      EXPECT_EQ(scan->reduced, StringRef(exact.data(), exact.size()));
  }
}

TEST(Scanner, BitFlipsGiveAnErrorOrAStreamThatIsNotLarger) {
  std::string file = modelWithWeightsEverywhere(5000).SerializeAsString();
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = file;
    for (int flips = 0; flips < 1 + round % 4; ++flips)
      damaged[random() % damaged.size()] ^= char(1 << random() % 8);
    if (llvm::Expected<ScanResult> scan = scanModel(damaged))
      EXPECT_LE(scan->reduced.size(), damaged.size());
    else
      EXPECT_TRUE(StringRef(message(scan)).starts_with("byte "));
  }
}

TEST(Scanner, RandomBytes) {
  std::mt19937 random(2);
  for (int round = 0; round < 20000; ++round) {
    std::string noise(random() % 200, '\0');
    for (char &byte : noise)
      byte = char(random());
    llvm::Expected<ScanResult> scan = scanModel(noise);
    if (!scan)
      EXPECT_TRUE(StringRef(message(scan)).starts_with("byte "));
  }
}

TEST(Scanner, DeepSubgraphsAreRefused) {
  EXPECT_EQ(scanError(nestedSubgraphs(200)), "");
  EXPECT_TRUE(StringRef(scanError(nestedSubgraphs(201)))
                  .ends_with("expected subgraphs nested at most 200 deep, got a deeper one"));
  EXPECT_TRUE(StringRef(scanError(nestedSubgraphs(10000)))
                  .ends_with("expected subgraphs nested at most 200 deep, got a deeper one"));
}

TEST(Scanner, DeepTypesAreRefused) {
  std::string type;
  for (int i = 0; i < 33; ++i)
    type = protobufField(4, protobufField(1, type)); // sequence_type, elem_type
  std::string file = protobufField(7, protobufField(11, protobufField(2, type)));
  EXPECT_TRUE(StringRef(scanError(file)).ends_with(": expected types nested at most 32 deep, got a deeper one"));
}

TEST(Scanner, MalformedEncodings) {
  using namespace std::string_literals;
  EXPECT_EQ(scanError("\x3a\x05\x01"), "byte 1: expected a length of at most 1, got 5");
  EXPECT_EQ(scanError("\x3a"), "byte 1: expected a length, got the end of its message");
  EXPECT_EQ(scanError("\x08\xff"), "byte 1: expected a number, got the end of its message");
  EXPECT_EQ(scanError("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
            "byte 1: expected a number below 2^64, got a larger one");
  EXPECT_EQ(scanError("\x88\x80\x80\x80\x80\x01"), "byte 0: expected a field tag of at most 5 bytes, got a longer one");
  EXPECT_EQ(scanError("\x3a\x81\x80\x80\x80\x80\x00q"s),
            "byte 1: expected a length in at most 5 bytes, got a longer encoding");
  EXPECT_EQ(scanError("\x00"s), "byte 0: expected a field number from 1 to 2^29 - 1, got 0");
  EXPECT_EQ(scanError("\x3b"), "byte 0: expected wire type 0, 1, 2 or 5, got 3");
  EXPECT_EQ(scanError("\x3f"), "byte 0: expected wire type 0, 1, 2 or 5, got 7");
  EXPECT_EQ(scanError("\x3d\x01\x02\x03"), "byte 1: expected 4 bytes, got the end of its message");
}

TEST(Scanner, PrivateKeyAndSecondRawDataAreRefused) {
  onnx::ModelProto model;
  onnx::TensorProto &tensor = *model.mutable_graph()->add_initializer();
  tensor.add_external_data()->set_key(cutKey.str());
  EXPECT_EQ(scanError(model.SerializeAsString()), "byte 6: expected no external_data entry 'sinter.cut', got one");
  //                   model.graph | .initializer | raw_data "a" | raw_data "b"
  EXPECT_EQ(scanError("\x3a\x08\x2a\x06\x4a\x01"
                      "a\x4a\x01"
                      "b"),
            "byte 7: expected one raw_data in a tensor, got a second");
}

TEST(Scanner, LimitsOfMessagesAndStrings) {
  std::string file = modelWithWeightsEverywhere(16).SerializeAsString();
  ScanLimits few;
  few.messages = 5;
  EXPECT_TRUE(StringRef(scanError(file, few)).ends_with("expected at most 5 messages, got more"));
  few = {};
  few.lengths = 5;
  EXPECT_TRUE(StringRef(scanError(file, few)).ends_with("expected at most 5 strings and messages, got more"));
  few = {};
  few.reducedBytes = 100;
  EXPECT_TRUE(StringRef(scanError(file, few)).starts_with("expected less than 100 bytes beside raw weights, got "));
}

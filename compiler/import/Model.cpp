// See Model.h.
#include "compiler/import/Model.h"
#include "compiler/import/Describe.h"
#include "compiler/import/Text.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/stubs/logging.h"

using namespace llvm;

namespace sinter::importer {
namespace {
void nameNodes(onnx::GraphProto &graph);

/// Gives nameless nodes the name "#K" by their position, so that messages, launches and inlined values can name them.
void nameNodes(google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes) {
  for (int i = 0; i < nodes.size(); ++i) {
    onnx::NodeProto &node = nodes[i];
    if (node.name().empty())
      node.set_name("#" + std::to_string(i));
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      if (attribute.has_g())
        nameNodes(*attribute.mutable_g());
      for (onnx::GraphProto &graph : *attribute.mutable_graphs())
        nameNodes(graph);
    }
  }
}

void nameNodes(onnx::GraphProto &graph) { nameNodes(*graph.mutable_node()); }

Error parseBinary(const std::string &reduced, unsigned depth, onnx::ModelProto &model) {
  return guarded("protobuf", [&]() -> Error {
    google::protobuf::SetLogHandler(nullptr); // the error value says it
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(reduced.data()),
                                                  int(reduced.size()));
    stream.SetRecursionLimit(int(depth));
    if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
      return failure("expected an ONNX model, got a malformed protobuf");
    return Error::success();
  });
}
} // namespace

StringMap<int64_t> opsetVersions(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto> &imports) {
  StringMap<int64_t> versions;
  for (const onnx::OperatorSetIdProto &import : imports)
    versions.try_emplace(normalDomain(import.domain()), import.version());
  return versions;
}

std::optional<int64_t> ownOpset(const onnx::NodeProto &node) {
  for (const onnx::StringStringEntryProto &entry : node.metadata_props())
    if (int64_t version; entry.key() == nodeOpsetKey && !StringRef(entry.value()).getAsInteger(10, version))
      return version;
  return std::nullopt;
}

ModelMetadata Model::metadata() const {
  ModelMetadata out;
  out.irVersion = message->ir_version();
  out.modelVersion = message->model_version();
  out.producerName = message->producer_name();
  out.producerVersion = message->producer_version();
  out.domain = message->domain();
  out.graphName = graph().name();
  out.docString = message->doc_string();
  for (const onnx::OperatorSetIdProto &import : message->opset_import())
    out.opsets.emplace_back(import.domain(), import.version());
  for (const onnx::StringStringEntryProto &entry : message->metadata_props())
    out.properties.emplace_back(entry.key(), entry.value());
  return out;
}

Expected<int64_t> Model::opset(const onnx::NodeProto &node) const {
  if (std::optional<int64_t> version = ownOpset(node))
    return *version;
  if (auto found = opsets.find(normalDomain(node.domain())); found != opsets.end())
    return found->second;
  if (node.domain() == "com.microsoft")
    return 1;
  return failure(describe(node) + ": expected an opset import for domain " + quote(node.domain()) + ", got none");
}

Expected<Model> loadModel(StringRef path) {
  Model model;
  Expected<std::unique_ptr<MemoryBuffer>> buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  model.buffer = std::move(*buffer);
  model.message = std::make_unique<onnx::ModelProto>();
  model.external = std::make_unique<ExternalFiles>(path);
  model.files.modelPath = path.str();
  model.files.external = model.external.get();
  StringRef contents = model.buffer->getBuffer();
  if (contents.empty())
    return failure("expected an ONNX model, got an empty file");
  if (looksLikeText(path, contents)) {
    if (Error error = parseText(contents, *model.message))
      return std::move(error);
  } else {
    ScanLimits limits;
    Expected<ScanResult> scanned = scanModel(contents, limits);
    if (!scanned)
      return failure("expected an ONNX model, got a malformed file at " + toString(scanned.takeError()));
    model.cuts = std::move(scanned->cuts);
    model.files.model = contents;
    model.files.cuts = model.cuts;
    if (Error error = parseBinary(scanned->reduced, limits.messageDepth(), *model.message))
      return std::move(error);
  }
  if (!model.message->has_graph())
    return failure("expected an ONNX model, got a file without a graph");
  model.opsets = opsetVersions(model.message->opset_import());
  nameNodes(*model.message->mutable_graph());
  for (onnx::FunctionProto &function : *model.message->mutable_functions())
    nameNodes(*function.mutable_node());
  return model;
}

} // namespace sinter::importer

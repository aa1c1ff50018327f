// Operands, attributes and results of a node; see NodeImport.h.
#include "compiler/import/NodeImport.h"
#include "compiler/import/Attributes.h"
#include "compiler/import/Describe.h"
#include "compiler/import/Tensors.h"
#include "compiler/import/Weights.h"

using namespace mlir;

namespace sinter::importer {

Value NodeImport::input(size_t i, StringRef what) {
  if (has(i))
    return operands[i];
  return error("expected input " + Twine(i) + (what.empty() ? "" : " (" + what + ")") + ", got none");
}

//===- Attributes
//---------------------------------------------------------------------------------------------------===//

template <typename T> T NodeImport::read(llvm::Expected<T> value, T otherwise) {
  if (value)
    return std::move(*value);
  std::string message = toString(value.takeError());
  StringRef text = message;
  text.consume_front(describe(node) + ": "); // the location says it already
  error(text);
  return otherwise;
}

bool NodeImport::hasAttribute(StringRef name) const { return importer::hasAttribute(node, name); }
int64_t NodeImport::getInt(StringRef name, int64_t otherwise) {
  return read(importer::getInt(node, name, otherwise), otherwise);
}
int64_t NodeImport::getInt(StringRef name) { return read(importer::getInt(node, name), int64_t(0)); }
double NodeImport::getFloat(StringRef name, double otherwise) {
  return hasAttribute(name) ? read(importer::getFloat(node, name), 0.0f) : otherwise;
}
std::string NodeImport::getString(StringRef name, StringRef otherwise) {
  return read(importer::getString(node, name, otherwise), otherwise.str());
}
std::string NodeImport::getString(StringRef name) { return read(importer::getString(node, name), std::string()); }

SmallVector<int64_t> NodeImport::getInts(StringRef name) {
  std::vector<int64_t> values = read(importer::getInts(node, name, ArrayRef<int64_t>()), std::vector<int64_t>());
  return SmallVector<int64_t>(values.begin(), values.end());
}
SmallVector<float> NodeImport::getFloats(StringRef name) {
  std::vector<float> values = read(importer::getFloats(node, name, ArrayRef<float>()), std::vector<float>());
  return SmallVector<float>(values.begin(), values.end());
}
SmallVector<std::string> NodeImport::getStrings(StringRef name) {
  std::vector<std::string> values =
      read(importer::getStrings(node, name, ArrayRef<std::string>()), std::vector<std::string>());
  return SmallVector<std::string>(values.begin(), values.end());
}

Value NodeImport::getTensor(StringRef name) {
  const onnx::AttributeProto *attribute = findAttribute(node, name);
  Value value;
  StringRef weightName = node.output_size() ? node.output(0) : node.name();
  if (attribute && (attribute->type() == onnx::AttributeProto::SPARSE_TENSOR || attribute->has_sparse_tensor())) {
    if (auto *tensor =
            read(importer::getSparseTensor(node, name), static_cast<const onnx::SparseTensorProto *>(nullptr)))
      value = weights.value(builder, loc, *tensor, weightName);
  } else if (auto *tensor = read(importer::getTensor(node, name), static_cast<const onnx::TensorProto *>(nullptr))) {
    value = weights.value(builder, loc, *tensor, weightName);
  }
  reported |= !value;
  return value;
}

const onnx::GraphProto *NodeImport::getGraph(StringRef name) {
  return read(importer::getGraph(node, name), static_cast<const onnx::GraphProto *>(nullptr));
}

std::optional<SmallVector<Value>> NodeImport::importGraph(const onnx::GraphProto &graph, ArrayRef<Value> inputs,
                                                          int numOutputs) {
  if (graph.input_size() != int(inputs.size()) || graph.output_size() != numOutputs) {
    error("expected a subgraph with " + Twine(inputs.size()) + " inputs and " + Twine(numOutputs) + " outputs, got " +
          Twine(graph.input_size()) + " and " + Twine(graph.output_size()));
    return std::nullopt;
  }
  std::optional<SmallVector<Value>> outputs = subgraphs.import(graph, inputs);
  reported |= !outputs;
  return outputs;
}

Type NodeImport::elementType(int64_t onnxType) {
  bool inRange = onnxType > 0 && onnxType <= INT32_MAX;
  if (Type type = inRange ? elementTypeOf(context(), int32_t(onnxType)) : Type())
    return type;
  error("expected a supported element type, got " +
        (inRange ? dataTypeName(int32_t(onnxType)) : "type " + std::to_string(onnxType)));
  return {};
}

//===- Results
//------------------------------------------------------------------------------------------------------===//

LogicalResult NodeImport::result(size_t i, Value value) {
  if (!value || reported) {
    error("expected a result, got none"); // says nothing if the reason has been reported
    return mlir::failure();
  }
  if (i < results.size())
    results[i] = value;
  return success();
}

} // namespace sinter::importer

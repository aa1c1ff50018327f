// See Attributes.h.
#include "compiler/import/Attributes.h"
#include "compiler/import/Describe.h"

using namespace llvm;
using onnx::AttributeProto;
using onnx::NodeProto;

namespace sinter::importer {
namespace {
Error fail(const NodeProto &node, StringRef name, const Twine &message) {
  return failure(describe(node) + ": attribute " + quote(name) + ": " + message);
}

/// The type that the attribute states, or the one that its only value has.
AttributeProto::AttributeType typeOf(const AttributeProto &attribute) {
  if (attribute.type() != AttributeProto::UNDEFINED)
    return attribute.type();
  if (attribute.has_f())
    return AttributeProto::FLOAT;
  if (attribute.has_i())
    return AttributeProto::INT;
  if (attribute.has_s())
    return AttributeProto::STRING;
  if (attribute.has_t())
    return AttributeProto::TENSOR;
  if (attribute.has_g())
    return AttributeProto::GRAPH;
  if (attribute.floats_size() > 0)
    return AttributeProto::FLOATS;
  if (attribute.ints_size() > 0)
    return AttributeProto::INTS;
  if (attribute.strings_size() > 0)
    return AttributeProto::STRINGS;
  return AttributeProto::UNDEFINED;
}

/// The attribute with the wanted type, null when it is missing, an error when it has another type.
Expected<const AttributeProto *> find(const NodeProto &node, StringRef name, AttributeProto::AttributeType type) {
  const AttributeProto *attribute = findAttribute(node, name);
  if (!attribute)
    return nullptr;
  if (attribute->has_ref_attr_name() && !attribute->ref_attr_name().empty())
    return fail(node, name,
                "expected a value, got a reference to " + quote(attribute->ref_attr_name()) + " outside a function");
  if (typeOf(*attribute) != type)
    return fail(node, name,
                "expected " + AttributeProto::AttributeType_Name(type) + ", got " +
                    AttributeProto::AttributeType_Name(typeOf(*attribute)));
  return attribute;
}

/// Reads with `read`; `otherwise` is used when the attribute is missing, and null makes that an error.
template <typename T, typename Read>
Expected<T> get(const NodeProto &node, StringRef name, AttributeProto::AttributeType type, const T *otherwise,
                Read read) {
  Expected<const AttributeProto *> attribute = find(node, name, type);
  if (!attribute)
    return attribute.takeError();
  if (*attribute)
    return T(read(**attribute));
  if (otherwise)
    return *otherwise;
  return fail(node, name, "expected " + AttributeProto::AttributeType_Name(type) + ", got no such attribute");
}

template <typename T, typename Values> std::vector<T> toVector(const Values &values) {
  return {values.begin(), values.end()};
}

Expected<int64_t> readInt(const NodeProto &node, StringRef name, const int64_t *otherwise) {
  return get(node, name, AttributeProto::INT, otherwise, [](const AttributeProto &a) { return a.i(); });
}
Expected<float> readFloat(const NodeProto &node, StringRef name, const float *otherwise) {
  return get(node, name, AttributeProto::FLOAT, otherwise, [](const AttributeProto &a) { return a.f(); });
}
Expected<std::string> readString(const NodeProto &node, StringRef name, const std::string *otherwise) {
  return get(node, name, AttributeProto::STRING, otherwise, [](const AttributeProto &a) { return a.s(); });
}
Expected<std::vector<int64_t>> readInts(const NodeProto &node, StringRef name, const std::vector<int64_t> *otherwise) {
  return get(node, name, AttributeProto::INTS, otherwise,
             [](const AttributeProto &a) { return toVector<int64_t>(a.ints()); });
}
Expected<std::vector<float>> readFloats(const NodeProto &node, StringRef name, const std::vector<float> *otherwise) {
  return get(node, name, AttributeProto::FLOATS, otherwise,
             [](const AttributeProto &a) { return toVector<float>(a.floats()); });
}
Expected<std::vector<std::string>> readStrings(const NodeProto &node, StringRef name,
                                               const std::vector<std::string> *otherwise) {
  return get(node, name, AttributeProto::STRINGS, otherwise,
             [](const AttributeProto &a) { return toVector<std::string>(a.strings()); });
}
} // namespace

const AttributeProto *findAttribute(const NodeProto &node, StringRef name) {
  for (const AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

Expected<int64_t> getInt(const NodeProto &node, StringRef name) { return readInt(node, name, nullptr); }
Expected<int64_t> getInt(const NodeProto &node, StringRef name, int64_t otherwise) {
  return readInt(node, name, &otherwise);
}
Expected<float> getFloat(const NodeProto &node, StringRef name) { return readFloat(node, name, nullptr); }
Expected<float> getFloat(const NodeProto &node, StringRef name, float otherwise) {
  return readFloat(node, name, &otherwise);
}
Expected<std::string> getString(const NodeProto &node, StringRef name) { return readString(node, name, nullptr); }
Expected<std::string> getString(const NodeProto &node, StringRef name, StringRef otherwise) {
  std::string text = otherwise.str();
  return readString(node, name, &text);
}
Expected<std::vector<int64_t>> getInts(const NodeProto &node, StringRef name) { return readInts(node, name, nullptr); }
Expected<std::vector<int64_t>> getInts(const NodeProto &node, StringRef name, ArrayRef<int64_t> otherwise) {
  std::vector<int64_t> values = otherwise.vec();
  return readInts(node, name, &values);
}
Expected<std::vector<float>> getFloats(const NodeProto &node, StringRef name) {
  return readFloats(node, name, nullptr);
}
Expected<std::vector<float>> getFloats(const NodeProto &node, StringRef name, ArrayRef<float> otherwise) {
  std::vector<float> values = otherwise.vec();
  return readFloats(node, name, &values);
}
Expected<std::vector<std::string>> getStrings(const NodeProto &node, StringRef name) {
  return readStrings(node, name, nullptr);
}
Expected<std::vector<std::string>> getStrings(const NodeProto &node, StringRef name, ArrayRef<std::string> otherwise) {
  std::vector<std::string> values = otherwise.vec();
  return readStrings(node, name, &values);
}

Expected<const onnx::TensorProto *> getTensor(const NodeProto &node, StringRef name) {
  return get<const onnx::TensorProto *>(node, name, AttributeProto::TENSOR, nullptr,
                                        [](const AttributeProto &a) { return &a.t(); });
}
Expected<const onnx::SparseTensorProto *> getSparseTensor(const NodeProto &node, StringRef name) {
  return get<const onnx::SparseTensorProto *>(node, name, AttributeProto::SPARSE_TENSOR, nullptr,
                                              [](const AttributeProto &a) { return &a.sparse_tensor(); });
}
Expected<const onnx::GraphProto *> getGraph(const NodeProto &node, StringRef name) {
  return get<const onnx::GraphProto *>(node, name, AttributeProto::GRAPH, nullptr,
                                       [](const AttributeProto &a) { return &a.g(); });
}
Expected<const onnx::TypeProto *> getType(const NodeProto &node, StringRef name) {
  return get<const onnx::TypeProto *>(node, name, AttributeProto::TYPE_PROTO, nullptr,
                                      [](const AttributeProto &a) { return &a.tp(); });
}

} // namespace sinter::importer

// See Instantiate.h. Source: FunctionProto in onnx-ml.proto and docs/IR.md, "Functions", of ONNX 1.23.
#include "compiler/import/Instantiate.h"
#include "compiler/import/Describe.h"
#include "compiler/import/Model.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using onnx::AttributeProto;
using onnx::NodeProto;

namespace sinter::importer {
namespace {
class Instance {
public:
  Instance(const onnx::FunctionProto &function, const NodeProto &call, const InstantiateOptions &options)
      : function(function), call(call), options(options), versions(opsetVersions(function.opset_import())) {}
  Expected<std::vector<NodeProto>> run();

private:
  /// Name bindings that a subgraph hides, restored when it is left.
  using Hidden = std::vector<std::pair<std::string, std::optional<std::string>>>;

  Error bindFormals(std::vector<NodeProto> &nodes);
  Error charge(uint64_t bytes);
  std::string fresh(StringRef name) { return options.unique((options.prefix + "/" + name).str()); }
  std::string bound(const std::string &name);
  void rename(std::string &name) { name = bound(name); }
  void noteOpset(NodeProto &node, std::optional<int64_t> own) const;
  Error renameNode(NodeProto &node, int position);
  Error renameGraph(onnx::GraphProto &graph);
  Error resolveAttributes(NodeProto &node);
  const AttributeProto *referenced(const AttributeProto &attribute) const;

  const onnx::FunctionProto &function;
  const NodeProto &call;
  const InstantiateOptions &options;
  StringMap<int64_t> versions;  // opset imports of the function
  StringMap<std::string> names; // inner name -> outer name
  StringMap<const AttributeProto *> actuals, defaults;
};

Error Instance::charge(uint64_t bytes) {
  if (bytes > options.byteBudget)
    return failure(describe(call) + ": expected functions that expand to a bounded size, got too many nodes");
  options.byteBudget -= bytes;
  return Error::success();
}

std::string Instance::bound(const std::string &name) {
  if (name.empty())
    return name;
  auto [entry, isNew] = names.try_emplace(name);
  if (isNew)
    entry->second = fresh(name);
  return entry->second;
}

Error Instance::bindFormals(std::vector<NodeProto> &nodes) {
  if (call.input_size() > function.input_size())
    return failure(describe(call) + ": expected at most " + Twine(function.input_size()) + " inputs, got " +
                   Twine(call.input_size()));
  if (call.output_size() > function.output_size())
    return failure(describe(call) + ": expected at most " + Twine(function.output_size()) + " outputs, got " +
                   Twine(call.output_size()));
  for (int i = 0; i < function.input_size(); ++i)
    names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
  for (int i = 0; i < function.output_size(); ++i) {
    StringRef formal = function.output(i);
    StringRef actual = i < call.output_size() ? StringRef(call.output(i)) : "";
    auto [entry, isNew] = names.try_emplace(formal);
    if (isNew) {
      entry->second = actual.empty() ? fresh(formal) : actual.str();
    } else if (!actual.empty()) { // an input, or an output listed twice, under a second name
      NodeProto &copy = nodes.emplace_back();
      copy.set_op_type("Identity");
      copy.set_name((options.prefix + "/" + formal).str());
      copy.add_input(entry->second);
      copy.add_output(actual.str());
    }
  }
  for (const AttributeProto &attribute : call.attribute())
    actuals.try_emplace(attribute.name(), &attribute);
  for (const AttributeProto &attribute : function.attribute_proto())
    defaults.try_emplace(attribute.name(), &attribute);
  return Error::success();
}

/// Notes the version that `node` has inside the function, unless it is the caller's anyway.
void Instance::noteOpset(NodeProto &node, std::optional<int64_t> own) const {
  StringRef domain = normalDomain(node.domain());
  if (auto found = versions.find(domain); !own && found != versions.end())
    own = found->second;
  if (!own || own == options.ambientOpset(domain))
    return;
  onnx::StringStringEntryProto *note = node.add_metadata_props();
  note->set_key(nodeOpsetKey.str());
  note->set_value(std::to_string(*own));
}

/// The attribute that a reference stands for; null when caller and function leave it out.
const AttributeProto *Instance::referenced(const AttributeProto &attribute) const {
  if (const AttributeProto *actual = actuals.lookup(attribute.ref_attr_name()))
    return actual;
  return defaults.lookup(attribute.ref_attr_name());
}

/// Renames inside graph attributes, then puts values in place of references: those belong to the caller's scope.
Error Instance::resolveAttributes(NodeProto &node) {
  google::protobuf::RepeatedPtrField<AttributeProto> resolved;
  for (AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.ref_attr_name().empty()) {
      if (attribute.has_g())
        if (Error error = renameGraph(*attribute.mutable_g()))
          return error;
      for (onnx::GraphProto &graph : *attribute.mutable_graphs())
        if (Error error = renameGraph(graph))
          return error;
      resolved.Add(std::move(attribute));
      continue;
    }
    const AttributeProto *value = referenced(attribute);
    if (!value)
      continue;
    if (attribute.type() != AttributeProto::UNDEFINED && value->type() != attribute.type())
      return failure(describe(call) + ": attribute " + quote(attribute.ref_attr_name()) + ": expected " +
                     AttributeProto::AttributeType_Name(attribute.type()) + ", got " +
                     AttributeProto::AttributeType_Name(value->type()));
    if (Error error = charge(value->ByteSizeLong()))
      return error;
    resolved.Add()->CopyFrom(*value);
    resolved.rbegin()->set_name(attribute.name());
  }
  node.mutable_attribute()->Swap(&resolved);
  return Error::success();
}

Error Instance::renameNode(NodeProto &node, int position) {
  for (std::string &input : *node.mutable_input())
    rename(input);
  for (std::string &output : *node.mutable_output())
    rename(output);
  std::string name = node.name().empty() ? "#" + std::to_string(position) : node.name();
  node.set_name((options.prefix + "/" + name).str());
  node.clear_doc_string(); // exporters put stack traces there and into the metadata: many times the node itself
  std::optional<int64_t> opset = ownOpset(node);
  node.clear_metadata_props();
  noteOpset(node, opset);
  return resolveAttributes(node);
}

/// Names that the subgraph defines hide those of the function while its nodes are renamed.
Error Instance::renameGraph(onnx::GraphProto &graph) {
  Hidden hidden;
  StringSet<> defined;
  auto define = [&](const std::string &name) {
    if (name.empty() || !defined.insert(name).second)
      return;
    auto found = names.find(name);
    hidden.emplace_back(name, found == names.end() ? std::nullopt : std::optional(found->second));
    names[name] = fresh(name);
  };
  for (const onnx::ValueInfoProto &input : graph.input())
    define(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    define(tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    define(tensor.values().name());
  for (const NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      define(output);

  for (onnx::ValueInfoProto &input : *graph.mutable_input())
    rename(*input.mutable_name());
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    rename(*tensor.mutable_name());
  for (onnx::SparseTensorProto &tensor : *graph.mutable_sparse_initializer())
    rename(*tensor.mutable_values()->mutable_name());
  for (onnx::ValueInfoProto &output : *graph.mutable_output())
    rename(*output.mutable_name());
  graph.clear_value_info(); // types come from the operators
  for (int i = 0; i < graph.node_size(); ++i)
    if (Error error = renameNode(*graph.mutable_node(i), i))
      return error;

  for (auto &[name, outer] : hidden) {
    if (outer)
      names[name] = *outer;
    else
      names.erase(name);
  }
  return Error::success();
}

Expected<std::vector<NodeProto>> Instance::run() {
  std::vector<NodeProto> nodes;
  if (Error error = bindFormals(nodes))
    return std::move(error);
  for (int i = 0; i < function.node_size(); ++i) {
    NodeProto &node = nodes.emplace_back(function.node(i));
    if (Error error = renameNode(node, i))
      return std::move(error);
    if (Error error = charge(node.ByteSizeLong()))
      return std::move(error);
  }
  return nodes;
}
} // namespace

Expected<std::vector<NodeProto>> instantiate(const onnx::FunctionProto &function, const NodeProto &call,
                                             const InstantiateOptions &options) {
  return Instance(function, call, options).run();
}

} // namespace sinter::importer

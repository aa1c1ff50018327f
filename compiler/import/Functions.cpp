// See Functions.h.
#include "compiler/import/Functions.h"
#include "compiler/import/Describe.h"
#include "compiler/import/Instantiate.h"
#include "compiler/import/Model.h"
#include "onnx/defs/schema.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using onnx::FunctionProto;
using onnx::NodeProto;

namespace sinter::importer {
namespace {
constexpr uint64_t largestExpansion = uint64_t(1) << 26; // serialized bytes
constexpr unsigned deepest = 200;

using NodeList = google::protobuf::RepeatedPtrField<NodeProto>;

std::string functionKey(StringRef domain, StringRef name, StringRef overload) {
  return (normalDomain(domain) + Twine('\0') + name + Twine('\0') + overload).str();
}

/// Inlines the model-local functions of one model.
class Inliner {
public:
  Inliner(onnx::ModelProto &model, const HasImporter &hasImporter)
      : model(model), hasImporter(hasImporter), versions(opsetVersions(model.opset_import())) {}
  Error run();

private:
  struct Depth {
    unsigned functions = 0, graphs = 0;
  };
  Error collectFunctions();
  void collectNames(const onnx::GraphProto &graph);
  const FunctionProto *calledBy(const NodeProto &node) const;
  Error expandList(NodeList &nodes, Depth depth);
  Error expandSubgraphs(NodeProto &node, Depth depth);
  Error expandCall(const FunctionProto &function, const NodeProto &call, NodeList &out, Depth depth);

  std::optional<int64_t> version(StringRef domain) const {
    auto found = versions.find(domain);
    return found == versions.end() ? std::nullopt : std::optional(found->second);
  }

  onnx::ModelProto &model;
  const HasImporter &hasImporter;
  StringMap<int64_t> versions;
  StringMap<const FunctionProto *> functions;
  SmallPtrSet<const FunctionProto *, 8> active; // on the stack of calls
  StringSet<> used;                             // value names
  uint64_t budget = largestExpansion;
};

Error Inliner::collectFunctions() {
  for (const FunctionProto &function : model.functions()) {
    std::string key = functionKey(function.domain(), function.name(), function.overload());
    if (!functions.try_emplace(key, &function).second)
      return failure("function " + quote(function.name()) + " of domain " + quote(function.domain()) +
                     ": expected one definition, got two");
  }
  return Error::success();
}

void Inliner::collectNames(const onnx::GraphProto &graph) {
  for (const onnx::ValueInfoProto &input : graph.input())
    used.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    used.insert(tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    used.insert(tensor.values().name());
  for (const NodeProto &node : graph.node()) {
    for (const std::string &output : node.output())
      used.insert(output);
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      if (attribute.has_g())
        collectNames(attribute.g());
      for (const onnx::GraphProto &subgraph : attribute.graphs())
        collectNames(subgraph);
    }
  }
}

const FunctionProto *Inliner::calledBy(const NodeProto &node) const {
  auto found = functions.find(functionKey(node.domain(), node.op_type(), node.overload()));
  if (found == functions.end())
    return nullptr;
  StringRef domain = normalDomain(node.domain());
  int64_t opset = ownOpset(node).value_or(version(domain).value_or(0));
  return hasImporter(domain, node.op_type(), opset) ? nullptr : found->second;
}

Error Inliner::expandSubgraphs(NodeProto &node, Depth depth) {
  ++depth.graphs;
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if ((attribute.has_g() || attribute.graphs_size() > 0) && depth.graphs > deepest)
      return failure(describe(node) + ": expected subgraphs nested at most " + Twine(deepest) +
                     " deep after inlining, got deeper ones");
    if (attribute.has_g())
      if (Error error = expandList(*attribute.mutable_g()->mutable_node(), depth))
        return error;
    for (onnx::GraphProto &graph : *attribute.mutable_graphs())
      if (Error error = expandList(*graph.mutable_node(), depth))
        return error;
  }
  return Error::success();
}

Error Inliner::expandCall(const FunctionProto &function, const NodeProto &call, NodeList &out, Depth depth) {
  if (!active.insert(&function).second)
    return failure(describe(call) + ": expected functions that do not call themselves, got a recursive one");
  if (++depth.functions > deepest)
    return failure(describe(call) + ": expected functions nested at most " + Twine(deepest) + " deep, got deeper ones");
  auto unique = [&](std::string name) {
    std::string candidate = name;
    for (unsigned i = 1; !used.insert(candidate).second; ++i)
      candidate = name + "." + std::to_string(i);
    return candidate;
  };
  auto ambient = [&](StringRef domain) { return version(domain); };
  Expected<std::vector<NodeProto>> nodes = instantiate(function, call, {call.name(), unique, ambient, budget});
  if (!nodes)
    return nodes.takeError();
  NodeList body;
  for (NodeProto &node : *nodes)
    body.Add(std::move(node));
  if (Error error = expandList(body, depth))
    return error;
  active.erase(&function);
  for (NodeProto &node : body)
    out.Add(std::move(node));
  return Error::success();
}

Error Inliner::expandList(NodeList &nodes, Depth depth) {
  NodeList result;
  for (NodeProto &node : nodes) {
    if (Error error = expandSubgraphs(node, depth))
      return error;
    const FunctionProto *function = calledBy(node);
    if (!function)
      result.Add(std::move(node));
    else if (Error error = expandCall(*function, node, result, depth))
      return error;
  }
  nodes.Swap(&result);
  return Error::success();
}

Error Inliner::run() {
  if (model.functions_size() == 0)
    return Error::success();
  if (Error error = collectFunctions())
    return error;
  collectNames(model.graph());
  if (Error error = expandList(*model.mutable_graph()->mutable_node(), {}))
    return error;
  model.clear_functions();
  return Error::success();
}

/// Largest of `versions` that is not above `opset`, or 0.
int64_t bestVersion(ArrayRef<int> versions, int64_t opset) {
  int64_t best = 0;
  for (int version : versions)
    if (version <= opset)
      best = std::max<int64_t>(best, version);
  return best;
}

/// True if the first operand is a sequence. The builders of such bodies assert types that only sequences have.
bool isOfSequences(const onnx::OpSchema &schema) {
  return !schema.inputs().empty() && llvm::all_of(schema.inputs().front().GetTypes(), [](const std::string *type) {
    return StringRef(*type).starts_with("seq(");
  });
}

/// The body of `schema` for `node`, at the version that it was written for: newer operators in its place would change
/// its meaning.
std::optional<FunctionProto> schemaBody(const onnx::OpSchema &schema, const NodeProto &node, int64_t opset,
                                        const TypeOf &typeOf) {
  int64_t plain = bestVersion(schema.function_opset_versions(), opset);
  int64_t built = bestVersion(schema.context_dependent_function_opset_versions(), opset);
  FunctionProto body;
  if (isOfSequences(schema))
    return std::nullopt;
  if (built > plain) {
    std::vector<onnx::TypeProto> types;
    for (const std::string &input : node.input())
      types.push_back(input.empty() ? onnx::TypeProto() : typeOf(input).value_or(onnx::TypeProto()));
    onnx::FunctionBodyBuildContextImpl context(node, types);
    if (!schema.BuildContextDependentFunction(context, body, int(built)))
      return std::nullopt;
  } else if (const FunctionProto *fixed = plain ? schema.GetFunction(int(plain), /*validate=*/false) : nullptr) {
    body = *fixed;
  } else {
    return std::nullopt;
  }
  for (const auto &[name, attribute] : schema.attributes())
    if (attribute.default_value.type() != onnx::AttributeProto::UNDEFINED) {
      *body.add_attribute_proto() = attribute.default_value;
      body.mutable_attribute_proto()->rbegin()->set_name(name);
    }
  return body;
}
} // namespace

Error expandFunctions(onnx::ModelProto &model, const HasImporter &hasImporter) {
  return guarded("inlining functions", [&] { return Inliner(model, hasImporter).run(); });
}

Expected<std::optional<std::vector<NodeProto>>> expandNode(const NodeProto &node, int64_t opset, const TypeOf &typeOf,
                                                           const std::string &uniquePrefix) {
  using Result = Expected<std::optional<std::vector<NodeProto>>>;
  return guarded(describe(node), [&]() -> Result {
    std::string domain = normalDomain(node.domain()).str();
    const onnx::OpSchema *schema =
        opset > INT_MAX ? nullptr : onnx::OpSchemaRegistry::Schema(node.op_type(), int(opset), domain);
    if (!schema)
      return std::nullopt;
    std::optional<FunctionProto> body = schemaBody(*schema, node, opset, typeOf);
    if (!body)
      return std::nullopt;
    uint64_t budget = largestExpansion;
    auto unchanged = [](std::string name) { return name; };
    auto noAmbient = [](StringRef) { return std::optional<int64_t>(); };
    Expected<std::vector<NodeProto>> nodes = instantiate(*body, node, {uniquePrefix, unchanged, noAmbient, budget});
    if (!nodes)
      return nodes.takeError();
    return std::optional(std::move(*nodes));
  });
}

} // namespace sinter::importer

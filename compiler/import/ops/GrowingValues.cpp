// See GrowingValues.h.
#include "compiler/import/ops/GrowingValues.h"
#include "compiler/import/Attributes.h"
#include "compiler/import/Describe.h"
#include "compiler/import/NodeOrder.h"
#include "compiler/import/ops/Selections.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace sinter::importer {

//===- Rewriting --------------------------------------------------------------------------------------------------===//

static void collectNames(const onnx::GraphProto &graph, llvm::StringSet<> &names) {
  for (const auto *list : {&graph.input(), &graph.output()})
    for (const onnx::ValueInfoProto &value : *list)
      names.insert(value.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    names.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node()) {
    for (const auto *list : {&node.input(), &node.output()})
      for (const std::string &name : *list)
        names.insert(name);
    for (const onnx::AttributeProto &attribute : node.attribute())
      if (attribute.has_g())
        collectNames(attribute.g(), names);
  }
}

/// How often `graph` reads `name`; a node whose subgraphs read it counts once for them.
static int64_t countReads(const onnx::GraphProto &graph, StringRef name) {
  int64_t reads = 0;
  for (const onnx::NodeProto &node : graph.node())
    reads += llvm::count(node.input(), name) + llvm::is_contained(captures(node), name);
  return reads;
}
static int64_t countOutputs(const onnx::GraphProto &graph, StringRef name) {
  return llvm::count_if(graph.output(), [&](const onnx::ValueInfoProto &output) { return output.name() == name; });
}

/// The position of the node of ONNX's own domain that makes `name`, or -1.
static int producerOf(const onnx::GraphProto &graph, StringRef name) {
  for (auto [i, node] : llvm::enumerate(graph.node()))
    if (llvm::is_contained(node.output(), name))
      return normalDomain(node.domain()).empty() ? int(i) : -1;
  return -1;
}

/// The position of the attribute that holds the graph called `name`, or -1.
static int graphAttribute(const onnx::NodeProto &node, StringRef name) {
  for (auto [i, attribute] : llvm::enumerate(node.attribute()))
    if (attribute.name() == name && attribute.has_g())
      return int(i);
  return -1;
}

constexpr StringLiteral branchNames[] = {"then_branch", "else_branch"};

namespace {
/// How a carried value grows.
class Growth {
public:
  explicit Growth(StringRef value) : value(value) {}

  /// Whether output `next` of `graph` is the value with something appended, or in a branch the value itself, and
  /// nothing else reads either of them.
  bool matches(const onnx::GraphProto &graph, StringRef next, bool isBranch = false);
  /// Makes output `next` what is appended. Branches define `flag`.
  void rewrite(onnx::GraphProto &graph, StringRef next, StringRef flag, bool isBranch = false) const;

  std::optional<int64_t> axis;
  bool isConditional = false;

private:
  bool matchesConcat(const onnx::NodeProto &node);

  StringRef value;
};
} // namespace

bool Growth::matchesConcat(const onnx::NodeProto &node) {
  llvm::Expected<int64_t> along = getInt(node, "axis");
  if (!along) {
    llvm::consumeError(along.takeError()); // reported when the node is imported
    return false;
  }
  if (node.input_size() < 2 || node.input(0) != value || axis.value_or(*along) != *along)
    return false;
  axis = *along;
  return true;
}

bool Growth::matches(const onnx::GraphProto &graph, StringRef next, bool isBranch) {
  int position = producerOf(graph, next);
  if (position < 0 || countReads(graph, value) != 1 || countReads(graph, next) != 0 || countOutputs(graph, next) != 1 ||
      countOutputs(graph, value) != 0)
    return false;
  const onnx::NodeProto &node = graph.node(position);
  if (node.op_type() == "Concat")
    return matchesConcat(node);
  if (node.op_type() == "Identity")
    return isBranch && node.input_size() == 1 && node.input(0) == value;
  if (node.op_type() != "If")
    return false;
  isConditional = true;
  auto output = llvm::find(node.output(), next) - node.output().begin();
  return llvm::all_of(branchNames, [&](StringRef name) {
    int branch = graphAttribute(node, name);
    if (branch < 0 || node.attribute(branch).g().output_size() != node.output_size())
      return false;
    const onnx::GraphProto &inner = node.attribute(branch).g();
    return matches(inner, inner.output(int(output)).name(), true);
  });
}

static void defineFlag(onnx::GraphProto &graph, StringRef flag, bool appends) {
  onnx::NodeProto &node = *graph.add_node();
  node.set_name(flag.str());
  node.set_op_type("Constant");
  node.add_output(flag.str());
  onnx::AttributeProto &attribute = *node.add_attribute();
  attribute.set_name("value");
  attribute.set_type(onnx::AttributeProto::TENSOR);
  attribute.mutable_t()->set_data_type(onnx::TensorProto::BOOL);
  attribute.mutable_t()->add_int32_data(appends);
}

void Growth::rewrite(onnx::GraphProto &graph, StringRef next, StringRef flag, bool isBranch) const {
  onnx::NodeProto &node = *graph.mutable_node(producerOf(graph, next));
  if (node.op_type() == "If") {
    auto output = llvm::find(node.output(), next) - node.output().begin();
    for (StringRef name : branchNames) {
      onnx::GraphProto &inner = *node.mutable_attribute(graphAttribute(node, name))->mutable_g();
      rewrite(inner, inner.output(int(output)).name(), flag, true);
      inner.add_output()->set_name(flag.str());
    }
    node.add_output(flag.str());
    return;
  }
  bool appends = node.op_type() == "Concat";
  if (appends)
    node.mutable_input()->DeleteSubrange(0, 1);
  if (isBranch)
    defineFlag(graph, flag, appends);
}

SmallVector<GrowingValue> yieldAppendedRows(onnx::GraphProto &body, size_t carried) {
  SmallVector<GrowingValue> values;
  if (body.input_size() != int(carried) + 2 || body.output_size() < int(carried) + 1)
    return values; // reported when it is imported
  llvm::StringSet<> names;
  for (size_t i = 0; i < carried; ++i) {
    Growth growth(body.input(int(i) + 2).name());
    StringRef next = body.output(int(i) + 1).name();
    if (!growth.matches(body, next) || !growth.axis)
      continue;
    if (names.empty())
      collectNames(body, names);
    std::string flag = "appends";
    while (!names.insert(flag).second)
      flag += "_";
    growth.rewrite(body, next, flag);
    values.push_back({i, *growth.axis, std::nullopt});
    if (growth.isConditional) {
      values.back().flag = body.output_size();
      body.add_output()->set_name(flag);
    }
  }
  return values;
}

//===- Values -----------------------------------------------------------------------------------------------------===//

Value emptyAppend(NodeImport &n, Value init, const GrowingValue &value) {
  std::optional<int64_t> axis = init ? n.normalizeAxis(value.axis, n.rank(init)) : std::nullopt;
  if (!axis)
    return {};
  Dims dims = n.dims(init);
  dims[*axis] = n.dim(1);
  return n.broadcast(n.constant(n.element(init), 0), {}, dims);
}

Value appendRows(NodeImport &n, Value init, const GrowingValue &value, Value rows, Value flags) {
  if (!init || !rows)
    return {};
  int64_t rank = n.rank(init);
  if (n.rank(rows) != rank + 1 || n.element(rows) != n.element(init)) {
    auto row = tensorType(ArrayRef(n.dims(rows)).drop_front(), n.element(rows));
    return n.error("expected values that can be appended to " + describeElement(n.element(init)) + " " +
                   describeDims(init) + ", got " + describeElement(n.element(rows)) + " " + describeDims(row));
  }
  std::optional<int64_t> axis = n.normalizeAxis(value.axis, rank);
  if (!axis)
    return {};
  if (flags)
    rows = n.gather(IndexMode::take, rows, positions(n, flags), 0);
  // [iterations, .., row, ..] -> [.., iterations, row, ..] -> [.., iterations * row, ..]
  SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(1, rank + 1));
  permutation.insert(permutation.begin() + *axis, 0);
  Value along = n.transpose(rows, permutation);
  if (!along)
    return {};
  Dims dims = n.dims(along);
  dims[*axis] = dims[*axis] * dims[*axis + 1];
  dims.erase(dims.begin() + *axis + 1);
  along = n.reshape(along, dims);
  if (constantValue(n.dims(init)[*axis]) != 0)
    return n.concat({init, along}, *axis);
  for (auto [d, size] : llvm::enumerate(n.dims(init)))
    if (int64_t(d) != *axis && !n.assumeEqual(size, dims[d]))
      return {};
  return along;
}

} // namespace sinter::importer

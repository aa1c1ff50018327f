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
  for (const onnx::ValueInfoProto &input : graph.input())
    names.insert(input.name());
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

namespace {
/// Rewrites what makes a carried value from itself.
class Rewriter {
public:
  Rewriter(StringRef value, StringRef flag) : value(value), flag(flag) {}

  /// Output `next` of `graph`, which must be the only one to read the value. Afterwards the graph defines the flag,
  /// unless `always` is set.
  bool rewrite(onnx::GraphProto &graph, StringRef next);

  std::optional<int64_t> axis;
  bool always = false;

private:
  bool rewriteConcat(onnx::GraphProto &graph, onnx::NodeProto &node, bool isBranch);
  bool rewriteIf(onnx::NodeProto &node, StringRef next);
  void defineFlag(onnx::GraphProto &graph, bool appends);

  StringRef value, flag;
  int depth = 0;
};
} // namespace

bool Rewriter::rewrite(onnx::GraphProto &graph, StringRef next) {
  if (countReads(graph, value) != 1 || countReads(graph, next) != 0 || countOutputs(graph, next) != 1 ||
      countOutputs(graph, value) != 0)
    return false;
  auto *nodes = graph.mutable_node();
  auto found = llvm::find_if(*nodes, [&](const auto &node) { return llvm::is_contained(node.output(), next); });
  if (found == nodes->end() || !normalDomain(found->domain()).empty())
    return false;
  if (found->op_type() == "Concat")
    return rewriteConcat(graph, *found, depth > 0);
  if (found->op_type() == "If")
    return rewriteIf(*found, next);
  if (found->op_type() != "Identity" || depth == 0 || found->input(0) != value)
    return false;
  defineFlag(graph, false);
  return true;
}

bool Rewriter::rewriteConcat(onnx::GraphProto &graph, onnx::NodeProto &node, bool isBranch) {
  llvm::Expected<int64_t> along = getInt(node, "axis");
  if (!along) {
    llvm::consumeError(along.takeError());
    return false;
  }
  if (node.input_size() < 2 || node.input(0) != value || axis.value_or(*along) != *along)
    return false;
  axis = *along;
  always = !isBranch;
  node.mutable_input()->DeleteSubrange(0, 1);
  if (isBranch)
    defineFlag(graph, true);
  return true;
}

bool Rewriter::rewriteIf(onnx::NodeProto &node, StringRef next) {
  int place = int(llvm::find(node.output(), next) - node.output().begin());
  for (const char *branch : {"then_branch", "else_branch"}) {
    auto *attributes = node.mutable_attribute();
    auto found = llvm::find_if(*attributes, [&](const auto &attribute) { return attribute.name() == branch; });
    if (found == attributes->end() || !found->has_g() || found->g().output_size() != node.output_size())
      return false;
    std::string inner = found->g().output(place).name();
    ++depth;
    if (!rewrite(*found->mutable_g(), inner))
      return false;
    --depth;
    found->mutable_g()->add_output()->set_name(flag.str());
  }
  node.add_output(flag.str());
  return true;
}

void Rewriter::defineFlag(onnx::GraphProto &graph, bool appends) {
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

SmallVector<GrowingValue> yieldAppendedRows(onnx::GraphProto &body, size_t carried) {
  SmallVector<GrowingValue> values;
  if (body.input_size() != int(carried) + 2 || body.output_size() < int(carried) + 1)
    return values; // reported when it is imported
  for (size_t i = 0; i < carried; ++i) {
    llvm::StringSet<> names;
    collectNames(body, names);
    std::string value = body.input(int(i) + 2).name(), flag = value + ".appends";
    while (names.contains(flag))
      flag += "_";
    onnx::GraphProto changed = body;
    Rewriter rewriter(value, flag);
    if (!rewriter.rewrite(changed, body.output(int(i) + 1).name()) || !rewriter.axis)
      continue;
    body = std::move(changed);
    values.push_back({i, *rewriter.axis, std::nullopt});
    if (!rewriter.always) {
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
                   describeDims(init.getType()) + ", got " + describeElement(n.element(rows)) + " " +
                   describeDims(row));
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

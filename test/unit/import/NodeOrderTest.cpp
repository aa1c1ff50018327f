// Order of nodes and captures of subgraphs.
#include "compiler/import/NodeOrder.h"
#include "Build.h"

using namespace sinter::importer;
using namespace sinter::importer::test;
using llvm::StringRef;

namespace {
bool noOuterValues(StringRef) { return false; }

/// The operators of the sorted nodes, or the error.
std::string order(const onnx::GraphProto &graph) {
  auto nodes = sortNodes(graph, noOuterValues);
  if (!nodes)
    return message(nodes);
  std::string text;
  for (const onnx::NodeProto *node : *nodes)
    text += (text.empty() ? "" : " ") + node->op_type();
  return text;
}

std::string orderOf(StringRef nodes) {
  return order(
      parse(
          ("<ir_version: 10, opset_import: [\"\" : 20]> g (float[2] x, bool c) => (float[2] y) {" + nodes + "}").str())
          .graph());
}
} // namespace

TEST(NodeOrder, SortedGraphsKeepTheirOrder) {
  EXPECT_EQ(orderOf("b = Neg(x) a = Abs(x) d = Exp(x) y = Add(a, b)"), "Neg Abs Exp Add");
}

TEST(NodeOrder, UnsortedGraphIsSorted) { EXPECT_EQ(orderOf("y = Add(a, b) b = Neg(a) a = Abs(x)"), "Abs Neg Add"); }

TEST(NodeOrder, CapturesCountAsInputs) {
  EXPECT_EQ(orderOf("y = If (c) <then_branch = t () => (float[2] r) { r = Neg(late) },"
                    "            else_branch = e () => (float[2] s) { s = Abs(x) }>"
                    "late = Exp(x)"),
            "Exp If");
}

TEST(NodeOrder, InnerNameHidesOuterName) {
  EXPECT_EQ(orderOf("y = If (c) <then_branch = t () => (float[2] r) { late = Abs(x) r = Neg(late) },"
                    "            else_branch = e () => (float[2] s) { s = Abs(x) }>"
                    "late = Exp(y)"),
            "If Exp");
}

TEST(NodeOrder, CapturesOfNestedSubgraphs) {
  onnx::ModelProto model = parse(R"(
    <ir_version: 10, opset_import: ["" : 20]>
    g (float[2] x, bool c) => (float[2] y) {
      k = Neg(x)
      y = If (c) <
        then_branch = t () => (float[2] r) {
          m = Abs(x)
          r = If (c) <then_branch = tt () => (float[2] u) { u = Add(m, k) },
                      else_branch = te () => (float[2] v) { v = Identity(m) }>
        },
        else_branch = e () => (float[2] k) { }>
    })");
  std::vector<StringRef> names = captures(model.graph().node(1));
  EXPECT_EQ(names, (std::vector<StringRef>{"x", "c", "k"}));
}

TEST(NodeOrder, CycleNamesItsNodes) {
  EXPECT_EQ(orderOf("a = Add(x, d) b = Neg(a) d = Abs(b) y = Exp(d)"),
            "expected an acyclic graph, got a cycle: node '' (Add) needs node '' (Abs) needs node '' (Neg) needs node "
            "'' (Add)");
  EXPECT_EQ(orderOf("y = Add(x, y)"), "expected an acyclic graph, got a cycle: node '' (Add) needs node '' (Add)");
}

TEST(NodeOrder, MissingProducers) {
  EXPECT_EQ(orderOf("y = Add(p, x)"), "node '' (Add): reads 'p', which nothing produces");
  EXPECT_EQ(orderOf("y = If (c) <then_branch = t () => (float[2] r) { r = Neg(q) },"
                    "            else_branch = e () => (float[2] s) { s = Abs(x) }>"),
            "node '' (If): captures 'q', which nothing produces");
  EXPECT_EQ(orderOf("z = Neg(x)"), "graph output 'y': expected a node that produces it, got none");
}

TEST(NodeOrder, DuplicateProducers) {
  EXPECT_EQ(orderOf("y = Neg(x) y = Abs(x)"),
            "node '' (Abs): expected outputs that nothing else defines, got 'y', also of node '' (Neg)");
  EXPECT_EQ(orderOf("x = Neg(x) y = Abs(x)"),
            "node '' (Neg): expected outputs that nothing else defines, got 'x', also a graph input or initializer");
}

TEST(NodeOrder, DuplicateInitializers) {
  onnx::GraphProto graph;
  graph.add_input()->set_name("w"); // its default is fine
  graph.add_initializer()->set_name("w");
  EXPECT_EQ(order(graph), "");
  graph.add_initializer()->set_name("w");
  EXPECT_EQ(order(graph), "initializer 'w': expected one of this name, got two");
}

TEST(NodeOrder, ManyErrorsAreCutShort) {
  onnx::GraphProto graph;
  for (int i = 0; i < 150; ++i)
    graph.add_node()->add_input("v" + std::to_string(i));
  std::string text = order(graph);
  EXPECT_EQ(StringRef(text).count('\n'), 100u);
  EXPECT_TRUE(StringRef(text).ends_with("\nmore errors of this kind are not shown"));
}

TEST(NodeOrder, OmittedInputsAndOutputsAreNoValues) {
  EXPECT_EQ(orderOf("a, \"\" = Dropout(x) b, \"\" = Dropout(a, \"\") y = Neg(b)"), "Dropout Dropout Neg");
}

TEST(NodeOrder, LongReversedChainIsFast) {
  onnx::GraphProto graph;
  constexpr int length = 50000;
  for (int i = length; i > 0; --i) {
    onnx::NodeProto &node = *graph.add_node();
    node.add_input("v" + std::to_string(i - 1));
    node.add_output("v" + std::to_string(i));
  }
  graph.add_input()->set_name("v0");
  auto nodes = sortNodes(graph, noOuterValues);
  ASSERT_EQ(message(nodes), "");
  EXPECT_EQ((*nodes)[0], &graph.node(length - 1));
}

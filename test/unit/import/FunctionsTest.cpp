// Expansion of model-local functions and of schema function bodies.
#include "compiler/import/Functions.h"
#include "Build.h"
#include "compiler/import/Model.h"
#include "compiler/import/NodeOrder.h"
#include "onnx/defs/printer.h"

using namespace sinter::importer;
using namespace sinter::importer::test;
using llvm::StringRef;

namespace {
bool noImporter(StringRef, StringRef, int64_t) { return false; }

/// Expands all functions of a model in text syntax. Nodes print as "out, out = Op(in, in)".
std::string expand(StringRef text, const HasImporter &hasImporter = noImporter) {
  onnx::ModelProto model = parse(text);
  int i = 0;
  for (onnx::NodeProto &node : *model.mutable_graph()->mutable_node())
    node.set_name("n" + std::to_string(i++));
  if (llvm::Error error = expandFunctions(model, hasImporter))
    return message(std::move(error));
  std::string out;
  for (const onnx::NodeProto &node : model.graph().node()) {
    std::string outputs, inputs;
    for (const std::string &output : node.output())
      outputs += (outputs.empty() ? "" : ", ") + output;
    for (const std::string &input : node.input())
      inputs += (inputs.empty() ? "" : ", ") + input;
    out += outputs + " = " + node.op_type() + "(" + inputs + "); ";
  }
  return out;
}

constexpr StringRef header = R"(<ir_version: 10, opset_import: ["" : 20, "local" : 1]>)";

/// A model that calls F0; the body of Fi is body("local.Fi+1"), that of the last one calls Neg.
std::string chain(int length, llvm::function_ref<std::string(const std::string &callee)> body) {
  std::string text = header.str() + "g (float[2] x) => (float[2] y) { y = local.F0(x) }\n";
  for (int i = 0; i < length; ++i)
    text += "<domain: \"local\", opset_import: [\"\" : 20, \"local\" : 1]> F" + std::to_string(i) + " (u) => (v) { " +
            body(i + 1 == length ? "Neg" : "local.F" + std::to_string(i + 1)) + " }\n";
  return text;
}
} // namespace

TEST(Functions, NamesAndNestedCalls) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { a = local.Twice(x)  y = local.Twice(a) }
    <domain: "local", opset_import: ["" : 20, "local" : 1]> Twice (u) => (v) { t = local.Plus(u)  v = local.Plus(t) }
    <domain: "local", opset_import: ["" : 20]> Plus (u) => (v) { w = Neg(u)  v = Add(u, w) })")
                       .str()),
            "n0/#0/w = Neg(x); n0/t = Add(x, n0/#0/w); n0/#1/w = Neg(n0/t); a = Add(n0/t, n0/#1/w); "
            "n1/#0/w = Neg(a); n1/t = Add(a, n1/#0/w); n1/#1/w = Neg(n1/t); y = Add(n1/t, n1/#1/w); ");
}

TEST(Functions, NamesStayUnique) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { "n1/w" = Neg(x)  y = local.Plus("n1/w") }
    <domain: "local", opset_import: ["" : 20]> Plus (u) => (v) { w = Neg(u)  v = Add(u, w) })")
                       .str()),
            "n1/w = Neg(x); n1/w.1 = Neg(n1/w); y = Add(n1/w, n1/w.1); ");
}

TEST(Functions, InputAsOutputBecomesIdentity) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y = local.Same(x) }
    <domain: "local", opset_import: ["" : 20]> Same (u) => (u) { })")
                       .str()),
            "y = Identity(x); ");
}

TEST(Functions, AttributesAndDefaults) {
  onnx::ModelProto model = parse((header + R"(
    g (float[2] x) => (float[2] y) { a = local.L<alpha = 0.25>(x)  y = local.L(a) }
    <domain: "local", opset_import: ["" : 20]> L <alpha: float = 0.5, gone> (u) => (v) {
      v = LeakyRelu<alpha: float = @alpha, other: int = @gone>(u) })")
                                     .str());
  ASSERT_EQ(message(expandFunctions(model, noImporter)), "");
  ASSERT_EQ(model.graph().node(0).attribute_size(), 1);
  EXPECT_EQ(model.graph().node(0).attribute(0).f(), 0.25f);
  EXPECT_EQ(model.graph().node(0).attribute(0).name(), "alpha");
  EXPECT_EQ(model.graph().node(1).attribute(0).f(), 0.5f);
  EXPECT_EQ(model.functions_size(), 0);
}

TEST(Functions, OpsetOfTheFunctionStaysWithItsNodes) {
  TemporaryFolder folder;
  llvm::Expected<Model> model = loadModel(folder.write("m.onnxtxt", (header + R"(
    g (float[2] x) => (float[2] y) { a = local.F(x) y = Neg(a) }
    <domain: "local", opset_import: ["" : 17]> F (u) => (v) { v = Abs(u) })")
                                                                        .str()));
  ASSERT_EQ(message(model), "");
  ASSERT_EQ(message(expandFunctions(model->proto(), noImporter)), "");
  EXPECT_EQ(*model->opset(model->graph().node(0)), 17);
  EXPECT_EQ(*model->opset(model->graph().node(1)), 20);
}

TEST(Functions, SubgraphsOfBodiesAreRenamedInTheirScope) {
  onnx::ModelProto model = parse((header + R"(
    g (float[2] x, bool c) => (float[2] y) { y = local.F(x, c) }
    <domain: "local", opset_import: ["" : 20]> F (u, c) => (v) {
      w = Neg(u)
      v = If (c) <then_branch = t () => (float[2] r) { u = Exp(w) r = Add(u, w) },
                  else_branch = e () => (float[2] s) { s = Add(u, w) }>
    })")
                                     .str());
  model.mutable_graph()->mutable_node(0)->set_name("f");
  ASSERT_EQ(message(expandFunctions(model, noImporter)), "");
  const onnx::NodeProto &branch = model.graph().node(1);
  const onnx::GraphProto &inner = branch.attribute(0).g(), &other = branch.attribute(1).g();
  EXPECT_EQ(inner.node(0).output(0), "f/u"); // hides the formal input
  EXPECT_EQ(inner.node(0).input(0), "f/w");
  EXPECT_EQ(inner.node(1).input(0), "f/u");
  EXPECT_EQ(other.node(0).input(0), "x"); // the formal input again
  auto nodes = sortNodes(model.graph(), [](StringRef) { return false; });
  EXPECT_EQ(message(nodes), "");
}

TEST(Functions, CallsWithImporterStay) {
  auto has = [](StringRef domain, StringRef op, int64_t version) {
    return domain == "local" && op == "Plus" && version == 1;
  };
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y = local.Plus(x) }
    <domain: "local", opset_import: ["" : 20]> Plus (u) => (v) { v = Neg(u) })")
                       .str(),
                   has),
            "y = Plus(x); ");
}

TEST(Functions, RecursionAndExplosionAreErrors) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y = local.F(x) }
    <domain: "local", opset_import: ["local" : 1]> F (u) => (v) { v = local.F(u) })")
                       .str()),
            "node 'n0/#0' (local::F): expected functions that do not call themselves, got a recursive one");
  auto twice = [](const std::string &callee) { return "a = " + callee + "(u) b = " + callee + "(a) v = Add(a, b)"; };
  StringRef reason = " (local::F59): expected functions that expand to a bounded size, got too many nodes";
  EXPECT_TRUE(StringRef(expand(chain(60, twice))).ends_with(reason));
}

TEST(Functions, DepthIsLimited) {
  auto once = [](const std::string &callee) { return "v = " + callee + "(u)"; };
  EXPECT_EQ(expand(chain(200, once)).substr(0, 4), "y = ");
  StringRef deepCalls = " (local::F200): expected functions nested at most 200 deep, got deeper ones";
  EXPECT_TRUE(StringRef(expand(chain(201, once))).ends_with(deepCalls));
  auto nested = [](const std::string &callee) {
    auto choose = [](const std::string &body) {
      return "= If (u) <then_branch = t () => (r) { r " + body + " }, else_branch = e () => (s) { s = Neg(u) }>";
    };
    return "v " + choose(choose("= " + callee + "(u)"));
  };
  StringRef deepGraphs = " (If): expected subgraphs nested at most 200 deep after inlining, got deeper ones";
  EXPECT_TRUE(StringRef(expand(chain(101, nested))).ends_with(deepGraphs));
}

TEST(Functions, TwoDefinitions) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y = local.F(x) }
    <domain: "local", opset_import: ["" : 20]> F (u) => (v) { v = Neg(u) }
    <domain: "local", opset_import: ["" : 20]> F (u) => (v) { v = Abs(u) })")
                       .str()),
            "function 'F' of domain 'local': expected one definition, got two");
}

TEST(Functions, TooManyOperands) {
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y = local.F(x, x) }
    <domain: "local", opset_import: ["" : 20]> F (u) => (v) { v = Neg(u) })")
                       .str()),
            "node 'n0' (local::F): expected at most 1 inputs, got 2");
  EXPECT_EQ(expand((header + R"(
    g (float[2] x) => (float[2] y) { y, z = local.F(x) }
    <domain: "local", opset_import: ["" : 20]> F (u) => (v) { v = Neg(u) })")
                       .str()),
            "node 'n0' (local::F): expected at most 1 outputs, got 2");
}

TEST(Functions, SchemaBodies) {
  auto noTypes = [](StringRef) { return std::optional<onnx::TypeProto>(); };
  auto floats = [](StringRef) {
    onnx::TypeProto type;
    type.mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(2);
    return std::optional(type);
  };
  onnx::NodeProto elu;
  elu.set_op_type("Elu");
  elu.add_input("x");
  elu.add_output("y");
  auto body = expandNode(elu, 20, floats, "e");
  ASSERT_EQ(message(body), "");
  ASSERT_TRUE(*body);
  EXPECT_EQ((*body)->back().output(0), "y");
  EXPECT_EQ(ownOpset((*body)->back()), 18);
  bool hasAlpha = false; // the schema's default value
  for (const onnx::NodeProto &node : **body)
    for (const onnx::AttributeProto &attribute : node.attribute())
      hasAlpha |= attribute.f() == 1.0f && attribute.type() == onnx::AttributeProto::FLOAT;
  EXPECT_TRUE(hasAlpha);

  onnx::NodeProto norm;
  norm.set_op_type("LayerNormalization");
  for (const char *input : {"x", "scale"})
    norm.add_input(input);
  norm.add_output("y");
  body = expandNode(norm, 20, floats, "n");
  ASSERT_EQ(message(body), "");
  ASSERT_TRUE(*body);
  EXPECT_GT((*body)->size(), 10u);
  body = expandNode(norm, 20, noTypes, "n");
  ASSERT_EQ(message(body), "");
  EXPECT_FALSE(*body);

  onnx::NodeProto conv;
  conv.set_op_type("Conv");
  body = expandNode(conv, 20, noTypes, "c");
  ASSERT_EQ(message(body), "");
  EXPECT_FALSE(*body);
}

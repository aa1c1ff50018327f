// Attribute accessors: values, defaults, wrong types.
#include "compiler/import/Attributes.h"
#include "Build.h"

using namespace sinter::importer;
using namespace sinter::importer::test;

namespace {
onnx::NodeProto node() {
  onnx::ModelProto model =
      parse("<ir_version: 10, opset_import: [\"\" : 20]> g (float[2] x) => (float[2] y) {"
            "y = Op <i = 3, f = 0.5, s = \"text\", is = [1, 2], fs = [0.5], ss = [\"a\"], t = float[1] {1}> (x) }");
  onnx::NodeProto node = model.graph().node(0);
  node.set_name("n");
  return node;
}
} // namespace

TEST(Attributes, Values) {
  EXPECT_EQ(*getInt(node(), "i"), 3);
  EXPECT_EQ(*getFloat(node(), "f", 1), 0.5f);
  EXPECT_EQ(*getString(node(), "s", "other"), "text");
  EXPECT_EQ(*getInts(node(), "is", {}), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(*getFloats(node(), "fs"), (std::vector<float>{0.5f}));
  EXPECT_EQ(*getStrings(node(), "ss"), (std::vector<std::string>{"a"}));
  onnx::NodeProto tensorNode = node();
  EXPECT_EQ((*getTensor(tensorNode, "t"))->dims(0), 1);
}

TEST(Attributes, Defaults) {
  EXPECT_EQ(*getInt(node(), "axis", -1), -1);
  EXPECT_EQ(*getString(node(), "mode", "linear"), "linear");
  EXPECT_EQ(*getInts(node(), "pads", {0, 1}), (std::vector<int64_t>{0, 1}));
  EXPECT_FALSE(hasAttribute(node(), "axis"));
}

TEST(Attributes, WrongTypeAndMissing) {
  auto wrong = getInt(node(), "f", 1);
  EXPECT_EQ(message(wrong), "node 'n' (Op): attribute 'f': expected INT, got FLOAT");
  auto missing = getInts(node(), "axes");
  EXPECT_EQ(message(missing), "node 'n' (Op): attribute 'axes': expected INTS, got no such attribute");
  onnx::NodeProto reference = node();
  reference.mutable_attribute(0)->set_ref_attr_name("outer");
  auto dangling = getInt(reference, "i");
  EXPECT_EQ(message(dangling),
            "node 'n' (Op): attribute 'i': expected a value, got a reference to 'outer' outside a function");
}

TEST(Attributes, TypeOfOldFilesFollowsFromTheValue) {
  onnx::NodeProto old = node();
  old.mutable_attribute(0)->clear_type();
  EXPECT_EQ(*getInt(old, "i"), 3);
}

// Small ONNX models for the tests of compiler/import, and files to put them in.
#pragma once
#include "compiler/import/Describe.h"
#include "compiler/import/Text.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"
#include <fstream>
#include <string>

namespace sinter::importer::test {

/// A folder that is removed with everything in it.
class TemporaryFolder {
public:
  TemporaryFolder() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("sinter-import", path)); }
  ~TemporaryFolder() { llvm::sys::fs::remove_directories(path); }
  /// Writes a file of this folder and returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef contents) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file));
    std::ofstream(file.c_str(), std::ios::binary).write(contents.data(), contents.size());
    return file.str().str();
  }

  /// Makes a file `size` bytes long; what is added is a hole.
  static void extend(llvm::StringRef file, uint64_t size) {
    int handle;
    ASSERT_FALSE(
        llvm::sys::fs::openFileForReadWrite(file, handle, llvm::sys::fs::CD_OpenExisting, llvm::sys::fs::OF_None));
    ASSERT_FALSE(llvm::sys::fs::resize_file_sparse(handle, size));
    llvm::sys::fs::file_t native = llvm::sys::fs::convertFDToNativeFile(handle);
    ASSERT_FALSE(llvm::sys::fs::closeFile(native));
  }

  llvm::SmallString<128> path;
};

/// The message of an error, "" for success.
inline std::string message(llvm::Error error) { return error ? llvm::toString(std::move(error)) : ""; }
template <typename T> std::string message(llvm::Expected<T> &expected) { return message(expected.takeError()); }

/// Parses a model in text syntax; a mistake in it fails the test.
inline onnx::ModelProto parse(llvm::StringRef text) {
  onnx::ModelProto model;
  EXPECT_EQ(message(parseText(text, model)), "");
  return model;
}

/// A length-delimited protobuf field with a number below 16.
inline std::string protobufField(int number, const std::string &contents) {
  std::string out(1, char(number << 3 | 2));
  uint64_t size = contents.size();
  for (; size >= 128; size >>= 7)
    out.push_back(char(size | 128));
  out.push_back(char(size));
  return out + contents;
}

/// A FLOAT tensor [bytes / 4] whose raw_data is `bytes` times `fill`.
inline onnx::TensorProto rawTensor(const std::string &name, size_t bytes, char fill) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_dims(int64_t(bytes / 4));
  tensor.set_raw_data(std::string(bytes, fill));
  return tensor;
}

/// A model with weights in every place that holds tensors: initializers, sparse initializers, attributes (t, tensors),
/// subgraphs, functions; `bytes` each.
inline onnx::ModelProto modelWithWeightsEverywhere(size_t bytes) {
  onnx::ModelProto model;
  model.set_ir_version(10);
  model.add_opset_import()->set_version(20);
  onnx::GraphProto &graph = *model.mutable_graph();
  graph.set_name("g");
  *graph.add_initializer() = rawTensor("a", bytes, 1);
  *graph.add_initializer() = rawTensor("small", 64, 2);
  onnx::SparseTensorProto &sparse = *graph.add_sparse_initializer();
  *sparse.mutable_values() = rawTensor("s", bytes, 3);
  *sparse.mutable_indices() = rawTensor("i", bytes, 4);
  auto addConstant = [&](onnx::NodeProto &node, char fill) {
    node.set_op_type("Constant");
    node.add_output("c" + std::to_string(fill));
    onnx::AttributeProto &value = *node.add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    *value.mutable_t() = rawTensor("", bytes, fill);
  };
  addConstant(*graph.add_node(), 5);
  onnx::NodeProto &branch = *graph.add_node();
  branch.set_op_type("If");
  onnx::AttributeProto &body = *branch.add_attribute();
  body.set_name("then_branch");
  body.set_type(onnx::AttributeProto::GRAPH);
  addConstant(*body.mutable_g()->add_node(), 6);
  *body.mutable_g()->add_initializer() = rawTensor("inner", bytes, 7);
  onnx::AttributeProto &list = *branch.add_attribute();
  list.set_name("list");
  list.set_type(onnx::AttributeProto::TENSORS);
  *list.add_tensors() = rawTensor("", bytes, 8);
  onnx::FunctionProto &function = *model.add_functions();
  function.set_name("f");
  function.set_domain("local");
  addConstant(*function.add_node(), 9);
  *graph.add_initializer() = rawTensor("last", bytes, 10);
  return model;
}

} // namespace sinter::importer::test

// Attributes of a node by name, with a checked type.
//
// Every accessor has two forms: with a default, for optional attributes, and without, where a missing attribute is an
// error. Errors name the node: "node 'a' (Concat): attribute 'axis': expected INT, got FLOATS".
#pragma once
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace sinter::importer {

/// The attribute, or null. Files from before 2017 have no type field: the type follows from the value then.
const onnx::AttributeProto *findAttribute(const onnx::NodeProto &node, llvm::StringRef name);
inline bool hasAttribute(const onnx::NodeProto &node, llvm::StringRef name) { return findAttribute(node, name); }

llvm::Expected<int64_t> getInt(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<int64_t> getInt(const onnx::NodeProto &node, llvm::StringRef name, int64_t otherwise);
llvm::Expected<float> getFloat(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<float> getFloat(const onnx::NodeProto &node, llvm::StringRef name, float otherwise);
llvm::Expected<std::string> getString(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<std::string> getString(const onnx::NodeProto &node, llvm::StringRef name, llvm::StringRef otherwise);
llvm::Expected<std::vector<int64_t>> getInts(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<std::vector<int64_t>> getInts(const onnx::NodeProto &node, llvm::StringRef name,
                                             llvm::ArrayRef<int64_t> otherwise);
llvm::Expected<std::vector<float>> getFloats(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<std::vector<float>> getFloats(const onnx::NodeProto &node, llvm::StringRef name,
                                             llvm::ArrayRef<float> otherwise);
llvm::Expected<std::vector<std::string>> getStrings(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<std::vector<std::string>> getStrings(const onnx::NodeProto &node, llvm::StringRef name,
                                                    llvm::ArrayRef<std::string> otherwise);

/// The next ones have no default: ask hasAttribute() first where the attribute is optional.
llvm::Expected<const onnx::TensorProto *> getTensor(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<const onnx::SparseTensorProto *> getSparseTensor(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<const onnx::GraphProto *> getGraph(const onnx::NodeProto &node, llvm::StringRef name);
llvm::Expected<const onnx::TypeProto *> getType(const onnx::NodeProto &node, llvm::StringRef name);

} // namespace sinter::importer

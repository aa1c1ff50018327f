// Operators without an importer, expanded: model-local functions for the whole model at once, bodies of ONNX schemas
// for one node at a time, because those may depend on the types that the walk has found.
#pragma once
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sinter::importer {

/// Whether operator `op` of `domain` at opset `version` has an importer. `domain` is "" for ai.onnx; `version` is 0
/// when the model does not import the domain.
using HasImporter = std::function<bool(llvm::StringRef domain, llvm::StringRef op, int64_t version)>;

/// Replaces every call of a model-local function, in subgraphs and in functions too, by the function's body. A call
/// whose operator has an importer stays: the importer knows better code. Inlined nodes and values are called
/// CALLER/NAME; nodes whose function imports another opset version than the model carry it (Model::opset knows).
/// Recursion, nesting past 200 functions or subgraphs, and expansion past 64 MB are errors. Functions are removed
/// from the model afterwards.
llvm::Error expandFunctions(onnx::ModelProto &model, const HasImporter &hasImporter);

/// The type of a value as far as the walk knows it.
using TypeOf = std::function<std::optional<onnx::TypeProto>(llvm::StringRef value)>;

/// The body of the schema function of `node` at `opset` of its domain, instantiated: inner nodes and values are called
/// `uniquePrefix`/NAME, and every node carries its opset version. Nothing when there is no schema, when the operator
/// has no body, or when the types do not admit one.
llvm::Expected<std::optional<std::vector<onnx::NodeProto>>>
expandNode(const onnx::NodeProto &node, int64_t opset, const TypeOf &typeOf, const std::string &uniquePrefix);

} // namespace sinter::importer

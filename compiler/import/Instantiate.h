// One call of an ONNX function replaced by its body: formal names become the caller's, inner names become new ones
// under the caller's node name, attribute references become the caller's attributes or the function's defaults.
// Used for model-local functions and for bodies of schemas (Functions.cpp).
#pragma once
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace sinter::importer {

struct InstantiateOptions {
  /// Inner node and value names become `prefix`/NAME.
  llvm::StringRef prefix;
  /// Makes a value name unique; called once per inner name.
  llvm::function_ref<std::string(std::string)> unique;
  /// The version of a domain that nodes have without a note of their own (nodeOpsetKey in Model.h).
  llvm::function_ref<std::optional<int64_t>(llvm::StringRef domain)> ambientOpset;
  /// Serialized bytes that may still be made; what is made is subtracted. Stops functions that double at each call.
  uint64_t &byteBudget;
};

/// The nodes that compute `call` by the body of `function`. A formal output that is a formal input too becomes an
/// Identity; inputs that the call omits are omitted inside.
llvm::Expected<std::vector<onnx::NodeProto>>
instantiate(const onnx::FunctionProto &function, const onnx::NodeProto &call, const InstantiateOptions &options);

} // namespace sinter::importer

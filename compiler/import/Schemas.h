// What ONNX's schemas say of an operator, for checks before an importer runs.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace sinter::importer {

/// The versions of ONNX's default operator set whose operators importers know.
inline constexpr int64_t oldestOpset = 7, newestOpset = 28;
/// True if an operator of the default domain means at version `opset` what it means at a known version.
bool isKnownVersion(llvm::StringRef op, int64_t opset);

/// How many inputs and outputs an operator takes; INT_MAX for any number.
struct Arity {
  int minInputs, maxInputs, minOutputs, maxOutputs;
};
/// Nothing for operators without a schema.
std::optional<Arity> schemaArity(llvm::StringRef domain, llvm::StringRef op, int64_t opset);
/// True if the schema has a function body, also one that depends on the operands' types.
bool hasFunctionBody(llvm::StringRef domain, llvm::StringRef op, int64_t opset);

} // namespace sinter::importer

// See Schemas.h.
#include "compiler/import/Schemas.h"
#include "compiler/import/Describe.h"
#include "onnx/defs/schema.h"

using namespace llvm;

namespace sinter::importer {

/// The schema at `opset`, null if there is none.
static const onnx::OpSchema *find(StringRef domain, StringRef op, int64_t opset) {
  const onnx::OpSchema *schema = nullptr;
  consumeError(guarded("schema", [&]() -> Error {
    if (opset <= INT_MAX)
      schema = onnx::OpSchemaRegistry::Schema(op.str(), int(opset), normalDomain(domain).str());
    return Error::success();
  }));
  return schema;
}

bool isKnownVersion(StringRef op, int64_t opset) {
  if (opset >= oldestOpset)
    return opset <= newestOpset;
  const onnx::OpSchema *schema = find("", op, opset), *known = find("", op, oldestOpset);
  return schema && known && schema->SinceVersion() == known->SinceVersion();
}

std::optional<Arity> schemaArity(StringRef domain, StringRef op, int64_t opset) {
  const onnx::OpSchema *schema = find(domain, op, opset);
  if (!schema)
    return std::nullopt;
  return Arity{schema->min_input(), schema->max_input(), schema->min_output(), schema->max_output()};
}

bool hasFunctionBody(StringRef domain, StringRef op, int64_t opset) {
  const onnx::OpSchema *schema = find(domain, op, opset);
  return schema && (schema->HasFunction() || schema->HasContextDependentFunction());
}

} // namespace sinter::importer

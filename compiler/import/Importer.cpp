// The entry points of the import; see Importer.h.
#include "compiler/import/Importer.h"
#include "compiler/import/GraphImport.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

std::string sinter::diagnosticLine(const Diagnostic &diagnostic) {
  std::string line = diagnostic.str();
  if (auto name = dyn_cast<NameLoc>(diagnostic.getLocation()))
    line = (name.getName().getValue() + ": " + line).str();
  return line;
}

static FailureOr<Model> load(StringRef path, MLIRContext &context) {
  context.loadDialect<SinterDialect>();
  llvm::Expected<Model> model = loadModel(path);
  if (model)
    return std::move(*model);
  llvm::handleAllErrors(model.takeError(), [&](const llvm::ErrorInfoBase &error) {
    emitError(UnknownLoc::get(&context)) << error.message();
  });
  return failure();
}

OwningOpRef<ModuleOp> sinter::importOnnx(StringRef path, MLIRContext &context, const ImportOptions &options) {
  FailureOr<Model> model = load(path, context);
  return succeeded(model) ? GraphImport(*model, options, context).run() : nullptr;
}

FailureOr<std::vector<std::string>> sinter::listUnsupported(StringRef path, MLIRContext &context) {
  FailureOr<Model> model = load(path, context);
  if (failed(model))
    return failure();
  std::vector<std::string> lines;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      lines.push_back(diagnosticLine(diagnostic));
    return success();
  });
  GraphImport(*model, {}, context).run();
  return lines;
}

// See Diagnostics.h.
#include "compiler/driver/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace sinter;

std::string sinter::locationName(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str();
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn())).str();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (std::string name = locationName(part); !name.empty())
        return name;
  return "";
}

std::string sinter::describeDiagnostic(const Diagnostic &diagnostic) {
  std::string name = locationName(diagnostic.getLocation()), text = diagnostic.str();
  return name.empty() ? text : name + ": " + text;
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext &context, Progress &progressLines, bool isQuiet, bool isVerbose)
    : progress(progressLines), quiet(isQuiet), verbose(isVerbose), handler(&context, [this](Diagnostic &diagnostic) {
        handle(diagnostic);
        return success();
      }) {}

void DiagnosticPrinter::error(const std::string &line) {
  errors = true;
  if (printed.insert(line).second)
    progress.print(line);
}

void DiagnosticPrinter::handle(const Diagnostic &diagnostic) {
  std::string line = describeDiagnostic(diagnostic);
  for (const Diagnostic &note : diagnostic.getNotes())
    line += "\n  " + describeDiagnostic(note);
  // MLIR's verifier repeats in words of its own what the operator's result types have just said.
  bool isEcho = errors && StringRef(line).contains("' op failed to infer returned types");
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error: return isEcho ? void() : error(line);
  case DiagnosticSeverity::Warning:
    if (!quiet && printed.insert(line).second)
      progress.print("warning: " + line);
    return;
  default:
    if (verbose && printed.insert(line).second)
      progress.print("remark: " + line);
  }
}

// MLIR's diagnostics as lines for users: `NAME: message`, every line once.
#pragma once
#include "compiler/driver/Progress.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"

namespace sinter {
/// The first name in a location, or file:line:column, or nothing.
std::string locationName(mlir::Location location);
/// "node 'x' (MatMul): expected .., got ..": the message behind the name of its location. A fused location counts by
/// its first name, a place in a file as file:line:column.
std::string describeDiagnostic(const mlir::Diagnostic &diagnostic);

/// Prints all errors, warnings unless quiet, and remarks when verbose, while it lives.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext &context, Progress &progressLines, bool isQuiet, bool isVerbose);
  bool hasErrors() const { return errors; }
  /// Prints an error that is no MLIR diagnostic.
  void error(const std::string &line);

private:
  void handle(const mlir::Diagnostic &diagnostic);

  Progress &progress;
  bool quiet, verbose, errors = false;
  llvm::StringSet<> printed;
  mlir::ScopedDiagnosticHandler handler;
};
} // namespace sinter

// Stage 1: an ONNX file to a module with one `sinter.program @main`.
//
// Inputs become arguments, their symbolic dims symbols of the program; small integer inputs of rank 0 and 1 also get
// value symbols, so that shapes may depend on them. Initializers above 4 KiB become `sinter.weight` symbols that point
// into the file, equal contents once; smaller ones become constants. Nodes are imported in topological order.
#pragma once
#include "dialects/sinter/Sinter.h"
#include <map>

namespace sinter {
struct ImportOptions {
  /// --dim NAME=N or NAME=LO..HI.
  std::map<std::string, std::pair<int64_t, int64_t>> dimRanges;
  /// --shape INPUT=AxBxC.
  std::map<std::string, llvm::SmallVector<int64_t>> inputShapes;
};

/// A diagnostic as one line: "node 'x' (MatMul): expected .., got ..".
std::string diagnosticLine(const mlir::Diagnostic &diagnostic);

/// Reports every problem as a diagnostic of `context` (all unsupported nodes, not the first) and returns null then.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(llvm::StringRef path, mlir::MLIRContext &context,
                                             const ImportOptions &options);

/// --supports: the nodes of the file that cannot be imported, one line each; empty if all can. Fails like importOnnx
/// when the file cannot be read.
mlir::FailureOr<std::vector<std::string>> listUnsupported(llvm::StringRef path, mlir::MLIRContext &context);
} // namespace sinter

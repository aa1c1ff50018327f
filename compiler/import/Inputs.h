// The inputs of a program: their types, and the symbols that their dims bind.
//
// A dim_param is a name or, as the dynamo exporter writes it, a formula ("S + P"). A formula counts when an input has
// each of its symbols as a dim of its own; any other text is one symbol of that name, so names may be arbitrary bytes.
// A dim without a usable name is called INPUT.K. Initializers that are also inputs are constants and no inputs here.
#pragma once
#include "compiler/import/Importer.h"
#include "onnx/onnx_pb.h"

namespace sinter::importer {
struct ProgramInputs {
  llvm::SmallVector<std::string> names;
  llvm::SmallVector<mlir::Type> types;
  /// Symbols that dims bind, in the order of the inputs.
  llvm::SmallVector<SymbolAttr> symbols;
  /// What --shape demands of dims that are formulas: both must agree.
  llvm::SmallVector<std::pair<DimAttr, DimAttr>> equations;
};

/// Reads the inputs of `graph` and applies --dim and --shape. Reports every problem as an error.
mlir::FailureOr<ProgramInputs> readInputs(const onnx::GraphProto &graph, const ImportOptions &options,
                                          mlir::MLIRContext &context);

/// The symbols of elements that `program` uses in types and attributes, in the order of inputs and elements.
llvm::SmallVector<SymbolAttr> usedElementSymbols(ProgramOp program, const ImportOptions &options);
} // namespace sinter::importer

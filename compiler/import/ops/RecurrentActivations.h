// The activation functions of LSTM, GRU and RNN cells.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// A function with its parameters.
struct CellActivation {
  mlir::Value (*formula)(NodeImport &n, mlir::Value x, double alpha, double beta);
  double alpha, beta;

  mlir::Value operator()(NodeImport &n, mlir::Value x) const { return formula(n, x, alpha, beta); }
};

/// The functions of a node, those of the first direction first, from its attributes 'activations', 'activation_alpha'
/// and 'activation_beta'; `defaults` names those of one direction. Nullopt after a report.
std::optional<llvm::SmallVector<CellActivation>>
cellActivations(NodeImport &n, llvm::ArrayRef<llvm::StringRef> defaults, int64_t directions);
} // namespace sinter::importer

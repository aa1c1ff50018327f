// Activation functions that more than one operator uses.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// x / 2 * (1 + erf(x / sqrt 2))
mlir::Value erfGelu(NodeImport &n, mlir::Value x);
/// x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
mlir::Value tanhGelu(NodeImport &n, mlir::Value x);
} // namespace sinter::importer

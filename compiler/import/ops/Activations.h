// Activation functions that more than one operator uses.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// x / 2 * (1 + erf(x / sqrt 2))
mlir::Value erfGelu(NodeImport &n, mlir::Value x);
/// x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
mlir::Value tanhGelu(NodeImport &n, mlir::Value x);
/// x where x > 0, else alpha * x
mlir::Value leakyRelu(NodeImport &n, mlir::Value x, double alpha);
/// x where x > 0, else alpha * (exp(x) - 1)
mlir::Value elu(NodeImport &n, mlir::Value x, double alpha);
/// alpha * x + beta, limited to [0, 1]
mlir::Value hardSigmoid(NodeImport &n, mlir::Value x, double alpha, double beta);
/// x / (1 + |x|)
mlir::Value softsign(NodeImport &n, mlir::Value x);
} // namespace sinter::importer

// Statistics of a normalization over some axes, which stay as 1.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// x - mean over some axes, and 1 / sqrt(variance + epsilon), both with the axes kept as 1.
struct Normalized {
  mlir::Value mean, centered, inverseDeviation;

  Normalized(NodeImport &n, mlir::Value x, llvm::ArrayRef<int64_t> axes, double epsilon);
  mlir::Value value(NodeImport &n) const { return n.mul(centered, inverseDeviation); }
};

/// 1 / sqrt(mean(x^2) + epsilon)
mlir::Value inverseRootMeanSquare(NodeImport &n, mlir::Value x, llvm::ArrayRef<int64_t> axes, double epsilon);
} // namespace sinter::importer

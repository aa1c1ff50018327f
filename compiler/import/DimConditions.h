// Integer computations on sizes that the dialect's folds leave alone because they branch: comparisons, logic, select,
// truncating division of what may be negative.
//
// The folds give a bool only where it is known. A shape may still depend on one, as in exporters' Where(Equal(n, m), a,
// b): here a condition is a formula that is 0 or 1, and select(c, a, b) is c * a + (1 - c) * b.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter::importer {
/// The result of `op` on operands that are constants or lists of dims: a constant, a `#sinter.dims` of as many elements
/// as the result has (of any type), or null.
mlir::Attribute evaluateConditions(mlir::Operation *op, llvm::ArrayRef<mlir::Attribute> operands);
} // namespace sinter::importer

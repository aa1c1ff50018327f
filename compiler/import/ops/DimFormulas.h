// Rules of ONNX's shape operands as formulas of dims: indices that count from the end, clamped ranges, equal dims.
//
// An operand of a shape operator is a number, a formula of sizes, or a value that the caller passes at run time (a
// symbol
// `$..`, of either sign). The rules hold for all three and fold to numbers where everything is known.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {

/// True if the dim depends on a value that a model input holds, so its sign and size are the caller's choice.
bool dependsOnInputValue(DimAttr dim);

/// `index`, plus `size` where it is negative.
DimAttr countedFromEnd(DimAttr index, DimAttr size);

/// The least of `dims`, at least one; dims that another is known not to exceed are left out.
DimAttr leastOf(llvm::ArrayRef<DimAttr> dims);

/// `x` with the dims `dims`, which must be equal to its own: nothing if they are the same formulas, else assumptions
/// and a reshape. Null after a report if they cannot be equal.
mlir::Value withDims(NodeImport &n, mlir::Value x, llvm::ArrayRef<DimAttr> dims);

/// Integers that old opsets keep in attribute `name` and opsets from `since` on in input `index`; empty if absent.
llvm::SmallVector<int64_t> integersOperand(NodeImport &n, size_t index, llvm::StringRef name, int64_t since);
/// The same for operands that may be formulas.
Dims dimsOperand(NodeImport &n, size_t index, llvm::StringRef name, int64_t since);
/// Whether that operand is there.
bool hasOperand(const NodeImport &n, size_t index, llvm::StringRef name, int64_t since);

} // namespace sinter::importer

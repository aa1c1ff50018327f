// Transposition of a square of vector registers.
#pragma once
#include "codegen/cpu/emit/KernelFunction.h"

namespace sinter {
/// `rows` holds n vectors of n lanes; the result's vector i holds lane i of each. n is a power of two.
llvm::SmallVector<mlir::Value> transposeSquare(KernelFunction &f, llvm::ArrayRef<mlir::Value> rows);
} // namespace sinter

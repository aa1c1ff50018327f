// The emitter `pad`; see PaddedRows.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"

namespace sinter {
/// Writes one row of a constant pad: `outer` names it, its positions [lo, hi) are this task's.
void emitPaddedRow(Elements &elements, PadOp op, llvm::ArrayRef<Index> outer, mlir::Value lo, mlir::Value hi);
} // namespace sinter

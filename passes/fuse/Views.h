// Views of what stages compute: they are no work, so they may wait for a stage that stands further behind.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// True for an operator whose result is its operand's memory: a reshape, or the append of rows to a state.
bool isMemoryView(mlir::Operation *op);
/// Views of `value` that stand before `place`, in its block, move behind it.
void moveViewsBehind(mlir::Operation *place, mlir::Value value);
} // namespace sinter

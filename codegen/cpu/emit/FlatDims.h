// Which fused work can run along several dims of a result as if they were one.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// True if every tensor between `value` and `root` or a kernel operand treats the dims [first, rank) of `value` as one:
/// then the element at (.., 0, .., 0, i) by address is element i of those dims in row-major order. False, for example,
/// if a bias depends on the column of an image alone.
bool hasFlatDims(mlir::Value value, mlir::Operation *root, int64_t first);
} // namespace sinter

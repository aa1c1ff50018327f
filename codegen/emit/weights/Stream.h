// Stage 8, weights: the bytes of all weights of a layout, written into the executable in blocks.
#pragma once
#include "codegen/emit/weights/Layout.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace sinter {
/// Writes every weight of `layout` to the open file, from `offset` on; gaps between weights are left as they are.
/// Anonymous memory stays within some MiB per operator of a recipe. `progress` (may be null) is told the bytes that are
/// done. Errors: a source that cannot be read, a recipe with an operator it may not use, a full disk.
llvm::Error streamWeights(mlir::ModuleOp module, const WeightLayout &layout, int file, int64_t offset,
                          llvm::function_ref<void(int64_t)> progress = {});
} // namespace sinter

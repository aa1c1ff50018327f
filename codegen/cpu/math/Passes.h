// The pass of this folder; see Passes.td.
#pragma once
#include "mlir/Pass/Pass.h"

namespace mlir {
class RewriterBase;
} // namespace mlir

namespace sinter {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "codegen/cpu/math/Passes.h.inc"

/// Replaces one operation as the pass does; failure, and no change, if it is one that stays.
mlir::LogicalResult expandMathOp(mlir::RewriterBase &rewriter, mlir::Operation *op);
} // namespace sinter

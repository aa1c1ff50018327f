// Passes of the stage `simplify`; see Passes.td.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "mlir/Pass/Pass.h"

namespace sinter {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/simplify/Passes.h.inc"
} // namespace sinter

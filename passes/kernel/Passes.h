// Passes of the stage `kernel`; see Passes.td.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "mlir/Pass/Pass.h"

namespace sinter {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/kernel/Passes.h.inc"
} // namespace sinter

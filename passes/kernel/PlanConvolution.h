// The plan of the convolution emitter; see PlanConvolution.cpp.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "target/TargetInfo.h"

namespace sinter {
/// Sets emitter, tile, tasks and scratch of a kernel whose root is `op`, if its filter is packed.
void planConvolution(ConvOp op, const TargetInfo &target, mlir::NamedAttrList &schedule);
} // namespace sinter

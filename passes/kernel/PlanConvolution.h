// The plan of the convolution emitter; see PlanConvolution.cpp.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "target/TargetInfo.h"

namespace sinter {
/// Whether `op` is an f32 convolution that schedule::lanesAlongPixels() decides on and takes: its filter stays as it
/// is.
bool hasLanesAlongPixels(ConvOp op, const TargetInfo &target);

/// Sets emitter and tile, and what differs in tasks and scratch, of a kernel whose root is `op`: `conv` if its filter
/// is packed, `conv_pixels` if lanes run along pixels, else `conv_rows` if it is f32 with a kernel of known size.
void planConvolution(ConvOp op, const TargetInfo &target, mlir::NamedAttrList &schedule);
} // namespace sinter

// Convolution with the attributes of a node, for Conv and its integer forms.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// The convolution of `x` [N, C, spatial..] with `filter` [F, C / group, kernel..]; strides, dilations, pads and group
/// are the node's.
mlir::Value convolve(NodeImport &n, mlir::Value x, mlir::Value filter);
/// The result with `bias` [F] added to each of its feature maps [N, F, spatial..]; as it is if `bias` is null.
mlir::Value addFeatureBias(NodeImport &n, mlir::Value result, mlir::Value bias);
} // namespace sinter::importer

// Reshape with run-time shapes.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// ONNX Reshape-1 to 25: dims that are numbers, 0 (copy), -1 (infer), formulas, or values of a model input.
mlir::LogicalResult importReshape(NodeImport &n);
} // namespace sinter::importer

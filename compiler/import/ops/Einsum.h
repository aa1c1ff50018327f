// Einsum of any number of operands.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// ONNX Einsum-12: an equation of labels, with ellipsis, diagonals and implicit output.
mlir::LogicalResult importEinsum(NodeImport &n);
} // namespace sinter::importer

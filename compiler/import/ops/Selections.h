// Between masks and positions; shared by Compress, NonZero and values that a loop grows.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// The positions [count] of the elements of `mask`, i1 of rank 1, that are set, ascending; count is a size that the
/// program computes. Null after a report.
mlir::Value positions(NodeImport &n, mlir::Value mask);
} // namespace sinter::importer

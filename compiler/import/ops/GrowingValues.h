// Carried values of a Loop that only grow: iterations append to them with Concat and read them nowhere else.
//
// Their size changes, so they cannot be carried; but what iterations append can be a scan. The body is rewritten while
// it is still ONNX, where names tell who reads what: `next = Concat(value, rows)` becomes `next = rows`, also in the
// branches of an If. A branch that keeps the value yields it as it is; the body then has one more output, a flag that
// says whether the iteration appends, and what it yields otherwise is cut out after the loop.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
struct GrowingValue {
  size_t index;            // among the carried values
  int64_t axis;            // along which it grows, as the file counts it
  std::optional<int> flag; // the output of the body that is true where an iteration appends; none: all do
};
/// Rewrites `body` of a Loop with `carried` carried values.
llvm::SmallVector<GrowingValue> yieldAppendedRows(onnx::GraphProto &body, size_t carried);

/// What an iteration yields that appends nothing: one row of zeros.
mlir::Value emptyAppend(NodeImport &n, mlir::Value init, const GrowingValue &value);
/// `init` with the rows [iterations, ..] behind it, of which those count whose flag is true; all where `flags` is null.
mlir::Value appendRows(NodeImport &n, mlir::Value init, const GrowingValue &value, mlir::Value rows, mlir::Value flags);
} // namespace sinter::importer

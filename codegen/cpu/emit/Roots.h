// The loops of operators with a loop of their own, in the generic emitters.
//
// A point root (reduce, contract, conv, window, arg_reduce) gives the value of one result element, or of `lanes`
// elements along the innermost dim. A line root (prefix, sort, scatter) writes a whole line or tensor.
#pragma once
#include "codegen/cpu/emit/Elements.h"

namespace sinter {
/// True for roots whose result elements can be computed one by one.
bool isPointRoot(mlir::Operation *root);
/// True if the reduction is better vectorised than the result's innermost dim.
bool vectorizesReduction(mlir::Operation *root);
/// The root's result at `indices`. `over`: the part of what it sums that counts, for a reduction (of its reduced dims
/// as one) and a contraction with one summed label.
mlir::Value emitPoint(Elements &elements, mlir::Operation *root, llvm::ArrayRef<Index> indices, int64_t lanes,
                      std::optional<IndexRange> over = std::nullopt);

/// Writes result elements: indices, value per lane.
using EmitResult = llvm::function_ref<void(llvm::ArrayRef<Index>, mlir::Value)>;
void emitPrefix(Elements &elements, PrefixOp op, llvm::ArrayRef<Index> outer, int64_t lanes, EmitResult emit);
void emitSort(Elements &elements, SortOp op, llvm::ArrayRef<Index> outer, const Buffer &values, const Buffer &indices);
void emitScatter(Elements &elements, ScatterOp op, const Buffer &result);
} // namespace sinter

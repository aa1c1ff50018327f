// What the result-type functions of all operators share: reporting a violated constraint.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// "element type f32", "dims <B, 8>" in messages.
std::string describeDims(mlir::Type tensor);
/// As written by users of the compiler: f32, u8, bool.
std::string describeElement(mlir::Type element);
inline mlir::Type elementType(mlir::Type tensor) { return llvm::cast<mlir::RankedTensorType>(tensor).getElementType(); }
inline int64_t rankOf(mlir::Value value) { return llvm::cast<mlir::RankedTensorType>(value.getType()).getRank(); }
/// Reports an axis outside [0, rank).
mlir::LogicalResult checkAxis(std::optional<mlir::Location> loc, int64_t axis, int64_t rank);
/// True if the dims may be equal: not known to differ.
bool compatible(llvm::ArrayRef<DimAttr> lhs, llvm::ArrayRef<DimAttr> rhs);
} // namespace sinter

// Constants known at compile time as lists of scalars: the compile-time meaning of operators on small tensors.
//
// An integer element is a dim, so a shape computation folds element by element whether its sizes are numbers or
// symbols; a float element is a double. At most 1024 elements: larger constants are weights.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// One element: `dim` for integers and bools, else `number`.
struct Scalar {
  DimAttr dim;
  double number = 0;
  std::optional<int64_t> integer() const { return dim ? constantValue(dim) : std::nullopt; }
};
using Scalars = llvm::SmallVector<Scalar>;

/// The elements of a constant of static shape, row-major; nullopt if there are too many or the value is not constant.
std::optional<Scalars> scalarsOf(mlir::Attribute value, mlir::Type type);
/// The inverse: DenseElementsAttr, or DimsAttr when an element is symbolic. Null if the type cannot hold it.
mlir::Attribute attributeOf(llvm::ArrayRef<Scalar> scalars, mlir::RankedTensorType type);

/// Value of an elementwise kind; nullopt where it is not known.
std::optional<Scalar> evaluateUnary(UnaryKind kind, mlir::Type element, Scalar input);
std::optional<Scalar> evaluateBinary(BinaryKind kind, mlir::Type element, Scalar lhs, Scalar rhs);
std::optional<Scalar> evaluateCast(mlir::Type from, mlir::Type to, Scalar input);

/// Row-major strides of a static shape.
llvm::SmallVector<int64_t> stridesOf(llvm::ArrayRef<int64_t> shape);
/// A constant result whose element at index i is the operand's element at `source(i)`.
mlir::Attribute moveElements(mlir::Attribute operand, mlir::Type from, mlir::Type to,
                             llvm::function_ref<llvm::SmallVector<int64_t>(llvm::ArrayRef<int64_t>)> source);
/// Calls `body` for every index of a static shape in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body);
} // namespace sinter

// What each elementwise kind computes, as arith and math operations on scalars or vectors.
//
// Values are signless; the sinter element type says how to read them. f16 and bf16 compute in f32 and round once per
// operator. Bool is i1. One row per kind: this is the only place that knows the meaning of a kind at run time; the
// compile-time meaning is ConstantFold.cpp, and test/e2e holds both against each other.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace sinter {
/// The signless type of an element in a register: ui8 -> i8, others unchanged.
mlir::Type registerType(mlir::Type element);
/// `element`, or a vector of it shaped like `model`'s type.
mlir::Type shapedLike(mlir::Value model, mlir::Type element);
/// The constant `value` (converted to the element type), as scalar or splat shaped like `model`; scalar if model is
/// null.
mlir::Value splatConstant(mlir::ImplicitLocOpBuilder &builder, mlir::Type element, double value,
                          mlir::Value model = {});
/// The element of a constant attribute as a scalar or splat shaped like `model`.
mlir::Value splatConstant(mlir::ImplicitLocOpBuilder &builder, mlir::Attribute element, mlir::Value model = {});

mlir::Value buildUnary(mlir::ImplicitLocOpBuilder &builder, UnaryKind kind, mlir::Type element, mlir::Value input);
mlir::Value buildBinary(mlir::ImplicitLocOpBuilder &builder, BinaryKind kind, mlir::Type element, mlir::Value lhs,
                        mlir::Value rhs);
mlir::Value buildCast(mlir::ImplicitLocOpBuilder &builder, mlir::Type from, mlir::Type to, mlir::Value input);
/// The value of an elementwise operator (Elementwise trait) from its operands' values.
mlir::Value buildScalar(mlir::ImplicitLocOpBuilder &builder, mlir::Operation *op, mlir::ValueRange operands);

/// The type a reduction or contraction over `element` accumulates in: f32 for halves, else the element type.
mlir::Type accumulatorType(mlir::Type element);
/// The identity of a reduction as a scalar or splat of the accumulator type of `element`.
mlir::Value buildIdentity(mlir::ImplicitLocOpBuilder &builder, ReduceKind kind, mlir::Type element,
                          mlir::Value model = {});
/// One step of a reduction over the accumulator type of `element`.
mlir::Value buildReduce(mlir::ImplicitLocOpBuilder &builder, ReduceKind kind, mlir::Type element,
                        mlir::Value accumulator, mlir::Value value);
} // namespace sinter

// Short names for the arith, math and vector operations that the expansions are made of, on scalars and vectors alike.
//
// Every method builds one operation (or a fixed few) per lane and never looks at neighbouring lanes, so a formula
// written with it gives the same bits for a scalar and for a vector of any length. No fast-math flag is ever set.
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/ArrayRef.h"

namespace sinter {
class LaneBuilder {
public:
  using Value = mlir::Value;
  using Compare = mlir::arith::CmpFPredicate;

  /// Constants and conversions take the shape (scalar or vector) of `model`.
  LaneBuilder(mlir::ImplicitLocOpBuilder &builder, Value model) : b(builder), model(model.getType()) {}

  mlir::ImplicitLocOpBuilder &builder() { return b; }

  /// `element`, or the vector of it shaped like the model.
  mlir::Type shaped(mlir::Type element) const;
  Value f32(double value) { return constant(b.getF32FloatAttr(static_cast<float>(value))); }
  Value f64(double value) { return constant(b.getF64FloatAttr(value)); }
  Value i32(int64_t value) { return constant(b.getI32IntegerAttr(static_cast<int32_t>(value))); }
  Value i64(int64_t value) { return constant(b.getI64IntegerAttr(value)); }
  /// A constant of the element type of `like`, float or integer.
  Value like(Value like, double value);

  Value add(Value x, Value y) { return mlir::arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return mlir::arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return mlir::arith::MulFOp::create(b, x, y); }
  Value div(Value x, Value y) { return mlir::arith::DivFOp::create(b, x, y); }
  Value neg(Value x) { return mlir::arith::NegFOp::create(b, x); }
  /// x * y + z, rounded once.
  Value fma(Value x, Value y, Value z);
  Value abs(Value x);
  Value copysign(Value magnitude, Value sign);
  Value sqrt(Value x);
  Value roundeven(Value x);
  Value trunc(Value x);
  /// c[0] + c[1] x + c[2] x^2 + ... by Horner's rule; x is f32 or f64.
  Value horner(Value x, llvm::ArrayRef<float> coefficients) { return hornerOf(x, coefficients); }
  Value horner(Value x, llvm::ArrayRef<double> coefficients) { return hornerOf(x, coefficients); }

  Value compare(Compare predicate, Value x, Value y) { return mlir::arith::CmpFOp::create(b, predicate, x, y); }
  Value less(Value x, Value y) { return compare(Compare::OLT, x, y); }
  Value greater(Value x, Value y) { return compare(Compare::OGT, x, y); }
  Value equal(Value x, Value y) { return compare(Compare::OEQ, x, y); }
  Value unordered(Value x, Value y) { return compare(Compare::UNO, x, y); }
  Value select(Value condition, Value yes, Value no) { return mlir::arith::SelectOp::create(b, condition, yes, no); }
  /// min(x, high) and max(x, low); NaN in x stays NaN.
  Value atMost(Value x, Value high) { return select(greater(x, high), high, x); }
  Value atLeast(Value x, Value low) { return select(less(x, low), low, x); }
  Value clamp(Value x, Value low, Value high) { return atMost(atLeast(x, low), high); }

  Value iadd(Value x, Value y) { return mlir::arith::AddIOp::create(b, x, y); }
  Value isub(Value x, Value y) { return mlir::arith::SubIOp::create(b, x, y); }
  Value imul(Value x, Value y) { return mlir::arith::MulIOp::create(b, x, y); }
  Value iand(Value x, Value y) { return mlir::arith::AndIOp::create(b, x, y); }
  Value ior(Value x, Value y) { return mlir::arith::OrIOp::create(b, x, y); }
  Value ixor(Value x, Value y) { return mlir::arith::XOrIOp::create(b, x, y); }
  Value icompare(mlir::arith::CmpIPredicate predicate, Value x, Value y);
  /// Shifts by a constant; logical (zeros) and arithmetic (sign) to the right.
  Value shl(Value x, int64_t count) { return mlir::arith::ShLIOp::create(b, x, like(x, count)); }
  Value lshr(Value x, int64_t count) { return mlir::arith::ShRUIOp::create(b, x, like(x, count)); }
  Value ashr(Value x, int64_t count) { return mlir::arith::ShRSIOp::create(b, x, like(x, count)); }
  /// The bits of a float as an integer of its width, and back.
  Value bits(Value x);
  Value floating(Value bits);

  /// Value conversions: f32 -> f64, f64 -> f32 to nearest even, signed integer -> float.
  Value toF64(Value x) { return mlir::arith::ExtFOp::create(b, shaped(b.getF64Type()), x); }
  Value toF32(Value x) { return mlir::arith::TruncFOp::create(b, shaped(b.getF32Type()), x); }
  Value fromInt(mlir::Type element, Value x) { return mlir::arith::SIToFPOp::create(b, shaped(element), x); }
  /// True if any lane of an i1 is set: a scalar i1.
  Value any(Value condition);

private:
  Value constant(mlir::TypedAttr scalar);
  template <typename T> Value hornerOf(Value x, llvm::ArrayRef<T> coefficients);

  mlir::ImplicitLocOpBuilder &b;
  mlir::Type model;
};
} // namespace sinter

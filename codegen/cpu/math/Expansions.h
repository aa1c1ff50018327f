// The math library of CPU kernels: one function per math operation, written out as arith, vector and math.fma
// operations.
//
// Arguments and results are f32 scalars or fixed vectors of f32 unless stated otherwise. NaN gives NaN; -0, infinities
// and denormals follow C99 Annex F; results below the smallest normal number are rounded, not flushed. Bits do not
// depend on the vector length, on libm or on the machine. README.md has method and error bound of each function.
//
// The operations that the expansions themselves use (math.fma, sqrt, floor, ceil, trunc, round, roundeven, absf,
// copysign) are instructions of every target and are never expanded.
#pragma once
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringRef.h"
#include <utility>

namespace sinter {
// Exp.cpp
mlir::Value expandExp(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandExp2(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandExpm1(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// e^x / 2 without overflow where e^x alone would: for sinh and cosh.
mlir::Value expandHalfExp(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

// Log.cpp
mlir::Value expandLog(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandLog2(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandLog10(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandLog1p(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

// Erf.cpp
mlir::Value expandErf(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandErfc(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

// Hyperbolic.cpp
mlir::Value expandTanh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandSinh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandCosh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAsinh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAcosh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAtanh(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

// Trig.cpp: any finite argument; beyond 2^45 a slow path under scf.if reduces it exactly.
mlir::Value expandSin(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandCos(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandTan(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// (sin x, cos x) with one argument reduction.
std::pair<mlir::Value, mlir::Value> expandSincos(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);

// InverseTrig.cpp
mlir::Value expandAsin(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAcos(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAtan(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandAtan2(mlir::ImplicitLocOpBuilder &builder, mlir::Value y, mlir::Value x);

// Pow.cpp
mlir::Value expandPow(mlir::ImplicitLocOpBuilder &builder, mlir::Value x, mlir::Value y);
mlir::Value expandCbrt(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// x^n for an integer n of 8 to 64 bits, of x's shape.
mlir::Value expandFPowI(mlir::ImplicitLocOpBuilder &builder, mlir::Value x, mlir::Value n);

// Integer.cpp
/// x^n on integers of one type, modulo 2^width. Negative n: 1 / x^n rounded to zero, and 0 for x = 0.
mlir::Value expandIPowI(mlir::ImplicitLocOpBuilder &builder, mlir::Value x, mlir::Value n);

// Half.cpp: conversions that LLVM would turn into calls of compiler-rt. NaN stays NaN, all round to nearest even.
mlir::Value expandBf16ToF32(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
mlir::Value expandF32ToBf16(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// f64 to the f32 from which a second rounding to 16 bits gives the correctly rounded result (round to odd).
mlir::Value expandF64ToF32Odd(mlir::ImplicitLocOpBuilder &builder, mlir::Value x);
/// Between any two of f16, bf16, f32, f64; identity if `x` already has element type `element`.
mlir::Value expandFloatCast(mlir::ImplicitLocOpBuilder &builder, mlir::Value x, mlir::Type element);

// Libm.cpp
/// Calls the C function `name` on each lane of f64 operands and declares it in the nearest symbol table.
mlir::Value callLibm(mlir::ImplicitLocOpBuilder &builder, llvm::StringRef name, mlir::ValueRange operands);
} // namespace sinter

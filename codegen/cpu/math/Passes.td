#ifndef SINTER_CODEGEN_CPU_MATH_PASSES
#define SINTER_CODEGEN_CPU_MATH_PASSES
include "mlir/Pass/PassBase.td"

def ExpandMathPass : Pass<"sinter-expand-math", "::mlir::ModuleOp"> {
  let summary = "Rewrites math operations and bf16 arithmetic into operations that LLVM selects without libm or compiler-rt";
  let description = [{
    Input:    math and arith operations on scalars and fixed vectors of f16, bf16, f32, f64; math.ipowi on integers.
    Output:   f32: arith, vector, math.fma and the like, the same bits for scalars and vectors (README.md: bounds).
              f64: one llvm.call per lane of the C function; the declarations are added to the module.
              f16, bf16: the f32 form between conversions; bf16 conversions as integer arithmetic, bf16 arithmetic in f32,
              f64 -> f16 without a second rounding.
    Stays:    math operations that are instructions (fma, sqrt, floor, ceil, trunc, round, roundeven, absf, copysign,
              absi, ctlz, cttz, ctpop) on f32, f64 and integers; everything on tensors and scalable vectors.
    Needs:    a place for scf.if around sin, cos, tan and scf.while around ipowi: run before scf is lowered.
    Example:  test/codegen/cpu/math/expand-math.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
  let statistics = [Statistic<"numExpanded", "num-expanded", "Operations rewritten">];
}

#endif // SINTER_CODEGEN_CPU_MATH_PASSES

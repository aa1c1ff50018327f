// The stage `cpu` as a pass, for sinter-opt and tests.
include "mlir/Pass/PassBase.td"

def EmitLoopsPass : Pass<"sinter-emit-loops", "::mlir::ModuleOp"> {
  let summary = "Writes the loops of every kernel";
  let description = [{
    Input:    a module with planned `sinter.kernel`s.
    Output:   an `llvm.func` per kernel, of scf, arith, math, vector and llvm operations, in place of the kernel.
    Not done: lowering to LLVM IR, which sinter does per kernel.
    Example:  test/codegen/cpu/emit/emit-loops.mlir
  }];
  let options = [Option<"target", "target", "std::string", "\"x86-64-v3\"", "CPU level: x86-64-v3 or x86-64-v4">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

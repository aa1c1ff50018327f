// From loops and vectors to LLVM IR: math expansions, then upstream's conversions, one small pass each.
#include "codegen/cpu/emit/Emit.h"
#include "codegen/cpu/math/Passes.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void sinter::registerCpuCodegen(DialectRegistry &registry) {
  registerDialects(registry);
  registry.insert<cf::ControlFlowDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

std::unique_ptr<llvm::Module> sinter::lowerToLLVM(ModuleOp loops, llvm::LLVMContext &context) {
  PassManager pm(loops.getContext());
  pm.enableVerifier(false);
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createExpandMathPass());
  pm.addPass(arith::createArithExpandOpsPass()); // floordivsi, ceildivsi
  pm.addPass(createSCFToControlFlowPass());
  ConvertVectorToLLVMPassOptions vectorOptions;
  vectorOptions.reassociateFPReductions = false; // each reduction says itself whether it may
  pm.addPass(createConvertVectorToLLVMPass(vectorOptions));
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  if (failed(pm.run(loops)))
    return nullptr;
  return translateModuleToLLVMIR(loops, context);
}

std::unique_ptr<llvm::Module> sinter::emitKernel(KernelOp kernel, llvm::LLVMContext &context,
                                                 const TargetInfo &target) {
  OwningOpRef<ModuleOp> loops = emitLoops(kernel, target);
  return loops ? lowerToLLVM(*loops, context) : nullptr;
}

// sinter-opt: runs passes on MLIR text, for lit tests and for looking at one stage.
#include "codegen/cpu/emit/Emit.h"
#include "codegen/cpu/emit/Passes.h"
#include "codegen/cpu/math/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Register.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  sinter::registerCpuCodegen(registry);
  registry.insert<mlir::func::FuncDialect>();
  sinter::registerPasses();
  sinter::registerSinterCpuMathPasses();
  sinter::registerSinterCpuEmitPasses();
  mlir::registerCSEPass();
  mlir::registerCanonicalizerPass();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "sinter's passes\n", registry));
}

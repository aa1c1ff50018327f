// See MathJit.h. The functions take plain pointers, so that no memref descriptor stands between test and kernel.
#include "test/unit/math/MathJit.h"
#include "codegen/cpu/math/Passes.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/TargetSelect.h"

using namespace sinter::test;

static constexpr int lanes = 8;
static constexpr const char *pipeline =
    "sinter-expand-math,canonicalize,cse,convert-scf-to-cf,convert-vector-to-llvm,convert-to-llvm,"
    "reconcile-unrealized-casts";

struct MathJit::State {
  mlir::MLIRContext context;
  std::unique_ptr<mlir::ExecutionEngine> engine;
};

[[noreturn]] static void fail(llvm::Twine what) { llvm::report_fatal_error(what, /*gen_crash_diag=*/false); }

static std::string withShape(std::string text, bool isVector) {
  std::string result;
  for (char c : text)
    result += c == '$' ? (isVector ? "vector<8x" : "") : c == '~' ? (isVector ? ">" : "") : std::string(1, c);
  return result;
}

static std::string loadOf(const std::string &element, const char *value, const char *base) {
  return llvm::formatv("      %p{0} = llvm.getelementptr {1}[%i] : (!llvm.ptr, i64) -> !llvm.ptr, {2}\n"
                       "      %{0} = llvm.load %p{0} {{alignment = 1 : i64} : !llvm.ptr -> ${2}~\n",
                       value, base, element);
}

static std::string textOf(const LaneFunction &function, bool isVector) {
  std::string text = llvm::formatv("  func.func @{0}_{1}(%x: !llvm.ptr, %y: !llvm.ptr, %z: !llvm.ptr, %n: i64) {{\n"
                                   "    %c0 = arith.constant 0 : i64\n    %step = arith.constant {2} : i64\n"
                                   "    scf.for %i = %c0 to %n step %step : i64 {{\n",
                                   function.name, isVector ? "vector" : "scalar", isVector ? lanes : 1);
  text += loadOf(function.inputs[0], "a", "%x");
  if (function.inputs.size() > 1)
    text += loadOf(function.inputs[1], "b", "%y");
  text += "      " + function.body + "\n";
  text += llvm::formatv("      %pr = llvm.getelementptr %z[%i] : (!llvm.ptr, i64) -> !llvm.ptr, {0}\n"
                        "      llvm.store %r, %pr {{alignment = 1 : i64} : ${0}~, !llvm.ptr\n    }\n    return\n  }\n",
                        function.output);
  return withShape(text, isVector);
}

static void registerPassesOnce() {
  static bool done = [] {
    mlir::registerAllPasses();
    sinter::registerSinterCpuMathPasses();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

MathJit::MathJit(const std::vector<LaneFunction> &functions) : state(std::make_unique<State>()) {
  registerPassesOnce();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  state->context.appendDialectRegistry(registry);
  state->context.loadAllAvailableDialects();
  std::string text = "module {\n";
  for (const LaneFunction &function : functions)
    text += textOf(function, true) + textOf(function, false);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text + "}\n", &state->context);
  mlir::PassManager passes(&state->context, mlir::ModuleOp::getOperationName());
  if (!module || failed(mlir::parsePassPipeline(pipeline, passes)) || failed(passes.run(*module)))
    fail("the module under test does not compile");
  mlir::ExecutionEngineOptions options;
  auto transformer = mlir::makeOptimizingTransformer(/*optLevel=*/2, /*sizeLevel=*/0, /*targetMachine=*/nullptr);
  options.transformer = transformer;
  auto engine = mlir::ExecutionEngine::create(*module, options);
  if (!engine)
    fail(llvm::toString(engine.takeError()));
  state->engine = std::move(*engine);
}

MathJit::~MathJit() = default;

static LaneKernel lookup(mlir::ExecutionEngine &engine, const std::string &name) {
  auto address = engine.lookup(name);
  if (!address)
    fail(llvm::toString(address.takeError()));
  return reinterpret_cast<LaneKernel>(*address);
}

LaneKernel MathJit::vectorKernel(llvm::StringRef name) const {
  return lookup(*state->engine, (name + "_vector").str());
}
LaneKernel MathJit::scalarKernel(llvm::StringRef name) const {
  return lookup(*state->engine, (name + "_scalar").str());
}

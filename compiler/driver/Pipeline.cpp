// The stages in order; see Pipeline.h. The last one is in Emission.cpp.
#include "compiler/driver/Pipeline.h"
#include "codegen/cpu/emit/Emit.h"
#include "codegen/emit/objects/ResolveTarget.h"
#include "codegen/emit/weights/Layout.h"
#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/Emission.h"
#include "mlir/Pass/PassManager.h"
#include "passes/fuse/Pipeline.h"
#include "passes/kernel/Pipeline.h"
#include "passes/simplify/Pipeline.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace sinter;

static char stageText[32] = "start";
const char *sinter::currentStage() { return stageText; }

Session::Session() : context(MLIRContext::Threading::DISABLED) {
  DialectRegistry registry;
  registerCpuCodegen(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects(); // emitters create their operations without a pass to load them
}

namespace {
class Compilation {
public:
  Compilation(Session &compileSession, const Options &compileOptions)
      : session(compileSession), options(compileOptions), progress(Progress::modeFor(options.quiet, options.verbose)),
        diagnostics(session.context, progress, options.quiet, options.verbose) {}

  int run() {
    llvm::Expected<TargetInfo> found = resolveTarget(options.target);
    if (!found) {
      progress.print("sinter: " + toString(found.takeError()));
      return 2;
    }
    target = std::move(*found);
    bool done = succeeded(runStages());
    progress.end();
    if (!done && !diagnostics.hasErrors()) // a pass that fails must say why
      diagnostics.error(std::string("sinter: internal error in stage ") + currentStage());
    if (options.time)
      progress.print(StringRef(progress.timeTable()).rtrim().str());
    return done ? 0 : 1;
  }

private:
  LogicalResult runStages() {
    // Before the work, so that a folder that is missing or read-only shows at once.
    std::optional<OutputFile> output;
    if (!options.toStdout()) {
      llvm::Expected<OutputFile> file = openOutput();
      if (!file)
        return fail(file.takeError());
      output.emplace(std::move(*file));
    }
    SimplifyOptions simplify = {options.states, options.stateful};
    KernelOptions kernels = {target, options.optLevel > 0};
    FuseOptions fuse = {options.optLevel > 0, options.splitStages};
    if (failed(import()) || failed(checkOutput()) ||
        failed(runPasses("simplify", [&](OpPassManager &pm) { buildSimplifyPipeline(pm, simplify); })) ||
        failed(runPasses("fuse",
                         [&](OpPassManager &pm) {
                           buildPreparePipeline(pm, kernels);
                           buildFusePipeline(pm, fuse);
                         })) ||
        failed(runPasses("kernel", [&](OpPassManager &pm) { buildKernelPipeline(pm, kernels); })))
      return failure();
    dedupWeights(*module);
    print("kernel");
    EmissionContext emission = {*module, target, options, progress, output ? &*output : nullptr};
    printLoops();
    if (wantsPrint("host"))
      printTo() << emissionHostIr(emission);
    begin("emit");
    if (llvm::Error error = sinter::emit(emission))
      return fail(std::move(error));
    return success();
  }

  llvm::Expected<OutputFile> openOutput() {
    if (llvm::sys::fs::equivalent(options.model, options.output))
      return llvm::createStringError("cannot write '" + options.output +
                                     "': it is the model; choose another name with -o");
    return OutputFile::create(options.output);
  }

  LogicalResult import() {
    begin("import");
    module = importOnnx(options.model, session.context, options.import);
    if (!module)
      return failure();
    print("import");
    return success();
  }

  /// The output must not be a file that the model's weights come from.
  LogicalResult checkOutput() {
    llvm::StringSet<> files;
    for (auto weight : module->getOps<WeightOp>())
      if (weight.getFile() && files.insert(*weight.getFile()).second &&
          llvm::sys::fs::equivalent(*weight.getFile(), options.output))
        return fail(llvm::createStringError("cannot write '" + options.output +
                                            "': it has weights of the model; choose another name with -o"));
    return success();
  }

  LogicalResult runPasses(StringRef name, llvm::function_ref<void(OpPassManager &)> build) {
    begin(name);
    PassManager manager(&session.context, ModuleOp::getOperationName());
    build(manager);
    if (failed(manager.run(*module)))
      return failure();
    if (name != "kernel") // printed after equal weights became one
      print(name);
    return success();
  }

  //===- Output -------------------------------------------------------------------------------------------------===//

  void begin(StringRef name) {
    progress.begin(name);
    size_t length = std::min(name.size(), sizeof stageText - 1);
    memcpy(stageText, name.data(), length);
    stageText[length] = '\0';
  }
  LogicalResult fail(llvm::Error error) {
    diagnostics.error(toString(std::move(error)));
    return failure();
  }
  bool wantsPrint(StringRef stage) const { return llvm::is_contained(options.printAfter, stage); }
  raw_ostream &printTo() const { return options.toStdout() ? llvm::errs() : llvm::outs(); }
  void print(StringRef stage) {
    if (!wantsPrint(stage))
      return;
    printTo() << "// ----- after " << stage << " -----\n";
    module->print(printTo());
    printTo() << "\n";
  }
  /// Stage `cpu`: the loops of every kernel.
  void printLoops() {
    if (!wantsPrint("cpu"))
      return;
    begin("cpu");
    printTo() << "// ----- after cpu -----\n";
    for (auto kernel : module->getOps<KernelOp>())
      if (OwningOpRef<ModuleOp> loops = emitLoops(kernel, target))
        printTo() << *loops << "\n";
  }

  Session &session;
  const Options &options;
  Progress progress;
  DiagnosticPrinter diagnostics;
  TargetInfo target;
  OwningOpRef<ModuleOp> module;
};
} // namespace

int sinter::compile(Session &session, const Options &options) {
  int code = Compilation(session, options).run();
  llvm::outs().flush();
  return code;
}

int sinter::listUnsupportedNodes(Session &session, const Options &options) {
  Progress progress(Progress::Mode::Quiet);
  DiagnosticPrinter diagnostics(session.context, progress, options.quiet, options.verbose);
  FailureOr<std::vector<std::string>> lines = listUnsupported(options.model, session.context);
  if (failed(lines))
    return 1;
  for (const std::string &line : *lines)
    llvm::outs() << line << "\n";
  llvm::outs().flush();
  return lines->empty() ? 0 : 1;
}

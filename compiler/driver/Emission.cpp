// See Emission.h.
#include "compiler/driver/Emission.h"
#include "codegen/cpu/emit/Emit.h"
#include "codegen/emit/link/Link.h"
#include "codegen/emit/link/WeightSection.h"
#include "codegen/emit/objects/ObjectCache.h"
#include "codegen/emit/weights/Stream.h"
#include "codegen/host/Host.h"
#include "compiler/driver/Diagnostics.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SourceMgr.h"
#include <chrono>

using namespace mlir;
using namespace sinter;

//===- Modules --------------------------------------------------------------------------------------------------===//

static HostOptions hostOptions(const EmissionContext &context, const WeightLayout &layout) {
  return {context.target, context.options.name, layout.offsets, layout.totalBytes};
}

/// In a worker: what fails says so on its stderr.
template <typename Function> static auto withDiagnosticsOnStderr(MLIRContext *context, Function function) {
  ScopedDiagnosticHandler handler(context, [](Diagnostic &diagnostic) {
    llvm::errs() << describeDiagnostic(diagnostic) << "\n";
    return success();
  });
  return function();
}

/// The names of the ONNX nodes that launch each kernel.
static llvm::StringMap<std::string> launchedNodes(ModuleOp module) {
  llvm::StringMap<std::string> nodes;
  module.walk([&](LaunchOp launch) {
    std::string &list = nodes[launch.getKernel()];
    if (std::string name = locationName(launch.getLoc()); !name.empty() && list.size() < 200)
      list += (list.empty() ? "" : ", ") + name;
  });
  return nodes;
}

static std::vector<ModuleProducer> makeProducers(const EmissionContext &context, const WeightLayout &layout) {
  std::vector<ModuleProducer> items;
  ModuleOp module = context.module;
  MLIRContext *ir = module.getContext();
  llvm::StringMap<std::string> nodes = launchedNodes(module);
  items.push_back({"the host program", "", [=, &context, &layout](llvm::LLVMContext &llvmContext) {
                     return withDiagnosticsOnStderr(
                         ir, [&] { return emitHost(module, llvmContext, hostOptions(context, layout)); });
                   }});
  for (auto kernel : module.getOps<KernelOp>())
    items.push_back({("kernel " + kernel.getSymName()).str(), nodes.lookup(kernel.getSymName()),
                     [=, &context](llvm::LLVMContext &llvmContext) {
                       return withDiagnosticsOnStderr(ir,
                                                      [&] { return emitKernel(kernel, llvmContext, context.target); });
                     },
                     [=](llvm::raw_ostream &out) { out << kernel << "\n"; }});
  return items;
}

/// `found`: how many of the kernels a cache had.
static llvm::Expected<CompiledModules> compileOrFind(const EmissionContext &context, ArrayRef<ModuleProducer> items,
                                                     const CompileOptions &options, size_t &found) {
  found = 0;
  if (context.options.cache.empty() || options.form != OutputForm::Object)
    return compileModules(items, context.target, options);
  llvm::Expected<ObjectCache> cache = ObjectCache::open(context.options.cache, context.target);
  return cache ? cache->compile(items, options, found) : cache.takeError();
}

static llvm::Expected<std::vector<std::string>>
compileAll(const EmissionContext &context, ArrayRef<ModuleProducer> items, OutputForm form, size_t &found) {
  CompileOptions options;
  options.form = form;
  options.jobs = context.options.jobs;
  options.inProcess = context.options.inProcess;
  options.progress = [&](size_t done, size_t total) { context.progress.step(done, total); };
  llvm::Expected<CompiledModules> compiled = compileOrFind(context, items, options, found);
  if (!compiled)
    return compiled.takeError();
  context.progress.addTime("  emitters (CPU)", compiled->times.emit);
  context.progress.addTime("  LLVM optimizer (CPU)", compiled->times.optimize);
  context.progress.addTime("  LLVM code generator (CPU)", compiled->times.write);
  return std::move(compiled->outputs);
}

/// One module of all optimised ones, in the same order.
static std::unique_ptr<llvm::Module> mergeModules(ArrayRef<std::string> texts, llvm::LLVMContext &context) {
  auto merged = std::make_unique<llvm::Module>("program", context);
  for (const std::string &text : texts) {
    llvm::SMDiagnostic diagnostic;
    std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, diagnostic, context);
    if (!module || llvm::Linker::linkModules(*merged, std::move(module)))
      return nullptr;
  }
  return merged;
}

//===- Outputs --------------------------------------------------------------------------------------------------===//

static llvm::Error finish(const EmissionContext &context, StringRef text) {
  if (!context.output) {
    llvm::outs() << text;
    llvm::outs().flush();
    return llvm::Error::success();
  }
  if (llvm::Error error = context.output->write(text))
    return error;
  return context.output->commit();
}

static llvm::Error emitText(const EmissionContext &context, ArrayRef<ModuleProducer> items) {
  size_t found = 0;
  auto optimized = compileAll(context, items, OutputForm::OptimizedIr, found);
  if (!optimized)
    return optimized.takeError();
  ModuleProducer whole = {"the merged program", "",
                          [&](llvm::LLVMContext &llvmContext) { return mergeModules(*optimized, llvmContext); }};
  bool assembly = context.options.emit == EmitKind::Assembly;
  CompileOptions options;
  options.form = assembly ? OutputForm::Assembly : OutputForm::EmittedIr;
  options.optimized = true;
  llvm::Expected<CompiledModules> text = compileModules(whole, context.target, options);
  return text ? finish(context, text->outputs[0]) : text.takeError();
}

/// Runs `step` and adds its time to the table.
static llvm::Error timed(const EmissionContext &context, const char *what, llvm::function_ref<llvm::Error()> step) {
  auto start = std::chrono::steady_clock::now();
  llvm::Error error = step();
  context.progress.addTime(what, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return error;
}

static std::string withCommas(uint64_t number) {
  std::string digits = std::to_string(number);
  for (int64_t at = int64_t(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, ",");
  return digits;
}

static llvm::Error emitBinary(const EmissionContext &context, std::vector<ModuleProducer> items,
                              const WeightLayout &layout) {
  size_t kernels = items.size() - 1, found = 0;
  items.push_back({"the weights' placeholder", "", weightsPlaceholder});
  auto objects = compileAll(context, items, OutputForm::Object, found);
  if (!objects)
    return objects.takeError();
  StringRef path = context.output->temporaryPath();
  llvm::Error linked = timed(context, "  link", [&]() -> llvm::Error {
    if (context.options.emit == EmitKind::Object)
      return linkRelocatable(*objects, path);
    llvm::Expected<std::string> runtime = findRuntime();
    return runtime ? linkExecutable(*objects, *runtime, path) : runtime.takeError();
  });
  if (linked)
    return linked;
  llvm::Error streamed = timed(context, "  weights", [&] {
    return extendWeightSection(path, layout.totalBytes, [&](int file, int64_t offset) {
      return streamWeights(context.module, layout, file, offset,
                           [&](int64_t done) { context.progress.step(done >> 20, layout.totalBytes >> 20); });
    });
  });
  if (streamed)
    return streamed;
  uint64_t bytes = 0;
  llvm::sys::fs::file_size(path, bytes);
  if (llvm::Error error = context.output->commit())
    return error;
  std::string cached = context.options.cache.empty() ? "" : ", " + std::to_string(found) + " of them cached";
  context.progress.detail(std::to_string(kernels) + " kernels" + cached);
  context.progress.conclude("wrote " + context.options.output + ": " + withCommas(bytes) + " bytes, " +
                            withCommas(layout.totalBytes) + " of them weights, " + std::to_string(kernels) +
                            " kernels");
  return llvm::Error::success();
}

llvm::Error sinter::emit(const EmissionContext &context) {
  if (context.options.emit == EmitKind::Mlir) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << context.module;
    return finish(context, text + "\n");
  }
  WeightLayout layout = layoutWeights(context.module);
  std::vector<ModuleProducer> items = makeProducers(context, layout);
  if (context.options.emit == EmitKind::LlvmIr || context.options.emit == EmitKind::Assembly)
    return emitText(context, items);
  return emitBinary(context, std::move(items), layout);
}

std::string sinter::emissionHostIr(const EmissionContext &context) {
  WeightLayout layout = layoutWeights(context.module);
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> module = emitHost(context.module, llvmContext, hostOptions(context, layout));
  std::string text = "; ----- after host -----\n";
  llvm::raw_string_ostream stream(text);
  if (module)
    module->print(stream, nullptr);
  return text;
}

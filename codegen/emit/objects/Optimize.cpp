// See Optimize.h.
#include "codegen/emit/objects/Optimize.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace sinter;

/// Without an environment: LLVM then calls no function of glibc's that is not plain C, such as sincosf.
static constexpr const char *tripleName = "x86_64-unknown-linux";

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

Expected<ObjectWriter> ObjectWriter::create(const TargetInfo &target) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  std::string error;
  Triple triple(tripleName);
  const Target *found = TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return failure(error);
  TargetOptions options;
  options.FunctionSections = options.DataSections = true;
  std::unique_ptr<TargetMachine> machine(
      found->createTargetMachine(triple, target.cpu, target.features, options, Reloc::PIC_, CodeModel::Small));
  if (!machine)
    return failure("LLVM has no code generator for " + triple.str());
  return ObjectWriter(std::move(machine), target.vectorBits);
}

Error ObjectWriter::prepare(Module &module) const {
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  if (module.getPICLevel() == PICLevel::NotPIC)
    module.setPICLevel(PICLevel::BigPIC);
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setDoesNotThrow(); // no unwind tables
    function.addFnAttr("prefer-vector-width", std::to_string(vectorBits));
  }
  std::string message;
  raw_string_ostream stream(message);
  if (verifyModule(module, &stream))
    return failure("invalid LLVM IR: " + message);
  return Error::success();
}

void ObjectWriter::optimize(Module &module) const {
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.LoopInterleaving = tuning.SLPVectorization = false;
  PassBuilder builder(machine.get(), tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  // Executables link against a fixed list of the C library's symbols (runtime/abi.txt): no call may appear but these.
  TargetLibraryInfoImpl library(machine->getTargetTriple());
  library.disableAllFunctions();
  for (LibFunc function : {LibFunc_memcpy, LibFunc_memmove, LibFunc_memset})
    library.setAvailable(function);
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1).run(module, modules);
}

void ObjectWriter::write(Module &module, OutputForm form, raw_pwrite_stream &out) const {
  if (form == OutputForm::OptimizedIr || form == OutputForm::EmittedIr) {
    module.print(out, nullptr);
    return;
  }
  legacy::PassManager passes;
  CodeGenFileType type = form == OutputForm::Object ? CodeGenFileType::ObjectFile : CodeGenFileType::AssemblyFile;
  bool unsupported = machine->addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true);
  if (unsupported) // x86-64 has both writers
    report_fatal_error("LLVM cannot write this kind of file");
  passes.run(module);
}

// codegen/emit/objects: targets, outputs in order and equal for any number of workers, and what a failing item becomes.
#include "codegen/emit/objects/CompileModules.h"
#include "codegen/emit/objects/ResolveTarget.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include <csignal>
#include <gtest/gtest.h>

using namespace llvm;
using namespace sinter;

namespace {
/// The value, or the end of the test program with the message: llvm::cantFail checks nothing in release builds.
template <typename T> T valueOf(Expected<T> result) {
  if (!result)
    report_fatal_error(result.takeError());
  return std::move(*result);
}

ModuleProducer parsed(std::string name, std::string text) {
  return {name, "node_" + name, [text](LLVMContext &context) {
            SMDiagnostic diagnostic;
            return parseAssemblyString(text, diagnostic, context);
          }};
}

std::vector<ModuleProducer> manyItems(int count) {
  std::vector<ModuleProducer> items;
  for (int i = 0; i < count; ++i) {
    std::string n = std::to_string(i);
    items.push_back(parsed("k" + n, "define i32 @k" + n + "(i32 %x) { %y = mul i32 %x, " + n + "\n ret i32 %y }"));
  }
  return items;
}

TargetInfo v3() { return valueOf(resolveTarget("x86-64-v3")); }

std::string errorOf(ArrayRef<ModuleProducer> items) {
  Expected<CompiledModules> result = compileModules(items, v3(), {.jobs = 2});
  return result ? "" : toString(result.takeError());
}

/// The path after "reproducer: ", whose file is read and removed.
std::string takeReproducer(StringRef message) {
  std::string path = message.split("reproducer: ").second.str();
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return "no file";
  std::string text = (*buffer)->getBuffer().str();
  sys::fs::remove(path);
  return text;
}
} // namespace

TEST(ResolveTarget, LevelsDecideVectors) {
  TargetInfo avx2 = v3();
  EXPECT_EQ(avx2.level, VectorLevel::Avx2);
  EXPECT_EQ(avx2.vectorBits, 256);
  EXPECT_EQ(avx2.numVectorRegisters, 16);
  EXPECT_EQ(avx2.required.front(), "avx2");
  EXPECT_FALSE(avx2.has("avx512f"));
  for (const char *cpu : {"x86-64-v4", "skylake-avx512", "znver4", "znver5", "sapphirerapids"}) {
    TargetInfo avx512 = valueOf(resolveTarget(cpu));
    EXPECT_EQ(avx512.level, VectorLevel::Avx512) << cpu;
    EXPECT_EQ(avx512.lanes(32), 16) << cpu;
    EXPECT_EQ(avx512.required.front(), "avx512f") << cpu;
  }
  EXPECT_TRUE(valueOf(resolveTarget("znver5")).has("avx512vnni"));
  EXPECT_EQ(valueOf(resolveTarget("haswell")).fmaLatency, 5);
}

TEST(ResolveTarget, RefusesWhatItCannotUse) {
  auto message = [](StringRef argument) {
    Expected<TargetInfo> target = resolveTarget(argument);
    return target ? "accepted" : toString(target.takeError());
  };
  EXPECT_EQ(message("z80"), "expected --target=native, x86-64-v3, x86-64-v4 or a name of an x86-64 CPU, got 'z80'");
  EXPECT_EQ(message("x86-64-v2"), "expected a CPU with AVX2, FMA, F16C and BMI2, got 'x86-64-v2', which lacks avx2");
}

TEST(CompileModules, SameBytesForAnyNumberOfWorkers) {
  std::vector<ModuleProducer> items = manyItems(20);
  size_t reported = 0;
  CompileOptions three = {.jobs = 3, .progress = [&](size_t done, size_t total) { reported = total == 20 ? done : 0; }};
  CompiledModules one = valueOf(compileModules(items, v3(), {.jobs = 1}));
  CompiledModules many = valueOf(compileModules(items, v3(), three));
  EXPECT_EQ(reported, 20u);
  ASSERT_EQ(one.outputs.size(), 20u);
  EXPECT_EQ(one.outputs, many.outputs);
  for (auto [i, output] : enumerate(one.outputs)) {
    EXPECT_EQ(output.substr(0, 4), "\x7f"
                                   "ELF");
    EXPECT_NE(output.find("k" + std::to_string(i)), std::string::npos);
  }
}

TEST(CompileModules, WritesTextForms) {
  std::vector<ModuleProducer> items = manyItems(2);
  auto form = [&](OutputForm f) { return valueOf(compileModules(items, v3(), {.form = f})).outputs[1]; };
  EXPECT_NE(form(OutputForm::Assembly).find("k1:"), std::string::npos);
  EXPECT_NE(form(OutputForm::EmittedIr).find("mul i32 %x, 1"), std::string::npos);
  EXPECT_EQ(form(OutputForm::OptimizedIr).find("mul i32"), std::string::npos);
}

TEST(CompileModules, VectorsStayWhole) {
  const char *text =
      "define void @k(ptr %p) { %v = load <16 x float>, ptr %p, align 64\n %w = fadd <16 x float> %v, %v\n"
      "store <16 x float> %w, ptr %p, align 64\n ret void }";
  auto assembly = [&](StringRef cpu) {
    return valueOf(compileModules(parsed("k", text), valueOf(resolveTarget(cpu)), {.form = OutputForm::Assembly}))
        .outputs[0];
  };
  EXPECT_NE(assembly("skylake-avx512").find("%zmm0"), std::string::npos);
  EXPECT_EQ(assembly("x86-64-v3").find("%zmm0"), std::string::npos);
}

TEST(CompileModules, DyingWorkerNamesTheItem) {
  std::vector<ModuleProducer> items = manyItems(6);
  items[3].produce = [](LLVMContext &) -> std::unique_ptr<Module> {
    errs() << "out of luck\n";
    raise(SIGSEGV);
    return nullptr;
  };
  items[3].printSource = [](raw_ostream &out) { out << "sinter.kernel @k3\n"; };
  std::string message = errorOf(items);
  EXPECT_TRUE(StringRef(message).starts_with("internal error in k3 (nodes node_k3): signal 11")) << message;
  EXPECT_NE(message.find("\n  out of luck\n"), std::string::npos);
  EXPECT_EQ(takeReproducer(message), "; sinter.kernel @k3\n");
}

TEST(CompileModules, BackendAbortLeavesReproducer) {
  // An intrinsic that the target lacks: instruction selection ends the process.
  std::vector<ModuleProducer> items = manyItems(2);
  items.push_back(
      parsed("vnni", "declare <16 x i32> @llvm.x86.avx512.vpdpbusd.512(<16 x i32>, <64 x i8>, <64 x i8>)\n"
                     "define <16 x i32> @k(<16 x i32> %a, <64 x i8> %b) {\n"
                     "%r = call <16 x i32> @llvm.x86.avx512.vpdpbusd.512(<16 x i32> %a, <64 x i8> %b, <64 x i8> %b)\n"
                     "ret <16 x i32> %r }"));
  std::string message = errorOf(items);
  EXPECT_TRUE(StringRef(message).starts_with("internal error in vnni (nodes node_vnni): ")) << message;
  EXPECT_NE(takeReproducer(message).find("vpdpbusd"), std::string::npos);
}

TEST(CompileModules, InvalidIrIsAnError) {
  std::vector<ModuleProducer> items;
  items.push_back({"bad", "", [](LLVMContext &context) {
                     auto module = std::make_unique<Module>("bad", context);
                     auto *function = Function::Create(FunctionType::get(Type::getVoidTy(context), false),
                                                       GlobalValue::ExternalLinkage, "f", *module);
                     BasicBlock::Create(context, "entry", function);
                     return module;
                   }});
  std::string message = errorOf(items);
  EXPECT_NE(message.find("internal error in bad: exit code 1"), std::string::npos) << message;
  EXPECT_NE(message.find("invalid LLVM IR"), std::string::npos);
  takeReproducer(message);
}

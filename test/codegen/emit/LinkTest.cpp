// codegen/emit/link: a program and the runtime become an executable that runs; the weights' segment takes any size;
// output files.
#include "codegen/emit/link/Link.h"
#include "codegen/emit/link/OutputFile.h"
#include "codegen/emit/link/WeightSection.h"
#include "codegen/emit/objects/CompileModules.h"
#include "codegen/emit/objects/ResolveTarget.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace sinter;

namespace {
/// The value, or the end of the test program with the message: llvm::cantFail checks nothing in release builds.
template <typename T> T valueOf(Expected<T> result) {
  if (!result)
    report_fatal_error(result.takeError());
  return std::move(*result);
}

std::vector<std::string> programObjects() {
  ModuleProducer program = {"host", "", [](LLVMContext &context) {
                              SMDiagnostic diagnostic;
                              return parseIRFile(PROGRAM_IR, diagnostic, context);
                            }};
  ModuleProducer placeholder = {"weights", "", weightsPlaceholder};
  return valueOf(compileModules({program, placeholder}, valueOf(resolveTarget("x86-64-v3")), {})).outputs;
}

/// Writes `weights` into the linked file's section.
Error fillWeights(StringRef path, ArrayRef<float> weights) {
  return extendWeightSection(path, weights.size() * sizeof(float), [&](int file, int64_t offset) {
    ssize_t count = pwrite(file, weights.data(), weights.size() * sizeof(float), offset);
    return count == ssize_t(weights.size() * sizeof(float)) ? Error::success() : createStringError("short write");
  });
}

std::string outputOf(const std::string &command) {
  FILE *pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  while (size_t count = fread(buffer, 1, sizeof buffer, pipe))
    text.append(buffer, count);
  int status = pclose(pipe);
  return text + (status ? "status " + std::to_string(WEXITSTATUS(status)) : "");
}

std::string content(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : "no file";
}

struct LinkTest : testing::Test {
  SmallString<128> folder;
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("sinter-link", folder)); }
  void TearDown() override { sys::fs::remove_directories(folder); }
  std::string path(StringRef name) { return (folder + "/" + name).str(); }
  std::vector<std::string> entries() {
    std::vector<std::string> names;
    std::error_code code;
    for (sys::fs::directory_iterator it(folder, code), end; it != end; it.increment(code))
      names.push_back(llvm::sys::path::filename(it->path()).str());
    return names;
  }
};
} // namespace

TEST_F(LinkTest, ExecutableRunsWithItsWeights) {
  std::string model = path("model");
  ASSERT_FALSE(errorToBool(linkExecutable(programObjects(), RUNTIME, model)));
  ASSERT_FALSE(errorToBool(fillWeights(model, {0.5f, 1, 2, 3, 4, 5, 6, -7})));
  EXPECT_EQ(outputOf(model + " 'x:=[[1,1,1,1,1,1,1,2]]' --compare " + folder.str().str()).find("Segmentation"),
            std::string::npos);
  std::string text = outputOf(model + " 'x:=[[2,1,1,1,1,1,1,2]]' -o " + path("out"));
  std::string array = content(path("out") + "/y.npy");
  ASSERT_GE(array.size(), 128u + 32) << text;
  float y[8];
  memcpy(y, array.data() + array.size() - sizeof y, sizeof y);
  EXPECT_EQ(std::vector<float>(y, y + 8), std::vector<float>({1, 1, 2, 3, 4, 5, 6, -14}));
  EXPECT_EQ(outputOf("/usr/lib/llvm-22/bin/llvm-readelf -lS " + model + " | grep -ci warning"), "0\nstatus 1");
}

TEST_F(LinkTest, SameInputsSameBytes) {
  std::vector<std::string> objects = programObjects();
  ASSERT_FALSE(errorToBool(linkExecutable(objects, RUNTIME, path("a"))));
  ASSERT_FALSE(errorToBool(linkExecutable(objects, RUNTIME, path("b"))));
  EXPECT_EQ(content(path("a")), content(path("b")));
}

TEST_F(LinkTest, UndefinedSymbolIsAnError) {
  std::vector<std::string> objects = programObjects();
  objects.pop_back(); // without the placeholder
  std::string message = toString(linkExecutable(objects, RUNTIME, path("model")));
  EXPECT_NE(message.find("link failed: "), std::string::npos);
  EXPECT_NE(message.find("sinter_weights"), std::string::npos);
  EXPECT_TRUE(entries().empty());
}

TEST_F(LinkTest, RelocatableObjectCarriesWeights) {
  std::string object = path("model.o");
  ASSERT_FALSE(errorToBool(linkRelocatable(programObjects(), object)));
  std::vector<float> weights(5000, 1.5f);
  ASSERT_FALSE(errorToBool(fillWeights(object, weights)));
  std::string sections = outputOf("/usr/lib/llvm-22/bin/llvm-readelf -S " + object + " | grep sinter.weights");
  EXPECT_NE(sections.find("004e20"), std::string::npos) << sections;
}

/// Past 2 GiB (sparse here): offsets are 64-bit, and the program still starts.
TEST_F(LinkTest, WeightsPastTwoGigabytes) {
  std::string model = path("model");
  ASSERT_FALSE(errorToBool(linkExecutable(programObjects(), RUNTIME, model)));
  constexpr int64_t bytes = int64_t(3) << 30;
  ASSERT_FALSE(errorToBool(extendWeightSection(model, bytes, [](int, int64_t) { return Error::success(); })));
  struct stat status;
  ASSERT_EQ(stat(model.c_str(), &status), 0);
  EXPECT_GT(status.st_size, bytes);
  EXPECT_NE(outputOf(model + " --info").find("scale"), std::string::npos);
}

TEST_F(LinkTest, OutputFileAppearsOnCommit) {
  std::string target = path("text");
  {
    OutputFile file = valueOf(OutputFile::create(target));
    ASSERT_FALSE(errorToBool(file.write("first")));
    EXPECT_FALSE(sys::fs::exists(target));
  }
  EXPECT_TRUE(entries().empty());
  OutputFile file = valueOf(OutputFile::create(target));
  ASSERT_FALSE(errorToBool(file.write("second")));
  ASSERT_FALSE(errorToBool(file.commit()));
  EXPECT_EQ(content(target), "second");
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(LinkTest, OutputFileRefusesFolders) {
  EXPECT_EQ(toString(OutputFile::create(folder).takeError()), ("cannot write '" + folder + "': is a folder").str());
  std::string missing = path("no/model");
  EXPECT_EQ(toString(OutputFile::create(missing).takeError()),
            "cannot write '" + missing + "': No such file or directory");
}

// The command line as the user meets it: output, error lines and exit codes.
#include "runtime/main/CommandLine.h"
#include "Programs.h"
#include "Tensors.h"
#include "runtime/io/Npy.h"
#include "runtime/io/TensorFile.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace sinter::rt;
namespace fs = std::filesystem;

namespace {
struct Outcome {
  int code;
  std::string out, err;
};

/// A temporary folder with x.npy = [[1, 2, 3], [4, 5, 6]] and the ways to call a program in it.
class CommandLine : public testing::Test {
protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / ("sinter_cli_test_" + std::to_string(getpid()));
    fs::create_directories(folder);
    write("x.npy", SINTER_F32, {2, 3}, {1, 2, 3, 4, 5, 6});
  }
  void TearDown() override { fs::remove_all(folder); }

  std::string path(const std::string &name) const { return folder / name; }

  void write(const std::string &name, int32_t dtype, std::vector<int64_t> dims, std::vector<double> values) {
    Tensor tensor;
    Error error;
    makeTensor(tensor, dtype, dims, values);
    ASSERT_TRUE(writeNpyFile(path(name).c_str(), tensor, error)) << error.text();
  }

  std::vector<double> read(const std::string &name) {
    Tensor tensor;
    Error error;
    EXPECT_TRUE(readTensorFile(path(name).c_str(), tensor, error)) << error.text();
    return error.text()[0] ? std::vector<double>{} : valuesOf(tensor);
  }

  std::string text(const std::string &name) {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Outcome call(const sinter_program &program, std::vector<std::string> arguments) {
    std::vector<const char *> argv = {"./model"};
    for (const std::string &argument : arguments)
      argv.push_back(argument.c_str());
    argv.push_back(nullptr);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int code = commandLine(program, static_cast<int>(argv.size()) - 1, argv.data());
    return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
  }

  /// Expects exit code 2 and exactly one line.
  void expectUsage(const sinter_program &program, std::vector<std::string> arguments, const std::string &line) {
    Outcome outcome = call(program, arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, line + "\n");
    EXPECT_EQ(outcome.out, "");
  }

  fs::path folder;
};

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }
} // namespace

TEST_F(CommandLine, RunPrintsASummary) {
  for (const std::string &argument : {path("x.npy"), "x=" + path("x.npy"), "@0=" + path("x.npy")}) {
    Outcome outcome = call(doubleProgram, {argument});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "y  f32 [2, 3]  min 2  max 12  mean 7  [2, 4, 6, 8, 10, 12]\n");
  }
  EXPECT_EQ(call(doubleProgram, {"x:=[[1,2,3]]", "-q"}).out, "");
  EXPECT_EQ(call(doubleProgram, {"x:=[[NaN,2,-3]]"}).out,
            "y  f32 [1, 3]  min -6  max 4  mean -1  NaN 1  [nan, 4, -6]\n");
  write("none.npy", SINTER_F32, {0, 3}, {});
  EXPECT_EQ(call(doubleProgram, {path("none.npy")}).out, "y  f32 [0, 3]  []\n");
  EXPECT_EQ(
      call(paddedProgram, {"x:=[[1,2]]", "n:=[1]", "--json", "--threads=1"}).out,
      "{\"outputs\":[{\"name\":\"a/b:0\",\"dtype\":\"f32\",\"shape\":[1,3],\"min\":-1,\"max\":2,\"mean\":0.666666667,"
      "\"nan\":0,\"first\":[1,2,-1]},{\"name\":\"sum\",\"dtype\":\"f32\",\"shape\":[],\"min\":3,\"max\":3,\"mean\":3,"
      "\"nan\":0,\"first\":[3]}],\"threads\":1,\"workers\":1}\n");
}

TEST_F(CommandLine, WritesFoldersArchivesAndSingleFiles) {
  EXPECT_EQ(call(paddedProgram, {"x:=[[1,2]]", "n:=[1]", "-o", path("new/out")}).code, 0);
  EXPECT_EQ(read("new/out/a%2Fb%3A0.npy"), (std::vector<double>{1, 2, -1}));
  EXPECT_EQ(read("new/out/sum.npy"), (std::vector<double>{3}));
  EXPECT_EQ(call(paddedProgram, {"x:=[[1,2]]", "n:=[1]", "-o", path("out.npz")}).code, 0);
  EXPECT_EQ(call(paddedProgram, {"x:=[[1,2]]", "n:=[1]", "--compare", path("out.npz")}).code, 0);
  EXPECT_EQ(call(doubleProgram, {"x:=[[1,2,3]]", "-o", path("y.npy")}).code, 0);
  EXPECT_EQ(read("y.npy"), (std::vector<double>{2, 4, 6}));
  expectUsage(paddedProgram, {"x:=[[1,2]]", "n:=[1]", "-o", path("y.npy")},
              "-o " + path("y.npy") + ": expected a folder or a .npz file for 2 outputs, got a .npy file");
  EXPECT_EQ(call(doubleProgram, {"x=" + path("x.npy"), "-o", path("x.npy")}).code, 0); // over its own input
  EXPECT_EQ(read("x.npy"), (std::vector<double>{2, 4, 6, 8, 10, 12}));
  expectUsage(doubleProgram, {path("x.npy"), "-o", path("x.npy/sub")},
              "cannot create directory " + path("x.npy/sub") + ": Not a directory");
}

TEST_F(CommandLine, ComparesWithinTolerance) {
  fs::create_directories(folder / "ref");
  write("ref/y.npy", SINTER_F32, {2, 3}, {2, 4, 6, 8, 10, 12.001});
  Outcome equal = call(doubleProgram, {path("x.npy"), "--compare", path("ref")});
  EXPECT_EQ(equal.code, 0) << equal.err;
  EXPECT_EQ(equal.out, "y: ok, worst error 0.001 at [1, 2]: expected 12.0010004, got 12\n");
  EXPECT_EQ(call(doubleProgram, {path("x.npy"), "--compare", path("ref"), "-q"}).out, "");
  Outcome other = call(doubleProgram, {path("x.npy"), "--compare", path("ref"), "--rtol", "0", "--atol=0.0001", "-q"});
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(other.out, "y: MISMATCH, 1 of 6 elements beyond 0.0001 + 0 * |expected|, worst error 0.001 at [1, 2]: "
                       "expected 12.0010004, got 12\n");
  write("ref/y.npy", SINTER_F64, {6}, {2, 4, 6, 8, 10, 12});
  other = call(doubleProgram, {path("x.npy"), "--compare", path("ref")});
  EXPECT_EQ(other.code, 1);
  EXPECT_EQ(other.out, "y: expected f64 [6], got f32 [2, 3]\n");
  fs::create_directories(folder / "empty");
  expectUsage(doubleProgram, {path("x.npy"), "--compare", path("empty")},
              path("empty") + ": expected a tensor for output y, got none");
}

TEST_F(CommandLine, OneArchiveServesInputsAndCompare) {
  std::string pb("\x08\x01\x08\x03\x10\x01\x4a\x0c\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40",
                 20); // [[1, 2, 3]] as TensorProto
  fs::create_directories(folder / "set");
  std::ofstream(folder / "set/input_0.pb") << pb;
  Outcome outcome = call(doubleProgram, {"--inputs", path("set"), "-o", path("set/out.npz")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(call(doubleProgram, {path("set/input_0.pb"), "--compare", path("set/out.npz")}).code, 0);
  std::ofstream(folder / "set/output_0.pb") << pb;
  EXPECT_EQ(call(doubleProgram, {path("set/input_0.pb"), "--compare", path("set")}).code, 1);
  expectUsage(doubleProgram, {"--inputs", path("set/out.npz")},
              path("set/out.npz") + ": unknown input y; inputs are: x");
  expectUsage(doubleProgram, {path("set/out.npz")},
              "input x: " + path("set/out.npz") + ": expected a .npy or .pb file, got an archive; use --inputs");
}

TEST_F(CommandLine, WrongInputsAreOneLine) {
  expectUsage(doubleProgram, {}, "input x: expected x=FILE, got nothing; inputs are: x");
  expectUsage(doubleProgram, {"y=1.npy"}, "unknown input y; inputs are: x");
  expectUsage(paddedProgram, {"y:=1"}, "unknown input y; inputs are: x, n");
  expectUsage(paddedProgram, {"a.npy"}, "expected NAME=FILE, got a.npy; inputs are: x, n");
  expectUsage(paddedProgram, {"@2=a.npy"}, "@2: expected an input below 2, got 2");
  expectUsage(doubleProgram, {"x:=1", "x:=2"}, "input x: expected one value, got two");
  expectUsage(doubleProgram, {"x=gone.npy"}, "input x: cannot open gone.npy: No such file or directory");
  expectUsage(doubleProgram, {"x:=[[1,2]]"}, "input x: axis 1: expected 3, got 2");
  expectUsage(doubleProgram, {"x:=[1]"}, "input x: expected rank 2 [N, 3], got rank 1 [1]");
  expectUsage(doubleProgram, {"x:=[["}, "input x: character 3: expected a number, got the end");
  write("f64.npy", SINTER_F64, {1, 3}, {1, 2, 3});
  expectUsage(doubleProgram, {path("f64.npy")}, "input x: expected f32, got f64");
  std::ofstream(folder / "bad.npy") << "hello";
  expectUsage(doubleProgram, {path("bad.npy")},
              "input x: " + path("bad.npy") + ": expected a .npy or .pb file, got something else");
}

TEST_F(CommandLine, WrongOptionsAreOneLine) {
  expectUsage(doubleProgram, {"--nope"}, "unknown option --nope; see --help");
  expectUsage(doubleProgram, {"--threads=0"}, "--threads: expected 1..4096, got 0");
  expectUsage(doubleProgram, {"--threads"}, "--threads: expected 1..4096, got nothing");
  expectUsage(doubleProgram, {"--rtol=x"}, "--rtol: expected a number, at least 0, got x");
  expectUsage(doubleProgram, {"--atol=-1"}, "--atol: expected a number, at least 0, got -1");
  expectUsage(doubleProgram, {"-o"}, "-o: expected a path, got nothing");
  expectUsage(doubleProgram, {"--bench", "-o", "x"}, "-o: expected to run the model, got --bench");
  expectUsage(doubleProgram, {"--info", "--compare", "x"}, "--compare: expected to run the model, got --info");
  expectUsage(doubleProgram, {"--shape", "x=2x3"}, "--shape: expected --bench or --info, got neither");
  expectUsage(doubleProgram, {"--info", "--shape", "x=2"}, "--shape x: expected rank 2 [N, 3], got rank 1");
  expectUsage(doubleProgram, {"--info", "--shape", "x=2xx3"}, "--shape x: expected AxB, got 2xx3");
  expectUsage(doubleProgram, {"--info", "--shape", "z=2"}, "--shape: unknown input z; inputs are: x");
  expectUsage(doubleProgram, {"--profile="}, "--profile=: expected a file name, got nothing");
}

TEST_F(CommandLine, InfoDescribesTheModel) {
  Outcome outcome = call(doubleProgram, {"--info", "--shape", "x=100x3"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "model     double\n"
                         "target    x86-64\n"
                         "inputs    x  f32 [N, 3]\n"
                         "outputs   y  f32 [N, 3]\n"
                         "dims      N  0..1000000, axis 0 of input x\n"
                         "arena     1200 bytes = 12*N, for N=100\n"
                         "weights   2 bytes\n"
                         "launches  2 of 2 kernels\n"
                         "opset     20\n"
                         "producer  hand\n");
  EXPECT_TRUE(contains(call(doubleProgram, {"--info"}).out, "96 bytes = 12*N, for N=8"));
  EXPECT_TRUE(contains(call(paddedProgram, {"--info"}).out, "u0  0..16, element 0 of input n"));
  std::string json = call(doubleProgram, {"--info", "--json"}).out;
  EXPECT_EQ(json,
            "{\"name\":\"double\",\"target\":\"x86-64\",\"features\":[],"
            "\"inputs\":[{\"name\":\"x\",\"dtype\":\"f32\",\"dims\":[\"N\",\"3\"],\"shape\":[8,3]}],"
            "\"outputs\":[{\"name\":\"y\",\"dtype\":\"f32\",\"dims\":[\"N\",\"3\"],\"shape\":[8,3]}],"
            "\"states\":[],\"dims\":[{\"name\":\"N\",\"lo\":0,\"hi\":1000000,\"input\":\"x\",\"axis\":0,\"value\":8}],"
            "\"arena_formula\":\"12*N\",\"arena_bytes\":96,\"weight_bytes\":2,"
            "\"launches\":[{\"kernel\":\"k0_map\",\"nodes\":\"Mul_0, \\\"quoted\\\"\",\"flops\":96,\"bytes\":192},"
            "{\"kernel\":\"k1_move\",\"nodes\":\"Identity_1\"}],\"kernels\":2,"
            "\"properties\":{\"opset\":\"20\",\"producer\":\"hand\"}}\n");
}

TEST_F(CommandLine, ComputedSizesAreKnownAfterTheRun) {
  Outcome outcome = call(positiveProgram, {"--info"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part :
       {"dims      N  0..1000, axis 0 of input x\n          u0  at least 1, computed by node 'find' "
        "(Compress)\n",
        "arena     8 bytes = 8, for N=8\n          8*u0 (bytes not known: depends on computed sizes)\n"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  outcome = call(positiveProgram, {"--info", "--json"});
  for (const char *part : {"\"name\":\"y\",\"dtype\":\"f32\",\"dims\":[\"u0\"]}",
                           "\"name\":\"count\",\"dtype\":\"i64\",\"dims\":[],\"shape\":[]}",
                           "{\"name\":\"u0\",\"lo\":1,\"node\":\"node 'find' (Compress)\"}]",
                           "\"arena_formula\":\"8 + 8*u0\",\"arena_error\":",
                           "\"arenas\":[{\"formula\":\"8\",\"bytes\":8},{\"formula\":\"8*u0\"}]",
                           "{\"kernel\":\"k1_find\",\"nodes\":\"find\"}"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  outcome = call(positiveProgram, {"x:=[1,-1,2]", "--json", "--profile"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part : {"\"shape\":[2]", "\"first\":[1,2]", "\"kernel\":\"k2_take\""})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  EXPECT_EQ(call(positiveProgram, {"x:=[1,-1,2]"}).out, "y  f32 [2]  min 1  max 2  mean 1.5  [1, 2]\n"
                                                        "count  i64 []  min 2  max 2  mean 2  [2]\n");
  expectUsage(positiveProgram, {"x:=[-1]"}, "node 'find' (Compress): size u0: expected at least 1, got 0");
  outcome = call(positiveProgram, {"--bench", "--seconds=0", "--json", "x:=[1,-1,2]"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part : {"\"dims\":{\"N\":3,\"u0\":2}", "\"arena_bytes\":24", "\"flops\":2"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  outcome = call(positiveProgram, {"--bench", "--seconds=0", "x:=[1,-1,2]"});
  EXPECT_TRUE(contains(outcome.out, "positive  N=3, u0=2")) << outcome.out;
}

TEST_F(CommandLine, ACpuWithoutTheFeaturesIsCode3ButInfoWorks) {
  Outcome outcome = call(featureProgram, {path("x.npy")});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_TRUE(contains(outcome.err, "needs avx9, ")) << outcome.err;
  outcome = call(featureProgram, {"--info"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(contains(outcome.out, "arena     12*N (bytes not known: needs avx9")) << outcome.out;
  EXPECT_TRUE(contains(call(featureProgram, {"--info", "--json"}).out, "\"arena_error\":\"needs avx9"));
}

TEST_F(CommandLine, BenchMakesInputsFromASeed) {
  Outcome outcome = call(paddedProgram, {"--bench", "--seconds=0", "--shape", "x=4x5", "--threads=1"});
  EXPECT_EQ(outcome.code, 2); // u0 defaults to 8, more than S = 5
  EXPECT_EQ(outcome.err, "Pad node: u0 <= S, got 8 and 5\n");
  outcome = call(paddedProgram, {"--bench", "--seconds=0", "--shape", "x=4x50", "--threads=1", "n:=[2]"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part :
       {"padded  B=4, S=50, u0=2", "median", "GFLOP/s", "arena    16 bytes", "runs     3 on 1 threads, 1 workers"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  outcome = call(paddedProgram, {"--bench", "--seconds=0", "--json", "--profile", "--threads=2"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part : {"\"dims\":{\"B\":8,\"S\":8,\"u0\":8}", "\"median_ms\":", "\"runs\":3", "\"flops\":64",
                           "\"workers\":", "\"kernel\":\"k0_move\"", "\"calls\":3"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  expectUsage(agreeingProgram, {"--bench", "--seconds=0", "--shape", "right=3x4"},
              "input right: axis 1 (M + 1): expected 9, got 4");
}

TEST_F(CommandLine, ProfileShowsLaunchesAndWritesATrace) {
  setenv("SINTER_TASK_ORDER", "shuffle:9", 1);
  Outcome outcome = call(paddedProgram, {"x:=[[1,2],[3,4],[5,6]]", "n:=[0]", "-q", "--profile", "--threads=2"});
  Outcome traced =
      call(paddedProgram, {"x:=[[1,2],[3,4],[5,6]]", "n:=[0]", "-q", "--profile=" + path("t.json"), "--threads=2"});
  unsetenv("SINTER_TASK_ORDER");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char *part : {"k0_move: Pad", "k1_map: ReduceSum", "total in 2 launches on 2 threads, 2 workers"})
    EXPECT_TRUE(contains(outcome.out, part)) << outcome.out;
  EXPECT_EQ(traced.code, 0) << traced.err;
  EXPECT_EQ(traced.out, "");
  for (const char *part : {"\"traceEvents\":[", "\"ph\":\"X\"", "\"tasks\":3,\"workers\":2", "\"nodes\":\"Pad\""})
    EXPECT_TRUE(contains(text("t.json"), part)) << text("t.json");
}

TEST_F(CommandLine, TaskOrderVariableIsChecked) {
  setenv("SINTER_TASK_ORDER", "sorted", 1);
  expectUsage(doubleProgram, {path("x.npy")}, "SINTER_TASK_ORDER: expected shuffle:SEED, got sorted");
  unsetenv("SINTER_TASK_ORDER");
}

TEST_F(CommandLine, HelpVersionAndAbi) {
  EXPECT_TRUE(contains(call(paddedProgram, {"--help"}).out, "  n  i64 [1]\n"));
  EXPECT_EQ(call(doubleProgram, {"--version"}).out, "double, compiled by sinter " SINTER_VERSION " for x86-64\n");
  expectUsage(wrongAbiProgram, {"--help"}, "program double: expected ABI version 4, got 99");
}

TEST_F(CommandLine, RunsGoOnFromEachOther) {
  EXPECT_EQ(call(keepingProgram, {"x:=[1,2]", "--next", "x:=[]", "--next", "x:=[4]"}).out,
            "run 0\nsum  f32 []  min 3  max 3  mean 3  [3]\nrun 1\nsum  f32 []  min 3  max 3  mean 3  [3]\n"
            "run 2\nsum  f32 []  min 7  max 7  mean 7  [7]\n");
  EXPECT_TRUE(contains(call(keepingProgram, {"--info"}).out,
                       "states    past -> present  f32 [P], grows along axis 0, at most 100\n"
                       "dims      N  0..1000, axis 0 of input x\n          P  0..100, kept by state past\n"));
  std::string json = call(keepingProgram, {"--info", "--json", "--past=7"}).out;
  EXPECT_TRUE(contains(json, "\"states\":[{\"name\":\"past\",\"dtype\":\"f32\",\"dims\":[\"P\"],\"shape\":[7],"
                             "\"output\":\"present\",\"axis\":0,\"capacity\":100}]"));
  EXPECT_TRUE(contains(json, "{\"name\":\"P\",\"lo\":0,\"hi\":100,\"state\":\"past\",\"value\":7}"));
  auto fails = [&](std::vector<std::string> arguments, const char *line) {
    auto outcome = call(keepingProgram, arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, std::string(line) + "\n");
  };
  fails({"--bench", "--past=101"}, "state past: rows (P): expected 0..100, got 101");
  fails({"--bench", "--past=x"}, "--past: expected a number of rows, at least 0, got x");
  fails({"x:=[1]", "--past=1"}, "--past: expected --bench or --info, got neither");
  fails({"--bench", "--next"}, "--next: expected to run the model, got --bench");
  fails({"x:=[1]", "--next", "x:=[1]", "x:=[2]"}, "input x: expected one value, got two");
  fails({"--inputs", "a", "--inputs", "b"}, "--inputs: expected one path, got a and b");
}

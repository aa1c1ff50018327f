// Files, limits of the machine, and CPU features.
#include "Tensors.h"
#include "runtime/host/CpuFeatures.h"
#include "runtime/host/File.h"
#include "runtime/host/Limits.h"
#include "runtime/io/FileNames.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace sinter::rt;
namespace fs = std::filesystem;

namespace {
/// A folder that is removed at the end.
struct Folder {
  fs::path path = fs::path(testing::TempDir()) / ("sinter_host_test_" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string &name, const std::string &text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  std::string read(const std::string &name) const {
    std::ifstream file(path / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int64_t limit(CgroupResource resource) const { return cgroupLimit(path.c_str(), resource); }
};
} // namespace

TEST(Cgroup, TightestOfVersion2AndItsParents) {
  Folder root;
  EXPECT_EQ(root.limit(CgroupResource::Cpus), INT64_MAX);
  root.write("proc/self/cgroup", "0::/a/b\n");
  EXPECT_EQ(root.limit(CgroupResource::Cpus), INT64_MAX);
  root.write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  root.write("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  root.write("sys/fs/cgroup/a/b/memory.max", "4096\n");
  root.write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(root.limit(CgroupResource::Cpus), 2); // 1.5 rounded up
  EXPECT_EQ(root.limit(CgroupResource::MemoryBytes), 4096);
}

TEST(Cgroup, Version1AndPathsOutsideOfTheContainer) {
  Folder root;
  root.write("proc/self/cgroup", "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n3:cpuset:/\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000\n");
  root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1048576\n");
  EXPECT_EQ(root.limit(CgroupResource::Cpus), 4);
  EXPECT_EQ(root.limit(CgroupResource::MemoryBytes), 1048576);
  root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(root.limit(CgroupResource::Cpus), INT64_MAX);
}

TEST(Limits, ThisMachineHasSome) {
  EXPECT_GE(allowedCpus(), 1);
  EXPECT_GE(allowedMemory(), 1 << 20);
}

TEST(CpuFeatures, NamesTheFirstThatIsMissing) {
  Error error;
  const char *const none[] = {nullptr}, *const base[] = {"sse2", "64bit", nullptr},
                    *const odd[] = {"sse2", "avx9", nullptr};
  EXPECT_TRUE(checkCpuFeatures(nullptr, error));
  EXPECT_TRUE(checkCpuFeatures(none, error));
  EXPECT_TRUE(checkCpuFeatures(base, error));
  EXPECT_FALSE(checkCpuFeatures(odd, error));
  EXPECT_EQ(error.text(),
            std::string("needs avx9, this runtime cannot check for it; compile with --target=") + cpuLevel());
}

TEST(CpuFeatures, AgreesWithTheCompilersOwnTest) {
#define EXPECT_SAME(name)                                                                                              \
  {                                                                                                                    \
    Error error;                                                                                                       \
    const char *const list[] = {name, nullptr};                                                                        \
    EXPECT_EQ(checkCpuFeatures(list, error), __builtin_cpu_supports(name) != 0) << name;                               \
  }
  EXPECT_SAME("avx");
  EXPECT_SAME("avx2");
  EXPECT_SAME("fma");
  EXPECT_SAME("bmi2");
  EXPECT_SAME("popcnt");
  EXPECT_SAME("sse4.2");
  EXPECT_SAME("avx512f");
  EXPECT_SAME("avx512vl");
  EXPECT_SAME("avx512bw");
  EXPECT_SAME("avx512vnni");
  EXPECT_SAME("avx512vbmi2");
  EXPECT_SAME("gfni");
#undef EXPECT_SAME
}

TEST(FileNames, EncodesAllButPlainCharacters) {
  Text text;
  appendEncoded(text, "a/b:0 %\xc3\xa9_.-Z9~");
  EXPECT_STREQ(text.cString(), "a%2Fb%3A0%20%25%C3%A9_.-Z9%7E");
  EXPECT_TRUE(endsWith("x.npz", ".npz"));
  EXPECT_FALSE(endsWith("npz", ".npz"));
}

TEST(File, WholeFileOrNothing) {
  Folder folder;
  Error error;
  std::string path = folder.path / "out";
  {
    OutputFile file;
    ASSERT_TRUE(file.open(path.c_str(), error)) << error.text();
    EXPECT_TRUE(file.write("abc", 3, error));
  }
  EXPECT_TRUE(fs::is_empty(folder.path)); // not committed
  folder.write("out", "old");
  {
    OutputFile file;
    ASSERT_TRUE(file.open(path.c_str(), error));
    EXPECT_TRUE(file.write("abc", 3, error));
    EXPECT_EQ(folder.read("out"), "old");
    EXPECT_TRUE(file.commit(error)) << error.text();
  }
  EXPECT_EQ(folder.read("out"), "abc");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
}

TEST(File, OutputsLeaveNothingBehindASignal) {
  Folder folder;
  std::string path = folder.path / "out";
  for (int number : {SIGHUP, SIGINT, SIGTERM}) {
    pid_t child = fork();
    if (child == 0) {
      signal(number, SIG_DFL); // background jobs ignore SIGINT
      Error error;
      OutputFile file;
      if (file.open(path.c_str(), error) && file.write("abc", 3, error))
        raise(number);
      _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
    EXPECT_TRUE(fs::is_empty(folder.path));
  }
}

TEST(File, ReadsPipesAndEmptyFilesAndWritesDevices) {
  Folder folder;
  Error error;
  Memory content;
  folder.write("empty", "");
  EXPECT_TRUE(readFile((folder.path / "empty").c_str(), content, error));
  EXPECT_EQ(content.size(), 0u);
  EXPECT_TRUE(readFile("/proc/self/stat", content, error)); // has no size
  EXPECT_GT(content.size(), 10u);
  OutputFile null;
  EXPECT_TRUE(null.open("/dev/null", error) && null.write("x", 1, error) && null.commit(error)) << error.text();
  EXPECT_FALSE(fs::is_regular_file("/dev/null"));
}

TEST(File, ErrorsNamePathAndReason) {
  Folder folder;
  Error error;
  Memory content;
  EXPECT_FALSE(readFile("missing.npy", content, error));
  EXPECT_STREQ(error.text(), "cannot open missing.npy: No such file or directory");
  EXPECT_FALSE(readFile(folder.path.c_str(), content, error));
  EXPECT_EQ(error.text(), "cannot read " + folder.path.string() + ": Is a directory");
  OutputFile file;
  EXPECT_FALSE(file.open("/nowhere/x", error));
  EXPECT_STREQ(error.text(), "cannot write /nowhere/x: No such file or directory");
}

TEST(File, MakesDirectoriesWithParents) {
  Folder folder;
  Error error;
  EXPECT_TRUE(makeDirectories((folder.path / "a/b/c/").c_str(), error)) << error.text();
  EXPECT_TRUE(isDirectory((folder.path / "a/b/c").c_str()));
  folder.write("file", "");
  EXPECT_FALSE(makeDirectories((folder.path / "file").c_str(), error));
  EXPECT_EQ(error.text(), "expected a directory, got the file " + (folder.path / "file").string());
}

TEST(Error, StaysOneLine) {
  Error error;
  EXPECT_FALSE(error.fail("name %s", "a\nb\x1b[0m"));
  EXPECT_STREQ(error.text(), "name a?b?[0m");
  EXPECT_FALSE(error.prefix("input %d", 3));
  EXPECT_STREQ(error.text(), "input 3: name a?b?[0m");
  error.fail("%s", std::string(5000, 'x').c_str());
  EXPECT_EQ(strlen(error.text()), 2047u);
}

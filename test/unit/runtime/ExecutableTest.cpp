// A real executable: doubleProgram compiled with the runtime's flags, linked by ld.lld against start.S, the archive and
// the stubs, and run as a process. Also: what it asks of the C library.
#include <dlfcn.h>
#include <elf.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace {
struct Outcome {
  int code;
  std::string text;
};

/// Runs a shell command with $M as the executable; stdout and stderr together.
Outcome shell(const std::string &command) {
  std::string text, line = "export M='" SINTER_TEST_PROGRAM "'; { " + command + "; } 2>&1";
  FILE *pipe = popen(line.c_str(), "r");
  char buffer[4096];
  for (size_t got; (got = fread(buffer, 1, sizeof(buffer), pipe));)
    text.append(buffer, got);
  int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), text};
}

std::string content(const char *path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
} // namespace

TEST(Executable, RunsAModel) {
  Outcome outcome = shell("$M 'x:=[[1,2,3]]'");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.text, "y  f32 [1, 3]  min 2  max 6  mean 4  [2, 4, 6]\n");
  EXPECT_EQ(shell("$M 'x:=[[1,2,3],[4,5,6]]' --threads=4").code, 0);
}

TEST(Executable, ReadsCompressedInputsAndWritesArchives) {
  std::string folder = testing::TempDir() + "sinter_exe_test";
  Outcome outcome = shell("rm -rf " + folder + "; $M 'x:=[[1,2,3]]' -o " + folder + " && $M " + folder + "/y.npy -o " +
                          folder + "/z.npz && $M " + folder + "/y.npy --compare " + folder +
                          "/z.npz; code=$?; "
                          "ls " +
                          folder + "; rm -r " + folder + "; exit $code");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.text, "y: ok, worst error 0\ny.npy\nz.npz\n");
}

TEST(Executable, ErrorsAndExitCodes) {
  Outcome outcome = shell("$M y=1");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.text, "unknown input y; inputs are: x\n");
  outcome = shell("$M 'x:=[[1,2,3]]' > /dev/full");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.text, "cannot write to standard output\n");
}

TEST(Executable, BenchWithThreads) {
  Outcome outcome = shell("$M --bench --seconds=0.1 --shape x=20000x3 --threads=2");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.text.find("on 2 threads"), std::string::npos) << outcome.text;
}

TEST(Executable, ManyThreadsInShuffledOrderGiveTheSameBits) {
  Outcome outcome = shell("d=$(mktemp -d); s='--shape x=5000x3'; $M --bench --seconds=0 $s >/dev/null; "
                          "$M 'x:=[[1,2,3],[4,5,6],[7,8,9]]' --threads=1 -o $d/a.npz; for t in 1 2 3 8; do "
                          "SINTER_TASK_ORDER=shuffle:$t $M 'x:=[[1,2,3],[4,5,6],[7,8,9]]' --threads=$t -o $d/b.npz; "
                          "cmp $d/a.npz $d/b.npz || exit 1; done; rm -r $d");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
}

/// Every symbol of abi.txt must be in this machine's C library at the version that the stubs give it.
TEST(Abi, EverySymbolExistsAtItsVersion) {
  std::istringstream lines(content(SINTER_ABI_LIST));
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#')
      continue;
    std::istringstream words(line);
    std::string library;
    words >> library;
    void *handle = dlopen(library.c_str(), RTLD_NOW);
    ASSERT_TRUE(handle) << library;
    for (std::string word; words >> word; ++count) {
      std::string name = word.substr(0, word.find_first_of("@:"));
      std::string version = word.find(':') == std::string::npos ? "GLIBC_2.2.5" : word.substr(word.find(':') + 1);
      if (name != "_exit") // dlvsym finds no difference from _Exit, but asks for the default version
        EXPECT_TRUE(dlvsym(handle, name.c_str(), version.c_str())) << name << " " << version;
    }
  }
  EXPECT_GT(count, 100);
}

/// Nothing but the C library, at versions of 2012 or before, and no executable stack.
TEST(Abi, ExecutableNeedsOnlyOldGlibc) {
  std::string file = content(SINTER_TEST_PROGRAM);
  EXPECT_EQ(file.find("libstdc++"), std::string::npos);
  for (size_t at = file.find("GLIBC_2."); at != std::string::npos; at = file.find("GLIBC_2.", at + 1)) {
    std::string version = file.c_str() + at;
    EXPECT_TRUE(version == "GLIBC_2.2.5" || version == "GLIBC_2.17") << version;
  }
  const Elf64_Ehdr *header = reinterpret_cast<const Elf64_Ehdr *>(file.data());
  const Elf64_Phdr *segments = reinterpret_cast<const Elf64_Phdr *>(file.data() + header->e_phoff);
  EXPECT_EQ(header->e_type, ET_DYN);
  for (int k = 0; k < header->e_phnum; ++k)
    if (segments[k].p_type == PT_GNU_STACK)
      EXPECT_EQ(segments[k].p_flags & PF_X, 0u);
}

TEST(Executable, RuntimeStaysSmall) { EXPECT_LT(content(SINTER_TEST_PROGRAM).size(), 130000u); }

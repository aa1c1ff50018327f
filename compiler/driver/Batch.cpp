// See Batch.h.
#include "compiler/driver/Batch.h"
#include "compiler/driver/Pipeline.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/StringSaver.h"
#include <chrono>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace sinter;

static std::vector<std::string> splitLine(StringRef line) {
  BumpPtrAllocator allocator;
  StringSaver saver(allocator);
  SmallVector<const char *> tokens;
  cl::TokenizeGNUCommandLine(line, saver, tokens);
  std::vector<std::string> arguments(tokens.begin(), tokens.end());
  if (none_of(arguments, [](StringRef argument) { return argument.starts_with("--jobs"); }))
    arguments.push_back("--jobs=1"); // the batch itself is parallel
  return arguments;
}

/// The child: everything that it prints goes to its log.
[[noreturn]] static void runLine(Session &session, StringRef line) {
  std::vector<std::string> arguments = splitLine(line);
  Expected<Options> parsed = parseOptions(arguments);
  std::string output = parsed ? parsed->output : "sinter";
  for (size_t i = 0; !parsed && i + 1 < arguments.size(); ++i)
    if (arguments[i] == "-o")
      output = arguments[i + 1];
  int log = open((output + ".log").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (log < 0)
    _exit(1);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  if (!parsed) {
    errs() << "sinter: " << toString(parsed.takeError()) << "\n";
    _exit(2);
  }
  if (parsed->command != Options::Command::Compile && parsed->command != Options::Command::Supports) {
    errs() << "sinter: expected arguments of one compilation, got " << line << "\n";
    _exit(2);
  }
  _exit(parsed->command == Options::Command::Compile ? compile(session, *parsed)
                                                     : listUnsupportedNodes(session, *parsed));
}

namespace {
using Clock = std::chrono::steady_clock;
struct Running {
  size_t line;
  Clock::time_point started;
};
} // namespace

static void reportLine(int code, const Running &child) {
  double seconds = std::chrono::duration<double>(Clock::now() - child.started).count();
  outs() << formatv("{0}\t{1:f3}\t{2}\n", code, seconds, child.line);
  outs().flush();
}

/// Waits for one child and reports it.
static void waitForOne(DenseMap<pid_t, Running> &running) {
  int status;
  pid_t process = waitpid(-1, &status, 0);
  auto it = running.find(process);
  if (process <= 0 || it == running.end())
    return;
  reportLine(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), it->second);
  running.erase(it);
}

/// Compiles a small model to nowhere, so that children start with ONNX's schemas, LLVM's tables and resolved symbols.
static void warmUp(Session &session) {
  constexpr StringLiteral model = "<ir_version: 10, opset_import: [\"\" : 20]>\n"
                                  "g (float[B,8] x, float[8,8] w) => (float[B,8] y) { p = MatMul(x, w) y = Exp(p) }\n";
  int file = memfd_create("model", MFD_CLOEXEC);
  if (file < 0 || write(file, model.data(), model.size()) != ssize_t(model.size()))
    return; // children are slower then
  Options options;
  options.model = "/proc/self/fd/" + std::to_string(file);
  options.output = "/dev/null";
  options.name = "warm_up";
  options.quiet = options.inProcess = true;
  compile(session, options);
  close(file);
}

int sinter::runBatch(const Options &options) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> file = MemoryBuffer::getFileOrSTDIN(options.batch, /*IsText=*/true);
  if (!file) {
    errs() << "sinter: cannot read '" << options.batch << "': " << file.getError().message() << "\n";
    return 2;
  }
  Session session;
  warmUp(session);
  DenseMap<pid_t, Running> running;
  SmallVector<StringRef> lines;
  (*file)->getBuffer().split(lines, '\n');
  for (auto [i, line] : enumerate(lines)) {
    if (line.trim().empty())
      continue;
    while (running.size() >= options.jobs)
      waitForOne(running);
    Running child = {i + 1, Clock::now()};
    pid_t process = fork();
    if (process == 0)
      runLine(session, line);
    if (process > 0)
      running[process] = child;
    else
      reportLine(1, child);
  }
  while (!running.empty())
    waitForOne(running);
  return 0;
}

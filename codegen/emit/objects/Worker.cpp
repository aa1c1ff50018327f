// See Worker.h.
#include "codegen/emit/objects/Worker.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace sinter;

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

static double cpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

//===- The child ------------------------------------------------------------------------------------------------===//

void sinter::becomeWorker() {
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    std::signal(signal, SIG_DFL);
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

Expected<std::string> sinter::compileItem(const ModuleProducer &item, const ObjectWriter &writer,
                                          const CompileOptions &options, CompileTimes &times) {
  LLVMContext context;
  double start = cpuSeconds();
  std::unique_ptr<Module> module = item.produce(context);
  if (!module)
    return failure("no LLVM IR was emitted");
  if (Error error = writer.prepare(*module))
    return std::move(error);
  double emitted = cpuSeconds();
  if (options.form != OutputForm::EmittedIr && !options.optimized)
    writer.optimize(*module);
  double optimized = cpuSeconds();
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  writer.write(*module, options.form, stream);
  times = {emitted - start, optimized - emitted, cpuSeconds() - optimized};
  return std::string(bytes.data(), bytes.size());
}

static void writeAll(int file, const void *data, size_t size) {
  auto bytes = static_cast<const char *>(data);
  while (size) {
    ssize_t count = write(file, bytes, size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      _exit(1); // the parent is gone
    bytes += count;
    size -= count;
  }
}

[[noreturn]] static void runWorker(const Work &work, int reports) {
  becomeWorker();
  Expected<ObjectWriter> writer = ObjectWriter::create(work.target);
  if (!writer) {
    errs() << toString(writer.takeError()) << "\n";
    _exit(1);
  }
  for (uint32_t i; (i = work.next->fetch_add(1)) < work.items.size();) {
    ItemReport report = {ItemReport::Started, i, 0, {}};
    writeAll(reports, &report, sizeof report);
    Expected<std::string> output = compileItem(work.items[i], *writer, work.options, report.times);
    if (!output) {
      errs() << toString(output.takeError()) << "\n";
      _exit(1);
    }
    report.kind = ItemReport::Finished;
    report.size = output->size();
    writeAll(reports, &report, sizeof report);
    writeAll(reports, output->data(), output->size());
  }
  _exit(0);
}

//===- The parent -----------------------------------------------------------------------------------------------===//

Expected<Worker> Worker::start(const Work &work) {
  int reports[2], messages[2];
  if (pipe2(reports, O_CLOEXEC))
    return failure(Twine("cannot make a pipe: ") + strerror(errno));
  if (pipe2(messages, O_CLOEXEC)) {
    int reason = errno;
    close(reports[0]);
    close(reports[1]);
    return failure(Twine("cannot make a pipe: ") + strerror(reason));
  }
  fflush(nullptr);
  outs().flush();
  pid_t process = fork();
  if (process == 0) {
    close(reports[0]);
    dup2(messages[1], STDERR_FILENO);
    runWorker(work, reports[1]);
  }
  int reason = errno;
  close(reports[1]);
  close(messages[1]);
  Worker worker;
  worker.process = process;
  worker.reportPipe = reports[0];
  worker.messagePipe = messages[0];
  if (process > 0)
    return worker;
  close(reports[0]);
  close(messages[0]);
  return failure(Twine("cannot start a process: ") + strerror(reason));
}

/// Appends what is there; closes the pipe and sets it to -1 at its end.
static void readPipe(int &pipe, std::string &into) {
  char buffer[1 << 16];
  ssize_t count = read(pipe, buffer, sizeof buffer);
  if (count > 0) {
    into.append(buffer, count);
  } else if (count == 0 || errno != EINTR) {
    close(pipe);
    pipe = -1;
  }
}

void Worker::readReports(function_ref<void(const ItemReport &, std::string)> done) {
  readPipe(reportPipe, buffered);
  size_t begin = 0;
  ItemReport report;
  while (buffered.size() - begin >= sizeof report) {
    memcpy(&report, buffered.data() + begin, sizeof report);
    if (buffered.size() - begin - sizeof report < report.size)
      break;
    begin += sizeof report;
    if (report.kind == ItemReport::Started) {
      item = report.item;
      continue;
    }
    done(report, buffered.substr(begin, report.size));
    begin += report.size;
    item.reset();
  }
  buffered.erase(0, begin);
}

void Worker::readMessages() {
  constexpr size_t kept = 8 << 10;
  readPipe(messagePipe, captured);
  if (captured.size() > 2 * kept)
    captured.erase(0, captured.size() - kept);
}

std::string Worker::ending() {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR)
    ;
  if (WIFSIGNALED(status))
    return ("signal " + Twine(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")").str();
  return WEXITSTATUS(status) ? "exit code " + std::to_string(WEXITSTATUS(status)) : "";
}

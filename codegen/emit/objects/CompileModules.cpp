// The parent of the workers: starts them, collects outputs, and explains failures.
#include "codegen/emit/objects/CompileModules.h"
#include "codegen/emit/objects/Worker.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace sinter;

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

//===- Failures -------------------------------------------------------------------------------------------------===//

/// Writes the item's LLVM IR, or what it is made from, in a process of its own, since making it may be what fails.
static void writeReproducer(const ModuleProducer &item, StringRef path) {
  std::error_code code;
  raw_fd_ostream out(path, code);
  if (code)
    return;
  if (item.printSource) {
    std::string text;
    raw_string_ostream stream(text);
    item.printSource(stream);
    for (StringRef rest = text; !rest.empty();) {
      auto [line, tail] = rest.split('\n');
      out << "; " << line << "\n";
      rest = tail;
    }
  }
  out.flush();
  LLVMContext context;
  if (std::unique_ptr<Module> module = item.produce(context))
    module->print(out, nullptr);
}

/// Returns the path of the reproducer, or an empty text.
static std::string makeReproducer(const ModuleProducer &item, StringRef folder) {
  SmallString<128> path(folder);
  if (folder.empty())
    sys::path::system_temp_directory(/*ErasedOnReboot=*/true, path);
  std::string stem;
  for (char c : item.name)
    stem += isAlnum(c) ? c : '_';
  sys::path::append(path, "sinter-" + stem.substr(0, 64) + "-%%%%%%.ll");
  SmallString<128> unique;
  if (sys::fs::createUniqueFile(path, unique))
    return "";
  fflush(nullptr);
  pid_t process = fork();
  if (process == 0) {
    becomeWorker();
    if (int null = open("/dev/null", O_WRONLY); null >= 0)
      dup2(null, STDERR_FILENO);
    writeReproducer(item, unique);
    _exit(0);
  }
  if (process > 0)
    while (waitpid(process, nullptr, 0) < 0 && errno == EINTR)
      ;
  return unique.str().str();
}

/// The end of what a worker wrote, each line indented, without LLVM's stack dump.
static std::string describeMessages(StringRef messages) {
  constexpr size_t kept = 6;
  messages = messages.substr(0, messages.find("Stack dump:"));
  SmallVector<StringRef> lines;
  messages.split(lines, '\n', -1, /*KeepEmpty=*/false);
  std::string text;
  for (StringRef line : ArrayRef(lines).take_back(kept))
    text += "\n  " + line.substr(0, 400).str();
  return text;
}

static std::string explain(const ModuleProducer &item, StringRef ending, StringRef messages, StringRef folder) {
  std::string text = "internal error in " + item.name;
  if (!item.nodes.empty())
    text += " (nodes " + item.nodes + ")";
  text += ": " + ending.str() + describeMessages(messages);
  std::string reproducer = makeReproducer(item, folder);
  return reproducer.empty() ? text : text + "\n  reproducer: " + reproducer;
}

//===- Collecting -----------------------------------------------------------------------------------------------===//

namespace {
/// A counter in memory that forked children share.
struct SharedCounter {
  std::atomic<uint32_t> *value = nullptr;
  SharedCounter() {
    void *page = mmap(nullptr, sizeof *value, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page != MAP_FAILED)
      value = new (page) std::atomic<uint32_t>(0);
  }
  ~SharedCounter() {
    if (value)
      munmap(value, sizeof *value);
  }
};
} // namespace

/// Waits for a report or message of any worker and reads it.
static void readNext(MutableArrayRef<Worker> workers, function_ref<void(const ItemReport &, std::string)> done) {
  SmallVector<pollfd> polled;
  for (const Worker &worker : workers) { // poll skips negative descriptors
    polled.push_back({worker.reports(), POLLIN, 0});
    polled.push_back({worker.messages(), POLLIN, 0});
  }
  if (poll(polled.data(), polled.size(), -1) < 0)
    return;
  for (auto [i, worker] : llvm::enumerate(workers)) {
    if (polled[2 * i].revents)
      worker.readReports(done);
    if (polled[2 * i + 1].revents)
      worker.readMessages();
  }
}

static Expected<CompiledModules> compileHere(ArrayRef<ModuleProducer> items, const TargetInfo &target,
                                             const CompileOptions &options) {
  Expected<ObjectWriter> writer = ObjectWriter::create(target);
  if (!writer)
    return writer.takeError();
  CompiledModules result;
  for (const ModuleProducer &item : items) {
    Expected<std::string> output = compileItem(item, *writer, options, result.times);
    if (!output)
      return output.takeError();
    result.outputs.push_back(std::move(*output));
  }
  return result;
}

Expected<CompiledModules> sinter::compileModules(ArrayRef<ModuleProducer> items, const TargetInfo &target,
                                                 const CompileOptions &options) {
  if (options.inProcess)
    return compileHere(items, target, options);
  SharedCounter counter;
  if (!counter.value)
    return failure(Twine("cannot share memory with workers: ") + strerror(errno));
  Work work{items, target, options, counter.value};
  SmallVector<Worker> workers;
  for (size_t i = 0; i < std::min<size_t>(std::max(options.jobs, 1u), items.size()); ++i) {
    Expected<Worker> worker = Worker::start(work);
    if (worker) {
      workers.push_back(std::move(*worker));
    } else if (workers.empty()) {
      return worker.takeError();
    } else {
      consumeError(worker.takeError()); // fewer workers do as well
      break;
    }
  }
  CompiledModules result;
  result.outputs.resize(items.size());
  size_t finished = 0;
  while (!all_of(workers, [](const Worker &worker) { return worker.finished(); }))
    readNext(workers, [&](const ItemReport &report, std::string output) {
      result.outputs[report.item] = std::move(output);
      result.times.emit += report.times.emit;
      result.times.optimize += report.times.optimize;
      result.times.write += report.times.write;
      if (options.progress)
        options.progress(++finished, items.size());
    });
  SmallVector<std::pair<uint32_t, std::string>> failures;
  for (Worker &worker : workers) {
    std::string ending = worker.ending();
    if (ending.empty())
      continue;
    uint32_t item = worker.current().value_or(0);
    failures.push_back({item, explain(items[item], ending, worker.lastMessages(), options.reproducerFolder)});
  }
  if (failures.empty())
    return result;
  sort(failures);
  return failure(join(map_range(failures, [](const auto &f) { return f.second; }), "\n"));
}

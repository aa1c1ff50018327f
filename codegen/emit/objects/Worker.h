// One forked process that turns modules into objects, and the parent's view of it.
//
// LLVM aborts on what it cannot select; in a worker that costs one process, and the parent knows the item it was at.
// All workers take the next item from a counter in shared memory, so a slow item holds up nobody; an item's bytes do
// not depend on who compiles it. The parent must be single-threaded when it forks.
#pragma once
#include "codegen/emit/objects/CompileModules.h"
#include <atomic>
#include <optional>
#include <sys/types.h>

namespace sinter {
/// What a worker writes into its pipe before an item (without bytes) and after it (followed by `size` bytes of output).
struct ItemReport {
  enum Kind : uint32_t { Started, Finished } kind;
  uint32_t item;
  uint64_t size;
  CompileTimes times;
};

/// What all workers share.
struct Work {
  llvm::ArrayRef<ModuleProducer> items;
  const TargetInfo &target;
  const CompileOptions &options;
  std::atomic<uint32_t> *next; // in shared memory
};

class Worker {
public:
  /// Forks. The child runs all items that it gets and exits; this never returns in the child.
  static llvm::Expected<Worker> start(const Work &work);

  /// File descriptors to wait for; -1 once at their end.
  int reports() const { return reportPipe; }
  int messages() const { return messagePipe; }
  bool finished() const { return reportPipe < 0 && messagePipe < 0; }

  /// Reads what is there. A complete item is handed to `done`.
  void readReports(llvm::function_ref<void(const ItemReport &, std::string)> done);
  void readMessages();

  /// Call when finished(): how the process ended ("signal 6 (Aborted)", "exit code 1"), empty if all went well.
  std::string ending();
  /// The item it was at when it ended.
  std::optional<uint32_t> current() const { return item; }
  /// The last lines that it wrote to stderr.
  llvm::StringRef lastMessages() const { return captured; }

private:
  pid_t process = -1;
  int reportPipe = -1, messagePipe = -1;
  std::string buffered, captured;
  std::optional<uint32_t> item;
};

/// In a forked child: default signal handlers, no core file, and death with the parent.
void becomeWorker();
/// One item: emit, optimise, write. Errors of the emitter went to stderr before.
llvm::Expected<std::string> compileItem(const ModuleProducer &item, const ObjectWriter &writer,
                                        const CompileOptions &options, CompileTimes &times);
} // namespace sinter

// See CrashReport.h. LLVM's handlers run on a stack of their own and remove the files that OutputFile registered.
#include "compiler/driver/CrashReport.h"
#include "llvm/Support/Signals.h"
#include <csignal>
#include <cstring>
#include <new>
#include <unistd.h>

static const char *(*currentStage)();

static void writeText(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0)
    _exit(1);
}

[[noreturn]] static void report(const char *what) {
  writeText(what);
  writeText(" in stage ");
  writeText(currentStage());
  writeText("\n");
  _exit(1);
}

void sinter::installCrashReport(const char *(*stage)()) {
  currentStage = stage;
  // A reader that went away ends sinter as it ends other tools; LLVM removes files on this signal only if it is told
  // to.
  llvm::sys::SetOneShotPipeSignalFunction([] {
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
  });
  llvm::sys::AddSignalHandler([](void *) { report("sinter: internal error"); }, nullptr);
  std::set_new_handler([] {
    llvm::sys::RunInterruptHandlers();
    report("sinter: out of memory");
  });
}

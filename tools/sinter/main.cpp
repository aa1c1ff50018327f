// sinter: the compiler's command line; see compiler/driver.
#include "compiler/driver/Batch.h"
#include "compiler/driver/CrashReport.h"
#include "compiler/driver/Pipeline.h"
#include "compiler/driver/RunModel.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace sinter;

static int runCommand(const Options &options) {
  switch (options.command) {
  case Options::Command::PrintText: llvm::outs() << options.text; return 0;
  case Options::Command::Batch: return runBatch(options);
  default: break;
  }
  Session session;
  int code = options.command == Options::Command::Run        ? runModel(session, options)
             : options.command == Options::Command::Supports ? listUnsupportedNodes(session, options)
                                                             : compile(session, options);
  llvm::outs().flush();
  _exit(code); // without tearing the context down
}

int main(int argc, char **argv) {
  installCrashReport(currentStage);
  llvm::Expected<Options> options = parseOptions({argv + 1, argv + argc});
  if (options)
    return runCommand(*options);
  llvm::errs() << "sinter: " << toString(options.takeError()) << "; see sinter --help\n";
  return 2;
}

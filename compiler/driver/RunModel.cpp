// See RunModel.h.
#include "compiler/driver/RunModel.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace sinter;

/// Becomes the executable open in `file`; returns only on failure.
static void execute(int file, const Options &options) {
  std::string name = sys::path::stem(options.model).str();
  std::vector<char *> arguments = {name.data()};
  std::vector<std::string> copies = options.programArguments;
  for (std::string &argument : copies)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  fexecve(file, arguments.data(), environ);
}

int sinter::runModel(Session &session, Options options) {
  SmallString<128> model, path;
  sys::path::system_temp_directory(/*ErasedOnReboot=*/true, model);
  sys::path::append(model, "sinter-run-%%%%%%%%%%%%");
  sys::fs::createUniquePath(model, path, /*MakeAbsolute=*/false);
  sys::RemoveFileOnSignal(path); // before the file exists: a signal may come at any time
  options.output = path.str().str();
  options.quiet |= !options.verbose; // the program's own output follows
  int code = compile(session, options);
  int file = code ? -1 : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  sys::fs::remove(path);
  if (code)
    return code;
  execute(file, options);
  errs() << "sinter: cannot run the compiled model: " << strerror(errno) << "\n";
  return 1;
}

// See OutputFile.h.
#include "codegen/emit/link/OutputFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace llvm;
using namespace sinter;

static Error cannotWrite(StringRef path, StringRef reason) {
  return createStringError(inconvertibleErrorCode(), "cannot write '" + path + "': " + reason);
}

Expected<OutputFile> OutputFile::create(StringRef path) {
  sys::fs::file_status status;
  bool exists = !sys::fs::status(path, status) && sys::fs::exists(status);
  if (exists && sys::fs::is_directory(status))
    return cannotWrite(path, "is a folder");
  bool copy = exists && !sys::fs::is_regular_file(status);
  SmallString<128> model(path);
  if (copy) {
    sys::path::system_temp_directory(/*ErasedOnReboot=*/true, model);
    sys::path::append(model, "sinter");
  }
  for (;;) {
    SmallString<128> name;
    sys::fs::createUniquePath(model + ".tmp-%%%%%%%%", name, /*MakeAbsolute=*/false);
    sys::RemoveFileOnSignal(name); // before the file exists: a signal may come at any time
    int file;
    std::error_code code = sys::fs::openFileForWrite(name, file, sys::fs::CD_CreateNew);
    if (!code) {
      close(file);
      return OutputFile(path, name, copy);
    }
    sys::DontRemoveFileOnSignal(name);
    if (code != std::errc::file_exists)
      return cannotWrite(path, code.message());
  }
}

OutputFile::~OutputFile() {
  if (temporary.empty())
    return;
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

Error OutputFile::failure(StringRef reason) const { return cannotWrite(target, reason); }

static Error writeText(const OutputFile &file, StringRef path, StringRef text) {
  std::error_code code;
  raw_fd_ostream stream(path, code);
  if (code)
    return file.failure(code.message());
  stream << text;
  stream.close();
  if (!stream.has_error())
    return Error::success();
  code = stream.error();
  stream.clear_error();
  return file.failure(code.message());
}

Error OutputFile::write(StringRef text) const { return writeText(*this, temporary, text); }

Error OutputFile::commit() {
  if (copies) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> content = MemoryBuffer::getFile(temporary);
    return content ? writeText(*this, target, (*content)->getBuffer()) : failure(content.getError().message());
  }
  if (std::error_code code = sys::fs::rename(temporary, target))
    return failure(code.message());
  sys::DontRemoveFileOnSignal(temporary);
  temporary.clear();
  return Error::success();
}

// See Files.h.
#include "compiler/import/Files.h"
#include "compiler/import/Describe.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace sinter::importer {

Expected<std::unique_ptr<MemoryBuffer>> mapFile(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return failure("cannot open " + quote(path) + ": " + code.message());
  if (!sys::fs::is_regular_file(status))
    return failure("cannot open " + quote(path) + ": expected a regular file");
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure("cannot open " + quote(path) + ": " + buffer.getError().message());
  return std::move(*buffer);
}

namespace {
/// Refuses what could name a file outside the model's folder.
Error checkLocation(StringRef location) {
  auto expected = [&](const char *what) {
    return failure("expected an external data location " + Twine(what) + ", got " + quote(location));
  };
  if (location.empty() || location.contains('\0'))
    return expected("that names a file");
  if (sys::path::is_absolute(location))
    return expected("relative to the model");
  int depth = 0;
  for (StringRef part : make_range(sys::path::begin(location), sys::path::end(location))) {
    depth += part == ".." ? -1 : part == "." ? 0 : 1;
    if (depth < 0)
      return expected("inside the model's folder");
  }
  return Error::success();
}
} // namespace

ExternalFiles::ExternalFiles(StringRef modelPath) : folder(sys::path::parent_path(modelPath)) {}

Expected<const ExternalFile *> ExternalFiles::open(StringRef location) {
  if (auto found = entries.find(location); found != entries.end())
    return &found->second.file;
  if (Error error = checkLocation(location))
    return std::move(error);
  SmallString<256> path(folder);
  sys::path::append(path, location);
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  Entry &entry = entries[location];
  entry.buffer = std::move(*buffer);
  entry.file = {path.str().str(), entry.buffer->getBuffer()};
  return &entry.file;
}

} // namespace sinter::importer

// Writing ZIP archives of stored members, with zip64 records where sizes need them.
#pragma once
#include "runtime/host/File.h"

namespace sinter::rt {

class ZipWriter {
public:
  /// `file` must be open and stay so; commit it after finish().
  explicit ZipWriter(OutputFile &file) : file(file) {}

  /// Adds a member whose content is `head` followed by `body`.
  bool add(const char *name, Bytes head, Bytes body, Error &error);

  /// Writes the directory.
  bool finish(Error &error);

private:
  OutputFile &file;
  Text directory;
  uint64_t offset = 0, count = 0;
};

} // namespace sinter::rt

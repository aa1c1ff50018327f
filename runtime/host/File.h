// Files: whole-file reading (mapped where possible), and writing that leaves either the whole file or nothing.
#pragma once
#include "runtime/core/Memory.h"
#include "runtime/core/Text.h"

namespace sinter::rt {

/// Reads a file of any kind (a pipe too) into `content`; regular files are mapped, not copied.
/// Errors name the path and the system's reason.
bool readFile(const char *path, Memory &content, Error &error);

/// Reads a small text file, such as one of /proc; false when it is not there.
bool readSmallFile(const char *path, Text &content);

bool isDirectory(const char *path);
bool fileExists(const char *path);

/// Whether the running executable's file holds all that its headers load: one cut short would run with zeros as
/// weights. True where the system does not say.
bool isExecutableWhole(Error &error);

/// Creates a directory and its missing parents.
bool makeDirectories(const char *path, Error &error);

/// A file being written. Regular files are written under a temporary name next to the target and renamed by commit();
/// without commit(), or when a signal ends the process, nothing is left. Devices and pipes are written directly. One at
/// a time.
class OutputFile {
public:
  OutputFile() = default;
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;
  ~OutputFile();

  bool open(const char *path, Error &error);
  bool write(const void *data, size_t size, Error &error);
  bool commit(Error &error);

private:
  void removeTemporary(); // if there still is one

  Text target, temporary; // temporary is empty when the target is written directly
  int descriptor = -1;
};

} // namespace sinter::rt

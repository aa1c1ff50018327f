// A file that appears under its name only when it is complete.
//
// It is written under a temporary name in the same folder and renamed. Without commit(), and on SIGINT, SIGTERM and
// SIGHUP, the temporary file is removed. A device or pipe (/dev/stdout) gets a copy instead of being replaced.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace sinter {
class OutputFile {
public:
  /// Makes the temporary file, so that a folder that is missing or read-only shows before the work. Errors, one line:
  /// "cannot write 'out/model': No such file or directory".
  static llvm::Expected<OutputFile> create(llvm::StringRef path);
  OutputFile(OutputFile &&other)
      : target(std::move(other.target)), temporary(std::move(other.temporary)), copies(other.copies) {
    other.temporary.clear();
  }
  OutputFile &operator=(OutputFile &&) = delete;
  ~OutputFile();

  /// Where to write until commit(). A writer may replace this file.
  llvm::StringRef temporaryPath() const { return temporary; }
  /// Replaces the content by `text`.
  llvm::Error write(llvm::StringRef text) const;
  /// Gives the file its name.
  llvm::Error commit();
  llvm::Error failure(llvm::StringRef reason) const;

private:
  OutputFile(llvm::StringRef path, llvm::StringRef temporaryName, bool copy)
      : target(path), temporary(temporaryName), copies(copy) {}

  std::string target, temporary;
  bool copies;
};
} // namespace sinter

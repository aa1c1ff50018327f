// Read-only access to a model's files: the model itself and its external data, both mapped.
//
// External data lies beside the model. A location comes from an untrusted file, so it must be relative and must not
// leave the model's folder by `..`; symbolic links are followed, because download caches are made of them.
#pragma once
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace sinter::importer {

/// Maps a regular file. Errors: "cannot open 'x': reason", and devices, pipes and folders are refused.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> mapFile(llvm::StringRef path);

/// A file beside the model, mapped; valid as long as the ExternalFiles that returned it.
struct ExternalFile {
  std::string path; // the model's folder joined with the location
  llvm::StringRef bytes;
};

class ExternalFiles {
public:
  /// `modelPath` names the model; locations are relative to its folder.
  explicit ExternalFiles(llvm::StringRef modelPath);

  /// Maps the file at `location`, once.
  llvm::Expected<const ExternalFile *> open(llvm::StringRef location);

private:
  struct Entry {
    ExternalFile file;
    std::unique_ptr<llvm::MemoryBuffer> buffer;
  };
  std::string folder;
  llvm::StringMap<Entry> entries;
};

} // namespace sinter::importer

// libFuzzer: the wire-format scanner on arbitrary bytes. What it accepts must shrink or stay, its cuts must lie in the
// file in order, and a second scan of the reduced stream must be refused or find nothing more to cut.
// Seeds: the zoo's model.onnx files.
#include "compiler/import/Scanner.h"
#include <cstdlib>

using namespace sinter::importer;

static void require(bool law) {
  if (!law)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef file(reinterpret_cast<const char *>(data), size);
  llvm::Expected<ScanResult> scan = scanModel(file);
  if (!scan) {
    llvm::consumeError(scan.takeError());
    return 0;
  }
  require(scan->reduced.size() <= size);
  uint64_t end = 0;
  for (const Cut &cut : scan->cuts) {
    require(cut.offset >= end && cut.length > ScanLimits().largestKept && cut.length <= size - cut.offset);
    end = cut.offset + cut.length;
  }
  llvm::Expected<ScanResult> again = scanModel(scan->reduced);
  require(bool(again) == scan->cuts.empty()); // the markers' key is refused in files
  if (!again)
    llvm::consumeError(again.takeError());
  else
    require(again->cuts.empty() && again->reduced == scan->reduced);
  return 0;
}

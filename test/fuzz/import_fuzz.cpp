// libFuzzer: the whole import stage, from the bytes of a file to a verified module or diagnostics.
// Law: a module comes out exactly when no error was reported, and it verifies.
// Seeds: the node models of ONNX's own suite, and small models of the zoo.
#include "compiler/import/Importer.h"
#include "mlir/IR/Verifier.h"
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir;

namespace {
/// A file in memory that holds the bytes of the run, opened by the path that the kernel gives it.
struct MemoryFile {
  int handle = memfd_create("fuzz", 0);
  std::string path = "/proc/self/fd/" + std::to_string(handle);
};

void require(bool law) {
  if (!law)
    std::abort();
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static MemoryFile file;
  static std::unique_ptr<MLIRContext> context;
  static unsigned runs = 0;
  if (runs++ % 256 == 0) // types and attributes live as long as their context
    context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  if (ftruncate(file.handle, 0) || pwrite(file.handle, data, size, 0) != ssize_t(size))
    return 0;
  bool failed = false;
  ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
    failed |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return success();
  });
  OwningOpRef<ModuleOp> module = sinter::importOnnx(file.path, *context, {});
  require(bool(module) != failed);
  require(!module || succeeded(verify(*module)));
  return 0;
}

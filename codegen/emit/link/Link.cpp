// See Link.h. LLD has global state and does one link at a time; it is called from the main thread only.
#include "codegen/emit/link/Link.h"
#include "lld/Common/Driver.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

LLD_HAS_DRIVER(elf)

using namespace llvm;
using namespace sinter;

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

std::unique_ptr<Module> sinter::weightsPlaceholder(LLVMContext &context) {
  auto module = std::make_unique<Module>("weights", context);
  auto *type = ArrayType::get(Type::getInt8Ty(context), 8);
  auto *symbol = new GlobalVariable(*module, type, /*isConstant=*/true, GlobalValue::ExternalLinkage,
                                    ConstantAggregateZero::get(type), weightsSymbol);
  symbol->setVisibility(GlobalValue::HiddenVisibility);
  symbol->setSection(weightsSection);
  symbol->setAlignment(Align(weightsAlignment));
  return module;
}

Expected<std::string> sinter::findRuntime() {
  static int anchor;
  SmallString<256> path(sys::fs::getMainExecutable(nullptr, &anchor));
  path = sys::path::parent_path(sys::path::parent_path(path));
  sys::path::append(path, "lib", "sinter", "x86_64-linux-gnu");
  if (!sys::fs::is_directory(path))
    return failure("expected the runtime in " + path + ", got no such folder");
  return path.str().str();
}

namespace {
/// A file in memory that has a path while this object lives.
class MemoryFile {
public:
  static Expected<MemoryFile> create(StringRef bytes) {
    MemoryFile file(memfd_create("sinter", MFD_CLOEXEC));
    if (file.descriptor < 0)
      return failure(Twine("cannot make a file in memory: ") + strerror(errno));
    raw_fd_ostream stream(file.descriptor, /*shouldClose=*/false);
    stream << bytes;
    stream.flush();
    if (stream.has_error()) {
      std::error_code code = stream.error();
      stream.clear_error();
      return failure("cannot write a file in memory: " + code.message());
    }
    return file;
  }
  MemoryFile(MemoryFile &&other) : descriptor(std::exchange(other.descriptor, -1)) {}
  MemoryFile &operator=(MemoryFile &&) = delete;
  ~MemoryFile() {
    if (descriptor >= 0)
      close(descriptor);
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor); }

private:
  explicit MemoryFile(int file) : descriptor(file) {}
  int descriptor;
};

/// An LLD command line whose inputs may be memory files.
class LinkJob {
public:
  void add(const Twine &argument) { arguments.push_back(saver.save(argument).data()); }
  /// All objects, as one archive: a model may have more kernels than a process may have open files.
  Error addObjects(ArrayRef<std::string> objects) {
    std::vector<NewArchiveMember> members;
    for (auto [i, object] : enumerate(objects)) {
      StringRef name = saver.save(Twine(i) + ".o");
      members.emplace_back(MemoryBufferRef(object, name));
    }
    Expected<std::unique_ptr<MemoryBuffer>> archive = writeArchiveToBuffer(
        members, SymtabWritingMode::NoSymtab, object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
    if (!archive)
      return archive.takeError();
    add("--whole-archive");
    if (Error error = addBytes((*archive)->getBuffer()))
      return error;
    add("--no-whole-archive");
    return Error::success();
  }
  Error addBytes(StringRef bytes) {
    Expected<MemoryFile> file = MemoryFile::create(bytes);
    if (!file)
      return file.takeError();
    add(file->path());
    files.push_back(std::move(*file));
    return Error::success();
  }
  Error run() {
    std::string log;
    raw_string_ostream messages(log);
    lld::Result result = lld::lldMain(arguments, messages, messages, {{lld::Gnu, &lld::elf::link}});
    return result.retCode ? failure("link failed: " + StringRef(log).rtrim()) : Error::success();
  }

private:
  BumpPtrAllocator allocator;
  StringSaver saver{allocator};
  SmallVector<const char *> arguments;
  std::vector<MemoryFile> files;
};
} // namespace

static constexpr StringLiteral weightsLast =
    "SECTIONS { .sinter.weights : ALIGN(4096) { KEEP(*(.sinter.weights)) } } INSERT AFTER .bss;\n";

Error sinter::linkExecutable(ArrayRef<std::string> objects, StringRef runtime, StringRef output) {
  LinkJob job;
  for (const char *argument : {"ld.lld", "-m", "elf_x86_64", "-pie", "--dynamic-linker", "/lib64/ld-linux-x86-64.so.2",
                               "--hash-style=gnu", "--build-id=none", "--as-needed", "-znow", "-zrelro",
                               "-znoexecstack", "--gc-sections", "--strip-all", "--threads=1", "-o"})
    job.add(argument);
  job.add(output);
  if (Error error = job.addObjects(objects))
    return error;
  if (Error error = job.addBytes(weightsLast))
    return error;
  for (const char *library :
       {"libsinterrt.a", "libz.a", "libbuiltins.a", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0"})
    job.add(runtime + "/" + library);
  return job.run();
}

Error sinter::linkRelocatable(ArrayRef<std::string> objects, StringRef output) {
  LinkJob job;
  for (const char *argument : {"ld.lld", "-m", "elf_x86_64", "-r", "--threads=1", "-o"})
    job.add(argument);
  job.add(output);
  if (Error error = job.addObjects(objects))
    return error;
  return job.run();
}

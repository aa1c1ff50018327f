// See WeightSection.h.
#include "codegen/emit/link/WeightSection.h"
#include "codegen/emit/link/Link.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace llvm;
using namespace sinter;

static Error failure(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }
static Error systemFailure(const Twine &what) { return failure(what + ": " + strerror(errno)); }

namespace {
/// An open ELF file and its headers.
struct ElfFile {
  int descriptor;
  ELF::Elf64_Ehdr header;
  std::vector<ELF::Elf64_Phdr> segments;
  std::vector<ELF::Elf64_Shdr> sections;

  explicit ElfFile(StringRef path) : descriptor(open(path.str().c_str(), O_RDWR | O_CLOEXEC)) {}
  ElfFile(const ElfFile &) = delete;
  ~ElfFile() {
    if (descriptor >= 0)
      close(descriptor);
  }
  Error read();
  Error write() const;
  /// The section of that name, or null.
  Expected<ELF::Elf64_Shdr *> find(StringRef name);

private:
  Error readAt(void *into, size_t size, uint64_t offset) const {
    ssize_t count = pread(descriptor, into, size, offset);
    return count == ssize_t(size) ? Error::success()
           : count < 0            ? systemFailure("cannot read")
                                  : failure("file is cut short");
  }
  Error writeAt(const void *from, size_t size, uint64_t offset) const {
    return pwrite(descriptor, from, size, offset) == ssize_t(size) ? Error::success() : systemFailure("cannot write");
  }
};
} // namespace

Error ElfFile::read() {
  if (descriptor < 0)
    return systemFailure("cannot open");
  if (Error error = readAt(&header, sizeof header, 0))
    return error;
  segments.resize(header.e_phnum);
  sections.resize(header.e_shnum);
  if (Error error = readAt(segments.data(), segments.size() * sizeof segments[0], header.e_phoff))
    return error;
  return readAt(sections.data(), sections.size() * sizeof sections[0], header.e_shoff);
}

Error ElfFile::write() const {
  if (Error error = writeAt(segments.data(), segments.size() * sizeof segments[0], header.e_phoff))
    return error;
  return writeAt(sections.data(), sections.size() * sizeof sections[0], header.e_shoff);
}

Expected<ELF::Elf64_Shdr *> ElfFile::find(StringRef name) {
  if (header.e_shstrndx >= sections.size())
    return nullptr;
  const ELF::Elf64_Shdr &table = sections[header.e_shstrndx];
  std::string names(table.sh_size, '\0');
  if (Error error = readAt(names.data(), names.size(), table.sh_offset))
    return std::move(error);
  for (ELF::Elf64_Shdr &section : sections)
    if (section.sh_name < names.size() && name == names.c_str() + section.sh_name)
      return &section;
  return nullptr;
}

Error sinter::extendWeightSection(StringRef path, int64_t bytes, function_ref<Error(int, int64_t)> write) {
  if (!bytes)
    return Error::success();
  ElfFile file(path);
  if (Error error = file.read())
    return error;
  Expected<ELF::Elf64_Shdr *> section = file.find(weightsSection);
  if (!section)
    return section.takeError();
  if (!*section)
    return failure("expected a section " + weightsSection + " for the weights, got none");
  struct stat status;
  if (fstat(file.descriptor, &status))
    return systemFailure("cannot read");
  int64_t offset = alignTo(status.st_size, weightsAlignment);
  for (ELF::Elf64_Phdr &segment : file.segments) {
    if (segment.p_type != ELF::PT_LOAD || segment.p_vaddr != (*section)->sh_addr ||
        segment.p_offset != (*section)->sh_offset)
      continue;
    segment.p_offset = offset;
    segment.p_filesz = segment.p_memsz = bytes;
  }
  (*section)->sh_offset = offset;
  (*section)->sh_size = bytes;
  if (Error error = file.write())
    return error;
  if (ftruncate(file.descriptor, offset + bytes))
    return systemFailure("cannot extend to " + Twine(offset + bytes) + " bytes");
  return write(file.descriptor, offset);
}

// See Stream.h.
#include "codegen/emit/weights/Stream.h"
#include "codegen/emit/weights/Recipe.h"
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir;
using namespace sinter;

/// Large enough that a transposed block reads long enough pieces of each source row.
static constexpr int64_t blockBytes = 4 << 20;

static llvm::Error writeAt(int file, const uint8_t *bytes, int64_t size, int64_t offset) {
  while (size) {
    ssize_t count = pwrite(file, bytes, size, offset);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return llvm::createStringError(llvm::inconvertibleErrorCode(), Twine("cannot write weights: ") + strerror(errno));
    bytes += count;
    offset += count;
    size -= count;
  }
  return llvm::Error::success();
}

/// Gives the pages of mapped memory back, so that a large file does not fill the resident set.
static void releasePages(const uint8_t *bytes, int64_t size) {
  const uintptr_t page = sysconf(_SC_PAGESIZE);
  uintptr_t begin = (reinterpret_cast<uintptr_t>(bytes) + page - 1) / page * page;
  uintptr_t end = (reinterpret_cast<uintptr_t>(bytes) + size) / page * page;
  if (begin < end)
    madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
}

/// A mapped source goes from the page cache to the file as it is.
static llvm::Error writeSource(int file, const uint8_t *bytes, int64_t size, int64_t offset) {
  for (int64_t done = 0; done < size; done += blockBytes) {
    int64_t count = std::min(blockBytes, size - done);
    if (llvm::Error error = writeAt(file, bytes + done, count, offset + done))
      return error;
    releasePages(bytes + done, count);
  }
  return llvm::Error::success();
}

static llvm::Error writeReader(int file, const Reader &reader, int64_t offset) {
  int64_t total = 1;
  for (int64_t size : reader.shape)
    total *= size;
  const int64_t block = blockBytes / reader.elementBytes;
  std::vector<uint8_t> bytes(std::min(block, total) * reader.elementBytes);
  for (int64_t begin = 0; begin < total; begin += block) {
    int64_t end = std::min(begin + block, total);
    forEachBox(reader.shape, begin, end, [&](const Box &box, int64_t position) {
      reader.read(box, {bytes.data() + position * reader.elementBytes, denseStrides(box.size)});
    });
    if (llvm::Error error =
            writeAt(file, bytes.data(), (end - begin) * reader.elementBytes, offset + begin * reader.elementBytes))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error sinter::streamWeights(ModuleOp module, const WeightLayout &layout, int file, int64_t offset,
                                  llvm::function_ref<void(int64_t)> progress) {
  WeightReaders readers(module);
  for (const WeightLayout::Entry &entry : layout.entries) {
    WeightOp weight = entry.weight;
    llvm::Expected<ReaderPtr> reader = readers.reader(weight);
    if (!reader)
      return reader.takeError();
    const Source *memory = (*reader)->memory();
    llvm::Error error = weight.getFile() ? writeSource(file, memory->base, entry.bytes, offset + entry.offset)
                                         : writeReader(file, **reader, offset + entry.offset);
    if (error)
      return error;
    if (progress)
      progress(entry.offset + entry.bytes);
  }
  return llvm::Error::success();
}

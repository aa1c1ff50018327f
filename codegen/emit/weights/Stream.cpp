// See Stream.h.
#include "codegen/emit/weights/Stream.h"
#include "codegen/emit/weights/Recipe.h"
#include <cerrno>
#include <cstring>
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

/// A mapped source goes from the page cache to the file as it is.
static llvm::Error writeSource(int file, const uint8_t *bytes, int64_t size, int64_t offset, WeightReaders &readers) {
  constexpr int64_t piece = 64 << 20;
  for (int64_t done = 0; done < size; done += piece) {
    if (llvm::Error error = writeAt(file, bytes + done, std::min(piece, size - done), offset + done))
      return error;
    if (size > piece)
      readers.releasePages();
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
    int64_t at = offset + entry.offset;
    if (llvm::Error error = weight.getFile() ? writeSource(file, (*reader)->memory()->base, entry.bytes, at, readers)
                                             : writeReader(file, **reader, at))
      return error;
    if (entry.bytes > blockBytes)
      readers.releasePages();
    if (progress)
      progress(entry.offset + entry.bytes);
  }
  return llvm::Error::success();
}

// Heap blocks with alignment, mapped files, and the end of the process when bookkeeping memory runs out.
#include "runtime/core/Memory.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace sinter::rt;

namespace {
/// What a block of zero bytes points to: valid, aligned, never freed.
alignas(kAlignment) unsigned char emptyBlock[kAlignment];
} // namespace

Memory &Memory::operator=(Memory &&other) {
  if (this != &other) {
    release();
    base = other.base, bytes = other.bytes, mapped = other.mapped;
    other.forget();
  }
  return *this;
}

bool Memory::allocate(int64_t size, Error &error) {
  release();
  if (size == 0) {
    base = emptyBlock;
    return true;
  }
  void *block = nullptr;
  if (size < 0 || posix_memalign(&block, kAlignment, static_cast<size_t>(size)))
    return error.fail("cannot allocate %lld bytes", static_cast<long long>(size));
  base = static_cast<unsigned char *>(block);
  bytes = static_cast<size_t>(size);
  return true;
}

void Memory::adoptMapping(void *address, size_t size) {
  release();
  base = static_cast<unsigned char *>(address);
  bytes = size;
  mapped = true;
}

void Memory::release() {
  if (mapped)
    munmap(base, bytes);
  else if (base != emptyBlock)
    free(base);
  forget();
}

void sinter::rt::outOfMemory(size_t bytes) {
  fprintf(stderr, "out of memory: cannot allocate %zu bytes\n", bytes);
  _exit(2);
}

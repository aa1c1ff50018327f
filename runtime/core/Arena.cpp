// Anonymous mappings, in huge pages where the system has them: an arena is walked through in every run.
#include "runtime/core/Arena.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

using namespace sinter::rt;

alignas(64) unsigned char Arena::empty[64];

Arena::~Arena() {
  if (size)
    munmap(base, size);
}

bool Arena::reserve(int64_t bytes, Error &error) {
  if (bytes <= static_cast<int64_t>(size))
    return true;
  if (size)
    munmap(base, size);
  base = nullptr, size = 0;
  size_t wanted = static_cast<size_t>(bytes);
  void *block = mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED)
    return error.fail("cannot map %lld bytes: %s", static_cast<long long>(bytes), strerror(errno));
  madvise(block, wanted, MADV_HUGEPAGE); // a hint: kernels without huge pages refuse it
  base = static_cast<unsigned char *>(block);
  size = wanted;
  return true;
}

bool Arena::grow(int64_t bytes, Error &error) {
  if (!size || bytes <= static_cast<int64_t>(size))
    return reserve(bytes, error);
  void *block = mremap(base, size, static_cast<size_t>(bytes), MREMAP_MAYMOVE);
  if (block == MAP_FAILED)
    return error.fail("cannot map %lld bytes: %s", static_cast<long long>(bytes), strerror(errno));
  base = static_cast<unsigned char *>(block);
  size = static_cast<size_t>(bytes);
  return true;
}

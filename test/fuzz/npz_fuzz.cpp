// libFuzzer: ZIP archives, their directory, zip64 fields and deflated data, and the .npy files inside.
// Seeds: the zoo's io.npz files.
#include "runtime/io/Npy.h"
#include "runtime/io/Zip.h"
#include <cstdlib>

using namespace sinter::rt;

/// A crafted archive may name the same member many times; more than this costs time and shows nothing new.
static constexpr size_t kMostMembers = 64;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ZipArchive archive;
  Error error;
  if (!archive.open({data, size}, error))
    return 0;
  for (size_t k = 0; k < smaller(archive.size(), kMostMembers); ++k) {
    Memory content;
    Tensor tensor;
    if (!archive.read(archive[k], content, error))
      continue;
    if (content.size() != archive[k].size)
      std::abort();
    readNpy({content.data(), content.size()}, nullptr, tensor, error);
  }
  return 0;
}

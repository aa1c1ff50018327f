// libFuzzer: the reader of .npy files. What it accepts must have the data that its shape says, and what we write of it
// must read back as the same bytes.
// Seeds: the .npy files of examples/.
#include "runtime/io/Npy.h"
#include <cstdlib>

using namespace sinter::rt;

static void require(bool law) {
  if (!law)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Tensor tensor, again;
  Error error;
  if (!readNpy({data, size}, nullptr, tensor, error)) {
    require(*error.text());
    return 0;
  }
  require(tensor.data && static_cast<size_t>(tensor.bytes()) <= size);
  Text file;
  appendNpyHeader(file, tensor);
  require(file.size() % kAlignment == 0);
  file.appendBytes(tensor.data, static_cast<size_t>(tensor.bytes()));
  require(readNpy({reinterpret_cast<const unsigned char *>(file.data()), file.size()}, nullptr, again, error));
  require(again.dtype == tensor.dtype && again.rank == tensor.rank && again.bytes() == tensor.bytes());
  require(!memcmp(again.data, tensor.data, static_cast<size_t>(tensor.bytes())));
  return 0;
}

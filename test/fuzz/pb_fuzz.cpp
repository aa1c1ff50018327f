// libFuzzer: the reader of serialized TensorProto messages. What it accepts must be no larger than its message allows.
// Seeds: none needed; the format is small.
#include "runtime/io/TensorProto.h"
#include <cstdlib>

using namespace sinter::rt;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Tensor tensor;
  Error error;
  bool read = readTensorProto({data, size}, tensor, error);
  // A varint of one byte can become an element of eight.
  if (read ? static_cast<size_t>(tensor.bytes()) > 8 * size : !*error.text())
    std::abort();
  return 0;
}

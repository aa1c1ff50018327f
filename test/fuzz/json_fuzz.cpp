// libFuzzer: tensors from JSON literals, the first byte choosing the element type.
// Seeds: none needed; the format is small.
#include "runtime/io/JsonTensor.h"
#include <cstdlib>
#include <string>

using namespace sinter::rt;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static constexpr int32_t kTypes[] = {SINTER_F32, SINTER_F16, SINTER_I64, SINTER_U64, SINTER_I8, SINTER_BOOL};
  if (!size)
    return 0;
  std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
  Tensor tensor;
  Error error;
  bool read = readJsonTensor(text.c_str(), kTypes[data[0] % 6], tensor, error);
  if (read ? static_cast<size_t>(tensor.elements()) > size : !*error.text())
    std::abort();
  return 0;
}

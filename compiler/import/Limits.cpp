// See Limits.h.
#include "compiler/import/Limits.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace sinter::importer {

std::optional<std::string> sizeProblem(ArrayRef<DimAttr> dims, Type element) {
  constexpr int64_t most = int64_t(1) << 48;
  int64_t bytes = elementBytes(element);
  bool isEmpty = false, isTooLarge = false;
  std::string text;
  for (DimAttr dim : dims) {
    text += (text.empty() ? "" : ", ") + toString(dim);
    if (rangeOf(dim).hi < 0)
      return "expected dims of 0 or more, got " + toString(dim);
    std::optional<int64_t> size = constantValue(dim);
    isEmpty |= size == 0;
    if (size && *size && (llvm::MulOverflow(bytes, *size, bytes) || bytes > most)) {
      isTooLarge = true;
      bytes = most;
    }
  }
  if (isTooLarge && !isEmpty)
    return "expected tensors of at most 2^48 bytes, got dims [" + text + "]";
  return std::nullopt;
}

} // namespace sinter::importer

// Looks at every element before it looks for the wrong one: the loop has no exit, so it runs in vectors.
#include "runtime/core/ElementCheck.h"

#include "runtime/core/Memory.h"
#include "runtime/core/Tensor.h"

using namespace sinter::rt;

namespace {
/// True if every `stride`-th element is in [lo, hi]. The sign of x - lo or hi - x, taken modulo 2^64, is set where x is
/// outside, even where the subtraction overflows.
template <typename T> bool allInside(const T *elements, int64_t count, int64_t stride, int64_t lo, int64_t hi) {
  uint64_t outside = 0;
  for (int64_t k = 0; k < count; k += stride) {
    uint64_t x = static_cast<uint64_t>(static_cast<int64_t>(elements[k]));
    outside |= (x - static_cast<uint64_t>(lo)) | (static_cast<uint64_t>(hi) - x);
  }
  return !(outside >> 63);
}

template <typename T>
bool areInside(const sinter_element_check &check, const T *elements, const int64_t *values, Error &error) {
  int64_t count = values[check.count];
  auto lo = [&](int64_t j) { return values[check.bounds[2 * j]]; };
  auto hi = [&](int64_t j) { return values[check.bounds[2 * j + 1]]; };
  bool inside = true;
  if (check.num_bounds == 1)
    inside = allInside(elements, count, 1, lo(0), hi(0));
  else
    for (int64_t j = 0; j < smaller<int64_t>(check.num_bounds, count); ++j)
      inside &= allInside(elements + j, count - j, check.num_bounds, lo(j), hi(j));
  if (inside)
    return true;
  int64_t first = 0, j = 0;
  while (elements[first] >= lo(j) && elements[first] <= hi(j))
    j = ++first % check.num_bounds;
  return error.fail("%s: expected %s in %lld..%lld, got %lld", check.node, check.what, static_cast<long long>(lo(j)),
                    static_cast<long long>(hi(j)), static_cast<long long>(elements[first]));
}
} // namespace

bool sinter::rt::elementsHold(const sinter_element_check &check, const void *elements, const int64_t *values,
                              Error &error) {
  return check.dtype == SINTER_I32 ? areInside(check, static_cast<const int32_t *>(elements), values, error)
                                   : areInside(check, static_cast<const int64_t *>(elements), values, error);
}

// Looks at every element before it looks for the wrong one: the loop has no exit, so it runs in vectors.
#include "runtime/core/ElementCheck.h"

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

/// A check on its way through the pool.
struct Scan {
  const sinter_element_check &check;
  const void *elements;
  const int64_t *values;
  Atomic<uint32_t> outside;

  int64_t lo(int64_t j) const { return values[check.bounds[2 * j]]; }
  int64_t hi(int64_t j) const { return values[check.bounds[2 * j + 1]]; }
  /// Elements of a task: the bounds come around in it.
  int64_t partLength() const { return larger<int64_t>(kPart / check.num_bounds, 1) * check.num_bounds; }
  static constexpr int64_t kPart = 32768;
};

template <typename T> void scanPart(const sinter_args *args, int64_t task, void *) {
  Scan &scan = *static_cast<Scan *>(args->buffers[0]);
  int64_t bounds = scan.check.num_bounds, begin = task * scan.partLength();
  int64_t count = smaller(scan.partLength(), scan.values[scan.check.count] - begin);
  const T *part = static_cast<const T *>(scan.elements) + begin;
  bool inside = bounds == 1 ? allInside(part, count, 1, scan.lo(0), scan.hi(0)) : true;
  for (int64_t j = 0; bounds > 1 && j < smaller(bounds, count); ++j)
    inside &= allInside(part + j, count - j, bounds, scan.lo(j), scan.hi(j));
  if (!inside)
    scan.outside.store(1);
}

/// The first element outside, of which there is one.
template <typename T> bool report(const Scan &scan, Error &error) {
  const T *elements = static_cast<const T *>(scan.elements);
  int64_t first = 0, j = 0;
  while (elements[first] >= scan.lo(j) && elements[first] <= scan.hi(j))
    j = ++first % scan.check.num_bounds;
  return error.fail("%s: expected %s in %lld..%lld, got %lld", scan.check.node, scan.check.what,
                    static_cast<long long>(scan.lo(j)), static_cast<long long>(scan.hi(j)),
                    static_cast<long long>(elements[first]));
}
} // namespace

bool sinter::rt::elementsHold(const sinter_element_check &check, const void *elements, const int64_t *values,
                              ThreadPool &pool, Error &error) {
  bool isNarrow = check.dtype == SINTER_I32;
  Scan scan = {check, elements, values, {}};
  void *buffer = &scan;
  sinter_args args = {&buffer, nullptr};
  int64_t tasks = (values[check.count] + scan.partLength() - 1) / scan.partLength();
  Job job = {isNarrow ? scanPart<int32_t> : scanPart<int64_t>, &args, tasks, 0, 0, false};
  if (!pool.run(job, error))
    return false;
  if (!scan.outside.load())
    return true;
  return isNarrow ? report<int32_t>(scan, error) : report<int64_t>(scan, error);
}

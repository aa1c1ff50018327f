// Whether indices that are data lie where the program may use them.
#pragma once
#include "runtime/core/ThreadPool.h"

namespace sinter::rt {

/// False, with the first element outside in the error, if one is not in its range. Kernels may then read and write
/// nowhere they should not, but the result would be that of other indices. Many elements are looked at by all threads.
bool elementsHold(const sinter_element_check &check, const void *elements, const int64_t *values, ThreadPool &pool,
                  Error &error);

} // namespace sinter::rt

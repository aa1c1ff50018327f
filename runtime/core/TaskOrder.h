// The order in which the tasks of a launch are handed out: ascending, or for tests a seeded permutation
// (SINTER_TASK_ORDER=shuffle:SEED), because no result may depend on it.
#pragma once
#include "runtime/core/Error.h"
#include <stdint.h>

namespace sinter::rt {

struct TaskOrder {
  bool shuffled = false;
  uint64_t seed = 0;

  /// Reads "shuffle:SEED"; null and "" mean ascending.
  bool parse(const char *text, Error &error);

  /// The task that is handed out as number `index` of `tasks`. For fixed seed, launch and tasks it is a bijection.
  int64_t at(int64_t index, int64_t tasks, int32_t launch) const;
};

} // namespace sinter::rt

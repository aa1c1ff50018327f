// What a running program calls back into: the thread pool and the profile behind sinter_rt_launch.
#pragma once
#include "runtime/core/Profile.h"

/// Opaque to compiled code. A failed launch (no scratch memory) turns the later ones into nothing; the caller of `run`
/// looks at `failed` afterwards.
struct sinter_executor {
  sinter::rt::ThreadPool *pool;
  sinter::rt::Profile *profile; // null: do not measure
  bool failed;
  sinter::rt::Error error;
};

// Pure functions from sizes and TargetInfo to tiles, grains and task counts. No IR: unit tests call them with numbers.
#pragma once
#include "target/TargetInfo.h"
#include <cstdint>

namespace sinter::schedule {
/// Scalar operations that a task does at least: some ten microseconds, so that waking a thread pays.
inline constexpr int64_t taskGrain = 32768;
/// Tasks of a launch at most: enough to balance 64 threads.
inline constexpr int64_t maxTasks = 256;
} // namespace sinter::schedule

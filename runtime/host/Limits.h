// What this process may use: CPUs by affinity and cgroup quota, memory by machine and cgroup limit.
#pragma once
#include <stdint.h>

namespace sinter::rt {

/// CPUs in the affinity mask, lowered to the cgroup's quota (rounded up); at least 1.
int allowedCpus();

/// Bytes of memory of the machine, lowered to the cgroup's limit.
int64_t allowedMemory();

enum class CgroupResource { Cpus, MemoryBytes };

/// The tightest limit of this process's cgroup and those above it, version 2 and version 1; INT64_MAX when there is
/// none. `root` is "" except in tests, which put a tree with proc/self/cgroup and sys/fs/cgroup somewhere else.
int64_t cgroupLimit(const char *root, CgroupResource resource);

} // namespace sinter::rt

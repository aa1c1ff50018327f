// Affinity and cgroup limits. Sources: Linux Documentation/admin-guide/cgroup-v2.rst (cpu.max, memory.max) and
// scheduler/sched-bwc.rst (cpu.cfs_quota_us). In a container the path in /proc/self/cgroup often lies outside of what
// is mounted, so every parent up to the mount's root is asked and missing files mean no limit.
#include "runtime/host/Limits.h"

#include "runtime/host/File.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace sinter::rt;

namespace {
constexpr int64_t kNoLimit = INT64_MAX;

/// A positive number at the start of a file's text; kNoLimit for "max", -1 and whatever else is there.
int64_t numberIn(const char *text) {
  char *end;
  long long value = strtoll(text, &end, 10);
  return end != text && value > 0 ? value : kNoLimit;
}

int64_t cpusOf(int64_t quota, int64_t period) {
  return quota == kNoLimit || period == kNoLimit ? kNoLimit : (quota - 1) / period + 1;
}

bool readIn(const char *folder, const char *file, Text &content) {
  Text path;
  path.append("%s/%s", folder, file);
  return readSmallFile(path.cString(), content);
}

/// The limit that one cgroup folder states.
int64_t limitOfFolder(const char *folder, bool version2, CgroupResource resource) {
  Text text, period;
  if (resource == CgroupResource::MemoryBytes)
    return readIn(folder, version2 ? "memory.max" : "memory.limit_in_bytes", text) ? numberIn(text.cString())
                                                                                   : kNoLimit;
  if (!version2)
    return readIn(folder, "cpu.cfs_quota_us", text) && readIn(folder, "cpu.cfs_period_us", period)
               ? cpusOf(numberIn(text.cString()), numberIn(period.cString()))
               : kNoLimit;
  if (!readIn(folder, "cpu.max", text)) // "QUOTA PERIOD" or "max PERIOD"
    return kNoLimit;
  const char *space = strchr(text.cString(), ' ');
  return space ? cpusOf(numberIn(text.cString()), numberIn(space + 1)) : kNoLimit;
}

/// The tightest limit of mount/path and of every folder above it, down to the mount itself.
int64_t limitOfPath(const char *mount, const char *path, int pathLength, bool version2, CgroupResource resource) {
  int64_t limit = kNoLimit;
  for (int length = pathLength;; --length) {
    if (length == 0 || length == pathLength || path[length] == '/') {
      Text folder;
      folder.append("%s%.*s", mount, length, path);
      limit = smaller(limit, limitOfFolder(folder.cString(), version2, resource));
    }
    if (length == 0)
      return limit;
  }
}

/// Whether a version 1 controller list such as "cpu,cpuacct" has `name`.
bool listHas(const char *list, size_t length, const char *name) {
  size_t nameLength = strlen(name);
  for (const char *at = list, *end = list + length; at < end;) {
    const char *comma = static_cast<const char *>(memchr(at, ',', static_cast<size_t>(end - at)));
    const char *stop = comma ? comma : end;
    if (static_cast<size_t>(stop - at) == nameLength && !memcmp(at, name, nameLength))
      return true;
    at = stop + 1;
  }
  return false;
}
} // namespace

int64_t sinter::rt::cgroupLimit(const char *root, CgroupResource resource) {
  Text path, text, mount;
  path.append("%s/proc/self/cgroup", root);
  if (!readSmallFile(path.cString(), text))
    return kNoLimit;
  const char *controller = resource == CgroupResource::Cpus ? "cpu" : "memory";
  int64_t limit = kNoLimit;
  for (const char *line = text.cString(); *line;) { // "ID:CONTROLLERS:PATH"
    const char *end = strchr(line, '\n');
    end = end ? end : line + strlen(line);
    const char *list = strchr(line, ':'), *place = list && list < end ? strchr(list + 1, ':') : nullptr;
    if (place && place < end) {
      bool version2 = place == list + 1;
      if (version2 || listHas(list + 1, static_cast<size_t>(place - list - 1), controller)) {
        mount.clear();
        mount.append(version2 ? "%s/sys/fs/cgroup" : "%s/sys/fs/cgroup/%s", root, controller);
        limit = smaller(limit,
                        limitOfPath(mount.cString(), place + 1, static_cast<int>(end - place - 1), version2, resource));
      }
    }
    line = *end ? end + 1 : end;
  }
  return limit;
}

int sinter::rt::allowedCpus() {
  unsigned char mask[8192] = {}; // 65536 CPUs
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask);
  int64_t cpus = 0;
  for (long k = 0; k < bytes; ++k)
    cpus += __builtin_popcount(mask[k]);
  cpus = smaller(cpus, cgroupLimit("", CgroupResource::Cpus));
  return static_cast<int>(larger<int64_t>(cpus, 1));
}

int64_t sinter::rt::allowedMemory() {
  int64_t machine = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return smaller(machine, cgroupLimit("", CgroupResource::MemoryBytes));
}

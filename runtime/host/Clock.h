// The clock of profiles, benchmarks and short spins.
#pragma once
#include <stdint.h>
#include <time.h>

namespace sinter::rt {

/// Nanoseconds since an arbitrary moment, never going back.
inline int64_t clockNanos() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

/// Tells the core that this is a spin loop.
inline void spinPause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

} // namespace sinter::rt

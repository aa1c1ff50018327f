// Reproducible pseudo-random numbers: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
// 2014). Used for seeded inputs and shuffled task order; not for secrets.
#pragma once
#include <stdint.h>

namespace sinter::rt {

/// The finaliser of SplitMix64: a bijection of 64 bits that looks random.
inline uint64_t mixBits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

struct Random {
  uint64_t state;

  uint64_t next() { return mixBits(state += 0x9e3779b97f4a7c15); }
  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
};

} // namespace sinter::rt

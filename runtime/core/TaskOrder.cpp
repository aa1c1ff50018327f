// Permutations without memory: a four-round Feistel network over an even number of bits, walked until the result is
// below the task count (cycle walking; Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
#include "runtime/core/TaskOrder.h"

#include "runtime/core/Random.h"
#include <stdlib.h>
#include <string.h>

using namespace sinter::rt;

namespace {
constexpr char kShuffle[] = "shuffle:";

uint64_t permute(uint64_t value, int halfBits, uint64_t key) {
  uint64_t mask = (uint64_t{1} << halfBits) - 1, left = value >> halfBits, right = value & mask;
  for (uint64_t round = 0; round < 4; ++round) {
    uint64_t mixed = left ^ (mixBits(key + round * 0x9e3779b97f4a7c15 + right) & mask);
    left = right;
    right = mixed;
  }
  return left << halfBits | right;
}
} // namespace

bool TaskOrder::parse(const char *text, Error &error) {
  shuffled = false;
  if (!text || !*text)
    return true;
  char *end = nullptr;
  size_t prefix = sizeof(kShuffle) - 1;
  if (!strncmp(text, kShuffle, prefix) && text[prefix] >= '0' && text[prefix] <= '9')
    seed = strtoull(text + prefix, &end, 10);
  if (!end || *end)
    return error.fail("SINTER_TASK_ORDER: expected shuffle:SEED, got %s", text);
  shuffled = true;
  return true;
}

int64_t TaskOrder::at(int64_t index, int64_t tasks, int32_t launch) const {
  if (!shuffled || tasks < 2)
    return index;
  int bits = 64 - __builtin_clzll(static_cast<uint64_t>(tasks - 1)), halfBits = (bits + 1) / 2;
  uint64_t key = mixBits(seed ^ mixBits(static_cast<uint64_t>(launch))), value = static_cast<uint64_t>(index);
  do
    value = permute(value, halfBits, key);
  while (value >= static_cast<uint64_t>(tasks));
  return static_cast<int64_t>(value);
}

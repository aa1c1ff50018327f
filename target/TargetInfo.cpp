// Tables of CPU features and microarchitectures behind TargetInfo.h.
#include "target/TargetInfo.h"
#include <algorithm>

using namespace sinter;

/// Features that code without privileged or special-purpose instructions can use, in the order in which a program
/// checks them.
static constexpr std::string_view usableFeatures[] = {"avx512f",
                                                      "avx512bw",
                                                      "avx512dq",
                                                      "avx512vl",
                                                      "avx512cd",
                                                      "avx512vnni",
                                                      "avx512bf16",
                                                      "avx512fp16",
                                                      "avx512vbmi",
                                                      "avx512vbmi2",
                                                      "avx512ifma",
                                                      "avx512bitalg",
                                                      "avx512vpopcntdq",
                                                      "avx2",
                                                      "fma",
                                                      "f16c",
                                                      "bmi2",
                                                      "bmi",
                                                      "lzcnt",
                                                      "movbe",
                                                      "avx",
                                                      "avxvnni",
                                                      "avxvnniint8",
                                                      "avxvnniint16",
                                                      "avxifma",
                                                      "avxneconvert",
                                                      "gfni",
                                                      "vaes",
                                                      "vpclmulqdq",
                                                      "aes",
                                                      "pclmul",
                                                      "adx",
                                                      "sha",
                                                      "popcnt",
                                                      "crc32",
                                                      "cx16",
                                                      "sahf",
                                                      "xop",
                                                      "fma4",
                                                      "tbm",
                                                      "lwp",
                                                      "sse4a",
                                                      "sse4.2",
                                                      "sse4.1",
                                                      "ssse3",
                                                      "sse3"};

static constexpr std::string_view baseline[] = {"avx2", "fma", "f16c", "bmi2"};
static constexpr std::string_view avx512Base[] = {"avx512f", "avx512bw", "avx512dq", "avx512vl"};

namespace {
struct Core {
  std::string_view cpu;
  int64_t l1KiB, l2KiB;
  int64_t fmaLatency, fmaPorts; // at the width that we use
};
} // namespace

static constexpr Core cores[] = {
    // AMD
    {"znver1", 32, 512, 5, 1},
    {"znver2", 32, 512, 5, 2},
    {"znver3", 32, 512, 4, 2},
    {"znver4", 32, 1024, 4, 1}, // 512-bit operations take two passes
    {"znver5", 48, 1024, 4, 2},
    {"znver6", 48, 1024, 4, 2},
    // Intel, servers
    {"haswell", 32, 256, 5, 2},
    {"broadwell", 32, 256, 5, 2},
    {"skylake-avx512", 32, 1024, 4, 2},
    {"cascadelake", 32, 1024, 4, 2},
    {"cooperlake", 32, 1024, 4, 2},
    {"icelake-server", 48, 1280, 4, 2},
    {"sapphirerapids", 48, 2048, 4, 2},
    {"emeraldrapids", 48, 2048, 4, 2},
    {"graniterapids", 48, 2048, 4, 2},
    {"graniterapids-d", 48, 2048, 4, 2},
    {"diamondrapids", 48, 2048, 4, 2},
    {"sierraforest", 32, 1024, 6, 2},
    {"clearwaterforest", 32, 1024, 6, 2},
    // Intel, clients
    {"skylake", 32, 256, 4, 2},
    {"cannonlake", 32, 256, 4, 1},
    {"icelake-client", 48, 512, 4, 1},
    {"rocketlake", 48, 512, 4, 1},
    {"tigerlake", 48, 1280, 4, 1},
    {"alderlake", 48, 1280, 4, 2},
    {"raptorlake", 48, 2048, 4, 2},
    {"meteorlake", 48, 2048, 4, 2},
    {"arrowlake", 48, 2048, 4, 2},
    {"arrowlake-s", 48, 2048, 4, 2},
    {"lunarlake", 48, 2048, 4, 2},
    {"pantherlake", 48, 2048, 4, 2},
    // The levels of the x86-64 psABI: what is true of most machines that have them
    {"x86-64-v3", 32, 512, 4, 2},
    {"x86-64-v4", 32, 1024, 4, 2},
};

static bool contains(const std::vector<std::string> &list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool TargetInfo::has(std::string_view feature) const { return contains(required, feature); }

std::string sinter::missingBaseline(const std::vector<std::string> &available) {
  for (std::string_view feature : baseline)
    if (!contains(available, feature))
      return std::string(feature);
  return "";
}

TargetInfo sinter::describeTarget(std::string_view name, std::string_view cpu,
                                  const std::vector<std::string> &available) {
  TargetInfo target;
  target.name = name;
  target.cpu = cpu;
  for (std::string_view feature : usableFeatures)
    if (contains(available, feature))
      target.required.emplace_back(feature);
  if (std::all_of(std::begin(avx512Base), std::end(avx512Base), [&](std::string_view f) { return target.has(f); })) {
    target.level = VectorLevel::Avx512;
    target.vectorBits = 512;
    target.numVectorRegisters = 32;
    target.l2Bytes = 1 << 20;
  }
  for (const Core &core : cores) {
    if (core.cpu != cpu)
      continue;
    target.l1Bytes = core.l1KiB << 10;
    target.l2Bytes = core.l2KiB << 10;
    target.fmaLatency = core.fmaLatency;
    target.fmaPorts = core.fmaPorts;
  }
  return target;
}

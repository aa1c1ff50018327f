// CPUID. Sources: Intel SDM volume 2 (CPUID), AMD APM volume 3 appendix E; names as in LLVM's X86TargetParser.def. A
// feature with wide registers counts only when the operating system saves them (XGETBV), as LLVM's Host.cpp does.
#include "runtime/host/CpuFeatures.h"

#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

using namespace sinter::rt;

#if defined(__x86_64__)
namespace {
enum Register : unsigned char { EAX, EBX, ECX, EDX };
/// Register state that the operating system must save.
enum State : unsigned char { NoState, Avx, Avx512, Amx };

struct Feature {
  const char *name;
  unsigned leaf, subleaf;
  Register reg;
  unsigned char bit;
  State state;
};

constexpr unsigned kExtended = 0x80000001, kSizes = 0x80000008;
constexpr Feature kFeatures[] = {
    {"64bit", kExtended, 0, EDX, 29, NoState},
    {"cx8", 1, 0, EDX, 8, NoState},
    {"cmov", 1, 0, EDX, 15, NoState},
    {"mmx", 1, 0, EDX, 23, NoState},
    {"fxsr", 1, 0, EDX, 24, NoState},
    {"sse", 1, 0, EDX, 25, NoState},
    {"sse2", 1, 0, EDX, 26, NoState},
    {"sse3", 1, 0, ECX, 0, NoState},
    {"pclmul", 1, 0, ECX, 1, NoState},
    {"ssse3", 1, 0, ECX, 9, NoState},
    {"fma", 1, 0, ECX, 12, Avx},
    {"cx16", 1, 0, ECX, 13, NoState},
    {"sse4.1", 1, 0, ECX, 19, NoState},
    {"sse4.2", 1, 0, ECX, 20, NoState},
    {"crc32", 1, 0, ECX, 20, NoState},
    {"movbe", 1, 0, ECX, 22, NoState},
    {"popcnt", 1, 0, ECX, 23, NoState},
    {"aes", 1, 0, ECX, 25, NoState},
    {"xsave", 1, 0, ECX, 27, NoState},
    {"avx", 1, 0, ECX, 28, Avx},
    {"f16c", 1, 0, ECX, 29, Avx},
    {"rdrnd", 1, 0, ECX, 30, NoState},
    {"x87", 1, 0, EDX, 0, NoState},
    {"sahf", kExtended, 0, ECX, 0, NoState},
    {"lzcnt", kExtended, 0, ECX, 5, NoState},
    {"sse4a", kExtended, 0, ECX, 6, NoState},
    {"prfchw", kExtended, 0, ECX, 8, NoState},
    {"xop", kExtended, 0, ECX, 11, Avx},
    {"fma4", kExtended, 0, ECX, 16, Avx},
    {"fsgsbase", 7, 0, EBX, 0, NoState},
    {"bmi", 7, 0, EBX, 3, NoState},
    {"avx2", 7, 0, EBX, 5, Avx},
    {"bmi2", 7, 0, EBX, 8, NoState},
    {"avx512f", 7, 0, EBX, 16, Avx512},
    {"avx512dq", 7, 0, EBX, 17, Avx512},
    {"rdseed", 7, 0, EBX, 18, NoState},
    {"adx", 7, 0, EBX, 19, NoState},
    {"avx512ifma", 7, 0, EBX, 21, Avx512},
    {"clflushopt", 7, 0, EBX, 23, NoState},
    {"clwb", 7, 0, EBX, 24, NoState},
    {"avx512cd", 7, 0, EBX, 28, Avx512},
    {"sha", 7, 0, EBX, 29, NoState},
    {"avx512bw", 7, 0, EBX, 30, Avx512},
    {"avx512vl", 7, 0, EBX, 31, Avx512},
    {"avx512vbmi", 7, 0, ECX, 1, Avx512},
    {"avx512vbmi2", 7, 0, ECX, 6, Avx512},
    {"gfni", 7, 0, ECX, 8, NoState},
    {"vaes", 7, 0, ECX, 9, Avx},
    {"vpclmulqdq", 7, 0, ECX, 10, Avx},
    {"avx512vnni", 7, 0, ECX, 11, Avx512},
    {"avx512bitalg", 7, 0, ECX, 12, Avx512},
    {"avx512vpopcntdq", 7, 0, ECX, 14, Avx512},
    {"rdpid", 7, 0, ECX, 22, NoState},
    {"movdiri", 7, 0, ECX, 27, NoState},
    {"movdir64b", 7, 0, ECX, 28, NoState},
    {"avx512vp2intersect", 7, 0, EDX, 8, Avx512},
    {"serialize", 7, 0, EDX, 14, NoState},
    {"amx-bf16", 7, 0, EDX, 22, Amx},
    {"avx512fp16", 7, 0, EDX, 23, Avx512},
    {"amx-tile", 7, 0, EDX, 24, Amx},
    {"amx-int8", 7, 0, EDX, 25, Amx},
    {"avxvnni", 7, 1, EAX, 4, Avx},
    {"avx512bf16", 7, 1, EAX, 5, Avx512},
    {"amx-fp16", 7, 1, EAX, 21, Amx},
    {"avxifma", 7, 1, EAX, 23, Avx},
    {"avxvnniint8", 7, 1, EDX, 4, Avx},
    {"avxneconvert", 7, 1, EDX, 5, Avx},
    {"avxvnniint16", 7, 1, EDX, 10, Avx},
    {"prefetchi", 7, 1, EDX, 14, NoState},
    {"xsaveopt", 0xd, 1, EAX, 0, NoState},
    {"xsavec", 0xd, 1, EAX, 1, NoState},
    {"xsaves", 0xd, 1, EAX, 3, NoState},
    {"lwp", kExtended, 0, ECX, 15, NoState},
    {"tbm", kExtended, 0, ECX, 21, NoState},
    {"mwaitx", kExtended, 0, ECX, 29, NoState},
    {"clzero", kSizes, 0, EBX, 0, NoState},
    {"rdpru", kSizes, 0, EBX, 4, NoState},
    {"wbnoinvd", kSizes, 0, EBX, 9, NoState},
    {"invpcid", 7, 0, EBX, 10, NoState},
    {"rtm", 7, 0, EBX, 11, NoState},
    {"pku", 7, 0, ECX, 4, NoState},
    {"waitpkg", 7, 0, ECX, 5, NoState},
    {"shstk", 7, 0, ECX, 7, NoState},
    {"cldemote", 7, 0, ECX, 25, NoState},
    {"enqcmd", 7, 0, ECX, 29, NoState},
    {"uintr", 7, 0, EDX, 5, NoState},
    {"tsxldtrk", 7, 0, EDX, 16, NoState},
    {"sha512", 7, 1, EAX, 0, Avx},
    {"sm3", 7, 1, EAX, 1, Avx},
    {"sm4", 7, 1, EAX, 2, Avx},
    {"raoint", 7, 1, EAX, 3, NoState},
    {"cmpccxadd", 7, 1, EAX, 7, NoState},
    {"amx-complex", 7, 1, EDX, 8, Amx},
    {"ptwrite", 0x14, 0, EBX, 4, NoState},
};

/// The four levels of the x86-64 psABI.
constexpr const char *kLevel2[] = {"cx16", "sahf", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3", nullptr};
constexpr const char *kLevel3[] = {"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave", nullptr};
constexpr const char *kLevel4[] = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", nullptr};

bool stateSaved(State state) {
  if (state == NoState)
    return true;
  unsigned a, b, c, d, low, high;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 27 & 1)) // OSXSAVE
    return false;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  unsigned needed = state == Avx ? 0x6 : state == Avx512 ? 0xe6 : 0x60000;
  return (low & needed) == needed;
}

bool hasFeature(const Feature &feature) {
  unsigned regs[4];
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &regs[EAX], &regs[EBX], &regs[ECX], &regs[EDX]))
    return false;
  if (feature.leaf == 7 && feature.subleaf == 1) { // leaf 7 says in EAX which subleaves there are
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || a < 1)
      return false;
  }
  return (regs[feature.reg] >> feature.bit & 1) && stateSaved(feature.state);
}

const Feature *findFeature(const char *name) {
  for (const Feature &feature : kFeatures)
    if (!strcmp(feature.name, name))
      return &feature;
  return nullptr;
}

/// The first of a null-terminated list that the CPU lacks, or null.
const char *firstMissing(const char *const *features) {
  for (; *features; ++features) {
    const Feature *feature = findFeature(*features);
    if (!feature || !hasFeature(*feature))
      return *features;
  }
  return nullptr;
}
} // namespace

const char *sinter::rt::cpuLevel() {
  if (firstMissing(kLevel2))
    return "x86-64";
  if (firstMissing(kLevel3))
    return "x86-64-v2";
  return firstMissing(kLevel4) ? "x86-64-v3" : "x86-64-v4";
}

bool sinter::rt::checkCpuFeatures(const char *const *features, Error &error) {
  const char *missing = features ? firstMissing(features) : nullptr;
  if (!missing)
    return true;
  if (!findFeature(missing))
    return error.fail("needs %s, this runtime cannot check for it; compile with --target=%s", missing, cpuLevel());
  return error.fail("needs %s, this CPU lacks it; compile with --target=%s", missing, cpuLevel());
}
#else
const char *sinter::rt::cpuLevel() { return ""; }

bool sinter::rt::checkCpuFeatures(const char *const *features, Error &error) {
  if (!features || !*features)
    return true;
  return error.fail("needs %s, this runtime cannot check for it", *features);
}
#endif

// What schedules, emitters and the object writer know of a CPU: instruction set, register file, caches, multiply-add
// units.
//
// Plain data and pure functions, no IR: schedules ask it, and tests make one by hand. `describeTarget` fills everything
// that follows from a CPU's name and features; codegen/emit/objects/ResolveTarget.h finds those two for a --target
// argument. Sources: Intel Optimization Reference Manual (2023) chapter 2, AMD Software Optimization Guides for
// families 17h, 19h and 1Ah, uops.info for latencies.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinter {
/// The two families of vector code that emitters write.
enum class VectorLevel { Avx2, Avx512 };

struct TargetInfo {
  /// "x86-64-v3", "znver5": what the executable reports; `native` is resolved before.
  std::string name;
  /// LLVM's CPU name and feature string ("-avx512vp2intersect,..."; usually empty).
  std::string cpu, features;
  /// Features that generated code may use and the executable checks at start, the widest vector level first.
  std::vector<std::string> required;

  VectorLevel level = VectorLevel::Avx2;
  int64_t vectorBits = 256;
  int64_t numVectorRegisters = 16;
  /// Data caches of one core.
  int64_t l1Bytes = 32 << 10, l2Bytes = 512 << 10;
  /// Of one fused multiply-add of `vectorBits`: cycles until its result can be used, and how many start per cycle.
  int64_t fmaLatency = 4, fmaPorts = 2;

  /// Elements of `bits` bits in one vector register.
  int64_t lanes(int64_t bits) const { return vectorBits / bits; }
  /// Whether generated code may use a feature ("avx512vnni").
  bool has(std::string_view feature) const;
};

/// Fills a TargetInfo from LLVM's CPU name and the complete list of its features (in any order). AVX-512 code needs
/// avx512f, bw, dq and vl. Features that no generated code can use are left out of `required`.
TargetInfo describeTarget(std::string_view name, std::string_view cpu, const std::vector<std::string> &available);

/// The first feature that even the narrowest code needs and `available` lacks: "avx2", "fma", "f16c" or "bmi2"; empty
/// if none.
std::string missingBaseline(const std::vector<std::string> &available);
} // namespace sinter

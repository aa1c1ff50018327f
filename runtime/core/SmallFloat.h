// f16 and bf16 to and from double, rounded once to nearest even. The C runtime's own conversions differ between
// compiler versions, and bf16 through f32 would round twice.
#pragma once
#include <stdint.h>

namespace sinter::rt {

/// A binary format with a sign, `exponentBits` and `mantissaBits`, at most 16 bits in all.
struct SmallFloat {
  int exponentBits, mantissaBits;

  double decode(uint16_t bits) const;
  /// Overflow gives infinity; NaN stays NaN (quiet).
  uint16_t encode(double value) const;
};

constexpr SmallFloat kHalf{5, 10};
constexpr SmallFloat kBFloat{8, 7};

} // namespace sinter::rt

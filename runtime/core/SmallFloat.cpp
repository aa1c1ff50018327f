// Bit-level conversion between double (11 exponent bits, 52 mantissa bits) and the 16-bit formats.
#include "runtime/core/SmallFloat.h"

#include <string.h>

using namespace sinter::rt;

namespace {
constexpr int kDoubleMantissa = 52, kDoubleBias = 1023;

/// 2^k for k in the normal range of double.
double powerOfTwo(int k) {
  uint64_t bits = static_cast<uint64_t>(k + kDoubleBias) << kDoubleMantissa;
  double value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}
} // namespace

double SmallFloat::decode(uint16_t bits) const {
  int bias = (1 << (exponentBits - 1)) - 1, top = (1 << exponentBits) - 1;
  int exponent = (bits >> mantissaBits) & top;
  double mantissa = bits & ((1 << mantissaBits) - 1);
  double sign = bits >> (exponentBits + mantissaBits) ? -1.0 : 1.0;
  if (exponent == top)
    return sign * (mantissa != 0 ? __builtin_nan("") : __builtin_inf());
  if (exponent == 0) // subnormal
    return sign * mantissa * powerOfTwo(1 - bias - mantissaBits);
  return sign * (mantissa + (1 << mantissaBits)) * powerOfTwo(exponent - bias - mantissaBits);
}

uint16_t SmallFloat::encode(double value) const {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  int bias = (1 << (exponentBits - 1)) - 1, top = (1 << exponentBits) - 1;
  uint16_t sign = static_cast<uint16_t>((bits >> 63) << (exponentBits + mantissaBits));
  uint16_t infinity = static_cast<uint16_t>(top << mantissaBits);
  int exponent = static_cast<int>((bits >> kDoubleMantissa) & 0x7ff);
  uint64_t mantissa = bits & ((uint64_t{1} << kDoubleMantissa) - 1);
  if (exponent == 0x7ff)
    return sign | infinity | (mantissa ? 1 << (mantissaBits - 1) : 0);
  if (exponent == 0) // below every subnormal of the small formats
    return sign;

  // The result is mantissa >> shift with `field` added as exponent; a carry of the rounding moves into the exponent.
  mantissa |= uint64_t{1} << kDoubleMantissa;
  int field = exponent - kDoubleBias + bias, shift = kDoubleMantissa - mantissaBits;
  if (field >= top)
    return sign | infinity;
  if (field <= 0) { // subnormal result: shift further, no hidden bit
    shift += 1 - field;
    field = 1;
    if (shift > kDoubleMantissa + 1)
      return sign;
  }
  uint64_t kept = mantissa >> shift, rest = mantissa & ((uint64_t{1} << shift) - 1), half = uint64_t{1} << (shift - 1);
  if (rest > half || (rest == half && (kept & 1)))
    ++kept;
  return sign | static_cast<uint16_t>((static_cast<uint64_t>(field - 1) << mantissaBits) + kept);
}

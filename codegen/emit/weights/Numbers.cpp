// See Numbers.h. Blocks pass through arrays of double or int64 that stay in the L1 cache.
#include "codegen/emit/weights/Numbers.h"
#include <bit>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace sinter;

static constexpr int64_t block = 512;

//===- Memory to double and int64, and back ---------------------------------------------------------------------===//

static float fromBf16(uint16_t bits) { return std::bit_cast<float>(uint32_t(bits) << 16); }
static uint16_t toBf16(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return (bits >> 16) | 0x40;
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

template <typename T, typename Wide> static void widen(const uint8_t *in, Wide *out, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, in + i * sizeof(T), sizeof(T));
    out[i] = static_cast<Wide>(value);
  }
}
template <typename T, typename Wide> static void narrow(const Wide *in, uint8_t *out, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    T value = static_cast<T>(in[i]);
    std::memcpy(out + i * sizeof(T), &value, sizeof(T));
  }
}

static void load(Type element, const uint8_t *in, double *out, int64_t count) {
  if (element.isF64())
    return widen<double>(in, out, count);
  if (element.isF32())
    return widen<float>(in, out, count);
  if (element.isF16())
    return widen<_Float16>(in, out, count);
  for (int64_t i = 0; i < count; ++i) {
    uint16_t bits;
    std::memcpy(&bits, in + 2 * i, 2);
    out[i] = fromBf16(bits);
  }
}
static void store(Type element, const double *in, uint8_t *out, int64_t count) {
  if (element.isF64())
    return narrow<double>(in, out, count);
  if (element.isF32())
    return narrow<float>(in, out, count);
  if (element.isF16())
    return narrow<_Float16>(in, out, count);
  for (int64_t i = 0; i < count; ++i) {
    uint16_t bits = toBf16(static_cast<float>(in[i]));
    std::memcpy(out + 2 * i, &bits, 2);
  }
}

static bool isUnsigned(Type element) { return element.isUnsignedInteger() || element.isInteger(1); }

static void load(Type element, const uint8_t *in, int64_t *out, int64_t count) {
  bool plain = isUnsigned(element);
  switch (element.getIntOrFloatBitWidth()) {
  case 1:
  case 8: return plain ? widen<uint8_t>(in, out, count) : widen<int8_t>(in, out, count);
  case 16: return plain ? widen<uint16_t>(in, out, count) : widen<int16_t>(in, out, count);
  case 32: return plain ? widen<uint32_t>(in, out, count) : widen<int32_t>(in, out, count);
  default: return widen<int64_t>(in, out, count);
  }
}
static void store(Type element, const int64_t *in, uint8_t *out, int64_t count) {
  switch (element.getIntOrFloatBitWidth()) {
  case 1:
  case 8: return narrow<uint8_t>(in, out, count);
  case 16: return narrow<uint16_t>(in, out, count);
  case 32: return narrow<uint32_t>(in, out, count);
  default: return narrow<int64_t>(in, out, count);
  }
}

//===- Kinds ----------------------------------------------------------------------------------------------------===//

/// Applies `function` (Wide or bool, of Wide) to every element, block by block.
template <typename Wide, typename Function>
static void forBlocks(Type element, llvm::ArrayRef<const uint8_t *> operands, uint8_t *out, int64_t count,
                      Function function) {
  using Result = std::invoke_result_t<Function, Wide, Wide>;
  Wide values[2][block] = {};
  int64_t bytes = elementBytes(element);
  for (int64_t begin = 0; begin < count; begin += block) {
    int64_t size = std::min(block, count - begin);
    for (auto [operand, array] : llvm::zip(operands, values))
      load(element, operand + begin * bytes, array, size);
    if constexpr (std::is_same_v<Result, bool>) {
      for (int64_t i = 0; i < size; ++i)
        out[begin + i] = function(values[0][i], values[1][i]);
    } else {
      for (int64_t i = 0; i < size; ++i)
        values[0][i] = function(values[0][i], values[1][i]);
      store(element, values[0], out + begin * bytes, size);
    }
  }
}

static double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

static void floatUnary(UnaryKind kind, Type element, const uint8_t *in, uint8_t *out, int64_t count) {
  auto map = [&](auto function) {
    forBlocks<double>(element, {in}, out, count, [=](double x, double) { return function(x); });
  };
  switch (kind) {
  case UnaryKind::neg: return map([](double x) { return -x; });
  case UnaryKind::abs: return map([](double x) { return std::fabs(x); });
  case UnaryKind::sign: return map([](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; });
  case UnaryKind::exp: return map([](double x) { return std::exp(x); });
  case UnaryKind::exp2: return map([](double x) { return std::exp2(x); });
  case UnaryKind::expm1: return map([](double x) { return std::expm1(x); });
  case UnaryKind::log: return map([](double x) { return std::log(x); });
  case UnaryKind::log1p: return map([](double x) { return std::log1p(x); });
  case UnaryKind::sqrt: return map([](double x) { return std::sqrt(x); });
  case UnaryKind::rsqrt: return map([](double x) { return 1 / std::sqrt(x); });
  case UnaryKind::reciprocal: return map([](double x) { return 1 / x; });
  case UnaryKind::floor: return map([](double x) { return std::floor(x); });
  case UnaryKind::ceil: return map([](double x) { return std::ceil(x); });
  case UnaryKind::round: return map([](double x) { return std::nearbyint(x); });
  case UnaryKind::trunc: return map([](double x) { return std::trunc(x); });
  case UnaryKind::sin: return map([](double x) { return std::sin(x); });
  case UnaryKind::cos: return map([](double x) { return std::cos(x); });
  case UnaryKind::tan: return map([](double x) { return std::tan(x); });
  case UnaryKind::asin: return map([](double x) { return std::asin(x); });
  case UnaryKind::acos: return map([](double x) { return std::acos(x); });
  case UnaryKind::atan: return map([](double x) { return std::atan(x); });
  case UnaryKind::sinh: return map([](double x) { return std::sinh(x); });
  case UnaryKind::cosh: return map([](double x) { return std::cosh(x); });
  case UnaryKind::tanh: return map([](double x) { return std::tanh(x); });
  case UnaryKind::asinh: return map([](double x) { return std::asinh(x); });
  case UnaryKind::acosh: return map([](double x) { return std::acosh(x); });
  case UnaryKind::atanh: return map([](double x) { return std::atanh(x); });
  case UnaryKind::erf: return map([](double x) { return std::erf(x); });
  case UnaryKind::sigmoid: return map([](double x) { return 1 / (1 + std::exp(-x)); });
  case UnaryKind::softplus: return map(softplus);
  case UnaryKind::isnan: return map([](double x) -> bool { return std::isnan(x); });
  case UnaryKind::isinf: return map([](double x) -> bool { return std::isinf(x); });
  case UnaryKind::isposinf: return map([](double x) -> bool { return x == INFINITY; });
  case UnaryKind::isneginf: return map([](double x) -> bool { return x == -INFINITY; });
  case UnaryKind::_not:
  case UnaryKind::bitnot: break; // of integers only
  }
  llvm_unreachable("not a kind of floats");
}

static void integerUnary(UnaryKind kind, Type element, const uint8_t *in, uint8_t *out, int64_t count) {
  bool plain = isUnsigned(element);
  auto map = [&](auto function) {
    forBlocks<int64_t>(element, {in}, out, count, [=](int64_t x, int64_t) { return function(x); });
  };
  switch (kind) {
  case UnaryKind::neg: return map([](int64_t x) { return int64_t(-uint64_t(x)); });
  case UnaryKind::abs: return map([=](int64_t x) { return !plain && x < 0 ? int64_t(-uint64_t(x)) : x; });
  case UnaryKind::sign:
    return map([=](int64_t x) { return int64_t(x != 0 && (plain || x > 0)) - int64_t(!plain && x < 0); });
  case UnaryKind::_not: return map([](int64_t x) { return x ^ 1; });
  case UnaryKind::bitnot: return map([](int64_t x) { return ~x; });
  default: llvm_unreachable("not a kind of integers");
  }
}

static double floorMod(double x, double y) {
  double remainder = std::fmod(x, y);
  return remainder * y < 0 ? remainder + y : remainder;
}

static void floatBinary(BinaryKind kind, Type element, llvm::ArrayRef<const uint8_t *> operands, uint8_t *out,
                        int64_t count) {
  auto map = [&](auto function) { forBlocks<double>(element, operands, out, count, function); };
  switch (kind) {
  case BinaryKind::add: return map([](double x, double y) { return x + y; });
  case BinaryKind::sub: return map([](double x, double y) { return x - y; });
  case BinaryKind::mul: return map([](double x, double y) { return x * y; });
  case BinaryKind::div: return map([](double x, double y) { return x / y; });
  case BinaryKind::fmod: return map([](double x, double y) { return std::fmod(x, y); });
  case BinaryKind::mod: return map(floorMod);
  case BinaryKind::pow: return map([](double x, double y) { return std::pow(x, y); });
  case BinaryKind::max:
    return map([](double x, double y) { return std::isnan(x) || std::isnan(y) ? NAN : std::fmax(x, y); });
  case BinaryKind::min:
    return map([](double x, double y) { return std::isnan(x) || std::isnan(y) ? NAN : std::fmin(x, y); });
  case BinaryKind::maxnum: return map([](double x, double y) { return std::fmax(x, y); });
  case BinaryKind::minnum: return map([](double x, double y) { return std::fmin(x, y); });
  case BinaryKind::eq: return map([](double x, double y) { return x == y; });
  case BinaryKind::ne: return map([](double x, double y) { return x != y; });
  case BinaryKind::lt: return map([](double x, double y) { return x < y; });
  case BinaryKind::le: return map([](double x, double y) { return x <= y; });
  case BinaryKind::gt: return map([](double x, double y) { return x > y; });
  case BinaryKind::ge: return map([](double x, double y) { return x >= y; });
  default: llvm_unreachable("not a kind of floats");
  }
}

/// Quotient and remainder that never trap: x / 0 = 0, x mod 0 = x, least / -1 = least.
template <typename T> static std::pair<T, T> divide(T x, T y) {
  if (y == 0)
    return {0, x};
  if (std::is_signed_v<T> && y == T(-1))
    return {T(-uint64_t(x)), 0};
  return {T(x / y), T(x % y)};
}

/// Kinds whose result depends on how the bits are read: T is int64_t or uint64_t.
template <typename T>
static void integerOrdered(BinaryKind kind, Type element, llvm::ArrayRef<const uint8_t *> operands, uint8_t *out,
                           int64_t count) {
  auto map = [&](auto function) {
    forBlocks<int64_t>(element, operands, out, count, [=](int64_t x, int64_t y) { return function(T(x), T(y)); });
  };
  T width = element.getIntOrFloatBitWidth();
  auto adjusts = [](T remainder, T y) {
    return y != 0 && remainder != 0 && int64_t(remainder ^ y) < 0 && std::is_signed_v<T>;
  };
  switch (kind) {
  case BinaryKind::div: return map([](T x, T y) { return int64_t(divide(x, y).first); });
  case BinaryKind::fmod: return map([](T x, T y) { return int64_t(divide(x, y).second); });
  case BinaryKind::floordiv:
    return map([=](T x, T y) { return int64_t(divide(x, y).first - T(adjusts(divide(x, y).second, y))); });
  case BinaryKind::mod:
    return map([=](T x, T y) { return int64_t(divide(x, y).second + (adjusts(divide(x, y).second, y) ? y : T(0))); });
  case BinaryKind::max:
  case BinaryKind::maxnum: return map([](T x, T y) { return int64_t(std::max(x, y)); });
  case BinaryKind::min:
  case BinaryKind::minnum: return map([](T x, T y) { return int64_t(std::min(x, y)); });
  case BinaryKind::shr:
    return map([=](T x, T y) { return uint64_t(y) < uint64_t(width) ? int64_t(x >> y) : int64_t(0); });
  case BinaryKind::lt: return map([](T x, T y) { return x < y; });
  case BinaryKind::le: return map([](T x, T y) { return x <= y; });
  case BinaryKind::gt: return map([](T x, T y) { return x > y; });
  case BinaryKind::ge: return map([](T x, T y) { return x >= y; });
  case BinaryKind::pow: return map([](T x, T y) { return int64_t(std::pow(double(x), double(y))); });
  default: llvm_unreachable("covered by integerBinary");
  }
}

static void integerBinary(BinaryKind kind, Type element, llvm::ArrayRef<const uint8_t *> operands, uint8_t *out,
                          int64_t count) {
  auto map = [&](auto function) { forBlocks<int64_t>(element, operands, out, count, function); };
  int64_t width = element.getIntOrFloatBitWidth();
  switch (kind) {
  case BinaryKind::add: return map([](int64_t x, int64_t y) { return int64_t(uint64_t(x) + uint64_t(y)); });
  case BinaryKind::sub: return map([](int64_t x, int64_t y) { return int64_t(uint64_t(x) - uint64_t(y)); });
  case BinaryKind::mul: return map([](int64_t x, int64_t y) { return int64_t(uint64_t(x) * uint64_t(y)); });
  case BinaryKind::_and: return map([](int64_t x, int64_t y) { return x & y; });
  case BinaryKind::_or: return map([](int64_t x, int64_t y) { return x | y; });
  case BinaryKind::_xor: return map([](int64_t x, int64_t y) { return x ^ y; });
  case BinaryKind::shl:
    return map(
        [=](int64_t x, int64_t y) { return uint64_t(y) < uint64_t(width) ? int64_t(uint64_t(x) << y) : int64_t(0); });
  case BinaryKind::eq: return map([](int64_t x, int64_t y) { return x == y; });
  case BinaryKind::ne: return map([](int64_t x, int64_t y) { return x != y; });
  default:
    return isUnsigned(element) ? integerOrdered<uint64_t>(kind, element, operands, out, count)
                               : integerOrdered<int64_t>(kind, element, operands, out, count);
  }
}

void sinter::applyUnary(UnaryKind kind, Type element, const uint8_t *in, uint8_t *out, int64_t count) {
  (isa<FloatType>(element) ? floatUnary : integerUnary)(kind, element, in, out, count);
}
void sinter::applyBinary(BinaryKind kind, Type element, const uint8_t *lhs, const uint8_t *rhs, uint8_t *out,
                         int64_t count) {
  (isa<FloatType>(element) ? floatBinary : integerBinary)(kind, element, {lhs, rhs}, out, count);
}
void sinter::applySelect(const uint8_t *condition, const uint8_t *first, const uint8_t *second, int64_t bytes,
                         uint8_t *out, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(out + i * bytes, (condition[i] ? first : second) + i * bytes, bytes);
}

//===- Casts ----------------------------------------------------------------------------------------------------===//

/// Toward zero; what does not fit gives the least value of the type it goes through, like the CPU's conversion.
template <typename Through> static int64_t truncated(double x) {
  constexpr double limit = sizeof(Through) == 4 ? 0x1p31 : 0x1p63;
  return x > -limit - (sizeof(Through) == 4) && x < limit ? int64_t(x) : int64_t(std::numeric_limits<Through>::min());
}

static void floatToInteger(Type to, const double *in, int64_t *out, int64_t count) {
  unsigned width = to.getIntOrFloatBitWidth();
  for (int64_t i = 0; i < count; ++i) {
    if (to.isInteger(1))
      out[i] = in[i] != 0;
    else if (width == 64 && isUnsigned(to))
      out[i] = in[i] >= 0x1p63 && in[i] < 0x1p64 ? int64_t(uint64_t(in[i])) : truncated<int64_t>(in[i]);
    else if (width < 32 || (width == 32 && !isUnsigned(to)))
      out[i] = truncated<int32_t>(in[i]);
    else
      out[i] = truncated<int64_t>(in[i]);
  }
}

static void integerToFloat(Type from, Type to, const int64_t *in, uint8_t *out, int64_t count) {
  bool plain = from.isUnsignedInteger(64);
  double values[block];
  for (int64_t i = 0; i < count; ++i) {
    if (to.isF64())
      values[i] = plain ? double(uint64_t(in[i])) : double(in[i]);
    else // one rounding, from 64 bits to f32
      values[i] = plain ? float(uint64_t(in[i])) : float(in[i]);
  }
  store(to, values, out, count);
}

static void castBlock(Type from, Type to, const uint8_t *in, uint8_t *out, int64_t count) {
  double numbers[block];
  int64_t integers[block];
  if (isa<FloatType>(from)) {
    load(from, in, numbers, count);
    if (isa<FloatType>(to))
      return store(to, numbers, out, count);
    floatToInteger(to, numbers, integers, count);
  } else {
    load(from, in, integers, count);
    if (isa<FloatType>(to))
      return integerToFloat(from, to, integers, out, count);
    if (to.isInteger(1))
      for (int64_t &value : llvm::MutableArrayRef(integers).take_front(count))
        value = value != 0;
  }
  store(to, integers, out, count);
}

void sinter::applyCast(Type from, Type to, const uint8_t *in, uint8_t *out, int64_t count) {
  for (int64_t begin = 0; begin < count; begin += block)
    castBlock(from, to, in + begin * elementBytes(from), out + begin * elementBytes(to),
              std::min(block, count - begin));
}

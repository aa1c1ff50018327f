// Everything of --sinter-expand-math that is not an f32 function: 16-bit formats, f64 through libm, integer powers and
// classification, against results computed here from the definition.
#include "test/unit/math/MathJit.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace sinter::test;
using llvm::bit_cast;

static const MathJit &jit() {
  // Never destroyed: LLVM's own statics may be gone by the time ours would be.
  static MathJit &instance = *new MathJit({
      {"extbf16", {"bf16"}, "f32", "%r = arith.extf %a : $bf16~ to $f32~"},
      {"truncbf16", {"f32"}, "bf16", "%r = arith.truncf %a : $f32~ to $bf16~"},
      {"f64tobf16", {"f64"}, "bf16", "%r = arith.truncf %a : $f64~ to $bf16~"},
      {"f64tof16", {"f64"}, "f16", "%r = arith.truncf %a : $f64~ to $f16~"},
      {"i32tobf16", {"i32"}, "bf16", "%r = arith.sitofp %a : $i32~ to $bf16~"},
      {"expbf16", {"bf16"}, "bf16", "%r = math.exp %a : $bf16~"},
      {"tanhf16", {"f16"}, "f16", "%r = math.tanh %a : $f16~"},
      {"sqrtbf16", {"bf16"}, "bf16", "%r = math.sqrt %a : $bf16~"},
      {"mulbf16", {"bf16", "bf16"}, "bf16", "%r = arith.mulf %a, %b : $bf16~"},
      {"expf64", {"f64"}, "f64", "%r = math.exp %a : $f64~"},
      {"powf64", {"f64", "f64"}, "f64", "%r = math.powf %a, %b : $f64~"},
      {"rsqrtf64", {"f64"}, "f64", "%r = math.rsqrt %a : $f64~"},
      {"fpowif32", {"f32", "i32"}, "f32", "%r = math.fpowi %a, %b : $f32~, $i32~"},
      {"fpowif64", {"f64", "i64"}, "f64", "%r = math.fpowi %a, %b : $f64~, $i64~"},
      {"ipowi32", {"i32", "i32"}, "i32", "%r = math.ipowi %a, %b : $i32~"},
      {"isnan", {"f32"}, "i8", "%c = math.isnan %a : $f32~\n%r = arith.extui %c : $i1~ to $i8~"},
      {"isinf", {"f32"}, "i8", "%c = math.isinf %a : $f32~\n%r = arith.extui %c : $i1~ to $i8~"},
      {"isfinite", {"f32"}, "i8", "%c = math.isfinite %a : $f32~\n%r = arith.extui %c : $i1~ to $i8~"},
      {"isnormal", {"f32"}, "i8", "%c = math.isnormal %a : $f32~\n%r = arith.extui %c : $i1~ to $i8~"},
      {"sincosf32", {"f32"}, "f32", "%s, %c = math.sincos %a : $f32~\n%r = arith.addf %s, %c : $f32~"},
      {"roundf32", {"f32"}, "f32", "%r = math.round %a : $f32~"},
  });
  return instance;
}

/// Runs both kernels, expects equal bits, and returns the vector's results. Sizes are padded to whole vectors.
template <typename Result, typename First, typename Second = int8_t>
static std::vector<Result> run(const char *name, std::vector<First> first, std::vector<Second> second = {}) {
  size_t count = first.size(), padded = (count + 7) / 8 * 8;
  first.resize(padded, First(1));
  second.resize(padded, Second(1));
  std::vector<Result> vector(padded), scalar(padded);
  jit().vectorKernel(name)(first.data(), second.data(), vector.data(), padded);
  jit().scalarKernel(name)(first.data(), second.data(), scalar.data(), padded);
  EXPECT_EQ(std::memcmp(vector.data(), scalar.data(), padded * sizeof(Result)), 0) << name;
  vector.resize(count);
  return vector;
}

static float fromBf16(uint16_t bits) { return bit_cast<float>(uint32_t(bits) << 16); }
static float fromF16(uint16_t bits) { return static_cast<float>(bit_cast<_Float16>(bits)); }
static bool isNanBf16(uint16_t bits) { return (bits & 0x7fff) > 0x7f80; }
static bool isNanF16(uint16_t bits) { return (bits & 0x7fff) > 0x7c00; }

/// The 16-bit format with `fractionBits` and least exponent `minExponent`, nearest even, by arithmetic on doubles.
static double rounded(double x, int fractionBits, int minExponent, double overflow) {
  if (!std::isfinite(x) || x == 0)
    return x;
  double unit = std::ldexp(1.0, std::max(std::ilogb(x), minExponent) - fractionBits);
  double result = std::nearbyint(x / unit) * unit;
  return std::fabs(result) >= overflow ? std::copysign(INFINITY, x) : std::copysign(result, x);
}
static double toBf16(double x) { return rounded(x, 7, -126, 0x1p128); }
static double toF16(double x) { return rounded(x, 10, -14, 0x1p16); }

static std::vector<uint16_t> allHalves() {
  std::vector<uint16_t> bits(1 << 16);
  for (size_t i = 0; i < bits.size(); ++i)
    bits[i] = static_cast<uint16_t>(i);
  return bits;
}

/// Doubles around every value and every tie of the 16-bit format, at distances from one ulp of f64 to one of f32.
static std::vector<double> nearHalves(float (*decode)(uint16_t)) {
  std::vector<double> points;
  for (uint32_t bits = 0; bits < 0x10000; bits += 3) {
    double low = decode(static_cast<uint16_t>(bits)), high = decode(static_cast<uint16_t>(bits + 1));
    if (!std::isfinite(low) || !std::isfinite(high))
      continue;
    double middle = (low + high) / 2;
    for (double distance : {0.0, 0x1p-52, 0x1p-40, 0x1p-24})
      points.insert(points.end(), {middle * (1 + distance), middle * (1 - distance), low * (1 + distance)});
  }
  points.insert(points.end(), {INFINITY, -INFINITY, 1e300, -1e300, 1e-300, -0.0, 0.0});
  return points;
}

TEST(MathConversion, Bf16ToSingleIsExact) {
  std::vector<uint16_t> inputs = allHalves();
  std::vector<float> results = run<float>("extbf16", inputs);
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ(bit_cast<uint32_t>(results[i]), uint32_t(inputs[i]) << 16);
}

TEST(MathConversion, SingleToBf16RoundsToNearestEven) {
  std::vector<float> inputs;
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 4099)
    inputs.push_back(bit_cast<float>(static_cast<uint32_t>(bits)));
  for (uint32_t high = 0; high < 0x10000; ++high)
    for (uint32_t low : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu})
      inputs.push_back(bit_cast<float>(high << 16 | low));
  std::vector<uint16_t> results = run<uint16_t>("truncbf16", inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (std::isnan(inputs[i]))
      ASSERT_TRUE(isNanBf16(results[i]));
    else
      ASSERT_EQ(bit_cast<uint32_t>(fromBf16(results[i])), bit_cast<uint32_t>(float(toBf16(inputs[i])))) << inputs[i];
  }
}

TEST(MathConversion, DoubleToHalvesRoundsOnce) {
  std::vector<double> inputs = nearHalves(fromBf16);
  std::vector<uint16_t> results = run<uint16_t>("f64tobf16", inputs);
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ(double(fromBf16(results[i])), toBf16(inputs[i])) << std::hexfloat << inputs[i];
  inputs = nearHalves(fromF16);
  results = run<uint16_t>("f64tof16", inputs);
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ(double(fromF16(results[i])), toF16(inputs[i])) << std::hexfloat << inputs[i];
  EXPECT_TRUE(isNanBf16(run<uint16_t>("f64tobf16", std::vector<double>{NAN})[0]));
  EXPECT_TRUE(isNanF16(run<uint16_t>("f64tof16", std::vector<double>{NAN})[0]));
}

TEST(MathConversion, IntegerToBf16RoundsOnce) {
  std::vector<int32_t> inputs = {0, 1, -1, 16842751, 16842752, 16842753, INT32_MAX, INT32_MIN, -16842753};
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i)
    inputs.push_back(static_cast<int32_t>(random()) >> (i % 31));
  std::vector<uint16_t> results = run<uint16_t>("i32tobf16", inputs);
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ(double(fromBf16(results[i])), toBf16(inputs[i])) << inputs[i];
}

/// Computing in f32 and rounding once more gives the correctly rounded result but for a few near-ties.
TEST(MathConversion, HalvesComputeInSingle) {
  std::vector<uint16_t> inputs = allHalves();
  auto check = [&](const char *name, double (*reference)(double), float (*decode)(uint16_t), double (*round)(double)) {
    std::vector<uint16_t> results = run<uint16_t>(name, inputs);
    int wrong = 0;
    for (size_t i = 0; i < inputs.size(); ++i) {
      double expected = round(reference(decode(inputs[i]))), got = decode(results[i]);
      wrong += !(expected == got || (std::isnan(expected) && std::isnan(got)));
    }
    EXPECT_LE(wrong, 3) << name;
  };
  check("expbf16", std::exp, fromBf16, toBf16);
  check("sqrtbf16", std::sqrt, fromBf16, toBf16);
  check("tanhf16", std::tanh, fromF16, toF16);
}

TEST(MathConversion, Bf16ArithmeticRoundsOnce) {
  std::vector<uint16_t> first, second;
  std::mt19937 random(1);
  for (int i = 0; i < 200000; ++i) {
    first.push_back(static_cast<uint16_t>(random()));
    second.push_back(static_cast<uint16_t>(random()));
  }
  std::vector<uint16_t> results = run<uint16_t>("mulbf16", first, second);
  for (size_t i = 0; i < first.size(); ++i) {
    double product = double(fromBf16(first[i])) * fromBf16(second[i]);
    if (std::isnan(product))
      ASSERT_TRUE(isNanBf16(results[i]));
    else
      ASSERT_EQ(double(fromBf16(results[i])), toBf16(product)) << fromBf16(first[i]) << " * " << fromBf16(second[i]);
  }
}

TEST(MathConversion, DoubleUsesLibm) {
  std::vector<double> inputs, exponents;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, 20);
  for (int i = 0; i < 1001; ++i) {
    inputs.push_back(uniform(random));
    exponents.push_back(uniform(random) - 10);
  }
  std::vector<double> exp = run<double>("expf64", inputs), pow = run<double>("powf64", inputs, exponents);
  std::vector<double> rsqrt = run<double>("rsqrtf64", inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(exp[i], std::exp(inputs[i]));
    EXPECT_EQ(pow[i], std::pow(inputs[i], exponents[i]));
    EXPECT_EQ(rsqrt[i], 1 / std::sqrt(inputs[i]));
  }
}

TEST(MathConversion, FloatToIntegerPower) {
  std::vector<float> bases = {2, -2, 3, -3, 0, -0.0f, 0, -0.0f, -1, -1, INFINITY, -INFINITY, NAN, NAN, 1.5f, -0.5f};
  std::vector<int32_t> powers = {10, 3, -2, -3, 0, 3, -1, -1, INT32_MAX, INT32_MIN, -1, 3, 0, 1, 100, 149};
  std::vector<float> results = run<float>("fpowif32", bases, powers);
  for (size_t i = 0; i < bases.size(); ++i) {
    float expected = static_cast<float>(std::pow(double(bases[i]), powers[i]));
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(results[i]));
    else
      EXPECT_EQ(bit_cast<uint32_t>(results[i]), bit_cast<uint32_t>(expected)) << bases[i] << " ^ " << powers[i];
  }
  std::vector<double> doubles = {-1, -1, 2, -3, 0}, expected = {-1, 1, 0.25, -27, 1};
  EXPECT_EQ(run<double>("fpowif64", doubles, std::vector<int64_t>{INT64_MAX, INT64_MIN, -2, 3, 0}), expected);
}

TEST(MathConversion, IntegerPower) {
  std::vector<int32_t> bases = {2, 3, -3, 0, 0, 5, 1, -1, -1, 2, 7, 46341};
  std::vector<int32_t> powers = {31, 4, 3, 0, 5, -1, -7, -3, -2, 40, 1, 2};
  std::vector<int32_t> expected = {INT32_MIN, 81, -27, 1, 0, 0, 1, -1, 1, 0, 7, -2147479015};
  EXPECT_EQ(run<int32_t>("ipowi32", bases, powers), expected);
}

TEST(MathConversion, Classification) {
  std::vector<float> inputs = {0, -0.0f, 0x1p-149f, 0x1p-126f, 1, -3, INFINITY, -INFINITY, NAN, 3.4028235e38f};
  std::vector<int8_t> nan = run<int8_t>("isnan", inputs), inf = run<int8_t>("isinf", inputs);
  std::vector<int8_t> finite = run<int8_t>("isfinite", inputs), normal = run<int8_t>("isnormal", inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(nan[i], std::isnan(inputs[i]));
    EXPECT_EQ(inf[i], std::isinf(inputs[i]));
    EXPECT_EQ(finite[i], std::isfinite(inputs[i]));
    EXPECT_EQ(normal[i], std::isnormal(inputs[i]));
  }
}

TEST(MathConversion, SincosAndRound) {
  std::vector<float> inputs = {0, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.49999997f, 8388609, 100.7f, 1e6f, 1e20f};
  std::vector<float> sum = run<float>("sincosf32", inputs), round = run<float>("roundf32", inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_NEAR(sum[i], std::sin(double(inputs[i])) + std::cos(double(inputs[i])), 2e-7);
    EXPECT_EQ(round[i], std::round(inputs[i]));
  }
}

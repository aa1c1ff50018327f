// The f32 expansions against double libm: half a million bit patterns spread over all floats, half a million points in
// the function's interesting range, and special values; error in units in the last place of the exact result, and the
// bits of vectors against those of scalars. SINTER_MATH_SAMPLES=N takes N points of each kind instead.
#include "test/unit/math/MathJit.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <cstdlib>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace sinter::test;

namespace {
using Unary = double (*)(double);
using Binary = double (*)(double, double);

/// A function, its bound in ulp, and the range of the uniformly drawn points.
struct UnaryCase {
  const char *name;
  Unary reference;
  double bound, low, high;
};
struct BinaryCase {
  const char *name;
  Binary reference;
  double bound;
  double xLow, xHigh, yLow, yHigh;
};

double rsqrt(double x) { return 1 / std::sqrt(x); }
double exactExp(double x) { return std::exp(x); }
} // namespace

// Bounds are the worst error measured over 2^28 points or more (README.md of codegen/cpu/math), rounded up.
static const UnaryCase unaryCases[] = {
    {"exp", exactExp, 2, -105, 90},    {"exp2", std::exp2, 1, -151, 129}, {"expm1", std::expm1, 2, -5, 5},
    {"log", std::log, 1, 0, 4},        {"log2", std::log2, 2, 0, 4},      {"log10", std::log10, 2, 0, 4},
    {"log1p", std::log1p, 2, -1, 3},   {"tanh", std::tanh, 3, -10, 10},   {"erf", std::erf, 4, -4.5, 4.5},
    {"erfc", std::erfc, 5, -4, 10.1},  {"sin", std::sin, 2, -400, 400},   {"cos", std::cos, 2, -400, 400},
    {"tan", std::tan, 4, -400, 400},   {"asin", std::asin, 3, -1, 1},     {"acos", std::acos, 2, -1, 1},
    {"atan", std::atan, 2, -8, 8},     {"sinh", std::sinh, 2, -90, 90},   {"cosh", std::cosh, 2, -90, 90},
    {"asinh", std::asinh, 2, -10, 10}, {"acosh", std::acosh, 3, 1, 20},   {"atanh", std::atanh, 3, -1, 1},
    {"cbrt", std::cbrt, 1, -1e6, 1e6}, {"rsqrt", rsqrt, 2, 0, 100},
};
static const BinaryCase binaryCases[] = {
    {"powf", std::pow, 1, 0, 10, -30, 30},
    {"atan2", std::atan2, 2, -2, 2, -2, 2},
};

static std::vector<LaneFunction> accuracyFunctions() {
  std::vector<LaneFunction> functions;
  for (const UnaryCase &c : unaryCases)
    functions.push_back({c.name, {"f32"}, "f32", std::string("%r = math.") + c.name + " %a : $f32~"});
  for (const BinaryCase &c : binaryCases)
    functions.push_back({c.name, {"f32", "f32"}, "f32", std::string("%r = math.") + c.name + " %a, %b : $f32~"});
  return functions;
}

static const MathJit &jit() {
  // Never destroyed: LLVM's own statics may be gone by the time ours would be.
  static MathJit &instance = *new MathJit(accuracyFunctions());
  return instance;
}

static int64_t samplesPerKind() {
  const char *text = std::getenv("SINTER_MATH_SAMPLES");
  return text ? std::strtoll(text, nullptr, 10) : 1 << 19;
}

static const std::vector<float> &specialValues() {
  static const std::vector<float> values = [] {
    std::vector<float> list;
    for (float x : {0.0f,
                    1.0f,
                    2.0f,
                    3.0f,
                    4.0f,
                    0.5f,
                    0.25f,
                    0.75f,
                    0.875f,
                    1.5f,
                    2.5f,
                    8.0f,
                    9.0f,
                    10.0f,
                    27.0f,
                    100.0f,
                    1000.0f,
                    88.72283f,
                    88.72284f,
                    89.41599f,
                    87.33655f,
                    103.97208f,
                    104.0f,
                    126.0f,
                    127.0f,
                    128.0f,
                    149.0f,
                    150.0f,
                    151.0f,
                    1.5707964f,
                    3.1415927f,
                    16777215.0f,
                    16777216.0f,
                    16777217.0f,
                    33554432.0f,
                    3.5e13f,
                    0x1p45f,
                    1e20f,
                    1e30f,
                    1e38f,
                    0x1p-126f,
                    0x1.8p-127f,
                    0x1p-149f,
                    0x1p-60f,
                    0x1p-24f,
                    0x1p-12f,
                    std::numeric_limits<float>::max(),
                    std::numeric_limits<float>::infinity()})
      for (float y : {x, std::nextafterf(x, 0), std::nextafterf(x, INFINITY)})
        list.insert(list.end(), {y, -y});
    list.push_back(std::numeric_limits<float>::quiet_NaN());
    return list;
  }();
  return values;
}

/// |result - exact| over the distance of neighbouring floats at `exact`; infinity counts as 2^128, wrong NaN or a wrong
/// sign of zero as infinitely wrong.
static double ulpError(float result, double exact) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(result))
    return std::isnan(exact) && std::isnan(result) ? 0 : wrong;
  if (exact == 0)
    return result == 0 && std::signbit(result) == std::signbit(exact) ? 0 : wrong;
  auto finite = [](double x) { return std::copysign(std::min(std::fabs(x), 0x1p128), x); };
  int exponent = std::min(std::max(std::ilogb(finite(exact)), -126), 127);
  return std::fabs(finite(result) - finite(exact)) / std::ldexp(1.0, exponent - 23);
}

namespace {
/// The worst point of a function and the number of lanes whose vector bits differ from the scalar ones.
struct Verdict {
  double worst = 0;
  float x = 0, y = 0, result = 0;
  int64_t differing = 0, points = 0;
};

/// Feeds points in chunks to both kernels of a function.
class Sweep {
public:
  Sweep(const char *name, std::function<double(double, double)> reference)
      : vector(jit().vectorKernel(name)), scalar(jit().scalarKernel(name)), reference(std::move(reference)) {}

  void add(float x, float y = 0) {
    xs.push_back(x);
    ys.push_back(y);
    if (xs.size() == chunk)
      flush();
  }

  Verdict finish() {
    while (xs.size() % 8)
      add(1, 1);
    flush();
    return verdict;
  }

private:
  void flush() {
    int64_t count = xs.size();
    std::vector<float> results(count), scalars(count);
    vector(xs.data(), ys.data(), results.data(), count);
    scalar(xs.data(), ys.data(), scalars.data(), count);
    for (int64_t i = 0; i < count; ++i) {
      double error = ulpError(results[i], reference(xs[i], ys[i]));
      if (error > verdict.worst)
        verdict = {error, xs[i], ys[i], results[i], verdict.differing, verdict.points};
      verdict.differing += llvm::bit_cast<uint32_t>(results[i]) != llvm::bit_cast<uint32_t>(scalars[i]);
    }
    verdict.points += count;
    xs.clear();
    ys.clear();
  }

  static constexpr size_t chunk = 1 << 14;
  LaneKernel vector, scalar;
  std::function<double(double, double)> reference;
  std::vector<float> xs, ys;
  Verdict verdict;
};

class UnaryAccuracy : public testing::TestWithParam<UnaryCase> {};
class BinaryAccuracy : public testing::TestWithParam<BinaryCase> {};
} // namespace

static void expectWithin(const Verdict &verdict, double bound) {
  testing::Test::RecordProperty("ulp", std::to_string(verdict.worst));
  std::printf("             %.3f ulp at (%a, %a) -> %a, %lld points\n", verdict.worst, verdict.x, verdict.y,
              verdict.result, static_cast<long long>(verdict.points));
  EXPECT_LE(verdict.worst, bound) << "at (" << verdict.x << ", " << verdict.y << "), got " << verdict.result;
  EXPECT_EQ(verdict.differing, 0) << "lanes differ between vector and scalar";
}

TEST_P(UnaryAccuracy, MatchesDouble) {
  const UnaryCase &c = GetParam();
  Sweep sweep(c.name, [&](double x, double) { return c.reference(x); });
  for (float x : specialValues())
    sweep.add(x);
  int64_t samples = samplesPerKind();
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(c.low, c.high);
  for (int64_t i = 0; i < samples; ++i) {
    uint64_t stride = (uint64_t(1) << 32) / samples;
    sweep.add(llvm::bit_cast<float>(static_cast<uint32_t>(i * stride + random() % stride)));
    sweep.add(static_cast<float>(uniform(random)));
  }
  expectWithin(sweep.finish(), c.bound);
}

TEST_P(BinaryAccuracy, MatchesDouble) {
  const BinaryCase &c = GetParam();
  Sweep sweep(c.name, c.reference);
  for (float x : specialValues())
    for (float y : specialValues())
      sweep.add(x, y);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> xs(c.xLow, c.xHigh), ys(c.yLow, c.yHigh);
  auto anyFloat = [&] { return llvm::bit_cast<float>(static_cast<uint32_t>(random())); };
  for (int64_t i = 0, samples = samplesPerKind(); i < samples; ++i) {
    sweep.add(anyFloat(), anyFloat());
    sweep.add(static_cast<float>(xs(random)), static_cast<float>(ys(random)));
  }
  expectWithin(sweep.finish(), c.bound);
}

static const auto nameOf = [](const auto &info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Math, UnaryAccuracy, testing::ValuesIn(unaryCases), nameOf);
INSTANTIATE_TEST_SUITE_P(Math, BinaryAccuracy, testing::ValuesIn(binaryCases), nameOf);

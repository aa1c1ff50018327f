// Binding of symbols, checks of inputs, and runs of hand-written programs.
#include "runtime/core/Inference.h"
#include "Programs.h"
#include "Tensors.h"

#include <limits>
#include <thread>

using namespace sinter::rt;

namespace {
constexpr int64_t kPlenty = int64_t{1} << 40;

/// The inputs of paddedProgram: x of B by S with rising values, n = [u0].
void makePadded(Table<Tensor> &inputs, int64_t b, int64_t s, double u0) {
  std::vector<double> x;
  for (int64_t k = 0; k < b * s; ++k)
    x.push_back(static_cast<double>(k));
  makeTensor(inputs[0], SINTER_F32, {b, s}, x);
  makeTensor(inputs[1], SINTER_I64, {1}, {u0});
}

std::string bindError(const sinter_program &program, Table<Tensor> &inputs, int64_t limit = kPlenty) {
  Inference inference(program, limit);
  Error error;
  EXPECT_FALSE(inference.bind(inputs.data(), error));
  return error.text();
}

std::string paddedError(int64_t b, int64_t s, double u0) {
  Table<Tensor> inputs(2);
  makePadded(inputs, b, s, u0);
  return bindError(paddedProgram, inputs);
}
} // namespace

TEST(Inference, RunsForChangingDimsWithOneContext) {
  ThreadPool pool({2, false, {}});
  Inference inference(doubleProgram, kPlenty);
  Error error;
  for (int64_t n : {4, 1, 0, 100, 4}) {
    Table<Tensor> inputs(1);
    std::vector<double> x, y;
    for (int64_t k = 0; k < n * 3; ++k) {
      x.push_back(static_cast<double>(k));
      y.push_back(static_cast<double>(2 * k));
    }
    makeTensor(inputs[0], SINTER_F32, {n, 3}, x);
    ASSERT_TRUE(inference.bind(inputs.data(), error)) << error.text();
    for (int run = 0; run < 2; ++run)
      ASSERT_TRUE(inference.run(pool, nullptr, error)) << error.text();
    EXPECT_EQ(shapeOf(inference.output(0)), (std::vector<int64_t>{n, 3}));
    EXPECT_EQ(valuesOf(inference.output(0)), y);
  }
}

TEST(Inference, SymbolsFromElementsAndScratch) {
  ThreadPool pool({3, false, {true, 5}});
  Inference inference(paddedProgram, kPlenty);
  Table<Tensor> inputs(2);
  makePadded(inputs, 2, 3, 1);
  Error error;
  ASSERT_TRUE(inference.bind(inputs.data(), error)) << error.text();
  Profile profile(2, true);
  ASSERT_TRUE(inference.run(pool, &profile, error));
  EXPECT_EQ(valuesOf(inference.output(0)), (std::vector<double>{0, 1, 2, -1, 3, 4, 5, -1}));
  EXPECT_EQ(valuesOf(inference.output(1)), (std::vector<double>{15}));
  EXPECT_EQ(profile.table()[0].calls, 1);
  EXPECT_EQ(profile.table()[0].tasks, 2);
  EXPECT_EQ(profile.table()[0].workers, 2);
  EXPECT_EQ(profile.table()[1].workers, 1);
  EXPECT_EQ(profile.events().size(), 5u); // two calls, two threads of the first, one of the second
}

TEST(Inference, ContextsOfSeveralThreadsAreIndependent) {
  std::vector<std::thread> threads;
  for (int t = 1; t <= 4; ++t)
    threads.emplace_back([t] {
      ThreadPool pool({2, false, {}});
      Inference inference(paddedProgram, kPlenty);
      Error error;
      for (int64_t s = 1; s < 40; ++s) {
        Table<Tensor> inputs(2);
        makePadded(inputs, t, s, 1);
        ASSERT_TRUE(inference.bind(inputs.data(), error) && inference.run(pool, nullptr, error)) << error.text();
        double count = static_cast<double>(t * s);
        EXPECT_EQ(valuesOf(inference.output(1))[0], count * (count - 1) / 2);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Values, RangesChecksAndElements) {
  EXPECT_EQ(paddedError(65, 3, 1), "input x: axis 0 (B): expected 1..64, got 65");
  EXPECT_EQ(paddedError(0, 3, 1), "input x: axis 0 (B): expected 1..64, got 0");
  EXPECT_EQ(paddedError(1, 30, 17), "input n: element 0 (u0): expected 0..16, got 17");
  EXPECT_EQ(paddedError(1, 30, -1), "input n: element 0 (u0): expected 0..16, got -1");
  EXPECT_EQ(paddedError(1, 3, 4), "Pad node: u0 <= S, got 4 and 3");
  Table<Tensor> inputs(2);
  makeTensor(inputs[0], SINTER_F32, {1, 1}, {0});
  makeTensor(inputs[1], SINTER_I64, {0}, {});
  EXPECT_EQ(bindError(paddedProgram, inputs), "input n: expected at least 1 elements, got 0");
  makeTensor(inputs[1], SINTER_I64, {2}, {0, 0});
  EXPECT_EQ(bindError(paddedProgram, inputs), "input n: axis 0: expected 1, got 2");
}

TEST(Values, DimsAreComparedWithSymbolsAndFormulas) {
  auto error = [](int64_t m, int64_t k, std::vector<int64_t> right) {
    Table<Tensor> inputs(3);
    makeTensor(inputs[0], SINTER_F32, {m, k}, std::vector<double>(static_cast<size_t>(m * k)));
    makeTensor(inputs[1], SINTER_F32, right, std::vector<double>(static_cast<size_t>(right[0] * right[1])));
    makeTensor(inputs[2], SINTER_BOOL, {2}, {0, 1});
    return bindError(agreeingProgram, inputs);
  };
  EXPECT_EQ(error(2, 3, {4, 3}), "input right: axis 0 (K): expected 3, got 4");
  EXPECT_EQ(error(2, 3, {3, 4}), "input right: axis 1 (M + 1): expected 3, got 4");
  EXPECT_EQ(error(2, 4, {4, 3}), "input left: axis 1 (K): expected 3, got 4");
  EXPECT_EQ(error(0, 3, {3, 1}), "input left: axis 0 (M): expected at least 1, got 0");
  EXPECT_EQ(error(101, 3, {3, 102}), "dims M=101, K=3: expected sizes below 2^48 bytes, got an overflow in value 2");
}

TEST(Inference, TypesAndRanks) {
  Table<Tensor> inputs(1);
  makeTensor(inputs[0], SINTER_F64, {1, 3}, {0, 0, 0});
  EXPECT_EQ(bindError(doubleProgram, inputs), "input x: expected f32, got f64");
  makeTensor(inputs[0], SINTER_F32, {3}, {0, 0, 0});
  EXPECT_EQ(bindError(doubleProgram, inputs), "input x: expected rank 2 [N, 3], got rank 1 [3]");
  makeTensor(inputs[0], SINTER_F32, {2, 2}, {0, 0, 0, 0});
  EXPECT_EQ(bindError(doubleProgram, inputs), "input x: axis 1: expected 3, got 2");
}

TEST(Inference, MemoryBeyondTheLimitIsAnError) {
  Table<Tensor> inputs(1);
  makeTensor(inputs[0], SINTER_F32, {1, 3}, {0, 0, 0});
  EXPECT_EQ(
      bindError(doubleProgram, inputs, 20),
      "memory: expected at most 20 bytes (what this machine or cgroup has), got 24: arena 12 = 12*N, and outputs, "
      "for N=1");
  EXPECT_EQ(bindError(hugeProgram, inputs, INT64_MAX),
            "arena: cannot map 1152921504606846976 bytes: Cannot allocate memory");
}

TEST(Inference, RefusesAnotherAbi) {
  Error error;
  EXPECT_TRUE(checkProgram(doubleProgram, error));
  EXPECT_FALSE(checkProgram(wrongAbiProgram, error));
  EXPECT_STREQ(error.text(), "program double: expected ABI version 4, got 99");
  sinter_program program = doubleProgram;
  program.num_segments = 0;
  EXPECT_FALSE(checkProgram(program, error));
  EXPECT_STREQ(error.text(), "program double: expected at least 1 segment, got 0");
}

namespace {
/// Runs positiveProgram with `count` elements above 0 among `size`; the error of the run, or "".
std::string runPositive(Inference &inference, ThreadPool &pool, int64_t size, int64_t count) {
  std::vector<double> x, kept;
  for (int64_t k = 0; k < size; ++k)
    x.push_back(static_cast<double>(k % 2 && k / 2 < count ? k : -k));
  for (int64_t k = 0; k < count; ++k)
    kept.push_back(static_cast<double>(2 * k + 1));
  Table<Tensor> inputs(1);
  makeTensor(inputs[0], SINTER_F32, {size}, x);
  Error error;
  EXPECT_TRUE(inference.bind(inputs.data(), error)) << error.text();
  for (int run = 0; run < 2; ++run)
    if (!inference.run(pool, nullptr, error))
      return error.text();
  EXPECT_EQ(shapeOf(inference.output(0)), std::vector<int64_t>{count});
  EXPECT_EQ(valuesOf(inference.output(0)), kept);
  EXPECT_EQ(valuesOf(inference.output(1)), std::vector<double>{static_cast<double>(count)});
  return "";
}
} // namespace

/// The same dims with other data, other dims with the same count, and back.
TEST(Segments, ComputedSizesFollowTheDataOfEachRun) {
  ThreadPool pool({2, false, {}});
  Inference inference(positiveProgram, kPlenty);
  for (auto [size, count] : {std::pair<int64_t, int64_t>{10, 3}, {10, 1}, {10, 4}, {20, 4}, {9, 3}, {10, 3}})
    EXPECT_EQ(runPositive(inference, pool, size, count), "");
  EXPECT_EQ(inference.values().arenaBytes(0), 8);
  EXPECT_EQ(inference.values().arenaBytes(1), 24);
  EXPECT_EQ(inference.values().arenasBytes(2), 32);
}

TEST(Segments, ErrorsDuringTheRun) {
  ThreadPool pool({1, false, {}});
  Inference inference(positiveProgram, kPlenty);
  EXPECT_EQ(runPositive(inference, pool, 10, 0), "node 'find' (Compress): size u0: expected at least 1, got 0");
  EXPECT_EQ(runPositive(inference, pool, 10, 5),
            "dims N=10, u0=5: expected sizes below 2^48 bytes, got an overflow in the arena, value 5");
  EXPECT_EQ(runPositive(inference, pool, 10, 2), ""); // a failed run leaves nothing behind
  sinter_program program = positiveProgram;
  sinter_segment segments[] = {program.segments[0], program.segments[1]};
  segments[1].plan = [](int64_t *) { return 0; };
  program.segments = segments;
  Inference unlimited(program, kPlenty);
  EXPECT_EQ(runPositive(unlimited, pool, 20, 7), "node 'add' (Add): u0 <= 6, got 7 and 6");
}

TEST(Segments, MemoryOfAllSegmentsCounts) {
  ThreadPool pool({1, false, {}});
  Inference enough(positiveProgram, 8 + 24 + 12 + 8), less(positiveProgram, 8 + 24 + 12 + 7);
  EXPECT_EQ(runPositive(enough, pool, 10, 3), "");
  EXPECT_EQ(runPositive(less, pool, 10, 3),
            "memory: expected at most 51 bytes (what this machine or cgroup has), got 52: arena 8 = 8, 24 = 8*u0, and "
            "outputs, for N=10, u0=3");
}

TEST(Segments, ValuesKnowTheirSegment) {
  Values values(positiveProgram);
  int64_t symbols[] = {10, -1};
  Error error;
  ASSERT_TRUE(values.plan(symbols, error)) << error.text();
  std::vector<int32_t> segments;
  for (int32_t k = 0; k < positiveProgram.num_values; ++k) {
    segments.push_back(values.segmentOf(k));
    EXPECT_EQ(values.isKnown(k), segments.back() == 0);
  }
  EXPECT_EQ(segments, (std::vector<int32_t>{0, 1, 0, 0, 0, 1, 1}));
  Text text;
  values.appendSymbols(text);
  EXPECT_STREQ(text.cString(), "N=10");
}

TEST(Inference, StatesGoOnFromBindToBind) {
  ThreadPool pool({1, false, {}});
  Inference inference(keepingProgram, kPlenty);
  Error error;
  auto step = [&](std::vector<double> x) {
    Table<Tensor> inputs(1);
    makeTensor(inputs[0], SINTER_F32, {static_cast<int64_t>(x.size())}, x);
    if (!inference.bind(inputs.data(), error) || !inference.run(pool, nullptr, error))
      return std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(inference.run(pool, nullptr, error)); // without a bind the same step again
    return valuesOf(inference.output(0))[0];
  };
  EXPECT_EQ(step({1, 2}), 3);
  EXPECT_EQ(step({}), 3);
  EXPECT_EQ(step({4}), 7);
  EXPECT_EQ(inference.values()[1], 2);
  EXPECT_EQ(step(std::vector<double>(97, 1)), 104);
  step({1});
  EXPECT_STREQ(error.text(), "state past: expected at most 100 rows, got 101: 100 are kept");
  EXPECT_EQ(step({}), 104); // a run that was refused leaves the state as it was
}

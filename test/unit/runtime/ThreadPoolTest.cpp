// The thread pool under changing jobs, and the order of tasks.
#include "runtime/core/ThreadPool.h"
#include "Tensors.h"
#include "runtime/core/Executor.h"

#include <atomic>
#include <set>

using namespace sinter::rt;

/// Allocations that cannot be had must fail under ThreadSanitizer too, not end the process.
extern "C" const char *__tsan_default_options() { return "allocator_may_return_null=1"; }

namespace {
/// Counts how often each task ran, and writes the task into its thread's scratch memory to see that it is its own.
struct Counts {
  std::vector<std::atomic<int>> runs;
  std::atomic<int> wrong{0};
  int64_t scratchBytes;
  explicit Counts(int64_t tasks, int64_t scratchBytes) : runs(static_cast<size_t>(tasks)), scratchBytes(scratchBytes) {}
};

void countTask(const sinter_args *args, int64_t task, void *scratch) {
  Counts &counts = *static_cast<Counts *>(args->buffers[0]);
  counts.runs[static_cast<size_t>(task)]++;
  int64_t *mine = static_cast<int64_t *>(scratch), words = counts.scratchBytes / 8;
  for (int64_t k = 0; k < words; ++k)
    mine[k] = task;
  for (int64_t k = 0; k < words; ++k)
    counts.wrong += mine[k] != task;
  counts.wrong += reinterpret_cast<uintptr_t>(scratch) % kAlignment != 0;
}

void expectAllOnce(ThreadPool &pool, int64_t tasks, int64_t scratchBytes, int32_t launch = 0) {
  Counts counts(tasks, scratchBytes);
  void *buffers[] = {&counts};
  sinter_args args = {buffers, nullptr};
  Error error;
  ASSERT_TRUE(pool.run({countTask, &args, tasks, scratchBytes, launch, true}, error)) << error.text();
  for (auto &runs : counts.runs)
    ASSERT_EQ(runs, 1);
  EXPECT_EQ(counts.wrong, 0);
  int64_t sum = 0;
  for (int k = 0; k < pool.threads(); ++k)
    sum += pool.span(k).tasks;
  EXPECT_EQ(sum, tasks);
}
} // namespace

TEST(ThreadPool, EveryTaskRunsOnceForAnyThreadCountAndOrder) {
  for (int threads : {1, 2, 3, 8})
    for (bool spin : {false, true})
      for (bool shuffled : {false, true}) {
        ThreadPool pool({threads, spin, {shuffled, 7}});
        for (int64_t tasks : {0, 1, 2, 3, 7, 64, 1000, 5})
          expectAllOnce(pool, tasks, tasks * 40, static_cast<int32_t>(tasks));
      }
}

TEST(ThreadPool, ManyShortJobsInARow) {
  for (bool spin : {false, true}) {
    ThreadPool pool({4, spin, {}});
    for (int k = 0; k < 2000; ++k)
      expectAllOnce(pool, 2 + k % 9, 64 + k % 3);
  }
}

TEST(ThreadPool, ShuffledJobsKeepTwoWorkersBusy) {
  for (int threads : {2, 3, 8}) {
    ThreadPool pool({threads, false, {true, 3}});
    expectAllOnce(pool, 2, 0);
    EXPECT_GE(pool.distinctWorkers(), 2) << threads;
    pool.resetCounters();
    EXPECT_EQ(pool.distinctWorkers(), 0);
  }
}

TEST(ThreadPool, OneTaskStaysWithTheCaller) {
  ThreadPool pool({8, true, {}});
  for (int k = 0; k < 50; ++k)
    expectAllOnce(pool, 1, 0);
  EXPECT_EQ(pool.distinctWorkers(), 1);
  EXPECT_EQ(pool.span(0).tasks, 1);
}

TEST(ThreadPool, ScratchThatCannotBeHadIsAnError) {
  ThreadPool pool({2, false, {}});
  Error error;
  sinter_args args = {};
  EXPECT_FALSE(pool.run({countTask, &args, 1, INT64_MAX / 2, 0, false}, error));
  EXPECT_STREQ(error.text(), "scratch memory of a thread: cannot allocate 4611686018427387903 bytes");
  expectAllOnce(pool, 10, 64);
}

TEST(Executor, FirstFailureStopsTheLaunchesAfterIt) {
  ThreadPool pool({1, false, {}});
  sinter_executor executor = {&pool, nullptr, false, {}};
  sinter_frame frame = {};
  frame.executor = &executor;
  Counts counts(1, 0);
  void *buffers[] = {&counts};
  sinter_args args = {buffers, nullptr};
  sinter_rt_launch(&frame, 0, countTask, &args, 1, INT64_MAX / 2);
  sinter_rt_launch(&frame, 1, countTask, &args, 1, 0);
  EXPECT_TRUE(executor.failed);
  EXPECT_EQ(counts.runs[0], 0);
}

TEST(Executor, FirstFailedCheckStopsTheLaunchesAfterIt) {
  ThreadPool pool({1, false, {}});
  sinter_executor executor = {&pool, nullptr, false, {}};
  int64_t values[] = {2, 3};
  sinter_frame frame = {};
  frame.executor = &executor;
  frame.values = values;
  sinter_check atMost = {0, 1, 1, "node 'a': expected N <= M"}, equal = {0, 1, 0, "node 'b': expected N == M"};
  EXPECT_EQ(sinter_rt_check(&frame, &atMost), 1);
  EXPECT_FALSE(executor.failed);
  EXPECT_EQ(sinter_rt_check(&frame, &equal), 0);
  EXPECT_STREQ(executor.error.text(), "node 'b': expected N == M, got 2 and 3");
  EXPECT_EQ(sinter_rt_check(&frame, &atMost), 0);
  Counts counts(1, 0);
  void *buffers[] = {&counts};
  sinter_args args = {buffers, nullptr};
  EXPECT_EQ(sinter_rt_launch(&frame, 0, countTask, &args, 1, 0), 0);
  EXPECT_EQ(counts.runs[0], 0);
}

TEST(TaskOrder, ShuffledIsABijectionThatDependsOnSeedAndLaunch) {
  for (int64_t tasks : {1, 2, 3, 4, 5, 17, 64, 1000}) {
    TaskOrder order{true, 11};
    std::set<int64_t> seen;
    for (int64_t k = 0; k < tasks; ++k) {
      EXPECT_GE(order.at(k, tasks, 0), 0);
      EXPECT_LT(order.at(k, tasks, 0), tasks);
      seen.insert(order.at(k, tasks, 0));
    }
    EXPECT_EQ(static_cast<int64_t>(seen.size()), tasks);
  }
  auto sequence = [](uint64_t seed, int32_t launch) {
    std::vector<int64_t> tasks;
    for (int64_t k = 0; k < 100; ++k)
      tasks.push_back(TaskOrder{true, seed}.at(k, 100, launch));
    return tasks;
  };
  EXPECT_EQ(sequence(1, 0), sequence(1, 0));
  EXPECT_NE(sequence(1, 0), sequence(2, 0));
  EXPECT_NE(sequence(1, 0), sequence(1, 1));
  EXPECT_EQ((TaskOrder{}.at(5, 10, 0)), 5);
}

TEST(TaskOrder, ReadsTheEnvironmentVariablesText) {
  TaskOrder order;
  Error error;
  EXPECT_TRUE(order.parse(nullptr, error) && !order.shuffled);
  EXPECT_TRUE(order.parse("shuffle:42", error) && order.shuffled && order.seed == 42);
  for (const char *bad : {"shuffle", "shuffle:", "shuffle:x", "shuffle:1x", "reverse"}) {
    EXPECT_FALSE(order.parse(bad, error));
    EXPECT_EQ(error.text(), std::string("SINTER_TASK_ORDER: expected shuffle:SEED, got ") + bad);
  }
}

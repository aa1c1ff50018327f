// The threads that run the tasks of kernels.
//
// One job at a time. Its tasks are numbered; a shared counter hands them out in small runs, so that fast threads take
// more. Tasks write disjoint memory, so the result does not depend on who ran what. The caller takes part; the other
// threads start with the first job that needs them.
//
// Entry is guarded by `gate`: an "open" bit and the number of threads inside. A thread enters by adding one while the
// bit is set; the caller clears the bit when the counter has run out and waits until nobody is inside. A thread that
// wakes late finds the gate closed and never sees a job that is being replaced.
//
// Idle threads spin for kSpinNanos and then sleep on a futex, `epoch`; they do not spin when there are more threads
// than CPUs.
#pragma once
#include "runtime/abi.h"
#include "runtime/core/Atomic.h"
#include "runtime/core/Memory.h"
#include "runtime/core/TaskOrder.h"
#include <pthread.h>

namespace sinter::rt {

/// What a worker did in the last job.
struct WorkerSpan {
  int64_t tasks;
  int64_t start, end; // clockNanos(), only in timed jobs
};

struct Job {
  sinter_kernel kernel;
  const sinter_args *args;
  int64_t tasks;
  int64_t scratchBytes; // per thread
  int32_t launch;       // seeds the shuffled order
  bool timed;           // fill start and end of the spans
};

class ThreadPool {
public:
  struct Options {
    int threads = 1;
    bool spin = false; // only when threads <= CPUs
    TaskOrder order;
  };

  explicit ThreadPool(const Options &options);
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;
  ~ThreadPool();

  /// Runs every task of the job and returns when all are done. One thread, or one task, runs here without waking
  /// anybody. Fails, before any task, only when scratch memory cannot be had.
  bool run(const Job &job, Error &error);

  int threads() const { return static_cast<int>(workers.size()); }
  const WorkerSpan &span(int worker) const { return workers[worker].span; }
  /// Workers that ran at least one task since the last resetCounters().
  int distinctWorkers() const;
  void resetCounters();

private:
  struct alignas(64) Worker {
    ThreadPool *pool;
    pthread_t thread;
    bool started;
    Memory scratch;
    WorkerSpan span;
    int64_t totalTasks;
  };

  void startThreads();
  bool growScratch(Error &error);
  void serve(Worker &worker);
  uint32_t nextEpoch(uint32_t seen);
  bool enter();
  void leave();
  void work(Worker &worker, int64_t firstRun);
  void waitForOthers();
  void waitForCompany();

  static constexpr int64_t kSpinNanos = 50000;
  static constexpr uint32_t kOpen = 1u << 31, kCallerSleeps = 1u << 30;

  Table<Worker> workers; // [0] is the caller
  TaskOrder order;
  bool spin;
  bool threadsStarted = false;
  Atomic<uint32_t> stopping;

  Job job;
  int64_t runLength; // tasks that are handed out at once
  alignas(64) Atomic<int64_t> next;
  alignas(64) Atomic<uint32_t> gate;
  alignas(64) Atomic<uint32_t> epoch;
  Atomic<uint32_t> sleepers;
};

} // namespace sinter::rt

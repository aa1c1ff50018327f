// Threads, the gate, and the hand-out of tasks; the protocol is described in the header.
#include "runtime/core/ThreadPool.h"

#include "runtime/host/Clock.h"
#include <sched.h>

using namespace sinter::rt;

namespace {
/// Enough runs per thread that the last ones level out differences in speed.
constexpr int64_t kRunsPerThread = 16;

/// How long a shuffled job waits for a second thread, so that tests see two workers even on one busy CPU.
constexpr int64_t kCompanyNanos = 20000000;

/// Spins until `done` or the time is over; reads the clock now and then only.
template <typename Done> bool spinUntil(int64_t nanos, Done done) {
  int64_t end = clockNanos() + nanos;
  do
    for (int k = 0; k < 32; ++k) {
      if (done())
        return true;
      spinPause();
    }
  while (clockNanos() < end);
  return false;
}
} // namespace

ThreadPool::ThreadPool(const Options &options)
    : workers(static_cast<size_t>(larger(options.threads, 1))), order(options.order), spin(options.spin) {
  for (Worker &worker : workers)
    worker.pool = this;
}

ThreadPool::~ThreadPool() {
  stopping.store(1);
  epoch.fetchAdd(1);
  epoch.wake(INT32_MAX);
  for (Worker &worker : workers)
    if (worker.started)
      pthread_join(worker.thread, nullptr);
}

bool ThreadPool::run(const Job &newJob, Error &error) {
  for (Worker &worker : workers)
    worker.span = {};
  if (newJob.tasks <= 0)
    return true;
  job = newJob;
  if (!growScratch(error))
    return false;
  int64_t width = smaller<int64_t>(threads(), job.tasks);
  runLength = width == 1 ? job.tasks : order.shuffled ? 1 : larger<int64_t>(1, job.tasks / (width * kRunsPerThread));
  next.store(runLength); // the first run is the caller's
  if (width == 1) {
    work(workers[0], 0);
    return true;
  }
  startThreads();
  gate.store(kOpen);
  epoch.fetchAdd(1);
  if (sleepers.load())
    epoch.wake(static_cast<int>(width - 1));
  if (order.shuffled)
    waitForCompany();
  work(workers[0], 0);
  gate.fetchAnd(~kOpen);
  waitForOthers();
  return true;
}

int ThreadPool::distinctWorkers() const {
  int count = 0;
  for (size_t k = 0; k < workers.size(); ++k)
    count += workers[k].totalTasks > 0;
  return count;
}

void ThreadPool::resetCounters() {
  for (Worker &worker : workers)
    worker.totalTasks = 0;
}

/// Threads that cannot be had are done without: the others take their tasks.
void ThreadPool::startThreads() {
  if (threadsStarted)
    return;
  threadsStarted = true;
  for (size_t k = 1; k < workers.size(); ++k) {
    auto entry = [](void *argument) -> void * {
      Worker *worker = static_cast<Worker *>(argument);
      worker->pool->serve(*worker);
      return nullptr;
    };
    if (pthread_create(&workers[k].thread, nullptr, entry, &workers[k]))
      return;
    workers[k].started = true;
  }
}

bool ThreadPool::growScratch(Error &error) {
  for (Worker &worker : workers)
    if (static_cast<int64_t>(worker.scratch.size()) < job.scratchBytes || !worker.scratch.data())
      if (!worker.scratch.allocate(job.scratchBytes, error))
        return error.prefix("scratch memory of a thread");
  return true;
}

void ThreadPool::serve(Worker &worker) {
  uint32_t seen = 0;
  for (;;) {
    seen = nextEpoch(seen);
    if (stopping.load())
      return;
    if (!enter())
      continue;
    int64_t first = next.fetchAddRelaxed(runLength);
    if (first < job.tasks)
      work(worker, first);
    leave();
  }
}

/// Waits for an epoch other than `seen`. The order "count as sleeper, then sleep unless the epoch changed" here and
/// "change the epoch, then look for sleepers" in run() make sure that no wake-up is lost.
uint32_t ThreadPool::nextEpoch(uint32_t seen) {
  if (spin)
    spinUntil(kSpinNanos, [&] { return epoch.loadAcquire() != seen; });
  uint32_t now;
  while ((now = epoch.load()) == seen) {
    sleepers.fetchAdd(1);
    epoch.wait(seen);
    sleepers.fetchSub(1);
  }
  return now;
}

bool ThreadPool::enter() {
  uint32_t now = gate.load();
  while (now & kOpen)
    if (gate.compareExchange(now, now + 1))
      return true;
  return false;
}

void ThreadPool::leave() {
  if (gate.fetchSub(1) == (kCallerSleeps | 1))
    gate.wake(1);
}

/// Runs the tasks of `firstRun`, which the thread already owns, and then those that it takes from the counter.
void ThreadPool::work(Worker &worker, int64_t firstRun) {
  WorkerSpan span = {0, job.timed ? clockNanos() : 0, 0};
  for (int64_t first = firstRun; first < job.tasks; first = next.fetchAddRelaxed(runLength)) {
    int64_t last = smaller(first + runLength, job.tasks);
    for (int64_t index = first; index < last; ++index)
      job.kernel(job.args, order.at(index, job.tasks, job.launch), worker.scratch.data());
    span.tasks += last - first;
  }
  span.end = job.timed ? clockNanos() : 0;
  worker.span = span;
  worker.totalTasks += span.tasks;
}

void ThreadPool::waitForOthers() {
  auto empty = [&] { return gate.loadAcquire() == 0; };
  if (empty() || (spin && spinUntil(kSpinNanos, empty)))
    return;
  gate.fetchOr(kCallerSleeps);
  uint32_t now;
  while ((now = gate.load()) != kCallerSleeps)
    gate.wait(now);
}

void ThreadPool::waitForCompany() {
  int64_t end = clockNanos() + kCompanyNanos;
  while (next.load() == runLength && clockNanos() < end)
    sched_yield();
}

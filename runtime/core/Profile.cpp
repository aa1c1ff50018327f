// Collection of launch times.
#include "runtime/core/Profile.h"

using namespace sinter::rt;

void Profile::record(int32_t launch, bool isSecondPhase, int64_t start, int64_t end, int64_t tasks,
                     const ThreadPool &pool) {
  LaunchProfile &entry = launches[launch];
  int32_t workers = 0;
  for (int k = 0; k < pool.threads(); ++k)
    workers += pool.span(k).tasks > 0;
  entry.calls += !isSecondPhase;
  entry.nanos += end - start;
  entry.tasks += tasks;
  entry.workers = larger(entry.workers, workers);
  if (!keepEvents)
    return;
  addEvent({launch, TraceEvent::kWholeCall, workers, start, end, tasks});
  for (int k = 0; k < pool.threads(); ++k)
    if (const WorkerSpan &span = pool.span(k); span.tasks)
      addEvent({launch, k, workers, span.start, span.end, span.tasks});
}

void Profile::addEvent(const TraceEvent &event) {
  if (trace.size() < kMaxEvents)
    trace.push(event);
  else
    ++dropped;
}

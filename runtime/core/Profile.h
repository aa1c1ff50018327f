// What --profile records: per launch the number of calls, time, tasks and threads, and for a trace every thread's share
// of every call.
#pragma once
#include "runtime/core/ThreadPool.h"

namespace sinter::rt {

struct LaunchProfile {
  int64_t calls, nanos, tasks;
  int32_t workers; // most threads that ran tasks of one call
};

/// One call of a launch, or one thread's part of it, for the trace.
struct TraceEvent {
  static constexpr int32_t kWholeCall = -1;

  int32_t launch;
  int32_t worker;  // kWholeCall, or the thread
  int32_t workers; // threads that took part in the call
  int64_t start, end, tasks;
};

class Profile {
public:
  /// `trace`: keep events too, at most kMaxEvents (the rest is counted as dropped).
  Profile(int32_t numLaunches, bool trace) : launches(numLaunches), keepEvents(trace) {}

  /// Adds the call that `pool` has just finished; a second phase belongs to the call before it.
  void record(int32_t launch, bool isSecondPhase, int64_t start, int64_t end, int64_t tasks, const ThreadPool &pool);

  const Table<LaunchProfile> &table() const { return launches; }
  const Array<TraceEvent> &events() const { return trace; }
  int64_t droppedEvents() const { return dropped; }

private:
  void addEvent(const TraceEvent &event);

  static constexpr size_t kMaxEvents = 1 << 20;

  Table<LaunchProfile> launches;
  Array<TraceEvent> trace;
  bool keepEvents;
  int64_t dropped = 0;
};

} // namespace sinter::rt

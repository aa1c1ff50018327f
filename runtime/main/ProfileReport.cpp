// Reports of a profile.
#include "runtime/main/ProfileReport.h"

#include "runtime/host/File.h"
#include <stdio.h>
#include <stdlib.h>

using namespace sinter::rt;

namespace {
struct Row {
  int32_t launch;
  int64_t nanos;
};

int compareRows(const void *a, const void *b) {
  const Row &left = *static_cast<const Row *>(a), &right = *static_cast<const Row *>(b);
  return left.nanos != right.nanos ? (left.nanos < right.nanos) - (left.nanos > right.nanos)
                                   : left.launch - right.launch;
}

/// The launches that ran, the slowest first.
void sortLaunches(const sinter_program &program, const Profile &profile, Array<Row> &rows) {
  for (int32_t k = 0; k < program.num_launches; ++k)
    if (profile.table()[k].calls)
      rows.push({k, profile.table()[k].nanos});
  qsort(rows.data(), rows.size(), sizeof(Row), compareRows);
}

/// Giga-units per second of one launch whose size per call is values[index] (-1: not known).
double rate(const Values &values, int32_t index, const LaunchProfile &entry) {
  if (index < 0 || !entry.nanos)
    return 0;
  return static_cast<double>(values[index]) * static_cast<double>(entry.calls) / static_cast<double>(entry.nanos);
}
} // namespace

void sinter::rt::printProfile(const sinter_program &program, const Values &values, const Profile &profile,
                              const ThreadPool &pool) {
  Array<Row> rows;
  sortLaunches(program, profile, rows);
  int64_t total = 0;
  for (const Row &row : rows)
    total += row.nanos;
  printf("%10s %6s %7s %9s %7s %8s %7s  %s\n", "ms", "%", "calls", "tasks", "threads", "GFLOP/s", "GB/s",
         "kernel: nodes");
  for (const Row &row : rows) {
    const LaunchProfile &entry = profile.table()[row.launch];
    const sinter_launch_info &info = program.launches[row.launch];
    printf("%10.4f %6.2f %7lld %9lld %7d %8.1f %7.1f  %s: %s\n", static_cast<double>(entry.nanos) * 1e-6,
           total ? 100.0 * static_cast<double>(entry.nanos) / static_cast<double>(total) : 0.0,
           static_cast<long long>(entry.calls), static_cast<long long>(entry.tasks), entry.workers,
           rate(values, info.flops, entry), rate(values, info.bytes, entry), info.kernel, info.nodes);
  }
  printf("%10.4f total in %zu launches on %d threads, %d workers\n", static_cast<double>(total) * 1e-6, rows.size(),
         pool.threads(), pool.distinctWorkers());
}

void sinter::rt::writeProfile(JsonWriter &json, const sinter_program &program, const Values &values,
                              const Profile &profile) {
  Array<Row> rows;
  sortLaunches(program, profile, rows);
  json.key("profile");
  json.beginArray();
  for (const Row &row : rows) {
    const LaunchProfile &entry = profile.table()[row.launch];
    const sinter_launch_info &info = program.launches[row.launch];
    json.beginObject();
    json.field("launch", row.launch);
    json.field("kernel", info.kernel);
    json.field("nodes", info.nodes);
    json.realField("ms", static_cast<double>(entry.nanos) * 1e-6);
    json.field("calls", entry.calls);
    json.field("tasks", entry.tasks);
    json.field("workers", entry.workers);
    json.realField("gflops", rate(values, info.flops, entry));
    json.realField("gbytes", rate(values, info.bytes, entry));
    json.endObject();
  }
  json.endArray();
}

bool sinter::rt::writeTrace(const char *path, const sinter_program &program, const Profile &profile, Error &error) {
  OutputFile file;
  JsonWriter json;
  int64_t origin = INT64_MAX;
  for (const TraceEvent &event : profile.events())
    origin = smaller(origin, event.start);
  json.beginObject();
  json.field("displayTimeUnit", "ms");
  json.field("droppedEvents", profile.droppedEvents());
  json.key("traceEvents");
  json.beginArray();
  for (const TraceEvent &event : profile.events()) {
    const sinter_launch_info &info = program.launches[event.launch];
    json.beginObject();
    json.field("ph", "X");
    json.field("pid", int64_t{1});
    json.field("tid", event.worker + 1); // row 0 has the calls, row 1 + K thread K
    json.field("name", info.kernel);
    json.realField("ts", static_cast<double>(event.start - origin) * 1e-3); // us
    json.realField("dur", static_cast<double>(event.end - event.start) * 1e-3);
    json.key("args");
    json.beginObject();
    json.field("nodes", info.nodes);
    json.field("tasks", event.tasks);
    json.field("workers", event.workers);
    json.endObject();
    json.endObject();
  }
  json.endArray();
  json.endObject();
  return file.open(path, error) && file.write(json.data(), json.size(), error) && file.commit(error);
}

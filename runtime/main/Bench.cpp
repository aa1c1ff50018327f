// Timing of whole runs; reported are order statistics, because the mean tells more about the machine's other work.
#include "runtime/main/Bench.h"

#include "runtime/host/Clock.h"
#include "runtime/main/JsonWriter.h"
#include "runtime/main/ProfileReport.h"
#include <stdio.h>
#include <stdlib.h>

using namespace sinter::rt;

namespace {
constexpr size_t kLeastRuns = 3, kMostRuns = 10000000;
constexpr int64_t kWarmUpNanos = 100000000;

int compareTimes(const void *a, const void *b) {
  int64_t left = *static_cast<const int64_t *>(a), right = *static_cast<const int64_t *>(b);
  return (left > right) - (left < right);
}

struct Result {
  double minimum, median, p99; // ms
  size_t runs;
  double flops; // of one run
};

/// The value that a share `part` of the sorted times does not exceed (nearest rank).
double percentile(const Array<int64_t> &sorted, double part) {
  size_t rank = static_cast<size_t>(part * static_cast<double>(sorted.size()) + 0.999999);
  return static_cast<double>(sorted[rank ? rank - 1 : 0]) * 1e-6;
}

double flopsOf(const sinter_program &program, const Values &values) {
  double sum = 0;
  for (int32_t k = 0; k < program.num_launches; ++k)
    if (program.launches[k].flops >= 0)
      sum += static_cast<double>(values[program.launches[k].flops]);
  return sum;
}

void printText(const sinter_program &program, const Inference &inference, const ThreadPool &pool, const Result &r) {
  Text symbols;
  inference.values().appendSymbols(symbols);
  printf("%s", program.name);
  if (symbols.size())
    printf("  %s", symbols.cString());
  printf("\nms       min %.4f  median %.4f  p99 %.4f\n", r.minimum, r.median, r.p99);
  printf("GFLOP/s  %.1f at the median (%.4g GFLOP)\n", r.flops / r.median * 1e-6, r.flops * 1e-9);
  printf("arena    %lld bytes\n", static_cast<long long>(inference.values().arenasBytes(program.num_segments)));
  printf("runs     %zu on %d threads, %d workers\n", r.runs, pool.threads(), pool.distinctWorkers());
}

void printJson(const sinter_program &program, const Inference &inference, const ThreadPool &pool, const Result &r,
               const Profile *profile) {
  JsonWriter json;
  json.beginObject();
  json.field("name", program.name);
  json.field("target", program.target);
  json.key("dims");
  json.beginObject();
  for (int32_t k = 0; k < program.num_symbols; ++k)
    json.field(program.symbols[k].name, inference.values()[k]);
  json.endObject();
  json.realField("min_ms", r.minimum);
  json.realField("median_ms", r.median);
  json.realField("p99_ms", r.p99);
  json.realField("gflops", r.flops / r.median * 1e-6);
  json.realField("flops", r.flops);
  json.field("arena_bytes", inference.values().arenasBytes(program.num_segments));
  json.field("runs", static_cast<int64_t>(r.runs));
  json.field("threads", pool.threads());
  json.field("workers", pool.distinctWorkers());
  if (profile)
    writeProfile(json, program, inference.values(), *profile);
  json.endObject();
  json.print();
}
} // namespace

bool sinter::rt::runBench(const sinter_program &program, const Options &options, Inference &inference, ThreadPool &pool,
                          Profile *profile, Error &error) {
  int64_t start = clockNanos();
  do // the first run touches memory and starts threads; a few more let clocks rise
    if (!inference.run(pool, nullptr, error))
      return false;
  while (clockNanos() - start < smaller(kWarmUpNanos, static_cast<int64_t>(options.seconds * 1e8)));

  pool.resetCounters();
  Array<int64_t> times;
  start = clockNanos();
  int64_t end = start + static_cast<int64_t>(smaller(options.seconds, 1e6) * 1e9);
  for (int64_t now = start; times.size() < kLeastRuns || (now < end && times.size() < kMostRuns);) {
    int64_t before = now;
    if (!inference.run(pool, profile, error))
      return false;
    now = clockNanos();
    times.push(now - before);
  }
  qsort(times.data(), times.size(), sizeof(int64_t), compareTimes);
  Result result = {percentile(times, 0), percentile(times, 0.5), percentile(times, 0.99), times.size(),
                   flopsOf(program, inference.values())};
  if (options.json)
    printJson(program, inference, pool, result, profile);
  else
    printText(program, inference, pool, result);
  if (profile && !options.json)
    printProfile(program, inference.values(), *profile, pool);
  return true;
}

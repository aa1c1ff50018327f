// From arguments to exit code.
#include "runtime/main/CommandLine.h"

#include "runtime/core/Inference.h"
#include "runtime/host/CpuFeatures.h"
#include "runtime/host/File.h"
#include "runtime/host/Limits.h"
#include "runtime/main/Bench.h"
#include "runtime/main/Compare.h"
#include "runtime/main/Info.h"
#include "runtime/main/Inputs.h"
#include "runtime/main/Outputs.h"
#include "runtime/main/ProfileReport.h"
#include "runtime/main/Summary.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

using namespace sinter::rt;

namespace {
int report(const Error &error, int code) {
  fflush(stdout);
  fprintf(stderr, "%s\n", error.text());
  return code;
}

bool choosePool(const Options &options, ThreadPool::Options &pool, Error &error) {
  int cpus = allowedCpus();
  pool.threads = options.threads ? options.threads : cpus;
  pool.spin = pool.threads <= cpus;
  return pool.order.parse(getenv("SINTER_TASK_ORDER"), error);
}

int info(const sinter_program &program, const Options &options) {
  Error error, noPlan;
  InputSet inputs(program);
  Table<int64_t> symbols(static_cast<size_t>(program.num_symbols));
  if (!loadInputs(program, options, 0, inputs, error) ||
      !chooseSymbols(program, options, inputs, symbols.data(), error))
    return report(error, kUsage);
  Values values(program);
  // `plan` is compiled code too: on a CPU without the features only the formula is known.
  bool planned = checkCpuFeatures(program.features, noPlan) && values.plan(symbols.data(), noPlan);
  if (!planned && (options.shapes.size() || options.inputs.size() || options.inputSets.size()))
    return report(noPlan, kUsage);
  printInfo(program, planned ? &values : nullptr, noPlan.text(), options.json);
  return kDone;
}

/// Loads the inputs, makes those that are missing, and binds them behind the rows that states are to have.
bool bindBench(const sinter_program &program, const Options &options, InputSet &inputs, Inference &inference,
               Error &error) {
  Table<int64_t> symbols(static_cast<size_t>(program.num_symbols));
  Values values(program);
  if (!loadInputs(program, options, 0, inputs, error) ||
      !chooseSymbols(program, options, inputs, symbols.data(), error) || !values.plan(symbols.data(), error) ||
      !makeMissingInputs(program, options, values, inputs, error))
    return false;
  if (!inference.states().assume(values) && options.past >= 0)
    return error.fail("--past: expected states whose sizes inputs give, got one whose size the run computes");
  if (!inference.bind(inputs.tensors.data(), error))
    return false;
  seedStates(program, values, inference.states());
  return true;
}

/// Writes and prints what run `number` made; the last one is compared and has the profile. Sets `equal` to false when
/// --compare found a mismatch.
bool deliver(const sinter_program &program, const Options &options, int32_t number, const Inference &inference,
             const ThreadPool &pool, const Profile *profile, bool &equal, Error &error) {
  if (options.outputPath && !writeOutputs(program, inference, options.outputPath, options.runs, number, error))
    return false;
  bool isLast = number + 1 == options.runs, compares = options.comparePath && isLast;
  profile = isLast ? profile : nullptr;
  if (options.json) {
    JsonWriter json;
    json.beginObject();
    if (options.runs > 1)
      json.field("run", number);
    writeSummary(json, program, inference);
    if (compares && !compareOutputs(program, inference, options, &json, equal, error))
      return false;
    if (profile)
      writeProfile(json, program, inference.values(), *profile);
    json.field("threads", pool.threads());
    json.field("workers", pool.distinctWorkers());
    json.endObject();
    json.print();
    return true;
  }
  if (compares && !compareOutputs(program, inference, options, nullptr, equal, error))
    return false;
  if (!options.outputPath && !options.comparePath && !options.quiet) {
    if (options.runs > 1)
      printf("run %d\n", number);
    printSummary(program, inference);
  }
  if (profile && !options.tracePath)
    printProfile(program, inference.values(), *profile, pool);
  return true;
}

/// Runs once per set of inputs, in order.
bool runAll(const sinter_program &program, const Options &options, Inference &inference, ThreadPool &pool,
            Profile *profile, bool &equal, Error &error) {
  for (int32_t number = 0; number < options.runs; ++number) {
    InputSet inputs(program);
    if (!loadInputs(program, options, number, inputs, error) || !requireAllInputs(program, inputs, error) ||
        !inference.bind(inputs.tensors.data(), error) || !inference.run(pool, profile, error) ||
        !deliver(program, options, number, inference, pool, profile, equal, error))
      return options.runs > 1 ? error.prefix("run %d", number) : false;
  }
  return true;
}

bool bench(const sinter_program &program, const Options &options, Inference &inference, ThreadPool &pool,
           Profile *profile, Error &error) {
  InputSet inputs(program);
  return bindBench(program, options, inputs, inference, error) &&
         runBench(program, options, inference, pool, profile, error);
}

/// Copies the weights to memory of our own, in huge pages where the system has them: nothing waits for the file later.
bool loadWeights(sinter_program &program, Arena &memory, Error &error) {
  int64_t most = allowedMemory();
  if (program.weight_bytes > most)
    return error.fail("--weights=load: expected at most the %lld bytes that memory has left, got %lld",
                      static_cast<long long>(most), static_cast<long long>(program.weight_bytes));
  if (!memory.reserve(program.weight_bytes, error))
    return error.prefix("--weights=load");
  memcpy(memory.data(), program.weights, static_cast<size_t>(program.weight_bytes));
  program.weights = memory.data();
  return true;
}

int run(sinter_program program, const Options &options) {
  Error error;
  if (!checkCpuFeatures(program.features, error))
    return report(error, kWrongCpu);
  ThreadPool::Options poolOptions;
  if (!choosePool(options, poolOptions, error))
    return report(error, kUsage);
  Arena weights;
  if (options.loadsWeights && !loadWeights(program, weights, error))
    return report(error, kUsage);
  ThreadPool pool(poolOptions);
  Inference inference(program, allowedMemory() - weights.bytes());
  Profile profile(program.num_launches, options.tracePath != nullptr);
  Profile *measured = options.profile ? &profile : nullptr;
  bool equal = true;
  bool done = options.command == Command::Bench ? bench(program, options, inference, pool, measured, error)
                                                : runAll(program, options, inference, pool, measured, equal, error);
  if (!done || (options.tracePath && !writeTrace(options.tracePath, program, profile, error)))
    return report(error, kUsage);
  return equal ? kDone : kMismatch;
}

int dispatch(const sinter_program &program, int argc, const char *const *argv) {
  Error error;
  Options options;
  if (!checkProgram(program, error) || !isExecutableWhole(error) || !parseOptions(program, argc, argv, options, error))
    return report(error, kUsage);
  switch (options.command) {
  case Command::Help: printHelp(program, argc ? argv[0] : program.name); return kDone;
  case Command::Version:
    printf("%s, compiled by sinter %s for %s\n", program.name, SINTER_VERSION, program.target);
    return kDone;
  case Command::Info: return info(program, options);
  default: return run(program, options);
  }
}
} // namespace

int sinter::rt::commandLine(const sinter_program &program, int argc, const char *const *argv) {
  int code = dispatch(program, argc, argv);
  Error error;
  if (fflush(stdout) || ferror(stdout)) {
    error.fail("cannot write to standard output");
    return report(error, kUsage);
  }
  return code;
}

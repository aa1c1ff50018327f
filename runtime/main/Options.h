// The command line of an executable, as data.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

enum class Command { Run, Info, Bench, Help, Version };

/// One input argument: NAME=FILE, NAME:=JSON, @K=FILE or a lone FILE.
struct InputArgument {
  int32_t run;
  int32_t input; // index
  bool json;
  const char *value;
};

/// --inputs DIR|FILE.npz.
struct InputsArgument {
  int32_t run;
  const char *path;
};

/// --shape NAME=AxB.
struct ShapeArgument {
  int32_t input;
  const char *value;
};

struct Options {
  Command command = Command::Run;
  bool json = false, quiet = false, profile = false;
  bool loadsWeights = false;         // --weights=load
  const char *tracePath = nullptr;   // --profile=FILE
  const char *outputPath = nullptr;  // -o
  const char *comparePath = nullptr; // --compare
  double rtol = 1e-3, atol = 1e-5, seconds = 2;
  int threads = 0;   // 0: what affinity and cgroup allow
  int64_t past = -1; // --past: rows that states have before the run, -1: not given
  int32_t runs = 1;  // 1 + how often --next occurs
  Array<InputsArgument> inputSets;
  Array<InputArgument> inputs;
  Array<ShapeArgument> shapes;
};

/// Reads argv[1..]; names are those of the program's inputs.
bool parseOptions(const sinter_program &program, int argc, const char *const *argv, Options &options, Error &error);

/// Appends "x, mask", the names of the inputs.
void appendInputNames(Text &text, const sinter_program &program);

/// Prints what --help prints.
void printHelp(const sinter_program &program, const char *executable);

} // namespace sinter::rt

// The command line of an executable, as data.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

enum class Command { Run, Info, Bench, Help, Version };

/// One input argument: NAME=FILE, NAME:=JSON, @K=FILE or a lone FILE.
struct InputArgument {
  int32_t input; // index
  bool json;
  const char *value;
};

/// --shape NAME=AxB.
struct ShapeArgument {
  int32_t input;
  const char *value;
};

struct Options {
  Command command = Command::Run;
  bool json = false, quiet = false, profile = false;
  const char *tracePath = nullptr;   // --profile=FILE
  const char *outputPath = nullptr;  // -o
  const char *inputsPath = nullptr;  // --inputs
  const char *comparePath = nullptr; // --compare
  double rtol = 1e-3, atol = 1e-5, seconds = 2;
  int threads = 0; // 0: what affinity and cgroup allow
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

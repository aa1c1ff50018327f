// One caller's use of a program: its sizes, arenas, states and outputs. Bind once per set of inputs, run as often as
// wanted; memory is kept from run to run. What depends on sizes that the program computes is made during the run.
#pragma once
#include "runtime/core/Arena.h"
#include "runtime/core/Executor.h"
#include "runtime/core/States.h"

namespace sinter::rt {

/// Refuses a program that this runtime cannot run: another ABI version, ranks above kMaxRank, unknown dtypes.
bool checkProgram(const sinter_program &program, Error &error);

class Inference {
public:
  /// `memoryLimit`: bytes that arenas, states and outputs together may take; more is an error, not an out-of-memory
  /// kill.
  Inference(const sinter_program &program, int64_t memoryLimit);

  /// Checks dtype, rank and dims of the inputs (one per program input, in order), plans the first segment, and makes
  /// its arena and the outputs that it knows. The inputs must stay alive until the last run.
  bool bind(const Tensor *inputs, Error &error);

  /// Runs the program once on `pool`; `profile` may be null. The rows that it adds to states count from the next bind
  /// on: without one, the same step runs again.
  bool run(ThreadPool &pool, Profile *profile, Error &error);

  /// After a run, everything in it is known.
  const Values &values() const { return sizes; }
  States &states() { return kept; }
  /// After a run, output `k`.
  const Tensor &output(int32_t k) const { return outputs[static_cast<size_t>(k)]; }

private:
  bool makeMemory(int32_t segment, Error &error);
  bool checkMemory(int32_t segment, Error &error);

  const sinter_program &program;
  int64_t memoryLimit;
  Values sizes;
  States kept;
  bool hasRun = false; // since the last bind
  Table<Arena> arenas; // per segment
  Table<Tensor> outputs;
  Table<int32_t> outputSegments; // the first segment that knows all dims
  Table<void *> inputPointers, outputPointers;
  Table<unsigned char *> arenaPointers;
};

/// Checks dtype and rank of one input against the program; errors start with "input NAME: ".
bool checkInputType(const sinter_tensor_info &info, const Tensor &tensor, Error &error);

/// Appends "[B, 64]", the formulas of a tensor's dims.
void appendDimTexts(Text &text, const sinter_tensor_info &info);

} // namespace sinter::rt

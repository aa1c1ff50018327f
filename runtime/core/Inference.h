// One caller's use of a program: its sizes, arena and outputs. Bind once per set of inputs, run as often as wanted;
// memory is kept from run to run.
#pragma once
#include "runtime/core/Arena.h"
#include "runtime/core/Executor.h"
#include "runtime/core/Values.h"

namespace sinter::rt {

/// Refuses a program that this runtime cannot run: another ABI version, ranks above kMaxRank, unknown dtypes.
bool checkProgram(const sinter_program &program, Error &error);

class Inference {
public:
  /// `memoryLimit`: bytes that arena and outputs together may take; more is an error, not an out-of-memory kill.
  Inference(const sinter_program &program, int64_t memoryLimit);

  /// Checks dtype, rank and dims of the inputs (one per program input, in order), plans, and makes arena and outputs.
  /// The inputs must stay alive until the last run.
  bool bind(const Tensor *inputs, Error &error);

  /// Runs the program once on `pool`; `profile` may be null.
  bool run(ThreadPool &pool, Profile *profile, Error &error);

  const Values &values() const { return sizes; }
  const Tensor &output(int32_t k) const { return outputs[static_cast<size_t>(k)]; }

private:
  bool checkTypes(const Tensor *inputs, Error &error) const;
  bool makeOutputs(Error &error);

  const sinter_program &program;
  int64_t memoryLimit;
  Values sizes;
  Arena arena;
  Table<Tensor> outputs;
  Table<void *> inputPointers, outputPointers;
};

/// Checks dtype and rank of one input against the program; errors start with "input NAME: ".
bool checkInputType(const sinter_tensor_info &info, const Tensor &tensor, Error &error);

/// Appends "[B, 64]", the formulas of a tensor's dims.
void appendDimTexts(Text &text, const sinter_tensor_info &info);

} // namespace sinter::rt

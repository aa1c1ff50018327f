// The inputs of a run: those that the user gave, and for --bench and --info the sizes and seeded data of the others.
#pragma once
#include "runtime/core/States.h"
#include "runtime/main/Options.h"

namespace sinter::rt {

/// One tensor per program input; `given` says which the user gave.
struct InputSet {
  explicit InputSet(const sinter_program &program)
      : tensors(static_cast<size_t>(program.num_inputs)), given(static_cast<size_t>(program.num_inputs)) {}

  Table<Tensor> tensors;
  Table<bool> given;
};

/// Reads the inputs that the options name for run `run`; dtype and rank are checked.
bool loadInputs(const sinter_program &program, const Options &options, int32_t run, InputSet &inputs, Error &error);

/// Fails with the first input that was not given.
bool requireAllInputs(const sinter_program &program, const InputSet &inputs, Error &error);

/// Chooses the symbols that inputs and states bind: from given inputs, --shape and --past where they bind them;
/// otherwise lo when it equals hi, else 8 clamped to [lo, hi].
bool chooseSymbols(const sinter_program &program, const Options &options, const InputSet &inputs, int64_t *symbols,
                   Error &error);

/// Makes the inputs that were not given, with --shape's dims or those of the plan: floats in [-1, 1] that crowd around
/// 0, integers and bools 0 or 1, and elements that bind symbols with the symbol's value. Same options, same bytes.
bool makeMissingInputs(const sinter_program &program, const Options &options, const Values &values, InputSet &inputs,
                       Error &error);

/// Fills the rows that states have kept, seeded like missing inputs.
void seedStates(const sinter_program &program, const Values &values, const States &states);

} // namespace sinter::rt

// The table of sizes of one program (abi.h, "Dims"): symbols bound from the inputs, everything else by the program's
// `plan`, then checked against the inputs and the program's checks. Planning again for the same symbols costs nothing.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

class Values {
public:
  explicit Values(const sinter_program &program);

  /// Binds the symbols from inputs (one tensor per program input, dtype and rank already checked), plans, and compares
  /// every input dim. Errors are those that the user reads.
  bool bind(const Tensor *inputs, Error &error);

  /// Plans for given symbols (program.num_symbols of them).
  bool plan(const int64_t *symbols, Error &error);

  int64_t operator[](int32_t index) const { return table[static_cast<size_t>(index)]; }
  const int64_t *data() const { return table.data(); }
  int64_t arenaBytes() const { return table[static_cast<size_t>(program.arena_bytes)]; }

  /// Appends "B=4, S=128", the symbols of the plan.
  void appendSymbols(Text &text) const;

private:
  bool readSymbols(const Tensor *inputs, int64_t *symbols, Error &error) const;
  bool checkRanges(const int64_t *symbols, Error &error) const;
  bool compareDims(const Tensor *inputs, const int64_t *sizes, int32_t known, Error &error) const;
  bool checkPlan(Error &error) const;

  const sinter_program &program;
  Table<int64_t> table;
  bool planned = false;
};

/// Appends "axis 1 (S)", or "axis 1" when the dim's text is a plain number.
void appendAxis(Text &text, const sinter_tensor_info &info, int32_t axis);

} // namespace sinter::rt

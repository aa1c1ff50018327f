// The table of sizes of one program (abi.h, "Dims" and "Segments"): symbols bound from the inputs or stored by the
// program's segments, everything else by the segments' `plan`, then checked against the inputs and the program's
// checks. Planning again for the same symbols costs nothing.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

/// Whether two sizes agree as `check` asks; else the error says what was expected.
bool holds(const sinter_check &check, const int64_t *values, Error &error);

class Values {
public:
  explicit Values(const sinter_program &program);

  /// Binds the symbols from inputs (one tensor per program input, dtype and rank already checked) and the rows that
  /// each state has kept, plans the first segment, and compares every input dim. Errors are those that the user reads.
  bool bind(const Tensor *inputs, const int64_t *stateRows, Error &error);

  /// Plans the first segment for given symbols (program.num_symbols of them; those that the program computes do not
  /// count).
  bool plan(const int64_t *symbols, Error &error);

  /// Plans a later segment with the symbols that the one before has just stored in data().
  bool advance(int32_t segment, Error &error);

  int64_t operator[](int32_t index) const { return table[static_cast<size_t>(index)]; }
  /// Where a program's segments read sizes and store symbols.
  int64_t *data() { return table.data(); }

  /// The segment whose plan makes a value known.
  int32_t segmentOf(int32_t index) const;
  bool isKnown(int32_t index) const { return segmentOf(index) < planned; }
  /// How many segments are planned.
  int32_t numPlanned() const { return planned; }
  int64_t arenaBytes(int32_t segment) const { return (*this)[program.segments[segment].arena_bytes]; }
  /// Of the first `segments` segments together.
  int64_t arenasBytes(int32_t segments) const;

  /// Appends "B=4, S=128", the symbols that are known with the first `segments` segments, or now.
  void appendSymbols(Text &text, int32_t segments) const;
  void appendSymbols(Text &text) const { appendSymbols(text, planned); }

private:
  bool readSymbols(const Tensor *inputs, const int64_t *stateRows, int64_t *symbols, Error &error) const;
  bool planSegment(int32_t segment, const int64_t *symbols, Error &error);
  bool isPlannedFor(int32_t segment, const int64_t *symbols) const;
  bool checkRanges(int32_t segment, const int64_t *symbols, Error &error) const;
  bool compareDims(const Tensor *inputs, const int64_t *sizes, int32_t known, Error &error) const;
  bool checkPlan(int32_t segment, Error &error) const;

  const sinter_program &program;
  Table<int64_t> table;
  Table<int64_t> plannedSymbols; // what the planned segments were planned for
  int32_t planned = 0;
};

/// Appends "axis 1 (S)", or "axis 1" when the dim's text is a plain number.
void appendAxis(Text &text, const sinter_tensor_info &info, int32_t axis);

} // namespace sinter::rt

// Binding, planning and checking of sizes.
#include "runtime/core/Values.h"

#include <stdlib.h>

using namespace sinter::rt;

namespace {
using Long = long long;

/// "input x: axis 1 (S)", "input n: element 0 ($n.0)", "state past: rows (P)" or "node 'r' (Range): size u0": where a
/// symbol comes from.
void appendSource(Text &text, const sinter_program &program, const sinter_symbol &symbol) {
  if (symbol.source == SINTER_FROM_VALUE) {
    text.append("%s: size %s", symbol.node, symbol.name);
    return;
  }
  if (symbol.source == SINTER_FROM_STATE) {
    text.append("state %s: rows (%s)", program.states[symbol.position].kept.name, symbol.name);
    return;
  }
  const sinter_tensor_info &info = program.inputs[symbol.input];
  text.append("input %s: ", info.name);
  if (symbol.source == SINTER_FROM_DIM)
    appendAxis(text, info, symbol.position);
  else
    text.append("element %d (%s)", symbol.position, symbol.name);
}

/// The end that Slice-13 writes for "to the last element", INT64_MAX, or the first one, INT64_MIN, as the furthest
/// value of a symbol without a range of its own: as far beyond any tensor, but formulas of it do not overflow.
int64_t withoutSentinel(int64_t value, const sinter_symbol &symbol) {
  constexpr int64_t kFurthest = INT64_MAX >> 8;
  if (value >= INT64_MAX - 1 && symbol.hi == kFurthest)
    return symbol.hi;
  return value <= INT64_MIN + 1 && symbol.lo == -kFurthest - 1 ? symbol.lo : value;
}

/// The segment before which a symbol's value is known.
int32_t segmentOfSymbol(const sinter_symbol &symbol) {
  return symbol.source == SINTER_FROM_VALUE ? symbol.position + 1 : 0;
}
} // namespace

void sinter::rt::appendAxis(Text &text, const sinter_tensor_info &info, int32_t axis) {
  char *end;
  strtoll(info.dim_texts[axis], &end, 10);
  text.append(*end ? "axis %d (%s)" : "axis %d", axis, info.dim_texts[axis]);
}

Values::Values(const sinter_program &program)
    : program(program), table(static_cast<size_t>(program.num_values)),
      plannedSymbols(static_cast<size_t>(program.num_symbols)) {}

bool Values::bind(const Tensor *inputs, const int64_t *stateRows, Error &error) {
  Table<int64_t> symbols(static_cast<size_t>(program.num_symbols));
  return readSymbols(inputs, stateRows, symbols.data(), error) &&
         compareDims(inputs, symbols.data(), program.num_symbols, error) && plan(symbols.data(), error) &&
         compareDims(inputs, table.data(), program.segments[0].num_values, error);
}

bool Values::readSymbols(const Tensor *inputs, const int64_t *stateRows, int64_t *symbols, Error &error) const {
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    if (symbol.source == SINTER_FROM_VALUE)
      continue;
    if (symbol.source == SINTER_FROM_STATE) {
      symbols[k] = stateRows[symbol.position];
      continue;
    }
    const Tensor &input = inputs[symbol.input];
    if (symbol.source == SINTER_FROM_DIM) {
      symbols[k] = input.dims[symbol.position];
      continue;
    }
    if (symbol.position >= input.elements())
      return error.fail("input %s: expected at least %d elements, got %lld", program.inputs[symbol.input].name,
                        symbol.position + 1, static_cast<Long>(input.elements()));
    symbols[k] = withoutSentinel(loadInteger(input.dtype, input.data, symbol.position), symbol);
  }
  return true;
}

/// Whether the symbols that become known with `segment` lie in their ranges.
bool Values::checkRanges(int32_t segment, const int64_t *symbols, Error &error) const {
  for (int32_t k = 0; k < program.num_symbols; ++k) {
    const sinter_symbol &symbol = program.symbols[k];
    if (segmentOfSymbol(symbol) != segment || (symbols[k] >= symbol.lo && symbols[k] <= symbol.hi))
      continue;
    Text text;
    appendSource(text, program, symbol);
    if (symbol.hi == INT64_MAX)
      text.append(": expected at least %lld", static_cast<Long>(symbol.lo));
    else if (symbol.lo == symbol.hi)
      text.append(": expected %lld", static_cast<Long>(symbol.lo));
    else
      text.append(": expected %lld..%lld", static_cast<Long>(symbol.lo), static_cast<Long>(symbol.hi));
    return error.fail("%s, got %lld", text.cString(), static_cast<Long>(symbols[k]));
  }
  return true;
}

/// Compares the input dims whose index is below `known` with `sizes`.
bool Values::compareDims(const Tensor *inputs, const int64_t *sizes, int32_t known, Error &error) const {
  for (int32_t k = 0; k < program.num_inputs; ++k) {
    const sinter_tensor_info &info = program.inputs[k];
    for (int32_t axis = 0; axis < info.rank; ++axis) {
      int32_t index = info.dims[axis];
      if (index >= known || inputs[k].dims[axis] == sizes[index])
        continue;
      Text text;
      appendAxis(text, info, axis);
      return error.fail("input %s: %s: expected %lld, got %lld", info.name, text.cString(),
                        static_cast<Long>(sizes[index]), static_cast<Long>(inputs[k].dims[axis]));
    }
  }
  return true;
}

bool Values::plan(const int64_t *symbols, Error &error) { return planSegment(0, symbols, error); }
bool Values::advance(int32_t segment, Error &error) { return planSegment(segment, table.data(), error); }

bool Values::isPlannedFor(int32_t segment, const int64_t *symbols) const {
  if (planned <= segment)
    return false;
  for (int32_t k = 0; k < program.num_symbols; ++k)
    if (symbols[k] != plannedSymbols[k] && segmentOfSymbol(program.symbols[k]) == segment)
      return false;
  return true;
}

bool Values::planSegment(int32_t segment, const int64_t *symbols, Error &error) {
  if (isPlannedFor(segment, symbols))
    return true;
  planned = segment;
  if (!checkRanges(segment, symbols, error))
    return false;
  for (int32_t k = 0; k < program.num_symbols; ++k)
    if (segmentOfSymbol(program.symbols[k]) == segment)
      table[k] = plannedSymbols[k] = symbols[k];
  if (int32_t failed = program.segments[segment].plan(table.data())) {
    Text text;
    appendSymbols(text, segment + 1);
    return error.fail("dims %s: expected sizes below 2^48 bytes, got an overflow in %s %d", text.cString(),
                      failed - 1 == program.segments[segment].arena_bytes ? "the arena, value" : "value", failed - 1);
  }
  if (!checkPlan(segment, error))
    return false;
  planned = segment + 1;
  return true;
}

int32_t Values::segmentOf(int32_t index) const {
  if (index < program.num_symbols)
    return segmentOfSymbol(program.symbols[index]);
  int32_t low = 0, high = program.num_segments - 1; // the first whose entries reach past index
  while (low < high) {
    int32_t middle = (low + high) / 2;
    if (index < program.segments[middle].num_values)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

int64_t Values::arenasBytes(int32_t segments) const {
  int64_t sum = 0;
  for (int32_t k = 0; k < segments; ++k)
    sum += arenaBytes(k);
  return sum;
}

bool sinter::rt::holds(const sinter_check &check, const int64_t *values, Error &error) {
  int64_t left = values[check.lhs], right = values[check.rhs];
  if (check.relation == 0 ? left == right : left <= right)
    return true;
  return error.fail("%s, got %lld and %lld", check.message, static_cast<Long>(left), static_cast<Long>(right));
}

/// What the sizes that become known with `segment` must satisfy: the program's checks, and no negative dim or arena.
bool Values::checkPlan(int32_t segment, Error &error) const {
  for (int32_t k = 0; k < program.num_checks; ++k) {
    const sinter_check &check = program.checks[k];
    if (larger(segmentOf(check.lhs), segmentOf(check.rhs)) != segment)
      continue;
    if (!holds(check, table.data(), error))
      return false;
  }
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const sinter_tensor_info &info = program.outputs[k];
    for (int32_t axis = 0; axis < info.rank; ++axis) {
      if (segmentOf(info.dims[axis]) != segment || table[info.dims[axis]] >= 0)
        continue;
      Text text;
      appendAxis(text, info, axis);
      return error.fail("output %s: %s: expected at least 0, got %lld", info.name, text.cString(),
                        static_cast<Long>(table[info.dims[axis]]));
    }
  }
  return arenaBytes(segment) >= 0 ||
         error.fail("arena: expected at least 0 bytes, got %lld", static_cast<Long>(arenaBytes(segment)));
}

void Values::appendSymbols(Text &text, int32_t segments) const {
  const char *separator = "";
  for (int32_t k = 0; k < program.num_symbols; ++k)
    if (segmentOf(k) < segments) {
      text.append("%s%s=%lld", separator, program.symbols[k].name, static_cast<Long>(table[k]));
      separator = ", ";
    }
}

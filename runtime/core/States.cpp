// See States.h.
#include "runtime/core/States.h"

using namespace sinter::rt;

namespace {
using Long = long long;

constexpr int64_t kLeastRows = 64; // room at first
} // namespace

States::States(const sinter_program &program)
    : program(program), segments(program.num_states), rows(program.num_states), shapes(program.num_states),
      memory(program.num_states), data(program.num_states) {
  Values sizes(program);
  for (int32_t k = 0; k < program.num_states; ++k) {
    const sinter_state &state = program.states[k];
    segments[k] = sizes.segmentOf(state.rows);
    for (int32_t axis = 0; axis < state.kept.rank; ++axis)
      segments[k] = larger(segments[k], sizes.segmentOf(state.kept.dims[axis]));
    data[k] = memory[k].data();
  }
}

/// Bytes of one row; -1 where they leave int64.
int64_t States::rowBytes(int32_t k, const Values &sizes) const {
  const sinter_state &state = program.states[k];
  int64_t dims[kMaxRank], bytes;
  for (int32_t axis = 0; axis < state.kept.rank; ++axis)
    dims[axis] = axis == state.axis ? 1 : sizes[state.kept.dims[axis]];
  return countBytes(dims, state.kept.rank, dtypeInfo(state.kept.dtype)->size, bytes) ? bytes : -1;
}

/// An empty state takes any dims.
bool States::checkDims(int32_t k, const Values &sizes, Error &error) const {
  const sinter_state &state = program.states[k];
  for (int32_t axis = 0; axis < state.kept.rank; ++axis) {
    int64_t expected = axis == state.axis ? rows[k] : shapes[k].dims[axis], got = sizes[state.kept.dims[axis]];
    if (got == expected || (axis != state.axis && !rows[k]))
      continue;
    Text text;
    appendAxis(text, state.kept, axis);
    return error.fail("state %s: %s: expected %lld, as the runs before left it, got %lld", state.kept.name,
                      text.cString(), static_cast<Long>(expected), static_cast<Long>(got));
  }
  return true;
}

bool States::check(int32_t segment, const Values &sizes, int64_t &total, Error &error) const {
  for (int32_t k = 0; k < program.num_states; ++k) {
    const sinter_state &state = program.states[k];
    if (segments[k] > segment)
      continue;
    int64_t count = sizes[state.rows], bytes = rowBytes(k, sizes);
    if (segments[k] == segment && !checkDims(k, sizes, error))
      return false;
    if (count > state.capacity)
      return error.fail("state %s: expected at most %lld rows, got %lld: %lld are kept", state.kept.name,
                        static_cast<Long>(state.capacity), static_cast<Long>(count), static_cast<Long>(rows[k]));
    if (bytes < 0 || count < 0 || __builtin_mul_overflow(bytes, count, &bytes) ||
        __builtin_add_overflow(total, bytes, &total))
      return error.fail("state %s: expected a size below 2^63 bytes, got an overflow", state.kept.name);
  }
  return true;
}

bool States::makeRoom(int32_t segment, const Values &sizes, Error &error) {
  for (int32_t k = 0; k < program.num_states; ++k)
    if (segments[k] == segment && !reserve(k, sizes, error))
      return false;
  return true;
}

/// The capacity at once; without one the room doubles. Pages are taken when they are written first.
bool States::reserve(int32_t k, const Values &sizes, Error &error) {
  const sinter_state &state = program.states[k];
  int64_t row = rowBytes(k, sizes), need = sizes[state.rows] * row;
  if (need <= memory[k].bytes())
    return true;
  int64_t wanted = larger(larger(need, kLeastRows * row), 2 * memory[k].bytes());
  if (state.capacity < INT64_MAX && __builtin_mul_overflow(state.capacity, row, &wanted))
    return error.fail("state %s: expected a size below 2^63 bytes, got an overflow", state.kept.name);
  if (!memory[k].grow(wanted, error))
    return error.prefix("state %s", state.kept.name);
  data[k] = memory[k].data();
  return true;
}

void States::keepRows(int32_t k, const Values &sizes, int32_t count) {
  const sinter_state &state = program.states[k];
  for (int32_t axis = 0; axis < state.kept.rank; ++axis)
    shapes[k].dims[axis] = sizes[state.kept.dims[axis]];
  rows[k] = sizes[count];
}

bool States::assume(const Values &sizes) {
  bool all = true;
  for (int32_t k = 0; k < program.num_states; ++k) {
    all &= segments[k] == 0;
    if (segments[k] == 0)
      keepRows(k, sizes, program.states[k].kept.dims[program.states[k].axis]);
  }
  return all;
}

void States::keep(const Values &sizes) {
  for (int32_t k = 0; k < program.num_states; ++k)
    keepRows(k, sizes, program.states[k].rows);
}

// Pure functions from sizes and TargetInfo to tiles, grains and task counts. No IR: unit tests call them with numbers.
#pragma once
#include "target/TargetInfo.h"
#include <cstdint>

namespace sinter::schedule {
/// Scalar operations that a task does at least: some ten microseconds, so that waking a thread pays.
inline constexpr int64_t taskGrain = 32768;
/// Tasks of a launch at most: enough to balance 64 threads.
inline constexpr int64_t maxTasks = 256;

/// The register tile of a contraction and how its result is blocked.
struct ContractionTile {
  /// Rows and columns that one pass over K accumulates in registers; columns are whole vectors.
  int64_t rows, columns;
  /// Rows of a block whose operand slice (rows * K elements) stays in the L2 cache while the columns pass; a multiple
  /// of `rows`.
  int64_t blockRows;
  /// Panels of `columns` columns that one task takes.
  int64_t panelsPerTask;
};

/// For a contraction of K terms over elements of `bytes` bytes.
///
/// Registers: rows * vectors accumulators, `vectors` columns of the right operand, and a broadcast (folded into the
/// multiply-add with AVX-512) fit the register file; rows * vectors >= latency * ports hides the latency; and per term
/// rows + vectors loads fit two load ports. 12 x 2 of 32 registers, 6 x 2 of 16. (Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication", 2008, for the blocking.)
ContractionTile contractionTile(const TargetInfo &target, int64_t terms, int64_t bytes);
} // namespace sinter::schedule

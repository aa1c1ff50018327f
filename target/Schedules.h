// Pure functions from sizes and TargetInfo to tiles, grains and task counts. No IR: unit tests call them with numbers.
#pragma once
#include "target/TargetInfo.h"
#include <cstdint>
#include <optional>

namespace sinter::schedule {
/// Scalar operations that a task does at least: some ten microseconds, so that waking a thread pays.
inline constexpr int64_t taskGrain = 32768;
/// Tasks of a launch at most: enough to balance 64 threads.
inline constexpr int64_t maxTasks = 256;

/// Rows of a scan's task at least: as many as lie in a line of the cache, which each iteration reads one element of.
inline constexpr int64_t scanRows = 16;

/// Attention of few rows is split along keys: into parts of at least this many keys, until this many parts of rows keep
/// the threads of a large machine busy.
inline constexpr int64_t keysOfPart = 512, rowParts = 64;

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
/// High-Performance Matrix Multiplication", 2008, for the blocking.) `siblings` contractions of one left operand are
/// summed side by side: each has a tile of these columns, and rows are fewer.
ContractionTile contractionTile(const TargetInfo &target, int64_t terms, int64_t bytes, int64_t siblings = 1);

/// Rows of the tile of `vectors` vectors for what whole tiles of `rows` rows leave: as few as hide the latency of
/// multiply-adds.
int64_t tailRows(const TargetInfo &target, int64_t rows, int64_t vectors);

/// Rows of a task that computes all columns of them, so that it can go on with whole rows: few, since tasks are not
/// split along columns; whole tiles that read each panel of the weight from the cache two times at least.
int64_t projectionRows(const ContractionTile &tile);

/// The register tile of a convolution as an implicit matrix product (rows: pixels of the result, columns: filters) and
/// how its result is blocked.
struct ConvolutionTile {
  /// Pixels and filters that one pass over all terms accumulates in registers.
  int64_t pixels, filters;
  /// Pixels whose sums are transposed and finished together: whole tiles and whole vectors.
  int64_t strip;
  /// Pixels of a task, whole strips; and panels of `filters` filters of a task.
  int64_t blockPixels, panelsPerTask;
};

/// Filters of a panel, for groups of `perGroup` filters; 0 if they fill less than half a vector, so that lanes along
/// pixels are better.
int64_t filterPanel(const TargetInfo &target, int64_t perGroup);

/// For `perGroup` filters of `terms` terms each, whose input has `pixelBytes` bytes per pixel of the result. A number
/// of pixels, where it is known, is shared evenly: tiles past the last pixel do work for nothing.
ConvolutionTile convolutionTile(const TargetInfo &target, int64_t perGroup, int64_t terms, int64_t pixelBytes,
                                std::optional<int64_t> pixels);

/// Whether a convolution of one group with a kernel and strides of one has lanes along its pixels: reads its plain
/// filter as scalars and transposes nothing. What it saves counts where channels are few or filters fill no panel; what
/// it costs are pixels of the last block that are done twice, and a filter that is read for each block and must stay in
/// the L2 cache. `pixels`: of an image.
bool lanesAlongPixels(const TargetInfo &target, int64_t channels, int64_t filters, int64_t pixels);

/// The register tile of a convolution with lanes along its pixels: filters and pixels; and blocks of `pixels` pixels of
/// a task.
struct PixelsTile {
  int64_t filters, pixels, blocksPerTask;
};
PixelsTile convolutionPixelsTile(const TargetInfo &target, int64_t channels, int64_t filters, int64_t pixels);

/// The register tile of a convolution with lanes along the rows of its result: rows, and vectors of a row. `spatial`:
/// dims besides images and filters; without a second one there is one row. `rows` of the result, if known, are shared
/// evenly: tiles that overlap would do the same work twice.
struct RowsTile {
  int64_t rows, vectors;
};
RowsTile convolutionRowsTile(const TargetInfo &target, int64_t spatial, std::optional<int64_t> rows);
} // namespace sinter::schedule

// Tiles from register file and caches; see Schedules.h.
#include "target/Schedules.h"
#include <algorithm>
#include <numeric>

using namespace sinter;

schedule::ContractionTile schedule::contractionTile(const TargetInfo &target, int64_t terms, int64_t bytes,
                                                    int64_t siblings) {
  constexpr int64_t vectors = 2;
  constexpr int64_t taskFlops = 4 << 20, assumedRows = 64;
  int64_t rows = (target.numVectorRegisters - 2 * vectors) / vectors;
  rows -= rows > 6 ? rows % 6 : 0; // 12 of 14, 6 of 6
  int64_t columns = vectors * target.vectorBits / (8 * bytes);
  terms = std::max<int64_t>(terms, 1);
  int64_t fit = target.l2Bytes / 2 / (terms * bytes);
  int64_t blockRows = std::clamp<int64_t>(fit / rows * rows, rows * 4, rows * 32);
  int64_t panelFlops = 2 * assumedRows * columns * terms * siblings;
  return {rows / siblings, columns, blockRows, std::max<int64_t>(1, taskFlops / panelFlops)};
}

int64_t schedule::tailRows(const TargetInfo &target, int64_t rows, int64_t vectors) {
  int64_t sums = target.fmaLatency * target.fmaPorts;
  return std::min(rows, (sums + vectors - 1) / vectors);
}

int64_t schedule::projectionRows(const ContractionTile &tile) {
  constexpr int64_t least = 24;
  return std::max<int64_t>(2, (least + tile.rows - 1) / tile.rows) * tile.rows;
}

int64_t schedule::filterPanel(const TargetInfo &target, int64_t perGroup) {
  int64_t lanes = target.lanes(32);
  return perGroup * 2 < lanes ? 0 : perGroup <= lanes ? lanes : 2 * lanes;
}

schedule::ConvolutionTile schedule::convolutionTile(const TargetInfo &target, int64_t perGroup, int64_t terms,
                                                    int64_t pixelBytes, std::optional<int64_t> count) {
  constexpr int64_t taskFlops = 4 << 20, maxPixels = 8; // each pixel has a pointer in a general register
  int64_t lanes = target.lanes(32), filters = std::max(filterPanel(target, perGroup), lanes);
  int64_t pixels = std::min(contractionTile(target, 1, 4).rows, maxPixels);
  auto work = [&](int64_t tile) { return (*count + tile - 1) / tile * tile; };
  for (int64_t fewer = pixels - 1; count && fewer >= tailRows(target, pixels, filters / lanes); --fewer)
    pixels = work(fewer) * 16 <= work(pixels) * 15 ? fewer : pixels; // smaller tiles load more per multiply-add
  int64_t strip = std::lcm(pixels, lanes);
  int64_t fit = target.l2Bytes / 2 / std::max<int64_t>(pixelBytes, 1);
  int64_t blockPixels = std::clamp<int64_t>(fit / strip * strip, strip * 2, strip * 8);
  int64_t panelFlops = 2 * blockPixels * filters * std::max<int64_t>(terms, 1);
  return {pixels, filters, strip, blockPixels, std::max<int64_t>(1, taskFlops / panelFlops)};
}

bool schedule::lanesAlongPixels(const TargetInfo &target, int64_t channels, int64_t filters, int64_t pixels) {
  constexpr int64_t bytes = 4;
  int64_t block = contractionTile(target, 1, bytes).columns, lanes = target.lanes(8 * bytes);
  if (pixels < 2 * block || filters < 2 || channels * filters * bytes > target.l2Bytes / 2)
    return false;
  // Rows of a block lie far apart, which caches do not foresee: the block waits in L1, or the image in L2.
  if (2 * channels * block * bytes >= target.l1Bytes && channels * pixels * bytes > target.l2Bytes)
    return false;
  // Terms that the work on a sum behind its last term is worth: stored, or transposed before.
  int64_t stored = channels + lanes / 8, transposed = channels + lanes;
  auto whole = [](int64_t count, int64_t width) { return width ? (count + width - 1) / width * width : count; };
  int64_t alongPixels = whole(pixels, block) * filters * stored;
  int64_t alongFilters = pixels * whole(filters, filterPanel(target, filters)) * transposed;
  return alongPixels * 64 <= alongFilters * 63;
}

schedule::PixelsTile schedule::convolutionPixelsTile(const TargetInfo &target, int64_t channels, int64_t filters,
                                                     int64_t pixels) {
  constexpr int64_t taskFlops = 4 << 20;
  ContractionTile tile = contractionTile(target, channels, 4);
  int64_t blocks = (pixels + tile.columns - 1) / tile.columns;
  int64_t blockFlops = 2 * tile.columns * std::max<int64_t>(channels * filters, 1);
  int64_t tasks = (blocks * blockFlops + taskFlops - 1) / taskFlops;
  return {tile.rows, tile.columns, (blocks + tasks - 1) / tasks};
}

schedule::RowsTile schedule::convolutionRowsTile(const TargetInfo &target, int64_t spatial,
                                                 std::optional<int64_t> rows) {
  int64_t sums = target.numVectorRegisters / 4; // the filter's elements have the others
  if (spatial < 2)
    return {1, sums};
  int64_t tiles = (std::max<int64_t>(rows.value_or(sums), 1) + sums - 1) / sums;
  return {rows ? (std::max<int64_t>(*rows, 1) + tiles - 1) / tiles : sums, 1};
}

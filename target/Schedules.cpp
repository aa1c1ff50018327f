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

schedule::RowsTile schedule::convolutionRowsTile(const TargetInfo &target, int64_t spatial,
                                                 std::optional<int64_t> rows) {
  int64_t sums = target.numVectorRegisters / 4; // the filter's elements have the others
  if (spatial < 2)
    return {1, sums};
  int64_t tiles = (std::max<int64_t>(rows.value_or(sums), 1) + sums - 1) / sums;
  return {rows ? (std::max<int64_t>(*rows, 1) + tiles - 1) / tiles : sums, 1};
}

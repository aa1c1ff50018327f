// Tiles from register file and caches; see Schedules.h.
#include "target/Schedules.h"
#include <algorithm>

using namespace sinter;

schedule::ContractionTile schedule::contractionTile(const TargetInfo &target, int64_t terms, int64_t bytes) {
  constexpr int64_t vectors = 2;
  constexpr int64_t taskFlops = 4 << 20, assumedRows = 64;
  int64_t rows = (target.numVectorRegisters - 2 * vectors) / vectors;
  rows -= rows > 6 ? rows % 6 : 0; // 12 of 14, 6 of 6
  int64_t columns = vectors * target.vectorBits / (8 * bytes);
  terms = std::max<int64_t>(terms, 1);
  int64_t fit = target.l2Bytes / 2 / (terms * bytes);
  int64_t blockRows = std::clamp<int64_t>(fit / rows * rows, rows * 4, rows * 32);
  int64_t panelFlops = 2 * assumedRows * columns * terms;
  return {rows, columns, blockRows, std::max<int64_t>(1, taskFlops / panelFlops)};
}

// Laws of contractionTile() on every CPU that TargetInfo knows, for sums of 1 to 65536 terms.
#include "target/Schedules.h"
#include "gtest/gtest.h"

using namespace sinter;
using schedule::ContractionTile;
using schedule::contractionTile;

namespace {
const std::vector<std::string> avx2{"avx2", "fma", "f16c", "bmi2"};
const std::vector<std::string> avx512{"avx2", "fma", "f16c", "bmi2", "avx512f", "avx512bw", "avx512dq", "avx512vl"};

std::vector<TargetInfo> targets() {
  std::vector<TargetInfo> all;
  for (const char *cpu : {"haswell", "skylake", "alderlake", "sierraforest", "znver1", "znver2", "znver3", "x86-64-v3"})
    all.push_back(describeTarget(cpu, cpu, avx2));
  for (const char *cpu : {"skylake-avx512", "icelake-server", "sapphirerapids", "tigerlake", "znver4", "znver5",
                          "x86-64-v4", "a CPU without a row"})
    all.push_back(describeTarget(cpu, cpu, avx512));
  return all;
}

class ContractionTileLaws : public testing::TestWithParam<TargetInfo> {
protected:
  void forTiles(const std::function<void(const ContractionTile &, int64_t, int64_t)> &check) {
    for (int64_t bytes : {4, 8})
      for (int64_t terms : {1, 2, 17, 64, 511, 512, 4096, 65536}) {
        SCOPED_TRACE(std::to_string(terms) + " terms of " + std::to_string(bytes) + " bytes");
        check(contractionTile(GetParam(), terms, bytes), terms, bytes);
      }
  }
};
} // namespace

/// Sums, one line of the right operand and a broadcast scalar fit the register file.
TEST_P(ContractionTileLaws, RegistersFit) {
  forTiles([&](const ContractionTile &tile, int64_t, int64_t bytes) {
    int64_t lanes = GetParam().lanes(8 * bytes), vectors = tile.columns / lanes;
    EXPECT_EQ(tile.columns % lanes, 0);
    EXPECT_LE(tile.rows * vectors + vectors + 1, GetParam().numVectorRegisters);
  });
}

/// As many independent sums as multiply-adds are in flight.
TEST_P(ContractionTileLaws, LatencyIsHidden) {
  forTiles([&](const ContractionTile &tile, int64_t, int64_t bytes) {
    int64_t vectors = tile.columns / GetParam().lanes(8 * bytes);
    EXPECT_GE(tile.rows * vectors, GetParam().fmaLatency * GetParam().fmaPorts);
  });
}

/// A term loads `vectors` vectors and `rows` scalars for rows * vectors multiply-adds: two load ports keep up.
TEST_P(ContractionTileLaws, LoadsKeepUp) {
  forTiles([&](const ContractionTile &tile, int64_t, int64_t bytes) {
    int64_t vectors = tile.columns / GetParam().lanes(8 * bytes);
    EXPECT_LE((tile.rows + vectors) * GetParam().fmaPorts, 2 * tile.rows * vectors);
  });
}

/// Blocks are whole tiles, so that only the last block of a result has a tile that overlaps another.
TEST_P(ContractionTileLaws, BlocksAreWholeTiles) {
  forTiles([&](const ContractionTile &tile, int64_t, int64_t) {
    EXPECT_GT(tile.blockRows, 0);
    EXPECT_EQ(tile.blockRows % tile.rows, 0);
    EXPECT_GE(tile.panelsPerTask, 1);
  });
}

/// A block's rows stay in half of L2, but for sums so long that four tiles do not fit.
TEST_P(ContractionTileLaws, BlockStaysInCache) {
  forTiles([&](const ContractionTile &tile, int64_t terms, int64_t bytes) {
    if (tile.blockRows > 4 * tile.rows) {
      EXPECT_LE(tile.blockRows * terms * bytes, GetParam().l2Bytes / 2);
    }
  });
}

/// The register tile does not depend on the number of terms: a weight is packed once for all.
TEST_P(ContractionTileLaws, ColumnsAreThePackedWidth) {
  forTiles([&](const ContractionTile &tile, int64_t, int64_t bytes) {
    ContractionTile other = contractionTile(GetParam(), 1, bytes);
    EXPECT_EQ(tile.columns, other.columns);
    EXPECT_EQ(tile.rows, other.rows);
  });
}

/// Longer sums make blocks and groups no larger.
TEST_P(ContractionTileLaws, LongerSumsMakeSmallerTasks) {
  int64_t blockRows = INT64_MAX, panels = INT64_MAX;
  for (int64_t terms = 1; terms <= 65536; terms *= 2) {
    ContractionTile tile = contractionTile(GetParam(), terms, 4);
    EXPECT_LE(tile.blockRows, blockRows);
    EXPECT_LE(tile.panelsPerTask, panels);
    blockRows = tile.blockRows;
    panels = tile.panelsPerTask;
  }
}

/// Siblings fit the registers of one contraction, read panels of its width, and a task of theirs has no more work.
TEST_P(ContractionTileLaws, SiblingsShareRegisters) {
  for (int64_t terms : {1, 64, 4096}) {
    ContractionTile one = contractionTile(GetParam(), terms, 4), two = contractionTile(GetParam(), terms, 4, 2);
    EXPECT_EQ(two.columns, one.columns);
    EXPECT_LE(2 * two.rows, one.rows);
    EXPECT_EQ(two.blockRows % two.rows, 0);
    EXPECT_LE(2 * two.panelsPerTask, std::max<int64_t>(one.panelsPerTask, 2));
  }
}

/// The tile for rows that are left is no larger, and hides the latency of multiply-adds as far as any tile does.
TEST_P(ContractionTileLaws, TailHidesLatency) {
  const TargetInfo &target = GetParam();
  for (int64_t siblings : {1, 2}) {
    int64_t rows = contractionTile(target, 64, 4, siblings).rows, vectors = 2 * siblings;
    int64_t tail = schedule::tailRows(target, rows, vectors);
    EXPECT_LE(tail, rows);
    EXPECT_GE(tail * vectors, target.fmaLatency * target.fmaPorts);
    EXPECT_LT((tail - 1) * vectors, target.fmaLatency * target.fmaPorts);
  }
}

/// Blocks of whole rows are whole tiles, more than one.
TEST_P(ContractionTileLaws, ProjectionRowsAreTiles) {
  ContractionTile tile = contractionTile(GetParam(), 1, 4);
  int64_t rows = schedule::projectionRows(tile);
  EXPECT_EQ(rows % tile.rows, 0);
  EXPECT_GE(rows, 2 * tile.rows);
}

/// No terms at all is a legal sum.
TEST_P(ContractionTileLaws, NoTerms) {
  ContractionTile none = contractionTile(GetParam(), 0, 4), one = contractionTile(GetParam(), 1, 4);
  EXPECT_EQ(none.blockRows, one.blockRows);
  EXPECT_EQ(none.panelsPerTask, one.panelsPerTask);
}

INSTANTIATE_TEST_SUITE_P(, ContractionTileLaws, testing::ValuesIn(targets()), [](const auto &info) {
  std::string name = info.param.name;
  std::replace_if(name.begin(), name.end(), [](char c) { return !isalnum(c); }, '_');
  return name;
});

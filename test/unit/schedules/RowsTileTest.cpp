// Laws of convolutionRowsTile() on both vector widths.
#include "target/Schedules.h"
#include "gtest/gtest.h"

using namespace sinter;
using schedule::convolutionRowsTile;
using schedule::RowsTile;

/// Rows that are known are shared evenly by as few tiles as the sums in registers allow.
TEST(RowsTileLaws, RowsAreEven) {
  for (int64_t registers : {16, 32}) {
    TargetInfo target;
    target.numVectorRegisters = registers;
    int64_t most = convolutionRowsTile(target, 2, std::nullopt).rows;
    for (int64_t rows = 1; rows < 100; ++rows) {
      RowsTile tile = convolutionRowsTile(target, 2, rows);
      int64_t tiles = (rows + tile.rows - 1) / tile.rows;
      EXPECT_LE(tile.rows, most);
      EXPECT_EQ(tiles, (rows + most - 1) / most);
      EXPECT_LT(tile.rows * tiles - rows, tiles);
      EXPECT_EQ(tile.vectors, 1);
    }
  }
}

/// One spatial dim has one row, whose vectors hold the sums.
TEST(RowsTileLaws, LinesHaveOneRow) {
  RowsTile tile = convolutionRowsTile(TargetInfo(), 1, std::nullopt);
  EXPECT_EQ(tile.rows, 1);
  EXPECT_GT(tile.vectors, 1);
}

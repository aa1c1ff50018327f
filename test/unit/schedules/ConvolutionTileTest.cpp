// Laws of convolutionTile() and filterPanel() on both vector widths.
#include "target/Schedules.h"
#include "gtest/gtest.h"

using namespace sinter;
using schedule::ConvolutionTile;
using schedule::convolutionTile;
using schedule::filterPanel;

namespace {
class ConvolutionTileLaws : public testing::TestWithParam<int64_t> {
protected:
  ConvolutionTileLaws() {
    target.vectorBits = GetParam();
    target.numVectorRegisters = GetParam() == 512 ? 32 : 16;
  }
  void forTiles(const std::function<void(const ConvolutionTile &, int64_t)> &check) {
    for (int64_t perGroup : {4, 8, 9, 16, 17, 64, 1000})
      for (int64_t terms : {1, 9, 147, 576, 4608})
        for (int64_t pixelBytes : {0, 4, 256, 8192})
          if (filterPanel(target, perGroup))
            for (std::optional<int64_t> pixels : {std::optional<int64_t>(), std::optional<int64_t>(49)})
              check(convolutionTile(target, perGroup, terms, pixelBytes, pixels), perGroup);
  }
  TargetInfo target;
};
} // namespace

/// Sums, one line of the panel and a broadcast scalar fit the register file.
TEST_P(ConvolutionTileLaws, RegistersFit) {
  forTiles([&](const ConvolutionTile &tile, int64_t) {
    int64_t vectors = tile.filters / target.lanes(32);
    EXPECT_EQ(tile.filters % target.lanes(32), 0);
    EXPECT_LE(tile.pixels * vectors + vectors + 1, target.numVectorRegisters);
  });
}

/// A filter is packed once: the panel is the tile's, whatever the terms.
TEST_P(ConvolutionTileLaws, FiltersAreThePackedWidth) {
  forTiles(
      [&](const ConvolutionTile &tile, int64_t perGroup) { EXPECT_EQ(tile.filters, filterPanel(target, perGroup)); });
}

/// Strips are whole tiles and whole squares of lanes; blocks are whole strips.
TEST_P(ConvolutionTileLaws, StripsAreWhole) {
  forTiles([&](const ConvolutionTile &tile, int64_t) {
    EXPECT_EQ(tile.strip % tile.pixels, 0);
    EXPECT_EQ(tile.strip % target.lanes(32), 0);
    EXPECT_EQ(tile.blockPixels % tile.strip, 0);
    EXPECT_GE(tile.panelsPerTask, 1);
  });
}

/// Seven tiles of seven pixels do 49 without work for nothing; so few sums that latency shows are never taken.
TEST_P(ConvolutionTileLaws, KnownPixelsAreSharedEvenly) {
  int64_t any = convolutionTile(target, 64, 64, 256, std::nullopt).pixels, few = GetParam() == 512 ? 7 : 5;
  EXPECT_EQ(convolutionTile(target, 64, 64, 256, 49).pixels, few);
  EXPECT_EQ(convolutionTile(target, 64, 64, 256, 24 * any).pixels, any);
  EXPECT_GE(convolutionTile(target, 64, 64, 256, 1).pixels * 2, target.fmaLatency * target.fmaPorts);
}

/// Lanes run along filters only if at least half of them are filled.
TEST_P(ConvolutionTileLaws, FewFiltersFillNoPanel) {
  int64_t lanes = target.lanes(32);
  EXPECT_EQ(filterPanel(target, 1), 0);
  EXPECT_EQ(filterPanel(target, lanes / 2 - 1), 0);
  EXPECT_EQ(filterPanel(target, lanes / 2), lanes);
  EXPECT_EQ(filterPanel(target, lanes + 1), 2 * lanes);
}

INSTANTIATE_TEST_SUITE_P(, ConvolutionTileLaws, testing::Values(256, 512));

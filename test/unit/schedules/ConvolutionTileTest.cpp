// Laws of convolutionTile(), filterPanel(), lanesAlongPixels() and convolutionPixelsTile() on both vector widths.
#include "target/Schedules.h"
#include "gtest/gtest.h"
#include <array>

using namespace sinter;
using schedule::ConvolutionTile;
using schedule::convolutionTile;
using schedule::filterPanel;
using schedule::lanesAlongPixels;

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

/// Kernels of one pixel of MobileNetV3: few channels over many pixels.
TEST_P(ConvolutionTileLaws, FewChannelsHaveLanesAlongPixels) {
  for (auto [channels, filters, size] : {std::array{16, 16, 112},
                                         {16, 64, 112},
                                         {64, 24, 56},
                                         {24, 72, 56},
                                         {72, 24, 56},
                                         {40, 120, 28},
                                         {120, 40, 28},
                                         {64, 64, 56},
                                         {64, 256, 56},
                                         {80, 184, 14}})
    EXPECT_TRUE(lanesAlongPixels(target, channels, filters, size * size)) << channels << " " << filters << " " << size;
}

/// The last block of 7x7 or 14x14 pixels does more twice than many channels save; a large filter leaves the cache, and
/// so do many channels of a large image.
TEST_P(ConvolutionTileLaws, FewPixelsOrLargeFiltersHaveLanesAlongFilters) {
  for (auto [channels, filters, size] :
       {std::array{160, 960, 7}, {256, 1024, 14}, {1024, 256, 14}, {16, 16, 4}, {256, 64, 56}})
    EXPECT_FALSE(lanesAlongPixels(target, channels, filters, size * size)) << channels << " " << filters << " " << size;
  EXPECT_FALSE(lanesAlongPixels(target, target.l2Bytes / 64, 64, 1 << 20));
  EXPECT_FALSE(lanesAlongPixels(target, 64, 1, 1 << 20));
}

/// Tasks have some four million operations, and blocks are shared evenly.
TEST_P(ConvolutionTileLaws, BlocksOfPixelsAreSharedEvenly) {
  for (int64_t pixels : {64, 196, 3136, 12544}) {
    schedule::PixelsTile tile = schedule::convolutionPixelsTile(target, 64, 64, pixels);
    int64_t blocks = (pixels + tile.pixels - 1) / tile.pixels, tasks = (blocks - 1) / tile.blocksPerTask + 1;
    EXPECT_EQ(tile.pixels, 2 * target.lanes(32));
    EXPECT_LE(tile.filters * 2 + 2 + 1, target.numVectorRegisters);
    EXPECT_LE(tile.blocksPerTask * tile.pixels * 2 * 64 * 64, 4 << 20);
    EXPECT_LT(tasks * tile.blocksPerTask - blocks, tasks);
  }
}

INSTANTIATE_TEST_SUITE_P(, ConvolutionTileLaws, testing::Values(256, 512));

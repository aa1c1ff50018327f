// Laws of planMemory(): whatever the dims turn out to be, buffers alive at once do not overlap; and how close static
// plans come to the least that any plan needs.
#include "codegen/host/MemoryPlan.h"
#include "dialects/sinter/Sinter.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"
#include <map>
#include <random>

using namespace sinter;

namespace {
using Sizes = std::map<std::string, int64_t>;

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// Offsets as the executable computes them: runtime arithmetic of `plan` (codegen/host/Values.cpp).
struct Placement {
  std::vector<int64_t> offset, bytes;
  int64_t arena = 0;
};
Placement place(const std::vector<PlannedBuffer> &buffers, const std::vector<int> &order, const Sizes &sizes) {
  Placement result{std::vector<int64_t>(buffers.size(), -1), std::vector<int64_t>(buffers.size(), 0)};
  for (int i : order) {
    result.bytes[i] =
        *evaluate(buffers[i].bytes, [&](llvm::StringRef name) { return std::optional(sizes.at(name.str())); });
    result.offset[i] = 0;
    for (int j : buffers[i].below) {
      EXPECT_GE(result.offset[j], 0) << "buffer " << j << " lies beneath " << i << " and comes behind it";
      result.offset[i] = std::max(result.offset[i], result.offset[j] + aligned(result.bytes[j]));
    }
    result.arena = std::max(result.arena, result.offset[i] + aligned(result.bytes[i]));
  }
  return result;
}

bool aliveAtOnce(const PlannedBuffer &a, const PlannedBuffer &b) { return a.first <= b.last && b.first <= a.last; }

void expectNoOverlap(const std::vector<PlannedBuffer> &buffers, const Placement &placement) {
  for (size_t i = 0; i < buffers.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (aliveAtOnce(buffers[i], buffers[j])) {
        EXPECT_TRUE(placement.offset[i] + placement.bytes[i] <= placement.offset[j] ||
                    placement.offset[j] + placement.bytes[j] <= placement.offset[i])
            << "buffers " << i << " and " << j;
      }
}

/// The most bytes alive at any launch: no plan needs less.
int64_t lowerBound(const std::vector<PlannedBuffer> &buffers) {
  int64_t bound = 0;
  for (const PlannedBuffer &at : buffers) {
    int64_t alive = 0;
    for (const PlannedBuffer &other : buffers)
      if (other.first <= at.first && at.first <= other.last)
        alive += aligned(other.nominalBytes);
    bound = std::max(bound, alive);
  }
  return bound;
}

class MemoryPlan : public testing::Test {
protected:
  MemoryPlan() {
    context.loadDialect<SinterDialect>();
    S = dimSymbol(&context, "S");
    T = dimSymbol(&context, "T");
  }
  int64_t pick(int64_t lo, int64_t hi) { return std::uniform_int_distribution<int64_t>(lo, hi)(random); }
  /// Sizes as models have them: numbers, products of a symbol, S*T, with and without a rest, zero too.
  DimAttr randomBytes() {
    DimAttr number = dimConstant(&context, 4 * pick(0, 300));
    switch (pick(0, 5)) {
    case 0: return number;
    case 1: return S * (4 * pick(1, 64));
    case 2: return T * (4 * pick(1, 64)) + number;
    case 3: return S * T * 4;
    case 4: return (S + T) * pick(1, 9);
    default: return max(S - T, dimConstant(&context, 0)) * 4;
    }
  }
  PlannedBuffer buffer(DimAttr bytes, int64_t first, int64_t last) {
    auto nominal = evaluate(bytes, [](llvm::StringRef name) { return std::optional<int64_t>(name == "S" ? 32 : 33); });
    return {bytes, *nominal, first, last, {}};
  }
  PlannedBuffer buffer(int64_t bytes, int64_t first, int64_t last) {
    return buffer(dimConstant(&context, bytes), first, last);
  }
  std::vector<PlannedBuffer> randomBuffers() {
    std::vector<PlannedBuffer> buffers;
    for (int64_t count = pick(0, 40), i = 0; i < count; ++i) {
      int64_t first = pick(0, 30);
      buffers.push_back(buffer(randomBytes(), first, first + pick(0, pick(0, 3) ? 3 : 30)));
    }
    return buffers;
  }
  mlir::MLIRContext context;
  DimAttr S, T;
  std::mt19937 random{11};
};
} // namespace

/// The plan is made for nominal dims and holds for all.
TEST_F(MemoryPlan, NoOverlapForAnyDims) {
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::vector<PlannedBuffer> buffers = randomBuffers();
    std::vector<int> order = planMemory(buffers);
    ASSERT_EQ(order.size(), buffers.size());
    for (Sizes sizes : {Sizes{{"S", 0}, {"T", 0}}, Sizes{{"S", 1}, {"T", 5000}}, Sizes{{"S", 5000}, {"T", 1}},
                        Sizes{{"S", 32}, {"T", 33}}, Sizes{{"S", pick(0, 999)}, {"T", pick(0, 999)}}})
      expectNoOverlap(buffers, place(buffers, order, sizes));
  }
}

/// Offsets are multiples of 64: vectors of a buffer's start are aligned.
TEST_F(MemoryPlan, OffsetsAreAligned) {
  std::vector<PlannedBuffer> buffers = randomBuffers();
  std::vector<int> order = planMemory(buffers);
  for (int64_t offset : place(buffers, order, {{"S", 7}, {"T", 13}}).offset)
    EXPECT_EQ(offset % 64, 0);
}

/// The arena is never larger than all buffers side by side, and never smaller than what is alive at once.
TEST_F(MemoryPlan, ArenaIsBounded) {
  for (int round = 0; round < 100; ++round) {
    std::vector<PlannedBuffer> buffers = randomBuffers();
    std::vector<int> order = planMemory(buffers);
    Placement placement = place(buffers, order, {{"S", 32}, {"T", 33}});
    int64_t all = 0;
    for (int64_t bytes : placement.bytes)
      all += aligned(bytes);
    EXPECT_LE(placement.arena, all);
    EXPECT_GE(placement.arena, lowerBound(buffers));
  }
}

/// A buffer that a launch reads is alive while that launch writes its result.
TEST_F(MemoryPlan, ReadAndWrittenByOneLaunch) {
  std::vector<PlannedBuffer> buffers{buffer(64, 0, 1), buffer(64, 1, 2)};
  std::vector<int> order = planMemory(buffers);
  Placement placement = place(buffers, order, {});
  EXPECT_NE(placement.offset[0], placement.offset[1]);
  EXPECT_EQ(placement.arena, 128);
}

/// A chain of equal sizes needs two places, however long it is.
TEST_F(MemoryPlan, ChainNeedsTwoPlaces) {
  std::vector<PlannedBuffer> buffers;
  for (int64_t i = 0; i < 50; ++i)
    buffers.push_back(buffer(S * 256, i, i + 1));
  std::vector<int> order = planMemory(buffers);
  EXPECT_EQ(place(buffers, order, {{"S", 10}}).arena, 2 * 2560);
  EXPECT_EQ(arenaText(&context, buffers, order), "512*S");
}

/// Layers with their sizes in random order: within 1.2 of the bound.
TEST_F(MemoryPlan, StaticChainIsNearTheBound) {
  for (int round = 0; round < 100; ++round) {
    std::vector<PlannedBuffer> buffers;
    for (int64_t i = 0; i < 40; ++i)
      buffers.push_back(buffer(4096 * pick(1, 64), i, i + 1));
    std::vector<int> order = planMemory(buffers);
    EXPECT_LE(place(buffers, order, {}).arena, 1.2 * lowerBound(buffers)) << "round " << round;
  }
}

/// Transformer blocks: norm, Q, K, V, scores, mix, projection, residual, norm, a wide layer, projection, residual.
TEST_F(MemoryPlan, StaticTransformerIsNearTheBound) {
  for (int64_t hidden : {64, 384, 768}) {
    std::vector<PlannedBuffer> buffers;
    int64_t rows = 128, act = rows * hidden * 4, scores = 12 * rows * rows * 4;
    for (int64_t t = 0, layer = 0; layer < 12; ++layer, t += 11) {
      int64_t lasts[] = {4, 5, 5, 7, 6, 7, 8, 11, 9, 10, 11};
      int64_t sizes[] = {act, act, act, act, scores, act, act, act, act, 4 * act, act};
      for (int64_t i = 0; i < 11; ++i)
        buffers.push_back(buffer(sizes[i], t + i, t + std::max(lasts[i], i + 1)));
    }
    std::vector<int> order = planMemory(buffers);
    Placement placement = place(buffers, order, {});
    expectNoOverlap(buffers, placement);
    EXPECT_LE(placement.arena, 1.2 * lowerBound(buffers)) << "hidden size " << hidden;
  }
}

/// A convolution net with skips over two layers and halving sizes.
TEST_F(MemoryPlan, StaticResidualNetIsNearTheBound) {
  std::vector<PlannedBuffer> buffers;
  int64_t bytes = 64 * 56 * 56 * 4, t = 0;
  for (int64_t block = 0; block < 16; ++block, t += 3) {
    buffers.push_back(buffer(bytes, t, t + 1));
    buffers.push_back(buffer(bytes, t + 1, t + 2));
    buffers.push_back(buffer(bytes, t + 2, t + 5)); // also the next block's skip
    if (block % 4 == 3)
      bytes /= 2;
  }
  std::vector<int> order = planMemory(buffers);
  EXPECT_LE(place(buffers, order, {}).arena, 1.2 * lowerBound(buffers));
}

/// The text is the arena, but for rounding: it parses, and is exact where every size is a multiple of 64.
TEST_F(MemoryPlan, ArenaTextIsTheArena) {
  for (int round = 0; round < 200 && !HasFailure(); ++round) {
    std::vector<PlannedBuffer> buffers;
    for (int64_t count = pick(0, 12), i = 0; i < count; ++i) {
      int64_t first = pick(0, 12);
      DimAttr bytes = pick(0, 1) ? S * (64 * pick(1, 9)) : T * (64 * pick(1, 9)) + 64 * pick(0, 9);
      buffers.push_back(buffer(bytes, first, first + pick(0, 3)));
    }
    std::vector<int> order = planMemory(buffers);
    std::string text = arenaText(&context, buffers, order);
    SCOPED_TRACE(text);
    bool isBound = llvm::StringRef(text).starts_with("at least ");
    DimAttr arena = parseDim(&context, llvm::StringRef(text).substr(isBound ? 9 : 0));
    ASSERT_TRUE(arena);
    for (Sizes sizes : {Sizes{{"S", 0}, {"T", 0}}, Sizes{{"S", 1}, {"T", 99}}, Sizes{{"S", 99}, {"T", 1}}}) {
      std::optional<int64_t> value =
          evaluate(arena, [&](llvm::StringRef name) { return std::optional(sizes.at(name.str())); });
      ASSERT_TRUE(value);
      int64_t real = place(buffers, order, sizes).arena;
      if (isBound)
        EXPECT_LE(*value, real);
      else
        EXPECT_EQ(*value, real);
    }
  }
}

/// No intermediate results at all.
TEST_F(MemoryPlan, Nothing) {
  std::vector<PlannedBuffer> none;
  EXPECT_TRUE(planMemory(none).empty());
  EXPECT_EQ(arenaText(&context, none, {}), "0");
}

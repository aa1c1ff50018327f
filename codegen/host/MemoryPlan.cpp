// Placement for nominal dims and the order that it gives; see MemoryPlan.h.
#include "codegen/host/MemoryPlan.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace sinter;

namespace {
constexpr int64_t alignment = 64;
int64_t aligned(int64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }
/// The room of a buffer in a placement; an empty one has a place too, which orders it.
int64_t roomOf(const PlannedBuffer &buffer) { return std::max<int64_t>(aligned(buffer.nominalBytes), 1); }

bool conflict(const PlannedBuffer &a, const PlannedBuffer &b) { return a.first <= b.last && b.first <= a.last; }

/// The lowest gap between `busy` ranges (begin, end) that fits best.
int64_t bestFit(std::vector<std::pair<int64_t, int64_t>> busy, int64_t bytes) {
  llvm::sort(busy);
  int64_t end = 0, best = -1, bestGap = INT64_MAX;
  for (auto [lo, hi] : busy) {
    if (lo - end >= bytes && lo - end < bestGap) {
      best = end;
      bestGap = lo - end;
    }
    end = std::max(end, hi);
  }
  return best >= 0 ? best : end;
}

/// For each buffer those that are alive with it.
using Conflicts = std::vector<std::vector<int>>;

/// The buffers' indices in the order of a key; equal keys stay in the order of the buffers.
template <typename Key> std::vector<int> sorted(size_t count, Key key) {
  std::vector<int> all(count);
  for (size_t i = 0; i < count; ++i)
    all[i] = static_cast<int>(i);
  llvm::sort(all, [&](int a, int b) { return std::pair(key(a), a) < std::pair(key(b), b); });
  return all;
}

Conflicts findConflicts(const std::vector<PlannedBuffer> &buffers) {
  Conflicts conflicts(buffers.size());
  // Sweep by first use: only buffers still alive can conflict.
  std::vector<int> alive;
  for (int i : sorted(buffers.size(), [&](int b) { return buffers[b].first; })) {
    llvm::erase_if(alive, [&](int j) { return buffers[j].last < buffers[i].first; });
    for (int j : alive) {
      conflicts[i].push_back(j);
      conflicts[j].push_back(i);
    }
    alive.push_back(i);
  }
  return conflicts;
}

std::vector<int> bySize(const std::vector<PlannedBuffer> &buffers) {
  return sorted(buffers.size(), [&](int b) { return -buffers[b].nominalBytes; });
}

struct Placement {
  std::vector<int64_t> offset;
  int64_t end = 0;
};
/// Places buffers one after the other, each in the best gap between those that it conflicts with.
Placement placeInOrder(const std::vector<PlannedBuffer> &buffers, const Conflicts &conflicts,
                       llvm::ArrayRef<int> order) {
  Placement result{std::vector<int64_t>(buffers.size(), -1)};
  for (int i : order) {
    std::vector<std::pair<int64_t, int64_t>> busy;
    for (int j : conflicts[i])
      if (result.offset[j] >= 0)
        busy.push_back({result.offset[j], result.offset[j] + roomOf(buffers[j])});
    result.offset[i] = bestFit(std::move(busy), roomOf(buffers[i]));
    result.end = std::max(result.end, result.offset[i] + roomOf(buffers[i]));
  }
  return result;
}

/// The most bytes alive at one launch: no placement ends lower.
int64_t lowerBound(const std::vector<PlannedBuffer> &buffers) {
  std::vector<std::pair<int64_t, int64_t>> changes; // launch, bytes that come (or go, before what comes)
  for (const PlannedBuffer &buffer : buffers) {
    int64_t bytes = aligned(buffer.nominalBytes);
    changes.push_back({buffer.first, bytes});
    changes.push_back({buffer.last + 1, -bytes});
  }
  llvm::sort(changes);
  int64_t alive = 0, most = 0;
  for (auto [launch, bytes] : changes)
    most = std::max(most, alive += bytes);
  return most;
}

/// Large buffers first; then the buffers that reach the end are placed earlier, again and again (squeaky wheel
/// optimization; Joslin and Clements, JAIR 10, 1999), and the lowest end wins.
Placement bestPlacement(const std::vector<PlannedBuffer> &buffers, const Conflicts &conflicts) {
  constexpr int64_t maxRounds = 32, maxChecks = 1 << 22;
  int64_t pairs = 1;
  for (const std::vector<int> &others : conflicts)
    pairs += others.size();
  int64_t rounds = std::min(maxRounds, maxChecks / pairs); // thousands of buffers alive at once get one placement
  std::vector<int> order = bySize(buffers);
  Placement best = placeInOrder(buffers, conflicts, order), last = best;
  int64_t bound = lowerBound(buffers);
  for (int64_t round = 0; round < rounds && best.end > bound; ++round) {
    std::vector<int> next;
    for (bool reachesEnd : {true, false})
      llvm::copy_if(order, std::back_inserter(next),
                    [&](int i) { return (last.offset[i] + roomOf(buffers[i]) == last.end) == reachesEnd; });
    order = std::move(next);
    last = placeInOrder(buffers, conflicts, order);
    if (last.end < best.end)
      best = last;
  }
  return best;
}
} // namespace

std::vector<int> sinter::planMemory(std::vector<PlannedBuffer> &buffers) {
  int count = static_cast<int>(buffers.size());
  Conflicts conflicts = findConflicts(buffers);
  Placement placement = bestPlacement(buffers, conflicts);
  const std::vector<int64_t> &offset = placement.offset;
  std::vector<int> order(count), rank(count);
  for (int i = 0; i < count; ++i)
    order[i] = i;
  llvm::sort(order, [&](int a, int b) { return std::pair(offset[a], a) < std::pair(offset[b], b); });
  for (int r = 0; r < count; ++r)
    rank[order[r]] = r;
  for (int i : order) {
    std::vector<int> beneath;
    for (int j : conflicts[i])
      if (rank[j] < rank[i])
        beneath.push_back(j);
    llvm::sort(beneath, [&](int a, int b) { return rank[a] > rank[b]; });
    // One that lies beneath another of them is implied.
    for (int j : beneath)
      if (llvm::none_of(buffers[i].below, [&](int k) { return conflict(buffers[j], buffers[k]); }))
        buffers[i].below.push_back(j);
  }
  return order;
}

namespace {
/// Sums of buffer sizes as coefficients over the distinct products that occur. No product is negative, so a sum that is
/// nowhere larger than another never exceeds it.
class SizeSums {
public:
  using Sum = std::vector<int64_t>;
  void add(Sum &sum, DimAttr size) {
    for (auto [coefficient, product] : llvm::zip(size.getCoefficients(), size.getProducts())) {
      size_t column = columns.insert({product, columns.size()}).first->second;
      if (column >= products.size())
        products.push_back(product);
      sum.resize(std::max(sum.size(), column + 1), 0);
      sum[column] += coefficient;
    }
  }
  static bool isWithin(const Sum &sum, const Sum &other) {
    for (size_t i = 0; i < sum.size(); ++i)
      if (sum[i] > (i < other.size() ? other[i] : 0))
        return false;
    return true;
  }
  DimAttr formula(mlir::MLIRContext *context, const Sum &sum) const {
    DimAttr total = dimConstant(context, 0);
    for (auto [i, coefficient] : llvm::enumerate(sum))
      if (coefficient)
        total = total + DimAttr::get(context, {coefficient}, {products[i]});
    return total;
  }

private:
  llvm::DenseMap<mlir::ArrayAttr, size_t> columns;
  std::vector<mlir::ArrayAttr> products;
};
} // namespace

std::string sinter::arenaText(mlir::MLIRContext *context, const std::vector<PlannedBuffer> &buffers,
                              const std::vector<int> &order) {
  constexpr size_t maxSums = 8;
  using Sums = std::vector<SizeSums::Sum>;
  SizeSums sizes;
  bool cut = false;
  auto insert = [&](Sums &sums, const SizeSums::Sum &sum) {
    for (const SizeSums::Sum &other : sums)
      if (SizeSums::isWithin(sum, other))
        return;
    llvm::erase_if(sums, [&](const SizeSums::Sum &other) { return SizeSums::isWithin(other, sum); });
    if (sums.size() < maxSums)
      sums.push_back(sum);
    else
      cut = true;
  };
  std::vector<Sums> ends(buffers.size());
  Sums total;
  for (int i : order) {
    DimAttr size = buffers[i].bytes;
    Sums beneath;
    for (int j : buffers[i].below)
      for (const SizeSums::Sum &sum : ends[j])
        insert(beneath, sum);
    if (beneath.empty())
      beneath.push_back({});
    for (SizeSums::Sum &sum : beneath) {
      sizes.add(sum, size);
      insert(total, sum);
    }
    ends[i] = std::move(beneath);
  }
  if (total.empty())
    return "0";
  std::string text = toString(sizes.formula(context, total.front()));
  for (const SizeSums::Sum &sum : llvm::drop_begin(total))
    text = "max(" + text + ", " + toString(sizes.formula(context, sum)) + ")";
  return cut ? "at least " + text : text;
}

// Prefetching of packed weights.
#pragma once
#include "codegen/cpu/emit/KernelFunction.h"

namespace sinter {
/// Weights are read once a run, from memory: while the tiles of a panel are summed, the next panel comes to the cache,
/// an equal share with each term of each tile. Panels lie one behind the other, a line of `columns` elements per term.
class PanelPrefetch {
public:
  PanelPrefetch(KernelFunction &f, int64_t columns) : f(f), columns(columns) {}
  /// A weight that fills little of the L2 cache is left alone: it is there after the first tiles. Nothing is emitted
  /// where no weight is left.
  void add(const Buffer &weight);
  /// Panel `panel` of `terms` terms is next to be summed, by `tiles` tiles.
  void startPanel(mlir::Value panel, mlir::Value terms, mlir::Value tiles);
  void startTile(mlir::Value tile);
  void emitTerm(mlir::Value term);
  /// Nothing is fetched until the next panel starts.
  void stop() { next = share = firstTerm = {}; }

private:
  KernelFunction &f;
  llvm::SmallVector<Buffer> weights;
  int64_t columns;
  mlir::Value terms, next, share; // the next panel's offset, its elements per term
  mlir::Value firstTerm;          // of the tile, over all tiles
};
} // namespace sinter

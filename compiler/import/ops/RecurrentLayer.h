// A recurrent layer as a loop over time, with the cell as a parameter; shared by LSTM, GRU and RNN.
#pragma once
#include "compiler/import/ops/RecurrentActivations.h"

namespace sinter::importer {

/// One direction of a layer: what a step of its cell needs. H is `hidden`, the number of neurons.
class Cell {
public:
  Cell(NodeImport &n, DimAttr hidden, llvm::ArrayRef<CellActivation> functions)
      : n(n), hidden(hidden), functions(functions), clip(n.getFloat("clip", 0)) {}
  virtual ~Cell() = default;

  /// What is added to the projected inputs of all steps, from the biases [gates * H] of W and of R; also prepares what
  /// the steps share. The biases are null where the node has none.
  virtual mlir::Value prepare(mlir::Value inputBias, mlir::Value recurrentBias) = 0;
  /// The next states, H first, from the projected inputs [batch, gates * H] and the states [batch, H].
  virtual llvm::SmallVector<mlir::Value> step(mlir::Value projected, llvm::ArrayRef<mlir::Value> states) = 0;

  mlir::Value recurrent; // R [gates * H, H]
  mlir::Value peepholes; // P [3 * H] or null

protected:
  /// `count` blocks of H elements along an axis, from block `first` on; null for null.
  mlir::Value blocks(mlir::Value x, int64_t axis, int64_t first, int64_t count = 1);
  /// h [batch, H] times the transpose of `weights` [N, H].
  mlir::Value product(mlir::Value h, mlir::Value weights);
  /// Function `k` of the cell, of `x` within the node's clip.
  mlir::Value activate(size_t k, mlir::Value x);
  /// x + y; x where y is null.
  mlir::Value addOptional(mlir::Value x, mlir::Value y) { return y ? n.add(x, y) : x; }

  NodeImport &n;
  DimAttr hidden;
  llvm::ArrayRef<CellActivation> functions;

private:
  double clip; // 0 for none
};

struct CellKind {
  int64_t gates;
  int64_t states; // H, then C
  llvm::ArrayRef<llvm::StringRef> activations;
  std::unique_ptr<Cell> (*make)(NodeImport &n, DimAttr hidden, llvm::ArrayRef<CellActivation> functions);
};

/// Operands X, W, R, B, sequence_lens, initial_h, initial_c and P; outputs Y, Y_h and Y_c.
mlir::LogicalResult importRecurrentLayer(NodeImport &n, const CellKind &kind);
} // namespace sinter::importer

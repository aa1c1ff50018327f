// LSTM, GRU and RNN: their cells. RecurrentLayer.cpp has what they share.
// Sources: ONNX LSTM-22, GRU-22, RNN-22; ONNX Runtime for the clip, which does not limit the cell state in front of h.
#include "compiler/import/ops/RecurrentLayer.h"

using namespace mlir;

namespace sinter::importer {
namespace {

/// Gates i, o, f, c; functions f, g, h; peepholes i, o, f.
class LstmCell final : public Cell {
public:
  using Cell::Cell;

  Value prepare(Value inputBias, Value recurrentBias) override {
    coupled = n.getInt("input_forget", 0) != 0;
    return inputBias ? n.add(inputBias, recurrentBias) : Value();
  }

  SmallVector<Value> step(Value projected, ArrayRef<Value> states) override {
    Value gates = n.add(projected, product(states[0], recurrent)), c = states[1];
    Value in = gate(gates, 0, c);
    Value forget = coupled ? n.sub(n.constant(n.element(in), 1), in) : gate(gates, 2, c);
    c = n.add(n.mul(forget, c), n.mul(in, activate(1, blocks(gates, 1, 3))));
    Value out = gate(gates, 1, c);
    return {n.mul(out, functions[2](n, c)), c};
  }

private:
  /// Gate `k` of those that look at the cell state.
  Value gate(Value gates, int64_t k, Value c) {
    Value own = blocks(gates, 1, k);
    return activate(0, peepholes ? n.add(own, n.mul(c, blocks(peepholes, 0, k))) : own);
  }

  bool coupled = false;
};

/// Gates z, r, h; functions f, g.
class GruCell final : public Cell {
public:
  using Cell::Cell;

  Value prepare(Value inputBias, Value recurrentBias) override {
    linearBeforeReset = n.getInt("linear_before_reset", 0) != 0;
    if (!linearBeforeReset) {
      gateWeights = blocks(recurrent, 0, 0, 2);
      hiddenWeights = blocks(recurrent, 0, 2);
      return inputBias ? n.add(inputBias, recurrentBias) : Value();
    }
    if (!inputBias)
      return {};
    hiddenBias = blocks(recurrentBias, 0, 2); // the reset gate scales it
    return n.concat({n.add(blocks(inputBias, 0, 0, 2), blocks(recurrentBias, 0, 0, 2)), blocks(inputBias, 0, 2)}, 0);
  }

  SmallVector<Value> step(Value projected, ArrayRef<Value> states) override {
    Value h = states[0];
    Value linear = product(h, linearBeforeReset ? recurrent : gateWeights);
    Value gates = n.add(blocks(projected, 1, 0, 2), blocks(linear, 1, 0, 2));
    Value update = activate(0, blocks(gates, 1, 0)), reset = activate(0, blocks(gates, 1, 1));
    Value recalled = linearBeforeReset ? n.mul(reset, addOptional(blocks(linear, 1, 2), hiddenBias))
                                       : product(n.mul(reset, h), hiddenWeights);
    Value candidate = activate(1, n.add(blocks(projected, 1, 2), recalled));
    Value rest = n.sub(n.constant(n.element(update), 1), update);
    return {n.add(n.mul(rest, candidate), n.mul(update, h))};
  }

private:
  bool linearBeforeReset = false;
  Value gateWeights, hiddenWeights; // of R, for gates z and r and for h
  Value hiddenBias;
};

/// One gate and its function f.
class RnnCell final : public Cell {
public:
  using Cell::Cell;

  Value prepare(Value inputBias, Value recurrentBias) override {
    return inputBias ? n.add(inputBias, recurrentBias) : Value();
  }
  SmallVector<Value> step(Value projected, ArrayRef<Value> states) override {
    return {activate(0, n.add(projected, product(states[0], recurrent)))};
  }
};

template <typename CellType>
std::unique_ptr<Cell> make(NodeImport &n, DimAttr hidden, ArrayRef<CellActivation> functions) {
  return std::make_unique<CellType>(n, hidden, functions);
}
} // namespace

static LogicalResult importLstm(NodeImport &n) {
  return importRecurrentLayer(n, {4, 2, {"Sigmoid", "Tanh", "Tanh"}, make<LstmCell>});
}

static LogicalResult importGru(NodeImport &n) {
  return importRecurrentLayer(n, {3, 1, {"Sigmoid", "Tanh"}, make<GruCell>});
}

static LogicalResult importRnn(NodeImport &n) { return importRecurrentLayer(n, {1, 1, {"Tanh"}, make<RnnCell>}); }

void addRecurrent(ImporterTable &table) {
  table.add("LSTM", importLstm, 7); // before, they had an attribute for the outputs that they give
  table.add("GRU", importGru, 7);
  table.add("RNN", importRnn, 7);
}

} // namespace sinter::importer

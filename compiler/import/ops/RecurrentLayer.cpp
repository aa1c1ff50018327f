// See RecurrentLayer.h. The inputs of all steps meet W in one contraction; the loop adds what depends on the step
// before.
//
// Backward, the loop reads rows from the last one. A sequence that ends early keeps its states until the loop comes to
// its last row, so no row moves, and the scan is reversed as a whole.
//
// Sources: ONNX LSTM-22, GRU-22, RNN-22; ONNX Runtime for what sequence_lens means (rows of Y behind the end are 0, and
// so are the last states of an empty sequence).
#include "compiler/import/ops/RecurrentLayer.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ops/LoopBody.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace sinter::importer {

Value Cell::blocks(Value x, int64_t axis, int64_t first, int64_t count) {
  return x ? n.sliceAxis(x, axis, hidden * first, hidden * count) : Value();
}

Value Cell::product(Value h, Value weights) {
  enum : int64_t { batch, from, to };
  return n.contract(h, {batch, from}, weights, {to, from}, {batch, to});
}

Value Cell::activate(size_t k, Value x) {
  if (clip)
    x = n.binary(BinaryKind::max, n.binary(BinaryKind::min, x, clip), -clip);
  return functions[k](n, x);
}

namespace {
class Layer {
public:
  Layer(NodeImport &n, const CellKind &kind) : n(n), kind(kind) {}

  LogicalResult import() {
    if (!readAttributes() || !readOperands())
      return mlir::failure();
    SmallVector<Value> rows;
    SmallVector<SmallVector<Value>> last(kind.states);
    for (int64_t d = 0; d < directions; ++d) {
      std::optional<LoopResults> results = runDirection(d);
      if (!results)
        return mlir::failure();
      for (Value scan : results->scans)
        rows.push_back(n.unsqueeze(isBackward(d) ? reversed(scan) : scan, {1}));
      for (auto [states, state] : llvm::zip(last, results->carried))
        states.push_back(n.unsqueeze(n.cast(lastState(state), narrow), {0}));
    }
    return setResults(rows, last);
  }

private:
  bool isBackward(int64_t d) const { return d == 1 || firstIsBackward; }

  bool readAttributes() {
    std::string direction = n.getString("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
      n.error("attribute 'direction': expected forward, reverse or bidirectional, got " + quote(direction));
    directions = direction == "bidirectional" ? 2 : 1;
    firstIsBackward = direction == "reverse";
    int64_t layout = n.getInt("layout", 0);
    if (layout != 0 && layout != 1)
      n.error("attribute 'layout': expected 0 or 1, got " + Twine(layout));
    batchFirst = layout == 1;
    if (double clip = n.getFloat("clip", 1); !(clip > 0))
      n.error("attribute 'clip': expected a positive number, got " + llvm::formatv("{0}", clip));
    auto read = cellActivations(n, kind.activations, directions);
    if (read)
      activations = *read;
    return !n.hasFailed();
  }

  bool readOperands() {
    x = n.input(0, "X");
    Value weights = n.input(2, "R");
    if (!x || !weights)
      return false;
    narrow = n.element(x);
    wide = n.wideElement(narrow);
    Dims xDims = n.dims(x), weightDims = n.dims(weights);
    if (xDims.size() != 3 || weightDims.size() != 3 || !isa<FloatType>(narrow)) {
      n.error("expected X and R of rank 3 and a float type, got " + describe(x) + " and " + describe(weights));
      return false;
    }
    steps = xDims[batchFirst ? 1 : 0];
    batch = xDims[batchFirst ? 0 : 1];
    hidden = n.hasAttribute("hidden_size") ? n.dim(n.getInt("hidden_size")) : weightDims[2];
    DimAttr sides = n.dim(directions), gates = hidden * kind.gates;
    x = n.cast(x, wide);
    w = operand(1, "W", {sides, gates, xDims[2]});
    r = operand(2, "R", {sides, gates, hidden});
    b = optional(3, "B", {sides, gates * 2});
    lengths = optional(4, "sequence_lens", {batch}, n.opBuilder().getI32Type());
    if (lengths)
      n.checkElements(lengths, "a length", n.dim(0), steps);
    lengths = lengths ? n.cast(lengths, n.opBuilder().getI64Type()) : Value();
    for (int64_t i = 0; i < kind.states; ++i)
      initial.push_back(initialState(5 + i, i ? "initial_c" : "initial_h"));
    p = optional(7, "P", {sides, hidden * 3});
    return !n.hasFailed();
  }

  std::string describe(Value value) { return describeElement(n.element(value)) + " " + describeDims(value); }

  /// Input `i` under the dims that it must have; a float one in the type in which the layer computes.
  Value operand(size_t i, StringRef what, ArrayRef<DimAttr> want, Type type = {}) {
    type = type ? type : narrow;
    Value value = n.input(i, what);
    if (!value)
      return {};
    Dims have = n.dims(value);
    if (n.element(value) != type || have.size() != want.size() ||
        llvm::any_of(llvm::zip(have, want), [](auto pair) { return std::apply(knownDifferent, pair); }))
      return n.error("expected " + what + " of " + describeElement(type) + " " + describeDims(tensorType(want, type)) +
                     ", got " + describe(value));
    for (auto [own, wanted] : llvm::zip(have, want))
      n.assumeEqual(own, wanted);
    value = n.renameDims(value, want);
    return isa<FloatType>(type) ? n.cast(value, wide) : value;
  }
  Value optional(size_t i, StringRef what, ArrayRef<DimAttr> want, Type type = {}) {
    return n.has(i) ? operand(i, what, want, type) : Value();
  }
  /// [directions, batch, H], or null where the node has none.
  Value initialState(size_t i, StringRef what) {
    DimAttr sides = n.dim(directions);
    if (batchFirst && n.has(i))
      return n.transpose(operand(i, what, {batch, sides, hidden}), {1, 0, 2});
    return optional(i, what, {sides, batch, hidden});
  }
  /// The part of an operand that belongs to direction `d`; null for null.
  Value ofDirection(Value value, int64_t d) {
    return value ? n.squeeze(n.sliceAxis(value, 0, n.dim(d), n.dim(1)), {0}) : Value();
  }

  std::unique_ptr<Cell> makeCell(int64_t d) {
    size_t count = kind.activations.size();
    std::unique_ptr<Cell> cell = kind.make(n, hidden, ArrayRef(activations).slice(d * count, count));
    cell->recurrent = ofDirection(r, d);
    cell->peepholes = ofDirection(p, d);
    return cell;
  }

  /// The projected inputs with biases [steps, batch, gates * H].
  Value project(Cell &cell, int64_t d) {
    enum : int64_t { step, entry, from, to };
    Value weights = ofDirection(w, d);
    Value projected = batchFirst ? n.contract(x, {entry, step, from}, weights, {to, from}, {step, entry, to})
                                 : n.contract(x, {step, entry, from}, weights, {to, from}, {step, entry, to});
    Value both = ofDirection(b, d);
    DimAttr gates = hidden * kind.gates;
    Value bias = both ? cell.prepare(n.sliceAxis(both, 0, n.dim(0), gates), n.sliceAxis(both, 0, gates, gates))
                      : cell.prepare({}, {});
    return bias ? n.add(projected, bias) : projected;
  }

  std::optional<LoopResults> runDirection(int64_t d) {
    std::unique_ptr<Cell> cell = makeCell(d);
    Value projected = project(*cell, d);
    SmallVector<Value> inits;
    Value zeros = n.broadcastTo(n.constant(wide, 0), {batch, hidden});
    for (Value state : initial)
      inits.push_back(state ? ofDirection(state, d) : zeros);
    return makeLoop(n, steps, {}, inits, [&](Value number, ArrayRef<Value> states) -> std::optional<Iteration> {
      Value t = isBackward(d) ? n.sub(n.size(steps - 1, n.element(number)), number) : number;
      Iteration iteration;
      iteration.carried = cell->step(n.gather(IndexMode::take, projected, t, 0), states);
      Value row = iteration.carried[0];
      if (lengths) {
        Value inside = n.unsqueeze(n.binary(BinaryKind::lt, t, lengths), {1});
        row = n.select(inside, row, n.constant(wide, 0));
        for (auto [next, state] : llvm::zip(iteration.carried, states))
          next = n.select(inside, next, state);
      }
      if (n.wants(0))
        iteration.rows.push_back(n.cast(row, narrow));
      return n.hasFailed() ? std::nullopt : std::optional(iteration);
    });
  }

  /// The state behind the last step: 0 for an empty sequence.
  Value lastState(Value state) {
    bool startsAtZero = llvm::none_of(initial, [](Value value) { return bool(value); });
    if (!lengths || startsAtZero)
      return state;
    return n.select(n.unsqueeze(n.binary(BinaryKind::gt, lengths, 0), {1}), state, n.constant(wide, 0));
  }

  Value reversed(Value scan) {
    Dims sizes = n.dims(scan), offsets(sizes.size(), n.dim(0));
    if (!scan)
      return {};
    SmallVector<int64_t> strides(sizes.size(), 1);
    offsets[0] = sizes[0] - 1;
    strides[0] = -1;
    return n.slice(scan, offsets, sizes, strides);
  }

  LogicalResult setResults(ArrayRef<Value> rows, ArrayRef<SmallVector<Value>> last) {
    if (n.wants(0)) {
      Value y = n.concat(rows, 1); // [steps, directions, batch, H]
      if (failed(n.result(0, batchFirst ? n.transpose(y, {2, 0, 1, 3}) : y)))
        return mlir::failure();
    }
    for (auto [i, states] : llvm::enumerate(last)) {
      if (!n.wants(i + 1))
        continue;
      Value state = n.concat(states, 0); // [directions, batch, H]
      if (failed(n.result(i + 1, batchFirst ? n.transpose(state, {1, 0, 2}) : state)))
        return mlir::failure();
    }
    return mlir::success();
  }

  NodeImport &n;
  const CellKind &kind;
  int64_t directions = 1;
  bool firstIsBackward = false, batchFirst = false;
  SmallVector<CellActivation> activations;
  Type narrow, wide;
  DimAttr steps, batch, hidden;
  Value x, w, r, b, lengths, p;
  SmallVector<Value> initial; // per state: [directions, batch, H] or null
};
} // namespace

LogicalResult importRecurrentLayer(NodeImport &n, const CellKind &kind) { return Layer(n, kind).import(); }

} // namespace sinter::importer

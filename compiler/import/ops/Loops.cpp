// Loop and Scan.
#include "compiler/import/ElementValues.h"
#include "compiler/import/ops/GrowingValues.h"
#include "compiler/import/ops/LoopBody.h"

using namespace mlir;

namespace sinter::importer {

//===- Loop -------------------------------------------------------------------------------------------------------===//

/// The most iterations: formulas as far as they are known, else a size that the program computes. Null after a report.
static DimAttr tripCount(NodeImport &n) {
  if (!n.has(0))
    return n.dim(INT64_MAX);
  Value count = n.reshape(n.input(0), {});
  if (!count)
    return {};
  std::optional<SmallVector<DimAttr>> known = elementValues(count);
  return known ? max(known->front(), n.dim(0)) : n.bindSize(count);
}

static LogicalResult setResults(NodeImport &n, const LoopResults &results) {
  size_t next = 0;
  for (ArrayRef<Value> values : {ArrayRef(results.carried), ArrayRef(results.scans)})
    for (Value value : values)
      if (failed(n.result(next++, value)))
        return mlir::failure();
  return success();
}

namespace {
/// A Loop whose body yields what it appends to values that grow.
class LoopImport {
public:
  LoopImport(NodeImport &n, const onnx::GraphProto &graph, ArrayRef<Value> inits)
      : n(n), body(graph), inits(inits), outputs(graph.output_size()), growing(yieldAppendedRows(body, inits.size())) {}

  std::optional<LoopResults> import(DimAttr trip, Value condition) {
    SmallVector<Value> varying;
    for (auto [i, init] : llvm::enumerate(inits))
      if (const GrowingValue *grows = growingAt(i))
        emptyAppends.push_back(emptyAppend(n, init, *grows));
      else
        varying.push_back(init);
    if (n.hasFailed())
      return std::nullopt;
    auto results = makeLoop(n, trip, condition, varying,
                            [&](Value number, ArrayRef<Value> values) { return importBody(number, values); });
    return results ? std::optional(arrange(*results)) : std::nullopt;
  }

private:
  const GrowingValue *growingAt(size_t index) const {
    auto found = llvm::find_if(growing, [&](const GrowingValue &value) { return value.index == index; });
    return found == growing.end() ? nullptr : &*found;
  }

  std::optional<Iteration> importBody(Value number, ArrayRef<Value> values) {
    // An iteration runs only where its condition holds.
    SmallVector<Value> inputs{number, n.constant(n.opBuilder().getI1Type(), 1)};
    ArrayRef<Value> empty = emptyAppends;
    for (size_t i = 0; i < inits.size(); ++i) {
      ArrayRef<Value> &from = growingAt(i) ? empty : values;
      inputs.push_back(from.front());
      from = from.drop_front();
    }
    auto yielded = n.importGraph(body, inputs, body.output_size());
    if (!yielded)
      return std::nullopt;
    Iteration iteration;
    iteration.condition = conditionOf(n, yielded->front());
    for (size_t i = 0; i < inits.size(); ++i)
      if (!growingAt(i))
        iteration.carried.push_back((*yielded)[i + 1]);
    ArrayRef<Value> scans = ArrayRef(*yielded).slice(inits.size() + 1, outputs - inits.size() - 1);
    iteration.rows.append(scans.begin(), scans.end());
    for (const GrowingValue &value : growing) {
      iteration.rows.push_back((*yielded)[value.index + 1]);
      if (value.flag)
        iteration.rows.push_back((*yielded)[*value.flag]);
    }
    return iteration.condition ? std::optional(iteration) : std::nullopt;
  }

  /// Results in the order of the node.
  LoopResults arrange(const LoopResults &made) {
    size_t scans = outputs - inits.size() - 1;
    LoopResults results;
    results.scans.append(made.scans.begin(), made.scans.begin() + scans);
    ArrayRef<Value> carried = made.carried, rows = ArrayRef(made.scans).drop_front(scans);
    auto take = [](ArrayRef<Value> &from) {
      Value first = from.front();
      from = from.drop_front();
      return first;
    };
    for (auto [i, init] : llvm::enumerate(inits)) {
      const GrowingValue *grows = growingAt(i);
      if (!grows) {
        results.carried.push_back(take(carried));
        continue;
      }
      Value appended = take(rows), flags = grows->flag ? take(rows) : Value();
      results.carried.push_back(appendRows(n, init, *grows, appended, flags));
    }
    return results;
  }

  NodeImport &n;
  onnx::GraphProto body;
  ArrayRef<Value> inits;
  size_t outputs; // of the body in the file
  SmallVector<GrowingValue> growing;
  SmallVector<Value> emptyAppends;
};
} // namespace

static LogicalResult importLoop(NodeImport &n) {
  const onnx::GraphProto *body = n.getGraph("body");
  size_t carried = std::max<size_t>(n.numInputs(), 2) - 2;
  SmallVector<Value> inits;
  for (size_t i = 0; i < carried; ++i)
    inits.push_back(n.input(i + 2, "initial value"));
  DimAttr trip = tripCount(n);
  Value condition = n.has(1) ? conditionOf(n, n.input(1)) : Value();
  if (!body || !trip || n.hasFailed())
    return mlir::failure();
  if (body->output_size() < int(carried) + 1 || n.node.output_size() > body->output_size() - 1) {
    n.error("expected a body with the outputs of the node and a condition, got " + Twine(body->output_size()) +
            " outputs");
    return mlir::failure();
  }
  auto results = LoopImport(n, *body, inits).import(trip, condition);
  return results ? setResults(n, *results) : mlir::failure();
}

//===- Scan -------------------------------------------------------------------------------------------------------===//

namespace {
/// The attributes of a Scan, one entry per scan input or output.
struct ScanSides {
  SmallVector<int64_t> axes;
  SmallVector<bool> reversed;
};
} // namespace

static std::optional<ScanSides> scanSides(NodeImport &n, StringRef side, size_t count) {
  SmallVector<int64_t> axes = n.getInts(("scan_" + side + "_axes").str());
  SmallVector<int64_t> directions = n.getInts(("scan_" + side + "_directions").str());
  for (SmallVector<int64_t> *list : {&axes, &directions}) {
    if (list->empty())
      list->resize(count, 0);
    if (list->size() != count) {
      n.error("expected scan_" + side + "_axes and scan_" + side + "_directions with " + Twine(count) +
              " entries, got " + Twine(list->size()));
      return std::nullopt;
    }
  }
  ScanSides sides{axes, {}};
  for (int64_t direction : directions)
    sides.reversed.push_back(direction != 0);
  return sides;
}

/// Rows of the scan in reverse order, and its leading dim at `axis`.
static Value arrangeScan(NodeImport &n, Value scan, int64_t axis, bool reversed) {
  if (!scan)
    return {};
  Dims dims = n.dims(scan);
  if (reversed) {
    Dims offsets(dims.size(), n.dim(0));
    offsets[0] = dims[0] - 1;
    SmallVector<int64_t> strides(dims.size(), 1);
    strides[0] = -1;
    scan = n.slice(scan, offsets, dims, strides);
  }
  std::optional<int64_t> position = n.normalizeAxis(axis, dims.size());
  if (!position)
    return {};
  SmallVector<int64_t> permutation;
  for (int64_t d = 1; d < int64_t(dims.size()); ++d)
    permutation.push_back(d);
  permutation.insert(permutation.begin() + *position, 0);
  return n.transpose(scan, permutation);
}

static LogicalResult importScan(NodeImport &n) {
  const onnx::GraphProto *body = n.getGraph("body");
  int64_t scanned = n.getInt("num_scan_inputs");
  if (!body || n.hasFailed())
    return mlir::failure();
  if (scanned < 1 || scanned > int64_t(n.numInputs())) {
    n.error("expected num_scan_inputs in [1, " + Twine(n.numInputs()) + "], got " + Twine(scanned));
    return mlir::failure();
  }
  size_t carried = n.numInputs() - scanned;
  if (n.node.output_size() > body->output_size() || body->output_size() < int(carried)) {
    n.error("expected a body with the outputs of the node, got " + Twine(body->output_size()) + " outputs");
    return mlir::failure();
  }
  std::optional<ScanSides> in = scanSides(n, "input", scanned);
  std::optional<ScanSides> out = scanSides(n, "output", body->output_size() - carried);
  if (!in || !out)
    return mlir::failure();
  SmallVector<Value> inits, sources;
  DimAttr trip;
  for (size_t i = 0; i < carried; ++i)
    inits.push_back(n.input(i, "initial state"));
  for (int64_t i = 0; i < scanned; ++i) {
    Value source = n.input(carried + i, "scan input");
    std::optional<int64_t> axis = source ? n.normalizeAxis(in->axes[i], n.rank(source)) : std::nullopt;
    if (!axis)
      return mlir::failure();
    in->axes[i] = *axis;
    DimAttr length = n.dims(source)[*axis];
    trip = trip ? trip : length;
    if (!n.assumeEqual(trip, length))
      return mlir::failure();
    sources.push_back(source);
  }
  if (n.hasFailed())
    return mlir::failure();
  auto results = makeLoop(n, trip, {}, inits, [&](Value number, ArrayRef<Value> values) -> std::optional<Iteration> {
    SmallVector<Value> inputs(values);
    for (auto [i, source] : llvm::enumerate(sources)) {
      Value row = in->reversed[i] ? n.sub(n.size(trip - 1, n.element(number)), number) : number;
      inputs.push_back(n.gather(IndexMode::take, source, row, in->axes[i]));
    }
    auto outputs = n.importGraph(*body, inputs, body->output_size());
    if (!outputs)
      return std::nullopt;
    Iteration iteration;
    iteration.carried.append(outputs->begin(), outputs->begin() + carried);
    iteration.rows.append(outputs->begin() + carried, outputs->end());
    return iteration;
  });
  if (!results)
    return mlir::failure();
  for (auto [i, scan] : llvm::enumerate(results->scans))
    scan = arrangeScan(n, scan, out->axes[i], out->reversed[i]);
  return setResults(n, *results);
}

void addLoops(ImporterTable &table) {
  table.add("Loop", importLoop);
  table.add("Scan", importScan, 9); // Scan-8 has a batch dim of its own
}

} // namespace sinter::importer

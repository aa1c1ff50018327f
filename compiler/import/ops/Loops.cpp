// Loop and Scan.
#include "compiler/import/ElementValues.h"
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
  auto results =
      makeLoop(n, trip, condition, inits, [&](Value number, ArrayRef<Value> values) -> std::optional<Iteration> {
        // An iteration runs only where its condition holds.
        SmallVector<Value> inputs{number, n.constant(n.opBuilder().getI1Type(), 1)};
        llvm::append_range(inputs, values);
        auto outputs = n.importGraph(*body, inputs, body->output_size());
        if (!outputs)
          return std::nullopt;
        Iteration iteration;
        iteration.condition = conditionOf(n, outputs->front());
        iteration.carried.append(outputs->begin() + 1, outputs->begin() + 1 + carried);
        iteration.rows.append(outputs->begin() + 1 + carried, outputs->end());
        return iteration.condition ? std::optional(iteration) : std::nullopt;
      });
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

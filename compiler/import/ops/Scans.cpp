// Scan: a loop whose iterations read slices of the inputs. Source: ONNX Scan-8, Scan-21.
#include "compiler/import/ops/LoopBody.h"

using namespace mlir;

namespace sinter::importer {

namespace {
/// The attributes of a Scan, one entry per scan input or output.
struct ScanSides {
  SmallVector<int64_t> axes;
  SmallVector<bool> reversed;
};
} // namespace

static std::optional<ScanSides> scanSides(NodeImport &n, StringRef axesName, StringRef directionsName, size_t count) {
  SmallVector<int64_t> axes = n.getInts(axesName);
  SmallVector<int64_t> directions = n.getInts(directionsName);
  for (SmallVector<int64_t> *list : {&axes, &directions}) {
    if (list->empty())
      list->resize(count, 0);
    if (list->size() != count) {
      n.error("expected " + axesName + " and " + directionsName + " with " + Twine(count) + " entries, got " +
              Twine(list->size()));
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

namespace {
/// The operands of a Scan behind `first`, and its body.
struct ScanOperands {
  const onnx::GraphProto *body;
  SmallVector<Value> inits, sources;
};
} // namespace

static std::optional<ScanOperands> readScan(NodeImport &n, size_t first) {
  ScanOperands s{n.getGraph("body"), {}, {}};
  int64_t scanned = n.getInt("num_scan_inputs");
  if (!s.body || n.hasFailed())
    return std::nullopt;
  int64_t operands = n.numInputs() - first;
  if (scanned < 1 || scanned > operands) {
    n.error("expected num_scan_inputs in [1, " + Twine(operands) + "], got " + Twine(scanned));
    return std::nullopt;
  }
  int64_t carried = operands - scanned;
  if (n.node.output_size() > s.body->output_size() || s.body->output_size() < carried) {
    n.error("expected a body with the outputs of the node, got " + Twine(s.body->output_size()) + " outputs");
    return std::nullopt;
  }
  for (int64_t i = 0; i < carried; ++i)
    s.inits.push_back(n.input(first + i, "initial state"));
  for (int64_t i = carried; i < operands; ++i)
    s.sources.push_back(n.input(first + i, "scan input"));
  return n.hasFailed() ? std::nullopt : std::optional(std::move(s));
}

/// The size that all `values` have along `axes`, one each; null after a report.
static DimAttr commonSize(NodeImport &n, ArrayRef<Value> values, ArrayRef<int64_t> axes) {
  DimAttr common;
  for (auto [value, axis] : llvm::zip(values, axes)) {
    DimAttr size = n.dims(value)[axis];
    common = common ? common : size;
    if (!n.assumeEqual(common, size))
      return {};
  }
  return common;
}

/// The loop over `trip` slices of the inputs along `in.axes`; a scan output has one row per iteration.
static std::optional<LoopResults> scan(NodeImport &n, const ScanOperands &s, DimAttr trip, const ScanSides &in) {
  return makeLoop(n, trip, {}, s.inits, [&](Value number, ArrayRef<Value> values) -> std::optional<Iteration> {
    SmallVector<Value> inputs(values);
    for (auto [source, axis, reversed] : llvm::zip(s.sources, in.axes, in.reversed)) {
      Value row = reversed ? n.sub(n.size(trip - 1, n.element(number)), number) : number;
      inputs.push_back(n.gather(IndexMode::take, source, row, axis));
    }
    auto outputs = n.importGraph(*s.body, inputs, s.body->output_size());
    if (!outputs)
      return std::nullopt;
    Iteration iteration;
    iteration.carried.append(outputs->begin(), outputs->begin() + s.inits.size());
    iteration.rows.append(outputs->begin() + s.inits.size(), outputs->end());
    return iteration;
  });
}

static LogicalResult importScan(NodeImport &n) {
  std::optional<ScanOperands> s = readScan(n, 0);
  if (!s)
    return mlir::failure();
  std::optional<ScanSides> in = scanSides(n, "scan_input_axes", "scan_input_directions", s->sources.size());
  std::optional<ScanSides> out =
      scanSides(n, "scan_output_axes", "scan_output_directions", s->body->output_size() - s->inits.size());
  if (!in || !out)
    return mlir::failure();
  for (auto [source, axis] : llvm::zip(s->sources, in->axes)) {
    std::optional<int64_t> normal = n.normalizeAxis(axis, n.rank(source));
    if (!normal)
      return mlir::failure();
    axis = *normal;
  }
  DimAttr trip = commonSize(n, s->sources, in->axes);
  auto results = trip ? scan(n, *s, trip, *in) : std::nullopt;
  if (!results)
    return mlir::failure();
  for (auto [i, value] : llvm::enumerate(results->scans))
    value = arrangeScan(n, value, out->axes[i], out->reversed[i]);
  return setResults(n, *results);
}

/// Opset 8: every operand and result has a batch dim in front, and scans run along the next one. A loop over the batch.
static LogicalResult importBatchedScan(NodeImport &n) {
  if (n.has(0))
    return n.result(n.error("not supported yet: sequences of different lengths; expected no sequence_lens, got one"));
  std::optional<ScanOperands> s = readScan(n, 1);
  std::optional<ScanSides> in = s ? scanSides(n, "", "directions", s->sources.size()) : std::nullopt;
  if (!in)
    return mlir::failure();
  SmallVector<Value> batched(s->inits);
  llvm::append_range(batched, s->sources);
  for (auto [i, value] : llvm::enumerate(batched))
    if (n.rank(value) < (i < s->inits.size() ? 1 : 2))
      return n.result(
          n.error("expected a batch dim in every state, and a sequence dim behind it in every scan input, got " +
                  describeDims(value)));
  DimAttr batch = commonSize(n, batched, SmallVector<int64_t>(batched.size(), 0));
  DimAttr trip = batch ? commonSize(n, s->sources, SmallVector<int64_t>(s->sources.size(), 1)) : DimAttr();
  if (!trip)
    return mlir::failure();
  auto results = makeLoop(n, batch, {}, {}, [&](Value number, ArrayRef<Value>) -> std::optional<Iteration> {
    ScanOperands one{s->body, {}, {}};
    for (Value init : s->inits)
      one.inits.push_back(n.gather(IndexMode::take, init, number, 0));
    for (Value source : s->sources)
      one.sources.push_back(n.gather(IndexMode::take, source, number, 0));
    auto inner = scan(n, one, trip, *in);
    if (!inner)
      return std::nullopt;
    Iteration iteration;
    iteration.rows = inner->carried;
    llvm::append_range(iteration.rows, inner->scans);
    return iteration;
  });
  return results ? setResults(n, *results) : mlir::failure();
}

void addScans(ImporterTable &table) {
  table.add("Scan", [](NodeImport &n) { return n.version < 9 ? importBatchedScan(n) : importScan(n); }, 8);
}

} // namespace sinter::importer

// Parts of tensors and joins of them: Slice, Split, Concat, Pad.
// Source: ONNX Slice-13, Split-18, Concat-13, Pad-25.
#include "compiler/import/Describe.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/RuntimeSlices.h"
#include "compiler/import/ops/SliceBounds.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

//===- Slice
//--------------------------------------------------------------------------------------------------------===//

namespace {
/// The operands of a Slice: attributes before opset 10, inputs then.
struct SliceOperands {
  Dims starts, ends;
  SmallVector<int64_t> axes, steps;
  RuntimeBounds bounds;
};
} // namespace

static std::optional<SliceOperands> readSlice(NodeImport &n, Value x) {
  SliceOperands s;
  bool isInput = n.version >= 10 && n.has(1) && n.has(2);
  s.starts = isInput ? s.bounds.read(n, 1, "starts") : dimsOperand(n, 1, "starts", 10);
  s.ends = isInput ? s.bounds.read(n, 2, "ends") : dimsOperand(n, 2, "ends", 10);
  if (!hasOperand(n, 1, "starts", 10) || !hasOperand(n, 2, "ends", 10))
    n.error("expected starts and ends, got none");
  SmallVector<int64_t> axes = integersOperand(n, 3, "axes", 10);
  s.steps = n.version < 10 ? SmallVector<int64_t>() : integersOperand(n, 4, "steps", 10);
  if (!x || n.hasFailed())
    return std::nullopt;
  if (axes.empty())
    llvm::append_range(axes, llvm::seq<int64_t>(0, s.starts.size()));
  if (s.steps.empty())
    s.steps.assign(s.starts.size(), 1);
  if (s.ends.size() != s.starts.size() || axes.size() != s.starts.size() || s.steps.size() != s.starts.size()) {
    n.error("expected starts, ends, axes and steps of one length, got " + Twine(s.starts.size()) + ", " +
            Twine(s.ends.size()) + ", " + Twine(axes.size()) + " and " + Twine(s.steps.size()));
    return std::nullopt;
  }
  std::optional<SmallVector<int64_t>> normal = n.normalizeAxes(axes, n.rank(x));
  if (!normal)
    return std::nullopt;
  s.axes = *normal;
  return s;
}

static LogicalResult importSlice(NodeImport &n) {
  Value x = n.input(0, "data");
  std::optional<SliceOperands> s = readSlice(n, x);
  if (!s)
    return failure();
  Dims sizes = n.dims(x), offsets(sizes.size(), n.dim(0));
  SmallVector<int64_t> strides(sizes.size(), 1), ofData;
  for (auto [i, axis, start, end] : llvm::enumerate(s->axes, s->starts, s->ends)) {
    if (!s->steps[i])
      return n.result(n.error("expected steps other than 0, got 0"));
    constexpr int64_t past = int64_t(1) << 48; // every dim is smaller: no second element either way
    s->steps[i] = std::clamp(s->steps[i], -past, past);
    if (s->bounds.isData(start) || s->bounds.isData(end)) {
      ofData.push_back(i);
      continue;
    }
    SliceBounds bounds = sliceBounds(sizes[axis], start, end, s->steps[i]);
    strides[axis] = s->steps[i];
    offsets[axis] = bounds.offset;
    sizes[axis] = bounds.size;
  }
  Value part = n.slice(x, offsets, sizes, strides);
  for (int64_t i : ofData)
    part = s->bounds.slice(n, part, s->axes[i], s->starts[i], s->ends[i], s->steps[i], i);
  return n.result(part);
}

//===- Split and Concat
//---------------------------------------------------------------------------------------------===//

/// Sizes of `count` parts: equal; from opset 18 with `num_outputs` the last ones are smaller where it does not divide.
static std::optional<Dims> evenParts(NodeImport &n, DimAttr dim, int64_t count) {
  bool mayDiffer = n.hasAttribute("num_outputs");
  DimAttr chunk = mayDiffer ? ceilDiv(dim, n.dim(count)) : floorDiv(dim, n.dim(count));
  if (chunk * count == dim)
    return Dims(count, chunk);
  if (!mayDiffer)
    return n.assumeEqual(chunk * count, dim) ? std::optional(Dims(count, chunk)) : std::nullopt;
  Dims sizes;
  for (int64_t i = 0; i < count; ++i)
    sizes.push_back(max(leastOf({chunk, dim - chunk * i}), n.dim(0)));
  return sizes;
}

static std::optional<Dims> readParts(NodeImport &n, DimAttr dim) {
  int64_t outputs = n.node.output_size(), count = n.getInt("num_outputs", outputs);
  bool given = hasOperand(n, 1, "split", 13);
  Dims sizes = dimsOperand(n, 1, "split", 13);
  if (n.hasFailed())
    return std::nullopt;
  if (!given && count != outputs) {
    n.error("attribute 'num_outputs': expected the number of outputs, " + Twine(outputs) + ", got " + Twine(count));
    return std::nullopt;
  }
  if (!given)
    return evenParts(n, dim, count);
  if (int64_t(sizes.size()) != outputs) {
    n.error("expected one size in split per output, got " + Twine(sizes.size()) + " for " + Twine(outputs) +
            " outputs");
    return std::nullopt;
  }
  DimAttr sum = n.dim(0);
  for (DimAttr size : sizes) {
    if (!n.assumeLessEqual(n.dim(0), size))
      return std::nullopt;
    sum = sum + size;
  }
  if (knownDifferent(sum, dim)) {
    n.error("expected sizes in split whose sum is " + toString(dim) + ", got " + toString(sum));
    return std::nullopt;
  }
  return n.assumeEqual(sum, dim) ? std::optional(sizes) : std::nullopt;
}

static LogicalResult importSplit(NodeImport &n) {
  Value x = n.input(0, "input");
  int64_t named = n.getInt("axis", 0);
  if (!x || n.hasFailed())
    return failure();
  std::optional<int64_t> axis = n.normalizeAxis(named, n.rank(x));
  std::optional<Dims> sizes = axis ? readParts(n, n.dims(x)[*axis]) : std::nullopt;
  if (!sizes)
    return failure();
  DimAttr offset = n.dim(0);
  for (auto [i, size] : llvm::enumerate(*sizes)) {
    if (failed(n.result(i, n.sliceAxis(x, *axis, offset, size))))
      return failure();
    offset = offset + size;
  }
  return success();
}

static LogicalResult importConcat(NodeImport &n) {
  int64_t named = n.version < 4 ? n.getInt("axis", 1) : n.getInt("axis");
  Value first = n.input(0, "inputs");
  for (size_t i = 0; i < n.numInputs(); ++i)
    n.input(i, "inputs");
  if (n.hasFailed())
    return failure();
  std::optional<int64_t> axis = n.normalizeAxis(named, n.rank(first));
  return axis ? n.result(n.concat(n.inputs(), *axis)) : failure();
}

//===- Pad
//----------------------------------------------------------------------------------------------------------===//

static std::optional<PadMode> readPadMode(NodeImport &n) {
  std::string text = n.getString("mode", "constant");
  std::optional<PadMode> mode = symbolizePadMode(text);
  if (!mode)
    n.error("attribute 'mode': expected constant, reflect, edge or wrap, got " + quote(text));
  return mode;
}

namespace {
/// Pads of every dim; negative ones crop.
struct Pads {
  Dims low, high;
};
} // namespace

static std::optional<Pads> readPads(NodeImport &n, int64_t rank) {
  StringRef name = n.version < 2 ? "paddings" : "pads";
  if (!hasOperand(n, 1, name, 11))
    n.error("expected pads, got none");
  Dims pads = dimsOperand(n, 1, name, 11);
  SmallVector<int64_t> named = n.version < 18 ? SmallVector<int64_t>() : integersOperand(n, 3, "axes", 18);
  if (n.hasFailed())
    return std::nullopt;
  if (n.version < 18 || !n.has(3))
    llvm::append_range(named, llvm::seq<int64_t>(0, rank));
  std::optional<SmallVector<int64_t>> axes = n.normalizeAxes(named, rank);
  if (!axes)
    return std::nullopt;
  if (pads.size() != 2 * axes->size()) {
    n.error("expected two pads per axis, got " + Twine(pads.size()) + " for " + Twine(axes->size()) + " axes");
    return std::nullopt;
  }
  Pads result{Dims(rank, n.dim(0)), Dims(rank, n.dim(0))};
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    result.low[axis] = pads[i];
    result.high[axis] = pads[i + axes->size()];
  }
  return result;
}

/// Cuts off what negative pads remove and makes them 0. A pad given at run time may be of either sign.
static Value crop(NodeImport &n, Value x, Pads &pads) {
  DimAttr zero = n.dim(0);
  Dims sizes = n.dims(x), offsets(sizes.size(), zero);
  for (auto [size, offset, low, high] : llvm::zip(sizes, offsets, pads.low, pads.high)) {
    if (!n.assumeLessEqual(zero, size + low + high))
      return {};
    DimAttr cutLow = max(low * -1, zero), cutHigh = max(high * -1, zero);
    offset = cutLow;
    size = size - cutLow - cutHigh;
    low = max(low, zero);
    high = max(high, zero);
    if (!n.assumeLessEqual(zero, size))
      return {};
  }
  return n.slice(x, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1));
}

static Value readPadValue(NodeImport &n, Value x) {
  if (n.version < 11)
    return n.constant(n.element(x), n.getFloat("value", 0));
  return n.has(2) ? n.reshape(n.input(2), {}) : n.constant(n.element(x), 0);
}

static LogicalResult importPad(NodeImport &n) {
  Value x = n.input(0, "data");
  std::optional<PadMode> mode = readPadMode(n);
  if (!x || !mode)
    return failure();
  std::optional<Pads> pads = readPads(n, n.rank(x));
  if (!pads)
    return failure();
  Value cropped = crop(n, x, *pads);
  auto isZero = [](DimAttr pad) { return constantValue(pad) == 0; };
  if (llvm::all_of(pads->low, isZero) && llvm::all_of(pads->high, isZero))
    return n.result(cropped);
  return n.result(n.pad(cropped, *mode, readPadValue(n, x), pads->low, pads->high));
}

void importer::addSlices(ImporterTable &table) {
  table.add("Slice", importSlice);
  table.add("Split", importSplit);
  table.add("Concat", importConcat);
  table.add("Pad", importPad);
}

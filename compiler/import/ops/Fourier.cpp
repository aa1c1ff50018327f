// DFT, STFT: products with matrices of cosines and sines.
//
// The angle of entry (n, k) is 2 pi ((n k) mod length) / length, reduced in integers, so large lengths stay exact.
// Source: ONNX DFT-20, STFT-17.
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
constexpr double fullTurn = 6.283185307179586;

/// A signal in two parts without the dim that joined them; a real one has no imaginary part.
struct Complex {
  Value real, imaginary;
};

struct Transform {
  DimAttr length; // of the whole spectrum
  bool inverse, oneSided;
};
} // namespace

static Complex parts(NodeImport &n, Value x) {
  int64_t last = n.rank(x) - 1;
  std::optional<int64_t> count = constantValue(n.dims(x)[last]);
  if (count != 1 && count != 2) {
    n.error("expected a last dim of 1 (real) or 2 (complex), got " + describeDims(x));
    return {};
  }
  auto part = [&](int64_t i) { return n.squeeze(n.sliceAxis(x, last, n.dim(i), n.dim(1)), {last}); };
  return {part(0), *count == 2 ? part(1) : Value()};
}

/// Sums x[.., i, ..] * matrix[i, k] along `axis`.
static Value along(NodeImport &n, Value x, Value matrix, int64_t axis) {
  if (!x)
    return {};
  SmallVector<int64_t> labels = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x))), out = labels;
  int64_t fresh = labels.size();
  out[axis] = fresh;
  return n.contract(x, labels, matrix, {axis, fresh}, out);
}

/// The transform of `x` [.., parts] along `axis`.
static Value transform(NodeImport &n, Value x, int64_t axis, const Transform &t) {
  Type integer = IntegerType::get(n.context(), 64), f64 = Float64Type::get(n.context());
  Type narrow = n.element(x), wide = n.wideElement(narrow);
  DimAttr half = floorDiv(t.length, n.dim(2)) + 1, size = n.dims(x)[axis];
  bool fromHalf = t.inverse && t.oneSided;
  DimAttr rows = leastOf({size, fromHalf ? half : t.length}), columns = t.oneSided && !t.inverse ? half : t.length;
  if (rows != size)
    x = n.sliceAxis(x, axis, n.dim(0), rows);
  Complex in = parts(n, n.cast(x, wide));
  if (!in.real)
    return {};
  Dims plane{rows, columns};
  Value period = n.size(t.length, integer);
  Value turns = n.binary(BinaryKind::mod, n.mul(n.iota(plane, 0, integer), n.iota(plane, 1, integer)), period);
  Value length = n.size(t.length, f64);
  Value angle = n.div(n.binary(BinaryKind::mul, n.cast(turns, f64), fullTurn), length);
  Value cosine = n.unary(UnaryKind::cos, angle), sine = n.unary(UnaryKind::sin, angle);
  if (t.inverse) {
    cosine = n.div(cosine, length);
    sine = n.div(sine, length);
  } else {
    sine = n.unary(UnaryKind::neg, sine);
  }
  if (fromHalf) { // the other half is the conjugate: inner entries count twice
    Value row = n.iota({rows, n.dim(1)}, 0, integer);
    Value twice = n.binary(BinaryKind::mul, row, 2.0);
    Value alone =
        n.binary(BinaryKind::_or, n.binary(BinaryKind::eq, row, 0.0), n.binary(BinaryKind::eq, twice, period));
    Value weight = n.select(alone, n.constant(f64, 1), n.constant(f64, 2));
    cosine = n.mul(cosine, weight);
    sine = n.mul(sine, weight);
  }
  cosine = n.cast(cosine, wide);
  sine = n.cast(sine, wide);
  Value real = along(n, in.real, cosine, axis);
  if (in.imaginary)
    real = n.sub(real, along(n, in.imaginary, sine, axis));
  int64_t last = n.rank(x) - 1;
  if (fromHalf)
    return n.cast(n.unsqueeze(real, {last}), narrow);
  Value imaginary = along(n, in.real, sine, axis);
  if (in.imaginary)
    imaginary = n.add(imaginary, along(n, in.imaginary, cosine, axis));
  return n.cast(n.concat({n.unsqueeze(real, {last}), n.unsqueeze(imaginary, {last})}, last), narrow);
}

/// One size from an integer operand.
static DimAttr sizeOperand(NodeImport &n, Value value) { return n.bindSize(value); }

static LogicalResult importDft(NodeImport &n) {
  Value x = n.input(0, "input");
  int64_t axis = n.getInt("axis", 1);
  bool inverse = n.getInt("inverse", 0), oneSided = n.getInt("onesided", 0);
  if (n.version >= 20) {
    axis = -2;
    if (n.has(2)) {
      auto given = n.integers(n.reshape(n.input(2), {n.dim(1)}), "axis");
      if (!given)
        return failure();
      axis = given->front();
    }
  }
  if (!x || n.hasFailed())
    return failure();
  if (n.rank(x) < 2)
    return n.result(n.error("expected an input of rank 2 or more, got " + describeDims(x)));
  std::optional<int64_t> along = n.normalizeAxis(axis, n.rank(x));
  if (!along)
    return failure();
  if (*along == n.rank(x) - 1)
    return n.result(n.error("expected an axis other than the last, got " + Twine(axis)));
  DimAttr size = n.dims(x)[*along];
  DimAttr length = n.has(1) ? sizeOperand(n, n.input(1)) : inverse && oneSided ? (size - 1) * 2 : size;
  return length ? n.result(transform(n, x, *along, {length, inverse, oneSided})) : failure();
}

static LogicalResult importStft(NodeImport &n) {
  Value signal = n.input(0, "signal"), window = n.optionalInput(2);
  bool oneSided = n.getInt("onesided", 1);
  if (!signal || n.hasFailed())
    return failure();
  if (n.rank(signal) != 3)
    return n.result(n.error("expected a signal of rank 3, got " + describeDims(signal)));
  if (window && n.rank(window) != 1)
    return n.result(n.error("expected a window of rank 1, got " + describeDims(window)));
  DimAttr step = n.bindSize(n.input(1, "frame_step")), size = n.dims(signal)[1];
  DimAttr length = n.has(3) ? sizeOperand(n, n.input(3)) : window ? n.dims(window)[0] : size;
  if (!step || !length || !n.assumeLessEqual(n.dim(1), step) || !n.assumeLessEqual(length, size))
    return failure();
  Type integer = IntegerType::get(n.context(), 64);
  Dims plane{floorDiv(size - length, step) + 1, length};
  Value starts = n.mul(n.iota(plane, 0, integer), n.size(step, integer));
  Value frames = n.gather(IndexMode::take, signal, n.add(starts, n.iota(plane, 1, integer)), 1);
  if (window)
    frames = n.mul(frames, n.reshape(withDims(n, window, {length}), {length, n.dim(1)}));
  return frames ? n.result(transform(n, frames, 2, {length, /*inverse=*/false, oneSided})) : failure();
}

void importer::addFourier(ImporterTable &table) {
  table.add("DFT", importDft, 17);
  table.add("STFT", importStft, 17);
}

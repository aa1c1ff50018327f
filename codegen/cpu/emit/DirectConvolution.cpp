// The emitter `conv_rows`: convolutions of few filters per group (depthwise), vector lanes along a row of the result.
//
// A tile is some rows by some vectors of one filter's result. Each vector of an input row is loaded once for all rows
// of the tile that it belongs to; a stride of two takes every second lane of two loads. The last tiles of rows and
// columns overlap the ones before (same values twice); results of fewer rows than a tile, or shorter than a vector, go
// row by row and element by element.
#include "codegen/cpu/emit/DirectConvolution.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"
#include <map>

using namespace mlir;
using namespace sinter;

/// Kernel positions that are written out one after the other.
static constexpr int64_t maxUnrolled = 32;

DirectConvolutionEmitter::DirectConvolutionEmitter(Elements &elements, ConvOp op, ValueRange yields,
                                                   ArrayRef<int64_t> tile)
    : elements(elements), f(elements.f), op(op), yields(yields), tileRows(tile[0]), tileVectors(tile[1]),
      lanes(f.target.lanes(32)), inputDims(dimsOf(op.getInput())), outDims(dimsOf(op.getResult())),
      kernel(op.getFilter().getType().getShape().drop_front(2)), spatial(kernel.size()), unrolled(0),
      input(elements.bufferOf(op.getInput())) {
  int64_t positions = 1;
  while (unrolled < std::min<size_t>(spatial, 2) && positions * kernel[spatial - 1 - unrolled] <= maxUnrolled)
    positions *= kernel[spatial - 1 - unrolled++];
  loops = SmallVector<DimAttr>(ArrayRef(dimsOf(op.getFilter())).drop_front().drop_back(unrolled));
}

void DirectConvolutionEmitter::run(Value taskCount) {
  tasks = taskCount;
  if (spatial == 1)
    return emitRows(1);
  DimAttr rows = outDims[outDims.size() - 2];
  if (std::optional<int64_t> count = constantValue(rows))
    return emitRows(*count >= tileRows ? tileRows : 1);
  f.branch(f.atLeast(f.dim(rows), f.constant(tileRows)), [&] { emitRows(tileRows); }, [&] { emitRows(1); });
}

/// All tiles of `rows` rows that this task owns.
void DirectConvolutionEmitter::emitRows(int64_t rows) {
  MLIRContext *context = f.b.getContext();
  SmallVector<DimAttr> space(ArrayRef(outDims).drop_back());
  if (spatial > 1)
    space.back() = ceilDiv(space.back(), dimConstant(context, rows));
  auto [begin, end] = f.taskRange(f.dim(product(context, space)), tasks);
  f.loop(begin, end, 1, {}, [&, rows = rows](Value flat, ValueRange) -> SmallVector<Value> {
    SmallVector<Value> position = f.delinearize(flat, space);
    if (spatial > 1)
      firstRow = f.min(f.mul(position.pop_back_val(), f.constant(rows)),
                       f.sub(f.dim(outDims[outDims.size() - 2]), f.constant(rows)));
    outer.clear();
    for (Value at : position)
      outer.push_back(f.at(at));
    DimAttr perGroup = floorDiv(outDims[1], dimConstant(context, op.getGroups()));
    firstChannel = f.constant(0);
    if (op.getGroups() > 1)
      firstChannel = f.mul(f.div(position[1], f.dim(perGroup)), f.dim(dimsOf(op.getFilter())[1]));
    emitRow(rows);
    return {};
  });
}

/// Whole tiles where the result's rows have so many columns, else vectors, else elements.
void DirectConvolutionEmitter::emitRow(int64_t rows) {
  Value size = f.dim(outDims.back());
  auto elementsAlone = [&] { emitTiles(rows, 1, 1); };
  auto vectorsAlone = [&] {
    if (std::optional<int64_t> columns = constantValue(outDims.back())) // a short row has shorter vectors
      return emitTiles(rows, 1, std::min<int64_t>(lanes, llvm::bit_floor(uint64_t(std::max<int64_t>(*columns, 1)))));
    f.branch(f.atLeast(size, f.constant(lanes)), [&] { emitTiles(rows, 1, lanes); }, elementsAlone);
  };
  if (tileVectors == 1)
    return vectorsAlone();
  if (std::optional<int64_t> columns = constantValue(outDims.back()))
    return *columns >= lanes * tileVectors ? emitTiles(rows, tileVectors, lanes) : vectorsAlone();
  f.branch(
      f.atLeast(size, f.constant(lanes * tileVectors)), [&] { emitTiles(rows, tileVectors, lanes); }, vectorsAlone);
}

void DirectConvolutionEmitter::emitTiles(int64_t rows, int64_t vectors, int64_t width) {
  Weights weights; // the same for all tiles of a row if nothing is left to loop over
  if (llvm::all_of(loops, [](DimAttr dim) { return constantValue(dim) == 1; }))
    weights = loadWeights(SmallVector<Value>(loops.size(), f.constant(0)), width);
  Value size = f.dim(outDims.back()), last = f.sub(size, f.constant(vectors * width));
  f.loop(f.constant(0), size, vectors * width, {}, [&](Value x, ValueRange) -> SmallVector<Value> {
    emitTile(rows, vectors, width, vectors * width > 1 ? f.min(x, last) : x, weights);
    return {};
  });
}

DirectConvolutionEmitter::Weights DirectConvolutionEmitter::loadWeights(ValueRange ivs, int64_t width) {
  Weights weights;
  int64_t columns = unrolled > 0 ? kernel[spatial - 1] : 1, rows = unrolled > 1 ? kernel[spatial - 2] : 1;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      Indices place{outer[1]};
      for (Value iv : ivs)
        place.push_back(f.at(iv));
      if (unrolled > 1)
        place.push_back(f.at(f.constant(row)));
      if (unrolled > 0)
        place.push_back(f.at(f.constant(column)));
      weights.push_back(f.splat(elements.at(op.getFilter(), place, 1), width));
    }
  return weights;
}

/// `width` input elements for the result's columns from `x` on, at a row and a column from where the tile starts.
Value DirectConvolutionEmitter::loadInput(const Buffer *memory, ValueRange ivs, int64_t row, int64_t column,
                                          int64_t width, Value x) {
  Indices place{f.at(f.constant(0)), f.at(ivs[0])};
  for (size_t d = 0; d < spatial; ++d) {
    Value tap = f.constant(0);
    if (d + 1 < ivs.size())
      tap = f.mul(ivs[d + 1], f.constant(op.getDilations()[d]));
    if (d + 2 == spatial)
      tap = f.add(tap, f.constant(row));
    if (d + 1 == spatial)
      tap = f.add(tap, f.constant(column));
    place.push_back(f.at(tap));
  }
  int64_t stride = strideOf(0);
  if (!memory) {
    place[0] = outer[0];
    place[1] = f.at(f.add(firstChannel, ivs[0]));
    for (size_t d = 0; d < spatial; ++d) {
      Value start = d + 1 == spatial ? x : d + 2 == spatial ? firstRow : outer[2 + d].base;
      place[2 + d].base = f.add(f.mul(start, f.constant(op.getStrides()[d])), place[2 + d].base);
    }
    place.back().step = width > 1 ? stride : 0;
    return elements.at(op.getInput(), place, width);
  }
  if (width == 1)
    return f.load(*memory, place, 1);
  if (stride == 2) { // the second load ends at the last element that is needed
    Value offset = f.linear(inputDims, place, 1).base;
    Value even = f.loadAt(*memory, offset, width);
    Value odd = f.loadAt(*memory, f.add(offset, f.constant(width - 1)), width);
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < width; ++lane)
      mask.push_back(2 * lane < width ? 2 * lane : 2 * lane + 1);
    return vector::ShuffleOp::create(f.b, even, odd, mask);
  }
  place.back().step = stride;
  return f.load(*memory, place, width);
}

void DirectConvolutionEmitter::emitTile(int64_t rows, int64_t vectors, int64_t width, Value x, const Weights &known) {
  std::optional<Buffer> memory;
  if (input) {
    Indices start{outer[0], f.at(firstChannel)};
    for (size_t d = 0; d < spatial; ++d) {
      Value position = d + 1 == spatial ? x : d + 2 == spatial ? firstRow : outer[2 + d].base;
      start.push_back(f.at(f.mul(position, f.constant(op.getStrides()[d]))));
    }
    memory = f.from(*input, f.linear(inputDims, start, 1).base);
  }
  int64_t kernelColumns = unrolled > 0 ? kernel[spatial - 1] : 1, kernelRows = unrolled > 1 ? kernel[spatial - 2] : 1;
  // Input rows from the tile's first, and who uses each: result row and kernel row.
  std::map<int64_t, SmallVector<std::pair<int64_t, int64_t>>> users;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t tap = 0; tap < kernelRows; ++tap)
      users[row * (spatial > 1 ? strideOf(1) : 0) + tap * (spatial > 1 ? op.getDilations()[spatial - 2] : 0)].push_back(
          {row, tap});
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), width);
  SmallVector<Value> sums =
      f.loopNest(loops, SmallVector<Value>(rows * vectors, zero), [&](ValueRange ivs, ValueRange carried) {
        SmallVector<Value> next(carried);
        Weights weights = known.empty() ? loadWeights(ivs, width) : known;
        for (auto &[inputRow, uses] : users)
          for (int64_t tap = 0; tap < kernelColumns; ++tap)
            for (int64_t v = 0; v < vectors; ++v) {
              int64_t column = tap * op.getDilations()[spatial - 1] + v * width * strideOf(0);
              Value value = loadInput(memory ? &*memory : nullptr, ivs, inputRow, column, width, x);
              for (auto [row, kernelRow] : uses) {
                Value &sum = next[row * vectors + v];
                sum = math::FmaOp::create(f.b, value, weights[kernelRow * kernelColumns + tap], sum);
              }
            }
        return next;
      });
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t v = 0; v < vectors; ++v) {
      Indices indices(outer);
      if (spatial > 1)
        indices.push_back(f.at(f.add(firstRow, f.constant(row))));
      indices.push_back({f.add(x, f.constant(v * width)), width > 1 ? 1 : 0, false});
      elements.bindValue(op.getResult(), sums[row * vectors + v]);
      for (auto [yield, buffer] : llvm::zip(yields, f.results))
        f.store(buffer, indices, elements.at(yield, indices, width), width);
    }
}

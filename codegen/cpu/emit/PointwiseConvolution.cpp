// The emitter `conv_pixels`: convolutions with a kernel and strides of one as a product of the plain filter and the
// input, vector lanes along pixels.
//
// For each block of pixels a task keeps filters x pixels sums in registers over all channels, reading the filter as
// broadcast scalars and the input's rows as vectors, then applies the fused scalar work along pixels and stores:
// nothing is packed and nothing transposed. An input that is computed is computed once for each block, to scratch. The
// last block of pixels and the last tile of filters overlap the ones before (same values twice). Source of the scheme:
// Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
#include "codegen/cpu/emit/PointwiseConvolution.h"
#include "codegen/cpu/emit/Contraction.h"
#include "codegen/cpu/emit/FlatDims.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "target/Schedules.h"

using namespace mlir;
using namespace sinter;

PointwiseConvolutionEmitter::PointwiseConvolutionEmitter(Elements &elements, ConvOp op, ValueRange yields,
                                                         ArrayRef<int64_t> tile)
    : elements(elements), f(elements.f), op(op), yields(yields), tileFilters(tile[0]), blockPixels(tile[1]),
      blocksPerTask(tile[2]), lanes(f.target.lanes(32)), channels(op.getFilter().getType().getDimSize(1)),
      filters(op.getFilter().getType().getDimSize(0)),
      pixels(*constantValue(product(f.b.getContext(), ArrayRef(dimsOf(op.getResult())).drop_front(2)))),
      spatial(ArrayRef(dimsOf(op.getResult())).drop_front(2)),
      flatYields(llvm::all_of(yields, [&](Value yield) { return hasFlatDims(yield, op, 2); })),
      isLong(isLongEpilogue(op)), input(elements.bufferOf(op.getInput())), filter(elements.bufferOf(op.getFilter())) {
  DimAttr block = dimConstant(f.b.getContext(), blockPixels);
  this->tile = {f.scratch, f.b.getF32Type(), {dimConstant(f.b.getContext(), tileFilters), block}};
  columns = {f.scratchAt(dimConstant(f.b.getContext(), tileFilters * blockPixels * 4)),
             f.b.getF32Type(),
             {dimConstant(f.b.getContext(), channels), block}};
}

void PointwiseConvolutionEmitter::run() {
  MLIRContext *context = f.b.getContext();
  int64_t blocks = (pixels + blockPixels - 1) / blockPixels;
  DimAttr images = dimsOf(op.getInput())[0], parts = dimConstant(context, (blocks + blocksPerTask - 1) / blocksPerTask);
  auto owns = scf::IfOp::create(f.b, f.less(f.task, f.dim(images * parts)), /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToStart(&owns.getThenRegion().front());
  SmallVector<Value> part = f.delinearize(f.task, {images, parts});
  image = part[0];
  Value begin = f.mul(part[1], f.constant(blocksPerTask * blockPixels));
  Value end = f.min(f.add(begin, f.constant(blocksPerTask * blockPixels)), f.constant(pixels));
  f.loop(begin, end, blockPixels, {}, [&](Value pixel, ValueRange) -> SmallVector<Value> {
    firstPixel = f.min(pixel, f.constant(pixels - blockPixels));
    emitBlock();
    return {};
  });
}

/// All filters of the block.
void PointwiseConvolutionEmitter::emitBlock() {
  if (!input)
    computeInput();
  int64_t tail = filters % tileFilters ? schedule::tailRows(f.target, tileFilters, blockPixels / lanes) : tileFilters;
  if (filters <= tail)
    return emitTile(f.constant(0), filters);
  Value size = f.constant(filters);
  f.tileLoop({f.constant(0), size}, size, tileFilters, tail,
             [&](Value row, int64_t count) { emitTile(f.min(row, f.constant(filters - count)), count); });
}

/// The block's pixels: as vectors one after the other, or in a loop one by one.
void PointwiseConvolutionEmitter::forBlock(bool asVectors, llvm::function_ref<void(Index, int64_t)> body) {
  if (!asVectors)
    return f.vectorLoop(f.constant(0), f.constant(blockPixels), 1, body);
  for (int64_t pixel = 0; pixel < blockPixels; pixel += lanes)
    body({f.constant(pixel), 1, false}, lanes);
}

void PointwiseConvolutionEmitter::computeInput() {
  auto compute = [&](Value channel, Index within, int64_t width, bool flat) {
    Indices indices = placeOf(channel, {f.add(firstPixel, within.base), within.step, false}, flat);
    f.store(columns, {f.at(channel), within}, elements.at(op.getInput(), indices, width), width);
  };
  if (!hasFlatDims(op.getInput(), nullptr, 2)) // a pixel is split into its dims once for all channels
    return forBlock(false, [&](Index within, int64_t width) {
      f.loop(f.constant(0), f.constant(channels), 1, {}, [&](Value channel, ValueRange) -> SmallVector<Value> {
        compute(channel, within, width, false);
        return {};
      });
    });
  f.loop(f.constant(0), f.constant(channels), 1, {}, [&](Value channel, ValueRange) -> SmallVector<Value> {
    forBlock(true, [&](Index within, int64_t width) { compute(channel, within, width, true); });
    return {};
  });
}

/// Sums of `count` filters over all channels.
SmallVector<Value> PointwiseConvolutionEmitter::accumulate(Value firstFilter, int64_t count) {
  int64_t vectors = blockPixels / lanes, line = blockPixels;
  Buffer rows = columns, weights;
  if (input) {
    line = pixels;
    Value first = f.mul(f.mul(image, f.constant(channels)), f.constant(pixels));
    rows = f.from(*input, f.add(first, firstPixel));
  }
  if (filter)
    weights = f.from(*filter, f.mul(firstFilter, f.constant(channels)));
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), lanes);
  return f.loop(f.constant(0), f.constant(channels), 1, SmallVector<Value>(count * vectors, zero),
                [&](Value channel, ValueRange sums) {
                  SmallVector<Value> right, next;
                  for (int64_t j = 0; j < vectors; ++j)
                    right.push_back(
                        f.loadAt(rows, f.add(f.mul(channel, f.constant(line)), f.constant(j * lanes)), lanes));
                  for (int64_t i = 0; i < count; ++i) {
                    Indices place{f.at(f.add(firstFilter, f.constant(i))), f.at(channel)};
                    place.append(spatial.size(), f.at(f.constant(0)));
                    Value left = filter ? f.loadAt(weights, f.add(channel, f.constant(i * channels)), 1)
                                        : elements.at(op.getFilter(), place, 1);
                    left = f.splat(left, lanes);
                    for (int64_t j = 0; j < vectors; ++j)
                      next.push_back(math::FmaOp::create(f.b, left, right[j], sums[i * vectors + j]));
                  }
                  return next;
                });
}

void PointwiseConvolutionEmitter::emitTile(Value firstFilter, int64_t count) {
  SmallVector<Value> sums = accumulate(firstFilter, count);
  if (!flatYields || isLong)
    return finishThroughScratch(firstFilter, sums);
  int64_t vectors = blockPixels / lanes;
  for (auto [i, sum] : llvm::enumerate(sums))
    storeResult(f.add(firstFilter, f.constant(i / vectors)),
                {f.add(firstPixel, f.constant(i % vectors * lanes)), 1, false}, sum, lanes);
}

/// The tile's sums to scratch, then filter by filter; element by element where spatial dims are not one.
void PointwiseConvolutionEmitter::finishThroughScratch(Value firstFilter, ArrayRef<Value> sums) {
  int64_t vectors = blockPixels / lanes, count = sums.size() / vectors;
  for (auto [i, sum] : llvm::enumerate(sums))
    f.store(tile, {f.at(f.constant(i / vectors)), Index{f.constant(i % vectors * lanes), 1, false}}, sum, lanes);
  f.loop(f.constant(0), f.constant(count), 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
    forBlock(flatYields, [&](Index within, int64_t width) {
      storeResult(f.add(firstFilter, row), {f.add(firstPixel, within.base), within.step, false},
                  f.load(tile, {f.at(row), within}, width), width);
    });
    return {};
  });
}

/// Flat: by address, the last spatial dim goes on where the others stand at zero.
Indices PointwiseConvolutionEmitter::placeOf(Value channel, Index pixel, bool flat) {
  Indices indices{f.at(image), f.at(channel)};
  if (flat) {
    indices.append(spatial.size() - 1, f.at(f.constant(0)));
    indices.push_back(pixel);
    return indices;
  }
  for (Value position : f.delinearize(pixel.base, spatial))
    indices.push_back(f.at(position));
  return indices;
}

void PointwiseConvolutionEmitter::storeResult(Value filterIndex, Index pixel, Value sum, int64_t width) {
  Indices indices = placeOf(filterIndex, pixel, flatYields);
  elements.bindValue(op.getResult(), sum);
  for (auto [yield, buffer] : llvm::zip(yields, f.results))
    f.store(buffer, indices, elements.at(yield, indices, width), width);
}

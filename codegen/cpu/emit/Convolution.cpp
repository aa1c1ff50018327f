// The convolution emitter: an implicit matrix product of pixels by filters.
//
// Vector lanes run along filters, whose panels hold one line per term (channel, then kernel position); the input is
// read as broadcast scalars, wherever it lies, so strides, dilations and rows shorter than a vector cost nothing. A
// strip of pixels of one panel is summed tile by tile, transposed through scratch, and finished along its pixels, which
// are contiguous in the result: the fused scalar work has one copy. Pixels past the last one repeat it and are not
// stored. Source of the scheme: Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for
// Document Processing", 2006, without its copy of the input.
#include "codegen/cpu/emit/Convolution.h"
#include "codegen/cpu/emit/FlatDims.h"
#include "codegen/cpu/emit/Transpose.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace sinter;

/// Kernel positions that are written out one after the other; larger kernels loop over their outer dims.
static constexpr int64_t maxUnrolled = 9;

ConvolutionEmitter::ConvolutionEmitter(Elements &elements, ConvOp op, ValueRange yields, ArrayRef<int64_t> tile)
    : elements(elements), f(elements.f), op(op), yields(yields), tilePixels(tile[0]), tileFilters(tile[1]),
      strip(tile[2]), blockPixels(tile[3]), panelsPerTask(tile[4]), lanes(f.target.lanes(32)),
      inputDims(dimsOf(op.getInput())), input(elements.bufferOf(op.getInput())), prefetch(f, tileFilters) {
  ArrayRef<int64_t> shape = op.getFilter().getType().getShape();
  kernel = SmallVector<int64_t>(shape.drop_front(2));
  spatial = SmallVector<DimAttr>(ArrayRef(dimsOf(op.getResult())).drop_front(2));
  channelsPerGroup = shape[1];
  filtersPerGroup = shape[0] / op.getGroups();
  auto unpack = op.getFilter().getDefiningOp<UnpackFilterOp>();
  filter = *elements.bufferOf(unpack.getInput());
  prefetch.add(filter);
  panels = unpack.getInput().getType().getDimSize(1);
  terms = unpack.getInput().getType().getDimSize(2);
  MLIRContext *context = f.b.getContext();
  DimAttr pixels = dimConstant(context, strip), filters = dimConstant(context, tileFilters);
  sums = {f.scratch, f.b.getF32Type(), {pixels, filters}};
  columns = {f.scratchAt(dimConstant(context, strip * tileFilters * 4)), f.b.getF32Type(), {filters, pixels}};
}

void ConvolutionEmitter::run() {
  MLIRContext *context = f.b.getContext();
  DimAttr images = inputDims[0], groups = dimConstant(context, op.getGroups()),
          panelGroups = dimConstant(context, (panels + panelsPerTask - 1) / panelsPerTask),
          pixels = product(context, spatial), blocks = ceilDiv(pixels, dimConstant(context, blockPixels));
  auto owns = scf::IfOp::create(f.b, f.less(f.task, f.dim(images * groups * panelGroups * blocks)), /*else=*/false);
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToStart(&owns.getThenRegion().front());
  SmallVector<Value> part = f.delinearize(f.task, {images, groups, blocks, panelGroups});
  image = part[0];
  group = part[1];
  firstPixel = f.mul(part[2], f.constant(blockPixels));
  Value firstPanel = f.mul(part[3], f.constant(panelsPerTask));
  Value endPixel = f.min(f.add(firstPixel, f.constant(blockPixels)), f.dim(pixels));
  Value endPanel = f.min(f.add(firstPanel, f.constant(panelsPerTask)), f.constant(panels));
  Value tiles = f.div(f.add(f.sub(endPixel, firstPixel), f.constant(tilePixels - 1)), f.constant(tilePixels));
  f.loop(firstPanel, endPanel, 1, {}, [&](Value panel, ValueRange) -> SmallVector<Value> {
    prefetch.startPanel(f.add(f.mul(group, f.constant(panels)), panel), f.constant(terms), tiles);
    f.loop(firstPixel, endPixel, strip, {}, [&](Value first, ValueRange) -> SmallVector<Value> {
      emitStrip(panel, first, f.min(f.add(first, f.constant(strip)), endPixel));
      return {};
    });
    return {};
  });
}

/// Sums of the pixels [first, end) of one panel, then the fused work.
void ConvolutionEmitter::emitStrip(Value panel, Value first, Value end) {
  Value last = f.sub(f.dim(product(f.b.getContext(), spatial)), f.constant(1));
  f.loop(first, end, tilePixels, {}, [&](Value start, ValueRange) -> SmallVector<Value> {
    SmallVector<Pixel> pixels;
    for (int64_t i = 0; i < tilePixels; ++i)
      pixels.push_back(pixelAt(f.min(f.add(start, f.constant(i)), last)));
    Value row = f.sub(start, first);
    prefetch.startTile(f.div(f.sub(start, firstPixel), f.constant(tilePixels)));
    for (auto [i, sum] : llvm::enumerate(accumulate(panel, pixels))) {
      int64_t vectors = tileFilters / lanes;
      f.store(sums,
              {f.at(f.add(row, f.constant(i / vectors))), Index{f.constant(int64_t(i % vectors) * lanes), 1, false}},
              sum, lanes);
    }
    return {};
  });
  transposeStrip(f.sub(end, first));
  finishStrip(panel, first, end);
}

ConvolutionEmitter::Pixel ConvolutionEmitter::pixelAt(Value flat) {
  Pixel pixel{{f.at(image), f.at(f.mul(group, f.constant(channelsPerGroup)))}, {}};
  if (input && isPointwise()) { // the input's pixel is the result's
    DimAttr pixels = product(f.b.getContext(), spatial);
    pixel.place.push_back(f.at(flat));
    pixel.memory = f.from(*input, f.linear({inputDims[0], inputDims[1], pixels}, pixel.place, 1).base);
    return pixel;
  }
  for (auto [position, stride] : llvm::zip(f.delinearize(flat, spatial), op.getStrides()))
    pixel.place.push_back(f.at(f.mul(position, f.constant(stride))));
  if (input)
    pixel.memory = f.from(*input, f.linear(inputDims, pixel.place, 1).base);
  return pixel;
}

bool ConvolutionEmitter::isPointwise() {
  auto isOne = [](int64_t size) { return size == 1; };
  return llvm::all_of(kernel, isOne) && llvm::all_of(op.getStrides(), isOne);
}

/// The input at a channel of the group and a kernel position.
Value ConvolutionEmitter::inputAt(const Pixel &pixel, Value channel, ArrayRef<Value> taps) {
  Indices offset{f.at(f.constant(0)), f.at(channel)};
  for (auto [tap, dilation] : llvm::zip(taps, op.getDilations()))
    offset.push_back(f.at(f.mul(tap, f.constant(dilation))));
  if (input)
    return f.load(pixel.memory, offset, 1);
  Indices place;
  for (auto [origin, by] : llvm::zip(pixel.place, offset))
    place.push_back(f.add(origin, by, 1));
  return elements.at(op.getInput(), place, 1);
}

SmallVector<Value> ConvolutionEmitter::accumulate(Value panel, ArrayRef<Pixel> pixels) {
  MLIRContext *context = f.b.getContext();
  int64_t vectors = tileFilters / lanes, unrolled = 1;
  size_t outer = kernel.size(); // kernel dims that are loops
  while (outer > 0 && unrolled * kernel[outer - 1] <= maxUnrolled)
    unrolled *= kernel[--outer];
  SmallVector<DimAttr> loops{dimConstant(context, channelsPerGroup)};
  SmallVector<DimAttr> inner;
  for (auto [d, size] : llvm::enumerate(kernel))
    (d < outer ? loops : inner).push_back(dimConstant(context, size));
  Value firstTerm = f.mul(f.add(f.mul(group, f.constant(panels)), panel), f.constant(terms));
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), lanes);
  SmallVector<Value> init(pixels.size() * vectors, zero);
  return f.loopNest(loops, init, [&](ValueRange ivs, ValueRange carried) {
    SmallVector<Value> next(carried);
    Value line = f.at(f.constant(0)).base;
    for (auto [iv, size] : llvm::zip(ivs, loops))
      line = f.add(f.mul(line, f.dim(size)), iv);
    Value termOfPanel = f.mul(line, f.constant(unrolled)), term = f.add(firstTerm, termOfPanel);
    for (int64_t t = 0; t < unrolled; ++t) {
      prefetch.emitTerm(f.add(termOfPanel, f.constant(t)));
      SmallVector<Value> taps(ivs.drop_front()), right;
      int64_t rest = t;
      SmallVector<Value> tail(kernel.size() - outer);
      for (size_t d = kernel.size(); d-- > outer; rest /= kernel[d])
        tail[d - outer] = f.constant(rest % kernel[d]);
      llvm::append_range(taps, tail);
      Value offset = f.mul(f.add(term, f.constant(t)), f.constant(tileFilters));
      for (int64_t j = 0; j < vectors; ++j)
        right.push_back(f.loadAt(filter, f.add(offset, f.constant(j * lanes)), lanes));
      for (auto [i, pixel] : llvm::enumerate(pixels)) {
        Value left = f.splat(inputAt(pixel, ivs[0], taps), lanes);
        for (int64_t j = 0; j < vectors; ++j)
          next[i * vectors + j] = math::FmaOp::create(f.b, left, right[j], next[i * vectors + j]);
      }
    }
    return next;
  });
}

/// sums [pixel][filter] to columns [filter][pixel], a square of lanes x lanes at a time; what lies past the pixels of a
/// short strip is moved too and never read.
void ConvolutionEmitter::transposeStrip(Value count) {
  f.loop(f.constant(0), count, lanes, {}, [&](Value first, ValueRange) -> SmallVector<Value> {
    for (int64_t j = 0; j < tileFilters; j += lanes) {
      SmallVector<Value> rows;
      for (int64_t i = 0; i < lanes; ++i)
        rows.push_back(f.load(sums, {f.at(f.add(first, f.constant(i))), Index{f.constant(j), 1, false}}, lanes));
      for (auto [i, column] : llvm::enumerate(transposeSquare(f, rows)))
        f.store(columns, {f.at(f.constant(j + int64_t(i))), Index{first, 1, false}}, column, lanes);
    }
    return {};
  });
}

void ConvolutionEmitter::finishStrip(Value panel, Value first, Value end) {
  bool flat = llvm::all_of(yields, [&](Value yield) { return hasFlatDims(yield, op, 2); });
  Value firstFilter = f.mul(panel, f.constant(tileFilters));
  Value endFilter = f.min(f.add(firstFilter, f.constant(tileFilters)), f.constant(filtersPerGroup));
  f.loop(firstFilter, endFilter, 1, {}, [&](Value filter, ValueRange) -> SmallVector<Value> {
    f.vectorLoop(first, end, flat ? lanes : 1, [&](Index pixel, int64_t width) {
      Indices indices{f.at(image), f.at(f.add(f.mul(group, f.constant(filtersPerGroup)), filter))};
      if (flat) { // by address, the last spatial dim goes on where the others stand at zero
        indices.append(spatial.size() - 1, f.at(f.constant(0)));
        indices.push_back(pixel);
      } else
        for (Value position : f.delinearize(pixel.base, spatial))
          indices.push_back(f.at(position));
      Index column{f.sub(pixel.base, first), pixel.step, false};
      elements.bindValue(op.getResult(), f.load(columns, {f.at(f.sub(filter, firstFilter)), column}, width));
      for (auto [yield, buffer] : llvm::zip(yields, f.results))
        f.store(buffer, indices, elements.at(yield, indices, width), width);
    });
    return {};
  });
}

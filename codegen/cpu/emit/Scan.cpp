// The emitter of loops that are one kernel; see Scan.h.
#include "codegen/cpu/emit/Scan.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

ScanEmitter::ScanEmitter(Elements &elementsOfKernel, LoopOp loopOp)
    : elements(elementsOfKernel), f(elementsOfKernel.f), loop(loopOp), lanes(f.target.vectorBits / 32) {}

DimAttr ScanEmitter::lineOf(Type tensor) {
  SmallVector<DimAttr> dims = dimsOf(tensor);
  return product(f.b.getContext(), ArrayRef(dims).drop_front(*leadingDims(dims, *loop.getRows())));
}

void ScanEmitter::run() {
  size_t carried = loop.getInits().size();
  auto [begin, end] = f.taskRange(f.dim(*loop.getRows()), f.dim(f.kernel.getScheduleAttr().getAs<DimAttr>("tasks")));
  for (size_t i = 0; i < carried; ++i) {
    copyRows(*elements.bufferOf(loop.getInits()[i]), f.results[i], begin, end);
    elements.bindBuffer(loop.getCarried()[i], f.results[i]);
  }
  RowEmitter rows(elements, loop.getBody().front(), *loop.getRows());
  f.loop(f.constant(0), f.dim(loop.getTrip()), 1, {}, [&](Value number, ValueRange) -> SmallVector<Value> {
    elements.bindValue(loop.getIteration(), number);
    f.loop(begin, end, 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      rows.setRow(row);
      rows.runRow();
      // Rows of scans first: one may be the row that is carried so far.
      for (auto [i, value] : llvm::enumerate(loop.getScanRows())) {
        Value offset = f.mul(number, f.dim(elementCount(value.getType())));
        storeRow(value, f.from(f.results[carried + i], offset), row);
      }
      for (auto [i, value] : llvm::enumerate(loop.getNextCarried()))
        storeRow(value, f.results[i], row);
      return {};
    });
    return {};
  });
}

void ScanEmitter::copyRows(const Buffer &from, const Buffer &to, Value begin, Value end) {
  SmallVector<DimAttr> dims = from.dims;
  Value line = f.dim(product(f.b.getContext(), ArrayRef(dims).drop_front(*leadingDims(dims, *loop.getRows()))));
  f.vectorLoop(f.mul(begin, line), f.mul(end, line), lanes, [&](Index at, int64_t width) {
    Buffer flatFrom{from.pointer, from.element, {elementCount(tensorType(dims, from.element))}};
    Buffer flatTo{to.pointer, to.element, flatFrom.dims};
    f.store(flatTo, {at}, f.load(flatFrom, {at}, width), width);
  });
}

void ScanEmitter::storeRow(Value yielded, const Buffer &to, Value row) {
  DimAttr size = lineOf(yielded.getType());
  Buffer line = f.from({to.pointer, to.element, {size}}, f.mul(row, f.dim(size)));
  if (constantValue(size) == 1) {
    Indices zeros(dimsOf(yielded).size(), f.at(f.constant(0)));
    return f.store(line, {f.at(f.constant(0))}, elements.at(yielded, zeros, 1), 1);
  }
  Buffer source = *elements.bufferOf(yielded);
  source = {source.pointer, source.element, {size}};
  f.vectorLoop(f.constant(0), f.dim(size), lanes,
               [&](Index at, int64_t width) { f.store(line, {at}, f.load(source, {at}, width), width); });
}

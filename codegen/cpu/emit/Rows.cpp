// The emitter of groups; see Rows.h.
#include "codegen/cpu/emit/Rows.h"
#include "codegen/cpu/emit/Roots.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

RowEmitter::RowEmitter(Elements &elementsOfKernel, GroupOp groupOp)
    : elements(elementsOfKernel), f(elementsOfKernel.f), group(groupOp), scratch(rowScratch(groupOp)) {}

void RowEmitter::run() {
  auto tasks = f.kernel.getSchedule() ? f.kernel.getSchedule()->getAs<DimAttr>("tasks") : DimAttr();
  auto [begin, end] = f.taskRange(f.dim(group.getRows()), tasks ? f.dim(tasks) : f.constant(1));
  f.loop(begin, end, 1, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
    row = iv;
    for (Operation &op : group.getBody().front()) {
      if (auto stage = dyn_cast<StageOp>(op))
        emitStage(stage);
      else if (auto reshape = dyn_cast<ReshapeOp>(op))
        emitReshape(reshape);
    }
    return {};
  });
}

Indices RowEmitter::rowIndices(ArrayRef<DimAttr> dims) {
  ArrayRef<DimAttr> leading = dims.take_front(rankOfRow(dims));
  auto [it, isNew] = positions.insert({DimsAttr::get(f.b.getContext(), leading), {}});
  if (isNew)
    it->second = f.delinearize(row, leading);
  Indices indices;
  for (Value position : it->second)
    indices.push_back(f.at(position));
  return indices;
}

Buffer RowEmitter::memoryFor(Value result) {
  Operation *end = group.getBody().front().getTerminator();
  for (auto [value, buffer] : llvm::zip(end->getOperands(), f.results))
    if (value == result)
      return buffer;
  SmallVector<DimAttr> dims = dimsOf(result);
  return {f.scratchAt(scratch.offsets.lookup(result)), elementType(result.getType()), dims, rankOfRow(dims)};
}

void RowEmitter::store(Value yielded, const Buffer &buffer, ArrayRef<Index> indices, int64_t lanes) {
  f.store(buffer, indices, elements.at(yielded, indices, lanes), lanes);
}

void RowEmitter::emitStage(StageOp stage) {
  ValueRange yields = stage.getBody().front().getTerminator()->getOperands();
  for (auto [result, yielded] : llvm::zip(stage.getResults(), yields)) {
    SmallVector<DimAttr> dims = dimsOf(result);
    Indices indices = rowIndices(dims);
    ArrayRef<DimAttr> line = ArrayRef(dims).drop_front(indices.size());
    bool isElement = constantValue(product(f.b.getContext(), line)) == 1;
    if (!isElement) {
      emitLine(stage, dims);
      continue;
    }
    indices.append(line.size(), f.at(f.constant(0)));
    if (Operation *root = rootOf(stage)) // a reduction of the line
      elements.bindValue(root->getResult(0), emitPoint(elements, root, indices, 1));
    Value value = elements.at(yielded, indices, 1);
    Operation *end = group.getBody().front().getTerminator();
    for (auto [output, buffer] : llvm::zip(end->getOperands(), f.results))
      if (output == result)
        f.store(buffer, indices, value, 1);
    elements.bindValue(result, value);
  }
}

/// A stage of many elements a row: loops over the line, vectors along its innermost dim.
void RowEmitter::emitLine(StageOp stage, ArrayRef<DimAttr> dims) {
  Value result = stage.getResult(0), yielded = stage.getBody().front().getTerminator()->getOperand(0);
  Buffer buffer = memoryFor(result);
  Indices indices = rowIndices(dims);
  ArrayRef<DimAttr> line = dims.drop_front(indices.size());
  f.loopNest(line.drop_back(), {}, [&](ValueRange ivs, ValueRange) -> SmallVector<Value> {
    Indices outer = indices;
    for (Value iv : ivs)
      outer.push_back(f.at(iv));
    f.vectorLoop(f.constant(0), f.dim(line.back()), f.target.vectorBits / 32, [&](Index index, int64_t lanes) {
      Indices all = outer;
      all.push_back(index);
      store(yielded, buffer, all, lanes);
    });
    return {};
  });
  elements.bindBuffer(result, buffer);
}

void RowEmitter::emitReshape(ReshapeOp reshape) {
  if (Value value = elements.valueOf(reshape.getInput()))
    return elements.bindValue(reshape.getResult(), value);
  Buffer buffer = *elements.bufferOf(reshape.getInput());
  SmallVector<DimAttr> dims = dimsOf(reshape.getResult());
  elements.bindBuffer(reshape.getResult(),
                      {buffer.pointer, buffer.element, dims, buffer.rowRank ? rankOfRow(dims) : 0});
}

// The emitter of groups; see Rows.h.
#include "codegen/cpu/emit/Rows.h"
#include "codegen/cpu/emit/Roots.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

RowEmitter::RowEmitter(Elements &elementsOfKernel, GroupOp group)
    : elements(elementsOfKernel), f(elementsOfKernel.f), stages(group.getBody().front()), rows(group.getRows()),
      scratch(rowScratch(group)) {
  for (auto [value, buffer] : llvm::zip(stages.getTerminator()->getOperands(), f.results))
    outputs.push_back({value, buffer});
}

RowEmitter::RowEmitter(Elements &elementsOfKernel, Block &block, DimAttr count)
    : elements(elementsOfKernel), f(elementsOfKernel.f), stages(block), rows(count), scratch(rowScratch(block, count)) {
}

void RowEmitter::run() {
  auto tasks = f.kernel.getSchedule() ? f.kernel.getSchedule()->getAs<DimAttr>("tasks") : DimAttr();
  auto [begin, end] = f.taskRange(f.dim(rows), tasks ? f.dim(tasks) : f.constant(1));
  runRows(begin, end);
}

void RowEmitter::runRows(Value begin, Value end, StageOp done) {
  f.loop(begin, end, 1, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
    setRow(iv);
    runRow(done);
    return {};
  });
}

void RowEmitter::setRow(Value rowAtHand) {
  row = rowAtHand;
  positions.clear();
}

void RowEmitter::runRow(StageOp done) {
  for (Operation &op : stages) {
    if (&op == done.getOperation())
      continue;
    if (auto stage = dyn_cast<StageOp>(op))
      emitStage(stage);
    else if (auto reshape = dyn_cast<ReshapeOp>(op))
      emitReshape(reshape);
  }
}

void RowEmitter::runKeys(AttentionForm form, IndexRange keysThatCount) {
  attention = form;
  keys = keysThatCount;
  runRow(form.result);
}

std::optional<IndexRange> RowEmitter::rangeOf(StageOp stage) {
  bool isOfKeys = attention && stage != attention->queries && stage != attention->result;
  return isOfKeys ? std::optional(keys) : std::nullopt;
}

Indices RowEmitter::rowIndices(StageOp stage) {
  SmallVector<DimAttr> dims = dimsOf(stage.getResultTypes()[0]), leading;
  SmallVector<int64_t> places = *rowDims(stage, rows);
  for (int64_t place : places)
    leading.push_back(dims[place]);
  auto [it, isNew] = positions.insert({DimsAttr::get(f.b.getContext(), leading), {}});
  if (isNew)
    it->second = f.delinearize(row, leading);
  Indices indices(dims.size(), f.at(f.constant(0)));
  for (auto [place, position] : llvm::zip(places, it->second))
    indices[place] = f.at(position);
  return indices;
}

Buffer RowEmitter::memoryFor(Value result) {
  for (const auto &[value, buffer] : outputs)
    if (value == result)
      return buffer;
  SmallVector<DimAttr> dims = dimsOf(result);
  return {f.scratchAt(scratch.offsets.lookup(result)), elementType(result.getType()), dims, rankOfRow(dims)};
}

void RowEmitter::emitStage(StageOp stage) {
  SmallVector<DimAttr> dims = dimsOf(stage.getResultTypes()[0]);
  SmallVector<int64_t> places = *rowDims(stage, rows);
  for (int64_t place : places)
    dims[place] = dimConstant(f.b.getContext(), 1);
  if (constantValue(product(f.b.getContext(), dims)) != 1)
    return emitLine(stage);
  ValueRange yields = stage.getBody().front().getTerminator()->getOperands();
  Indices indices = rowIndices(stage);
  for (auto [result, yielded] : llvm::zip(stage.getResults(), yields)) {
    if (Operation *root = rootOf(stage)) // a reduction of the line
      elements.bindValue(root->getResult(0), emitPoint(elements, root, indices, 1, rangeOf(stage)));
    Value value = elements.at(yielded, indices, 1);
    for (const auto &[output, buffer] : outputs)
      if (output == result)
        f.store(buffer, indices, value, 1);
    elements.bindValue(result, value);
  }
}

/// A stage of many elements a row: loops over the line, vectors along its innermost dim.
void RowEmitter::emitLine(StageOp stage) {
  Value result = stage.getResult(0), yielded = stage.getBody().front().getTerminator()->getOperand(0);
  SmallVector<DimAttr> dims = dimsOf(result), line;
  SmallVector<int64_t> rowPlaces = *rowDims(stage, rows), places;
  for (int64_t dim = 0; dim < int64_t(dims.size()); ++dim)
    if (!llvm::is_contained(rowPlaces, dim)) {
      places.push_back(dim);
      line.push_back(dims[dim]);
    }
  Buffer buffer = memoryFor(result);
  Indices indices = rowIndices(stage);
  Operation *root = rootOf(stage);
  int64_t lanes = root && vectorizesReduction(root) ? 1 : f.target.vectorBits / 32;
  f.loopNest(ArrayRef(line).drop_back(), {}, [&](ValueRange ivs, ValueRange) -> SmallVector<Value> {
    for (auto [place, iv] : llvm::zip(places, ivs))
      indices[place] = f.at(iv);
    IndexRange all = rangeOf(stage).value_or(IndexRange{f.constant(0), f.dim(line.back())});
    f.vectorLoop(all.begin, all.end, lanes, [&](Index index, int64_t width) {
      indices[places.back()] = index;
      if (root)
        elements.bindValue(root->getResult(0), emitPoint(elements, root, indices, width));
      f.store(buffer, indices, elements.at(yielded, indices, width), width);
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

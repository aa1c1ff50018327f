// The emitter of attention for few rows; see AttentionRows.h.
#include "codegen/cpu/emit/AttentionRows.h"
#include "codegen/cpu/emit/Roots.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

AttentionRowsEmitter::AttentionRowsEmitter(Elements &elementsOfKernel, GroupOp groupOp, AttentionForm attention)
    : elements(elementsOfKernel), f(elementsOfKernel.f), group(groupOp), form(attention), result(form.resultRoot()),
      rows(elementsOfKernel, groupOp), masks(scoreMasks(groupOp, attention)),
      parts(f.kernel.getScheduleAttr().getAs<DimAttr>("parts")), columns(dimsOf(result.getResult())[columnPlace()]),
      lanes(f.target.vectorBits / 32) {}

int64_t AttentionRowsEmitter::columnPlace() {
  ArrayRef<int64_t> out = result.getOutLabels();
  return llvm::find_if(out, [&](int64_t label) { return !llvm::is_contained(result.getLhsLabels(), label); }) -
         out.begin();
}

void AttentionRowsEmitter::run() {
  DimAttr units = parts ? group.getRows() * parts : group.getRows();
  auto [begin, end] = f.taskRange(f.dim(units), f.dim(f.kernel.getScheduleAttr().getAs<DimAttr>("tasks")));
  f.loop(begin, end, 1, {}, [&](Value unit, ValueRange) -> SmallVector<Value> {
    Value row = parts ? f.rem(unit, f.dim(group.getRows())) : unit;
    rows.setRow(row);
    IndexRange keys = attendedKeys();
    if (parts) {
      Value part = f.div(unit, f.dim(group.getRows())), count = f.sub(keys.end, keys.begin);
      auto bound = [&](Value k) { return f.add(keys.begin, f.div(f.mul(k, count), f.dim(parts))); };
      keys = {bound(part), bound(f.add(part, f.constant(1)))};
    }
    rows.runKeys(form, keys);
    emitResult(unit, keys);
    return {};
  });
}

IndexRange AttentionRowsEmitter::attendedKeys() {
  ContractOp scores = form.scoresRoot();
  Value all = f.dim(scores.sizeOf(scores.getOutLabels().back()));
  if (!masks)
    return {f.constant(0), all};
  Indices indices = rows.rowIndices(masks->stage);
  return emitAttendedKeys(f, all, 1, lanes, [&](Value, Value key) {
    indices.back() = {key, 1, false};
    return emitAttends(elements, *masks, indices, lanes);
  });
}

Buffer AttentionRowsEmitter::partAt(Value unit) {
  return f.from({f.shared, f.b.getF32Type(), {columns + 2}}, f.mul(unit, f.dim(columns + 2)));
}

void AttentionRowsEmitter::storeResult(ArrayRef<Index> indices, Value value, int64_t width) {
  Value yielded = form.result.getBody().front().getTerminator()->getOperand(0);
  elements.bindValue(result.getResult(), value);
  f.store(f.results[0], indices, elements.at(yielded, indices, width), width);
}

void AttentionRowsEmitter::emitResult(Value unit, IndexRange keys) {
  Indices indices = rows.rowIndices(form.result);
  Value isWhole = parts ? f.less(f.dim(parts), f.constant(2)) : Value();
  Buffer part = parts ? partAt(unit) : Buffer();
  auto inPart = [&](Index place, Value value, int64_t width) { f.store(part, {place}, value, width); };
  f.vectorLoop(f.constant(0), f.dim(columns), lanes, [&](Index column, int64_t width) {
    indices[columnPlace()] = column;
    Value value = emitPoint(elements, result, indices, width, keys);
    auto store = [&] { storeResult(indices, value, width); };
    if (!parts)
      return store();
    f.branch(isWhole, store, [&] { inPart(behindSums(column), value, width); });
  });
  if (!parts)
    return;
  f.branch(
      isWhole, [] {},
      [&] {
        Softmax softmax = *softmaxOf(form);
        inPart(f.at(f.constant(0)), elements.valueOf(softmax.max.getResult(0)), 1);
        inPart(f.at(f.constant(1)), elements.valueOf(softmax.sum.getResult(0)), 1);
      });
}

void AttentionRowsEmitter::merge() {
  Softmax softmax = *softmaxOf(form);
  Type f32 = f.b.getF32Type();
  Value row = f.task, zero = splatConstant(f.b, f32, 0), lowest = buildIdentity(f.b, ReduceKind::max, f32);
  auto binary = [&](BinaryKind kind, Value x, Value y) { return buildBinary(f.b, kind, f32, x, y); };
  auto equal = [&](Value x, Value y) { return arith::CmpFOp::create(f.b, arith::CmpFPredicate::OEQ, x, y); };
  /// Folds term(part) over the row's parts.
  auto overParts = [&](ReduceKind kind, Value init, llvm::function_ref<Value(const Buffer &)> term) {
    return f.loop(f.constant(0), f.dim(parts), 1, {init}, [&](Value k, ValueRange carried) -> SmallVector<Value> {
      Buffer part = partAt(f.add(f.mul(k, f.dim(group.getRows())), row));
      return {buildReduce(f.b, kind, f32, carried[0], term(part))};
    })[0];
  };
  Index maxPlace = f.at(f.constant(0)), sumPlace = f.at(f.constant(1));
  Value most = overParts(ReduceKind::max, lowest, [&](const Buffer &part) { return f.load(part, {maxPlace}, 1); });
  // Weights take the place of the maxima. A part of no keys, or of masks alone, has none, whatever its result is.
  Value total = overParts(ReduceKind::sum, zero, [&](const Buffer &part) -> Value {
    Value max = f.load(part, {maxPlace}, 1), sum = f.load(part, {sumPlace}, 1);
    Value scale = buildUnary(f.b, UnaryKind::exp, f32, binary(BinaryKind::sub, max, most));
    Value weight = arith::SelectOp::create(f.b, equal(max, lowest), zero, binary(BinaryKind::mul, sum, scale));
    f.store(part, {maxPlace}, weight, 1);
    return weight;
  });
  rows.setRow(row);
  Indices indices = rows.rowIndices(form.result);
  f.vectorLoop(f.constant(0), f.dim(columns), lanes, [&](Index column, int64_t width) {
    indices[columnPlace()] = column;
    Value none = f.splat(zero, width);
    Value sum = overParts(ReduceKind::sum, none, [&](const Buffer &part) -> Value {
      Value weight = f.load(part, {maxPlace}, 1);
      Value share = binary(BinaryKind::mul, f.splat(weight, width), f.load(part, {behindSums(column)}, width));
      return arith::SelectOp::create(f.b, f.splat(equal(weight, zero), width), none, share);
    });
    Value value = binary(BinaryKind::div, sum, f.splat(total, width));
    if (softmax.isGuarded) // a row of masks alone
      value = arith::SelectOp::create(f.b, f.splat(equal(total, zero), width), none, value);
    storeResult(indices, value, width);
  });
}

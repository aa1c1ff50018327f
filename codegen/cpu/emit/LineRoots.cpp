// Operators whose result is written line by line or as a whole: prefix sums, sorting, scatter.
#include "codegen/cpu/emit/Roots.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

static Indices withAxis(ArrayRef<Index> outer, int64_t axis, Index index) {
  Indices all(outer);
  all.insert(all.begin() + axis, index);
  return all;
}

void sinter::emitPrefix(Elements &elements, PrefixOp op, ArrayRef<Index> outer, int64_t lanes, EmitResult emit) {
  KernelFunction &f = elements.f;
  int64_t axis = op.getDim();
  Type element = elementType(op.getInput().getType()), wide = accumulatorType(element);
  Value size = f.dim(dimsOf(op.getInput())[axis]);
  Value identity = f.splat(buildIdentity(f.b, op.getKind(), element), lanes);
  f.loop(f.constant(0), size, 1, {identity}, [&](Value iv, ValueRange carried) -> SmallVector<Value> {
    Value position = op.getReverse() ? f.sub(f.sub(size, f.constant(1)), iv) : iv;
    Indices place = withAxis(outer, axis, f.at(position));
    Value value = buildCast(f.b, element, wide, elements.at(op.getInput(), place, lanes));
    Value next = buildReduce(f.b, op.getKind(), element, carried[0], value);
    emit(place, buildCast(f.b, wide, element, op.getExclusive() ? carried[0] : next));
    return {next};
  });
}

// Insertion into the sorted result, which is at most k long: stable, no scratch.
void sinter::emitSort(Elements &elements, SortOp op, ArrayRef<Index> outer, const Buffer &values,
                      const Buffer &indices) {
  KernelFunction &f = elements.f;
  int64_t axis = op.getDim();
  Type element = elementType(op.getInput().getType()), i64 = f.b.getI64Type(), i1 = f.b.getI1Type();
  Value size = f.dim(dimsOf(op.getInput())[axis]), k = f.dim(op.getK()), zero = f.constant(0), one = f.constant(1);
  /// x stands before y: greater (or less); NaN is greatest.
  auto before = [&](Value x, Value y) -> Value {
    Value strict = buildBinary(f.b, op.getAscending() ? BinaryKind::lt : BinaryKind::gt, element, x, y);
    if (!isa<FloatType>(element))
      return strict;
    Value xNan = buildUnary(f.b, UnaryKind::isnan, element, x), yNan = buildUnary(f.b, UnaryKind::isnan, element, y);
    Value greatest = op.getAscending() ? yNan : xNan, other = op.getAscending() ? xNan : yNan;
    Value nanFirst = arith::AndIOp::create(f.b, greatest, arith::XOrIOp::create(f.b, other, splatConstant(f.b, i1, 1)));
    return arith::OrIOp::create(f.b, strict, nanFirst);
  };
  auto at = [&](Value position) { return withAxis(outer, axis, f.at(position)); };
  f.loop(zero, size, 1, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
    Value value = elements.at(op.getInput(), at(iv), 1);
    Value filled = f.min(iv, k);
    // The place: move back from the end while the new value stands before the one there.
    auto loop = scf::WhileOp::create(f.b, TypeRange{i64}, ValueRange{filled});
    {
      OpBuilder::InsertionGuard guard(f.b);
      Block *head = f.b.createBlock(&loop.getBefore(), {}, {i64}, {f.b.getLoc()});
      Value position = head->getArgument(0);
      Value more = f.less(zero, position);
      Value go = f.choose(
          more, [&] { return before(value, f.load(values, at(f.sub(position, one)), 1)); },
          [&] { return splatConstant(f.b, i1, 0); });
      scf::ConditionOp::create(f.b, go, ValueRange{position});
      Block *body = f.b.createBlock(&loop.getAfter(), {}, {i64}, {f.b.getLoc()});
      Value from = f.sub(body->getArgument(0), one);
      // The element that falls off the end is not moved.
      auto keeps = scf::IfOp::create(f.b, f.less(body->getArgument(0), k), /*withElseRegion=*/false);
      OpBuilder::InsertionGuard inner(f.b);
      f.b.setInsertionPointToStart(&keeps.getThenRegion().front());
      f.store(values, at(body->getArgument(0)), f.load(values, at(from), 1), 1);
      f.store(indices, at(body->getArgument(0)), f.load(indices, at(from), 1), 1);
      f.b.setInsertionPointToEnd(body);
      scf::YieldOp::create(f.b, ValueRange{from});
    }
    auto fits = scf::IfOp::create(f.b, f.less(loop.getResult(0), k), /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(f.b);
    f.b.setInsertionPointToStart(&fits.getThenRegion().front());
    f.store(values, at(loop.getResult(0)), value, 1);
    f.store(indices, at(loop.getResult(0)), iv, 1);
    f.b.setInsertionPointAfter(fits);
    return {};
  });
}

void sinter::emitScatter(Elements &elements, ScatterOp op, const Buffer &result) {
  KernelFunction &f = elements.f;
  Type element = elementType(op.getInput().getType()), raw = elementType(op.getIndices().getType()),
       i64 = f.b.getI64Type();
  auto indicesOf = [&](ValueRange ivs) {
    Indices all;
    for (Value iv : ivs)
      all.push_back(f.at(iv));
    return all;
  };
  f.loopNest(result.dims, {}, [&](ValueRange ivs, ValueRange) -> SmallVector<Value> {
    f.store(result, indicesOf(ivs), elements.at(op.getInput(), indicesOf(ivs), 1), 1);
    return {};
  });
  f.loopNest(dimsOf(op.getUpdates()), {}, [&](ValueRange ivs, ValueRange) -> SmallVector<Value> {
    Indices here = indicesOf(ivs), target;
    auto position = [&](ArrayRef<Index> place, int64_t dim) {
      Value value = buildCast(f.b, raw, i64, elements.at(op.getIndices(), place, 1));
      return f.at(normalizedPosition(f, value, result.dims[dim], 1));
    };
    if (op.getMode() == IndexMode::elements) {
      target = here;
      target[op.getAxis()] = position(here, op.getAxis());
    } else {
      size_t outer = rankOf(op.getIndices()) - 1;
      int64_t depth = *constantValue(dimsOf(op.getIndices()).back());
      for (int64_t k = 0; k < depth; ++k) {
        Indices place(ArrayRef(here).take_front(outer));
        place.push_back(f.at(f.constant(k)));
        target.push_back(position(place, k));
      }
      llvm::append_range(target, ArrayRef(here).drop_front(outer));
    }
    Value update = elements.at(op.getUpdates(), here, 1);
    constexpr BinaryKind table[] = {BinaryKind::add, BinaryKind::add, BinaryKind::mul, BinaryKind::max,
                                    BinaryKind::min};
    if (op.getKind() != ScatterKind::replace) {
      Value old = f.load(result, target, 1);
      if (element.isInteger(1)) // bool: add and max are or, mul and min are and
        update = op.getKind() == ScatterKind::add || op.getKind() == ScatterKind::max
                     ? Value(arith::OrIOp::create(f.b, old, update))
                     : Value(arith::AndIOp::create(f.b, old, update));
      else
        update = buildBinary(f.b, table[static_cast<int>(op.getKind())], element, old, update);
    }
    f.store(result, target, update, 1);
    return {};
  });
}

// Index rewrites with cases: reshape, concat, pad, gather, packed panels.
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/ReshapeGroups.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

static Value compare(KernelFunction &f, arith::CmpIPredicate predicate, Value x, Value y) {
  return arith::CmpIOp::create(f.b, predicate, x, y);
}

//===- Reshape ----------------------------------------------------------------------------------------------------===//

/// Quotient or remainder of a flat index by a size.
Index Elements::splitIndex(Index linear, DimAttr divisor, bool remainder, int64_t lanes) {
  if (!linear.isVector && !linear.step) {
    Value size = f.dim(divisor);
    return f.at(remainder ? f.rem(linear.base, size) : f.div(linear.base, size));
  }
  Value x = f.positions(linear, lanes), size = f.splat(f.dim(divisor), lanes);
  return {remainder ? Value(arith::RemUIOp::create(f.b, x, size)) : Value(arith::DivUIOp::create(f.b, x, size)), 0,
          true};
}

// Within a group of dims the index is made flat and split again; a group of one dim on each side passes through.
Indices Elements::through(ReshapeOp op, ArrayRef<Index> indices, int64_t lanes) {
  SmallVector<DimAttr> from = dimsOf(op.getInput()), to = dimsOf(op.getResult());
  Indices source(from.size(), f.at(f.constant(0)));
  for (const ReshapeGroup &group : reshapeGroups(from, to)) {
    if (group.isPassThrough()) {
      source[group.fromBegin] = indices[group.toBegin];
      continue;
    }
    size_t count = group.toEnd - group.toBegin;
    Index flat = f.linear(ArrayRef(to).slice(group.toBegin, count), indices.slice(group.toBegin, count), lanes);
    SmallVector<size_t> split; // dims that are not 1, innermost first
    for (size_t d = group.fromEnd; d-- > group.fromBegin;)
      if (constantValue(from[d]) != 1)
        split.push_back(d);
    for (auto [i, d] : llvm::enumerate(split)) {
      bool last = i + 1 == split.size();
      source[d] = last ? flat : splitIndex(flat, from[d], /*remainder=*/true, lanes);
      if (!last)
        flat = splitIndex(flat, from[d], /*remainder=*/false, lanes);
    }
  }
  return source;
}

//===- Concat, pad ------------------------------------------------------------------------------------------------===//

Value Elements::concat(ConcatOp op, ArrayRef<Index> indices, int64_t lanes) {
  int64_t axis = op.getAxis();
  Index along = indices[axis];
  bool perLane = along.isVector || along.step;
  SmallVector<DimAttr> begins{dimConstant(f.b.getContext(), 0)};
  for (Value input : op.getInputs())
    begins.push_back(begins.back() + dimsOf(input)[axis]);
  std::function<Value(size_t)> from = [&](size_t part) -> Value {
    auto element = [&] {
      Indices source(indices);
      source[axis] = f.offset(along, begins[part] * -1);
      if (perLane) { // lanes of other parts read any element of this one
        Value size = f.splat(f.dim(dimsOf(op.getInputs()[part])[axis]), lanes);
        Value position = f.positions(source[axis], lanes), one = f.splat(f.constant(1), lanes),
              zero = f.splat(f.constant(0), lanes);
        source[axis] = {f.max(f.min(position, arith::SubIOp::create(f.b, size, one)), zero), 0, true};
      }
      return at(op.getInputs()[part], source, lanes);
    };
    bool isLast = part + 1 == op.getInputs().size();
    if (!perLane)
      return isLast ? element()
                    : f.choose(f.less(along.base, f.dim(begins[part + 1])), element, [&] { return from(part + 1); });
    DimAttr size = dimsOf(op.getInputs()[part])[axis];
    std::optional<int64_t> knownSize = constantValue(size);
    // Behind the last part nothing is stored: any value stands for it.
    auto behind = [&]() -> Value {
      return isLast ? f.splat(splatConstant(f.b, registerType(elementType(op.getType())), 0), lanes) : from(part + 1);
    };
    if (knownSize == 0)
      return behind();
    Value inside = isLast ? Value()
                          : compare(f, arith::CmpIPredicate::slt, f.positions(along, lanes),
                                    f.splat(f.dim(begins[part + 1]), lanes));
    auto select = [&](Value here, Value rest) -> Value {
      return isLast ? here : Value(arith::SelectOp::create(f.b, inside, here, rest));
    };
    if (knownSize) {
      Value here = element();
      return isLast ? here : select(here, behind());
    }
    // A part that may be empty at run time must not be read.
    Value nonEmpty = f.less(f.constant(0), f.dim(size)), rest = behind();
    return f.choose(nonEmpty, [&] { return select(element(), rest); }, [&] { return rest; });
  };
  return from(0);
}

/// The input position that a padded position mirrors, for one dim.
static Value mirrored(KernelFunction &f, PadMode mode, Value position, DimAttr size, int64_t lanes) {
  Value n = f.splat(f.dim(size), lanes), one = f.splat(f.constant(1), lanes), zero = f.splat(f.constant(0), lanes);
  auto sub = [&](Value x, Value y) -> Value { return arith::SubIOp::create(f.b, x, y); };
  auto modulo = [&](Value x, Value by) -> Value { // into [0, by)
    Value r = arith::RemSIOp::create(f.b, x, by);
    return arith::SelectOp::create(f.b, compare(f, arith::CmpIPredicate::slt, r, zero),
                                   arith::AddIOp::create(f.b, r, by), r);
  };
  switch (mode) {
  case PadMode::constant:
  case PadMode::edge: return f.max(f.min(position, sub(n, one)), zero);
  case PadMode::wrap: return modulo(position, f.max(n, one));
  case PadMode::reflect: {
    Value last = sub(n, one), period = f.max(arith::AddIOp::create(f.b, last, last), one), r = modulo(position, period);
    return arith::SelectOp::create(f.b, compare(f, arith::CmpIPredicate::sgt, r, last), sub(period, r), r);
  }
  }
  llvm_unreachable("covered switch");
}

Value Elements::pad(PadOp op, ArrayRef<Index> indices, int64_t lanes) {
  Indices source(indices);
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  Value inside; // for constant mode: all padded dims in range; i1, or a vector of it when a dim differs by lane
  bool perLane = false;
  for (auto [d, low] : llvm::enumerate(op.getLow().getValues())) {
    if (constantValue(low) == 0 && constantValue(op.getHigh().getValues()[d]) == 0)
      continue;
    source[d] = f.offset(indices[d], low * -1);
    bool vector = source[d].isVector || source[d].step;
    int64_t width = vector ? lanes : 1;
    Value position = f.positions(source[d], width);
    if (op.getMode() == PadMode::constant) {
      Value ok = compare(f, arith::CmpIPredicate::ult, position, f.splat(f.dim(dims[d]), width));
      if (inside && (vector || perLane)) {
        inside = f.splat(inside, lanes);
        ok = f.splat(ok, lanes);
      }
      inside = inside ? Value(arith::AndIOp::create(f.b, inside, ok)) : ok;
      perLane |= vector;
    }
    if (op.getMode() != PadMode::constant || vector)
      source[d] = {mirrored(f, op.getMode(), position, dims[d], width), 0, vector};
  }
  auto element = [&] { return at(op.getInput(), source, lanes); };
  if (!inside)
    return element();
  auto value = [&] { return at(op.getValue(), {}, lanes); };
  if (!perLane)
    return f.choose(inside, element, value);
  // All lanes outside, which includes an empty input, reads nothing.
  Value any = vector::ReductionOp::create(f.b, vector::CombiningKind::OR, inside);
  return f.choose(any, [&]() -> Value { return arith::SelectOp::create(f.b, inside, element(), value()); }, value);
}

//===- Gather, panels ---------------------------------------------------------------------------------------------===//

Value sinter::normalizedPosition(KernelFunction &f, Value raw, DimAttr size, int64_t lanes) {
  Value n = f.splat(f.dim(size), lanes), zero = f.splat(f.constant(0), lanes), one = f.splat(f.constant(1), lanes);
  Value negative = compare(f, arith::CmpIPredicate::slt, raw, zero);
  Value position = arith::SelectOp::create(f.b, negative, arith::AddIOp::create(f.b, raw, n), raw);
  return f.max(f.min(position, arith::SubIOp::create(f.b, n, one)), zero);
}

Value Elements::gather(GatherOp op, ArrayRef<Index> indices, int64_t lanes) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  int64_t axis = op.getAxis();
  Type raw = elementType(op.getIndices().getType());
  auto position = [&](ArrayRef<Index> place_, int64_t dim) -> Index {
    bool vector = llvm::any_of(place_, [](Index i) { return i.isVector || i.step; });
    int64_t width = vector ? lanes : 1;
    Value value = buildCast(f.b, raw, f.b.getI64Type(), at(op.getIndices(), place_, width));
    return {normalizedPosition(f, value, dims[dim], width), 0, vector};
  };
  Indices source;
  switch (op.getMode()) {
  case IndexMode::take: {
    size_t taken = rankOf(op.getIndices());
    llvm::append_range(source, indices.take_front(axis));
    source.push_back(position(indices.slice(axis, taken), axis));
    llvm::append_range(source, indices.drop_front(axis + taken));
    break;
  }
  case IndexMode::elements:
    llvm::append_range(source, indices);
    source[axis] = position(indices, axis);
    break;
  case IndexMode::nd: {
    size_t outer = rankOf(op.getIndices()) - 1;
    int64_t depth = *constantValue(dimsOf(op.getIndices()).back());
    llvm::append_range(source, indices.take_front(axis));
    for (int64_t k = 0; k < depth; ++k) {
      Indices place(indices.take_front(outer));
      place.push_back(f.at(f.constant(k)));
      source.push_back(position(place, axis + k));
    }
    llvm::append_range(source, indices.drop_front(outer));
  }
  }
  return at(op.getInput(), source, lanes);
}

Value Elements::unpack(UnpackOp op, ArrayRef<Index> indices, int64_t lanes) {
  DimAttr width = dimsOf(op.getInput()).back();
  Indices source(indices.drop_back(2));
  Index column = indices.back();
  source.push_back(splitIndex(column, width, /*remainder=*/false, lanes));
  source.push_back(indices[indices.size() - 2]);
  source.push_back(splitIndex(column, width, /*remainder=*/true, lanes));
  return at(op.getInput(), source, lanes);
}

Value Elements::unpackFilter(UnpackFilterOp op, ArrayRef<Index> indices, int64_t lanes) {
  SmallVector<DimAttr> panels = dimsOf(op.getInput()), dims = dimsOf(op.getResult());
  DimAttr perGroup = floorDiv(dims[0], panels[0]);
  Index filter = splitIndex(indices[0], perGroup, /*remainder=*/true, lanes);
  Index term = f.linear(ArrayRef(dims).drop_front(), indices.drop_front(), lanes);
  return at(op.getInput(),
            {splitIndex(indices[0], perGroup, /*remainder=*/false, lanes),
             splitIndex(filter, panels[3], /*remainder=*/false, lanes), term,
             splitIndex(filter, panels[3], /*remainder=*/true, lanes)},
            lanes);
}

// Reductions, contractions, convolutions and pooling, one result element (or one vector of them) at a time.
#include "codegen/cpu/emit/FlatDims.h"
#include "codegen/cpu/emit/Roots.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace sinter;

bool sinter::isPointRoot(Operation *root) { return isa<ReduceOp, ContractOp, ConvOp, WindowOp, ArgReduceOp>(root); }

bool sinter::vectorizesReduction(Operation *root) {
  if (auto reduce = dyn_cast<ReduceOp>(root))
    return !elementType(reduce.getInput().getType()).isInteger(1) &&
           llvm::is_contained(reduce.getDims(), rankOf(reduce.getInput()) - 1);
  if (auto contract = dyn_cast<ContractOp>(root)) {
    ArrayRef<int64_t> lhs = contract.getLhsLabels(), rhs = contract.getRhsLabels(), out = contract.getOutLabels();
    if (lhs.empty() || rhs.empty() || lhs.back() != rhs.back() || llvm::is_contained(out, lhs.back()))
      return false;
    return llvm::count(lhs, lhs.back()) == 1 && llvm::count(rhs, rhs.back()) == 1;
  }
  return false;
}

//===- Reduction over the innermost dim ---------------------------------------------------------------------------===//

static vector::CombiningKind combining(ReduceKind kind, Type element) {
  bool isFloat = isa<FloatType>(element), isUnsigned = element.isUnsignedInteger();
  switch (kind) {
  case ReduceKind::sum: return vector::CombiningKind::ADD;
  case ReduceKind::prod: return vector::CombiningKind::MUL;
  case ReduceKind::max:
    return isFloat      ? vector::CombiningKind::MAXIMUMF
           : isUnsigned ? vector::CombiningKind::MAXUI
                        : vector::CombiningKind::MAXSI;
  case ReduceKind::min:
    return isFloat      ? vector::CombiningKind::MINIMUMF
           : isUnsigned ? vector::CombiningKind::MINUI
                        : vector::CombiningKind::MINSI;
  }
  llvm_unreachable("covered switch");
}

/// One result of a power of two of partial ones.
static Value foldPartials(KernelFunction &f, ReduceKind kind, Type element, MutableArrayRef<Value> partials) {
  for (int64_t half = partials.size() / 2; half; half /= 2)
    for (int64_t i = 0; i < half; ++i)
      partials[i] = buildReduce(f.b, kind, element, partials[i], partials[i + half]);
  return partials[0];
}

/// Reduces term(i) over a range with four vectors of partial results, so that their latencies overlap, then vector by
/// vector, then a scalar tail: an order that the size alone fixes.
static Value reduceLine(KernelFunction &f, ReduceKind kind, Type element, IndexRange range, int64_t lanes, Value init,
                        llvm::function_ref<Value(Index, int64_t, Value)> step) {
  Type wide = accumulatorType(element);
  Value size = f.sub(range.end, range.begin);
  auto endOfWhole = [&](int64_t step) {
    return f.add(range.begin, f.mul(f.div(size, f.constant(step)), f.constant(step)));
  };
  Value vectorEnd = endOfWhole(lanes);
  Value model = f.splat(buildIdentity(f.b, kind, element), lanes);
  constexpr int64_t chains = 4;
  Value chainEnd = endOfWhole(chains * lanes);
  SmallVector<Value> partials = f.loop(
      range.begin, chainEnd, chains * lanes, SmallVector<Value>(chains, model), [&](Value iv, ValueRange carried) {
        SmallVector<Value> next;
        for (int64_t i = 0; i < chains; ++i)
          next.push_back(step({f.add(iv, f.constant(i * lanes)), 1, false}, lanes, carried[i]));
        return next;
      });
  Value partial = f.loop(
      chainEnd, vectorEnd, lanes, {foldPartials(f, kind, element, partials)},
      [&](Value iv, ValueRange carried) -> SmallVector<Value> { return {step({iv, 1, false}, lanes, carried[0])}; })[0];
  auto reduction =
      vector::ReductionOp::create(f.b, combining(kind, wide), partial, init,
                                  isa<FloatType>(wide) ? arith::FastMathFlags::reassoc : arith::FastMathFlags::none);
  return f.loop(vectorEnd, range.end, 1, {reduction.getResult()},
                [&](Value iv, ValueRange carried) -> SmallVector<Value> { return {step(f.at(iv), 1, carried[0])}; })[0];
}

static Value emitReduce(Elements &elements, ReduceOp op, ArrayRef<Index> indices, int64_t lanes,
                        std::optional<IndexRange> over) {
  KernelFunction &f = elements.f;
  Type element = elementType(op.getInput().getType()), wide = accumulatorType(element);
  SmallVector<DimAttr> dims = dimsOf(op.getInput()), reduced;
  for (int64_t d : op.getDims())
    reduced.push_back(dims[d]);
  auto source = [&](ArrayRef<Index> positions) {
    Indices all;
    size_t kept = 0, summed = 0;
    for (size_t d = 0; d < dims.size(); ++d)
      all.push_back(llvm::is_contained(op.getDims(), int64_t(d)) ? positions[summed++] : indices[kept++]);
    return all;
  };
  auto accumulate = [&](ArrayRef<Index> positions, int64_t width, Value total) {
    Value value = buildCast(f.b, element, wide, elements.at(op.getInput(), source(positions), width));
    return buildReduce(f.b, op.getKind(), element, total, value);
  };
  Value identity = f.splat(buildIdentity(f.b, op.getKind(), element), lanes);
  bool line = lanes == 1 && vectorizesReduction(op) && (!over || reduced.size() == 1);
  if (over && !line) {
    // Several partial results, so that their latencies overlap.
    constexpr int64_t chains = 4;
    auto step = [&](Value iv, Value sum) {
      Indices positions;
      for (Value position : f.delinearize(iv, reduced))
        positions.push_back(f.at(position));
      return accumulate(positions, lanes, sum);
    };
    Value size = f.sub(over->end, over->begin);
    Value chainEnd = f.add(over->begin, f.mul(f.div(size, f.constant(chains)), f.constant(chains)));
    SmallVector<Value> partials =
        f.loop(over->begin, chainEnd, chains, SmallVector<Value>(chains, identity), [&](Value iv, ValueRange carried) {
          SmallVector<Value> next;
          for (auto [i, sum] : llvm::enumerate(carried))
            next.push_back(step(f.add(iv, f.constant(i)), sum));
          return next;
        });
    Value total = f.loop(chainEnd, over->end, 1, {foldPartials(f, op.getKind(), element, partials)},
                         [&](Value iv, ValueRange carried) -> SmallVector<Value> { return {step(iv, carried[0])}; })[0];
    return buildCast(f.b, wide, element, total);
  }
  // A line: the innermost dim, or all reduced dims from one on where they lie as one.
  size_t along = line ? 1 : 0;
  for (size_t more = 2; line && !over && more <= reduced.size(); ++more)
    if (op.getDims()[reduced.size() - more] == int64_t(dims.size() - more) &&
        hasFlatDims(op.getInput(), op, dims.size() - more))
      along = more;
  Value total = f.loopNest(
      ArrayRef(reduced).drop_back(along), {identity}, [&](ValueRange ivs, ValueRange carried) -> SmallVector<Value> {
        Indices positions;
        for (Value iv : ivs)
          positions.push_back(f.at(iv));
        if (!line)
          return {accumulate(positions, lanes, carried[0])};
        positions.append(along - 1, f.at(f.constant(0)));
        Value size = f.dim(product(f.b.getContext(), ArrayRef(reduced).take_back(along)));
        return {reduceLine(f, op.getKind(), element, over.value_or(IndexRange{f.constant(0), size}),
                           f.target.vectorBits / 32, carried[0], [&](Index index, int64_t width, Value sum) {
                             Indices inner(positions);
                             inner.push_back(index);
                             return accumulate(inner, width, sum);
                           })};
      })[0];
  return buildCast(f.b, wide, element, total);
}

//===- Contraction ------------------------------------------------------------------------------------------------===//

static Value multiplyAdd(KernelFunction &f, Type element, Value x, Value y, Value sum) {
  Type wide = accumulatorType(element);
  x = buildCast(f.b, element, wide, x);
  y = buildCast(f.b, element, wide, y);
  if (isa<FloatType>(wide))
    return math::FmaOp::create(f.b, x, y, sum);
  return buildBinary(f.b, BinaryKind::add, wide, sum, buildBinary(f.b, BinaryKind::mul, wide, x, y));
}

static Value emitContract(Elements &elements, ContractOp op, ArrayRef<Index> indices, int64_t lanes,
                          std::optional<IndexRange> over) {
  KernelFunction &f = elements.f;
  Type element = elementType(op.getLhs().getType()), wide = accumulatorType(element);
  llvm::DenseMap<int64_t, Index> place;
  for (auto [label, index] : llvm::zip(op.getOutLabels(), indices))
    place[label] = index;
  SmallVector<int64_t> summed = op.summedLabels();
  bool line = lanes == 1 && vectorizesReduction(op);
  if (line) { // the contiguous label innermost
    llvm::erase(summed, op.getLhsLabels().back());
    summed.push_back(op.getLhsLabels().back());
  }
  SmallVector<DimAttr> loops = op.sizesOf(line ? ArrayRef(summed).drop_back() : ArrayRef(summed));
  auto accumulate = [&](int64_t width, Value sum) {
    auto operand = [&](Value value, ArrayRef<int64_t> labels) {
      Indices source;
      for (int64_t label : labels)
        source.push_back(place[label]);
      return elements.at(value, source, width);
    };
    return multiplyAdd(f, element, operand(op.getLhs(), op.getLhsLabels()), operand(op.getRhs(), op.getRhsLabels()),
                       sum);
  };
  Value zero = f.splat(splatConstant(f.b, wide, 0), lanes);
  auto step = [&](ValueRange ivs, ValueRange carried) -> SmallVector<Value> {
    for (auto [label, iv] : llvm::zip(summed, ivs))
      place[label] = f.at(iv);
    if (!line)
      return {accumulate(lanes, carried[0])};
    IndexRange innermost = over.value_or(IndexRange{f.constant(0), f.dim(op.sizeOf(summed.back()))});
    return {reduceLine(f, ReduceKind::sum, element, innermost, f.target.vectorBits / 32, carried[0],
                       [&](Index index, int64_t width, Value sum) {
                         place[summed.back()] = index;
                         return accumulate(width, sum);
                       })};
  };
  Value total = over && !line ? f.loop(over->begin, over->end, 1, {zero},
                                       [&](Value iv, ValueRange carried) { return step(iv, carried); })[0]
                              : f.loopNest(loops, {zero}, step)[0];
  return buildCast(f.b, wide, element, total);
}

//===- Convolution, pooling ---------------------------------------------------------------------------------------===//

// Pads are materialised before (passes/kernel): every access is inside.
static Value emitConv(Elements &elements, ConvOp op, ArrayRef<Index> indices, int64_t lanes) {
  KernelFunction &f = elements.f;
  Type element = elementType(op.getInput().getType()), wide = accumulatorType(element);
  SmallVector<DimAttr> filter = dimsOf(op.getFilter());
  size_t spatial = filter.size() - 2;
  Index channel = indices[1];
  Value group = f.constant(0);
  if (op.getGroups() > 1) {
    DimAttr perGroup = floorDiv(filter[0], dimConstant(f.b.getContext(), op.getGroups()));
    group = f.mul(f.div(channel.base, f.dim(perGroup)), f.dim(filter[1]));
  }
  Value zero = f.splat(splatConstant(f.b, wide, 0), lanes);
  Value total =
      f.loopNest(ArrayRef(filter).drop_front(), {zero}, [&](ValueRange ivs, ValueRange carried) -> SmallVector<Value> {
        Indices input{indices[0], f.at(f.add(group, ivs[0]))}, weight{channel, f.at(ivs[0])};
        for (size_t d = 0; d < spatial; ++d) {
          Index tap = f.at(f.mul(ivs[d + 1], f.constant(op.getDilations()[d])));
          input.push_back(f.add(f.scale(indices[d + 2], op.getStrides()[d]), tap, lanes));
          weight.push_back(f.at(ivs[d + 1]));
        }
        return {multiplyAdd(f, element, elements.at(op.getInput(), input, lanes),
                            elements.at(op.getFilter(), weight, lanes), carried[0])};
      })[0];
  return buildCast(f.b, wide, element, total);
}

namespace {
/// One tap of a pooling window: its place in the input, whether it lies inside, and inside the padded extent.
struct Tap {
  Indices place;
  Value inside, padded; // i1 of all lanes
};
} // namespace

static Tap windowTap(KernelFunction &f, WindowOp op, ArrayRef<Index> indices, ValueRange ivs, int64_t lanes) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  size_t first = dims.size() - op.getKernel().size();
  Value yes = f.splat(splatConstant(f.b, f.b.getI1Type(), 1), lanes);
  Tap tap{Indices(indices), yes, yes};
  for (size_t d = 0; d < op.getKernel().size(); ++d) {
    DimAttr low = op.getLow().getValues()[d], high = op.getHigh().getValues()[d], size = dims[first + d];
    Index start = f.scale(indices[first + d], op.getStrides()[d]);
    Index at = f.offset(f.add(start, f.at(f.mul(ivs[d], f.constant(op.getDilations()[d]))), lanes), low * -1);
    Value position = f.positions(at, lanes), limit = f.splat(f.dim(size), lanes),
          padEnd = f.splat(f.dim(size + high), lanes);
    Value inside = arith::CmpIOp::create(f.b, arith::CmpIPredicate::ult, position, limit);
    tap.inside = arith::AndIOp::create(f.b, tap.inside, inside);
    tap.padded =
        arith::AndIOp::create(f.b, tap.padded, arith::CmpIOp::create(f.b, arith::CmpIPredicate::slt, position, padEnd));
    // Windows start inside the padded extent, so only the far end can leave it; elements outside are read at the
    // border.
    Value clamped = f.max(f.min(position, f.splat(f.dim(size - 1), lanes)), f.splat(f.constant(0), lanes));
    tap.place[first + d] = {clamped, 0, lanes > 1};
  }
  return tap;
}

static bool neverLeaves(WindowOp op) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  size_t first = dims.size() - op.getKernel().size();
  for (size_t d = 0; d < op.getKernel().size(); ++d) {
    DimAttr reach =
        (op.getSizes().getValues()[d] - 1) * op.getStrides()[d] + (op.getKernel()[d] - 1) * op.getDilations()[d] + 1;
    if (constantValue(op.getLow().getValues()[d]) != 0 || !knownLessEqual(reach, dims[first + d]))
      return false;
  }
  return true;
}

static Value emitWindow(Elements &elements, WindowOp op, ArrayRef<Index> indices, int64_t lanes) {
  KernelFunction &f = elements.f;
  MLIRContext *context = f.b.getContext();
  Type element = elementType(op.getInput().getType()), wide = accumulatorType(element), i64 = f.b.getI64Type();
  bool isMax = op.getKind() == WindowKind::max || op.getKind() == WindowKind::argmax, inside = neverLeaves(op);
  SmallVector<DimAttr> kernel, dims = dimsOf(op.getInput());
  for (int64_t size : op.getKernel())
    kernel.push_back(dimConstant(context, size));
  ReduceKind kind = isMax ? ReduceKind::max : ReduceKind::sum;
  Value identity = f.splat(buildIdentity(f.b, kind, element), lanes), zero = f.splat(f.constant(0), lanes),
        one = f.splat(f.constant(1), lanes);
  // carried: best or sum, then the count or the index of the best (-1 before the first)
  Value second = op.getKind() == WindowKind::argmax ? f.splat(f.constant(-1), lanes) : zero;
  SmallVector<Value> total =
      f.loopNest(kernel, {identity, second}, [&](ValueRange ivs, ValueRange carried) -> SmallVector<Value> {
        Tap tap = windowTap(f, op, indices, ivs, lanes);
        if (inside)
          for (size_t d = 0, first = dims.size() - kernel.size(); d < kernel.size(); ++d)
            tap.place[first + d] = f.add(f.scale(indices[first + d], op.getStrides()[d]),
                                         f.at(f.mul(ivs[d], f.constant(op.getDilations()[d]))), lanes);
        Value value = buildCast(f.b, element, wide, elements.at(op.getInput(), tap.place, lanes));
        if (!inside)
          value = arith::SelectOp::create(f.b, tap.inside, value, identity);
        if (op.getKind() == WindowKind::argmax) {
          Value greater = buildBinary(f.b, BinaryKind::gt, wide, value, carried[0]);
          Value none = arith::CmpIOp::create(f.b, arith::CmpIPredicate::slt, carried[1], zero);
          Value better = arith::AndIOp::create(f.b, tap.inside, arith::OrIOp::create(f.b, greater, none));
          Value here = f.positions(f.linear(dims, tap.place, lanes), lanes);
          return {arith::SelectOp::create(f.b, better, value, carried[0]),
                  arith::SelectOp::create(f.b, better, here, carried[1])};
        }
        Value counts = op.getKind() == WindowKind::meanpadded ? tap.padded : tap.inside;
        Value count = arith::AddIOp::create(f.b, carried[1], arith::SelectOp::create(f.b, counts, one, zero));
        return {buildReduce(f.b, kind, element, carried[0], value), count};
      });
  if (op.getKind() == WindowKind::argmax)
    return total[1];
  Value result = total[0];
  if (op.getKind() == WindowKind::mean || op.getKind() == WindowKind::meanpadded)
    result = buildBinary(f.b, BinaryKind::div, wide, result, buildCast(f.b, i64, wide, total[1]));
  return buildCast(f.b, wide, element, result);
}

//===- Arg reduction ----------------------------------------------------------------------------------------------===//

static Value emitArgReduce(Elements &elements, ArgReduceOp op, ArrayRef<Index> indices, int64_t lanes) {
  KernelFunction &f = elements.f;
  Type element = elementType(op.getInput().getType());
  bool isMax = op.getKind() == ReduceKind::max;
  Type wide = accumulatorType(element);
  Value identity = f.splat(buildIdentity(f.b, op.getKind(), element), lanes), zero = f.splat(f.constant(0), lanes);
  DimAttr size = dimsOf(op.getInput())[op.getDim()];
  return f.loop(
      f.constant(0), f.dim(size), 1, {identity, zero}, [&](Value iv, ValueRange carried) -> SmallVector<Value> {
        Indices source(indices);
        source.insert(source.begin() + op.getDim(), f.at(iv));
        Value value = buildCast(f.b, element, wide, elements.at(op.getInput(), source, lanes));
        BinaryKind kind =
            isMax ? (op.getLast() ? BinaryKind::ge : BinaryKind::gt) : (op.getLast() ? BinaryKind::le : BinaryKind::lt);
        Value better = buildBinary(f.b, kind, wide, value, carried[0]);
        if (isa<FloatType>(wide)) { // the first NaN wins
          Value isNan = buildUnary(f.b, UnaryKind::isnan, wide, value),
                wasNan = buildUnary(f.b, UnaryKind::isnan, wide, carried[0]);
          Value fresh = arith::AndIOp::create(
              f.b, isNan, arith::XOrIOp::create(f.b, wasNan, f.splat(splatConstant(f.b, f.b.getI1Type(), 1), lanes)));
          better = arith::OrIOp::create(f.b, better, fresh);
        }
        return {arith::SelectOp::create(f.b, better, value, carried[0]),
                arith::SelectOp::create(f.b, better, f.splat(iv, lanes), carried[1])};
      })[1];
}

Value sinter::emitPoint(Elements &elements, Operation *root, ArrayRef<Index> indices, int64_t lanes,
                        std::optional<IndexRange> over) {
  return llvm::TypeSwitch<Operation *, Value>(root)
      .Case([&](ReduceOp op) { return emitReduce(elements, op, indices, lanes, over); })
      .Case([&](ContractOp op) { return emitContract(elements, op, indices, lanes, over); })
      .Case([&](ConvOp op) { return emitConv(elements, op, indices, lanes); })
      .Case([&](WindowOp op) { return emitWindow(elements, op, indices, lanes); })
      .Case([&](ArgReduceOp op) { return emitArgReduce(elements, op, indices, lanes); });
}

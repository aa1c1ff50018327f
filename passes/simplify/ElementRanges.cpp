// Interval arithmetic over operators; see ElementRanges.h.
#include "passes/simplify/ElementRanges.h"
#include "dialects/sinter/ConstantFold.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

using Bounds = std::optional<ElementRange>;

static Bounds rangeAt(Value value, int depth);

static ElementRange constantRange(MLIRContext *context, int64_t lo, int64_t hi, bool attained) {
  return {dimConstant(context, lo), dimConstant(context, hi), attained};
}
/// [0, size): positions along a dim.
static ElementRange positionsOf(DimAttr size, bool attained) {
  return {dimConstant(size.getContext(), 0), size - 1, attained};
}
static Bounds join(Bounds x, Bounds y) {
  if (!x || !y)
    return std::nullopt;
  return ElementRange{min(x->lo, y->lo), max(x->hi, y->hi), false};
}
static Bounds weaken(Bounds x) {
  if (x)
    x->attained = false;
  return x;
}

static Bounds ofConstant(Value value, Attribute attribute) {
  auto dense = dyn_cast<DenseIntElementsAttr>(attribute);
  if (dense && dense.isSplat() && !dense.empty()) {
    int64_t only = dense.getSplatValue<APInt>().getSExtValue();
    return constantRange(value.getContext(), only, only, true);
  }
  std::optional<Scalars> scalars = scalarsOf(attribute, value.getType());
  if (!scalars || scalars->empty() || !scalars->front().dim)
    return std::nullopt;
  ElementRange range = {scalars->front().dim, scalars->front().dim, true};
  for (const Scalar &scalar : *scalars) {
    range.lo = min(range.lo, scalar.dim);
    range.hi = max(range.hi, scalar.dim);
  }
  return range;
}

static Bounds ofCast(CastOp op, int depth) {
  auto from = dyn_cast<IntegerType>(elementType(op.getInput().getType()));
  if (!from)
    return std::nullopt;
  if (Bounds range = rangeAt(op.getInput(), depth))
    return range;
  unsigned bits = from.getWidth();
  if (bits > 16)
    return std::nullopt;
  bool isUnsigned = from.isUnsigned() || bits == 1;
  int64_t count = int64_t(1) << bits;
  return constantRange(op.getContext(), isUnsigned ? 0 : -count / 2, (isUnsigned ? count : count / 2) - 1, false);
}

static Bounds ofBinary(BinaryOp op, int depth) {
  Bounds x = rangeAt(op.getLhs(), depth), y = rangeAt(op.getRhs(), depth);
  DimAttr zero = dimConstant(op.getContext(), 0);
  // A sum with one value only, or a bound by it, keeps the extremes.
  bool attained = x && y && x->attained && y->attained && (x->lo == x->hi || y->lo == y->hi);
  bool natural = x && y && knownLessEqual(zero, x->lo) && knownLessEqual(zero, y->lo);
  std::optional<int64_t> divisor = y && y->lo == y->hi ? constantValue(y->lo) : std::nullopt;
  switch (op.getKind()) {
  case BinaryKind::mod: // has the sign of the divisor
    return y && knownLessEqual(zero, y->lo) ? Bounds(positionsOf(y->hi, false)) : std::nullopt;
  case BinaryKind::div:
  case BinaryKind::floordiv:
    if (!natural || !divisor || *divisor < 1)
      return std::nullopt;
    return ElementRange{floorDiv(x->lo, y->lo), floorDiv(x->hi, y->lo), attained};
  default: break;
  }
  if (!x || !y)
    return std::nullopt;
  switch (op.getKind()) {
  case BinaryKind::add: return ElementRange{x->lo + y->lo, x->hi + y->hi, attained};
  case BinaryKind::sub: return ElementRange{x->lo - y->hi, x->hi - y->lo, attained};
  case BinaryKind::max: return ElementRange{max(x->lo, y->lo), max(x->hi, y->hi), attained};
  case BinaryKind::min: return ElementRange{min(x->lo, y->lo), min(x->hi, y->hi), attained};
  case BinaryKind::mul: return natural ? Bounds({x->lo * y->lo, x->hi * y->hi, attained}) : std::nullopt;
  default: return std::nullopt;
  }
}

static Bounds ofArgument(BlockArgument argument) {
  auto loop = dyn_cast<LoopOp>(argument.getOwner()->getParentOp());
  return loop && argument == loop.getIteration() ? Bounds(positionsOf(loop.getTrip(), false)) : std::nullopt;
}

static Bounds ofOperator(OpResult value, int depth) {
  return llvm::TypeSwitch<Operation *, Bounds>(value.getOwner())
      .Case([&](IotaOp op) { return positionsOf(op.getDims().getValues()[op.getDim()], true); })
      .Case([&](ArgReduceOp op) { return positionsOf(dimsOf(op.getInput())[op.getDim()], false); })
      .Case([&](SortOp op) {
        return value == op.getIndices() ? Bounds(positionsOf(dimsOf(op.getInput())[op.getDim()], false))
                                        : weaken(rangeAt(op.getInput(), depth));
      })
      .Case<ReshapeOp, TransposeOp, BroadcastOp>([&](auto op) { return rangeAt(op.getInput(), depth); })
      .Case<SliceOp, GatherOp>([&](auto op) { return weaken(rangeAt(op.getInput(), depth)); })
      .Case([&](ConcatOp op) {
        Bounds all = weaken(rangeAt(op.getInputs().front(), depth));
        for (Value part : op.getInputs().drop_front())
          all = join(all, rangeAt(part, depth));
        return all;
      })
      .Case([&](ScatterOp op) {
        return op.getKind() == ScatterKind::replace
                   ? join(rangeAt(op.getInput(), depth), rangeAt(op.getUpdates(), depth))
                   : std::nullopt;
      })
      .Case([&](ReduceOp op) {
        bool isExtreme = op.getKind() == ReduceKind::max || op.getKind() == ReduceKind::min;
        return isExtreme ? weaken(rangeAt(op.getInput(), depth)) : std::nullopt;
      })
      .Case([&](CastOp op) { return ofCast(op, depth); })
      .Case([&](BinaryOp op) { return ofBinary(op, depth); })
      .Case([&](TernaryOp op) { // select
        return join(rangeAt(op->getOperand(1), depth), rangeAt(op->getOperand(2), depth));
      })
      .Default([](Operation *) { return std::nullopt; });
}

static Bounds rangeAt(Value value, int depth) {
  if (!depth-- || !isa<IntegerType>(elementType(value.getType())))
    return std::nullopt;
  if (Attribute constant = constantAttribute(value))
    return ofConstant(value, constant);
  if (auto argument = dyn_cast<BlockArgument>(value))
    return ofArgument(argument);
  return ofOperator(cast<OpResult>(value), depth);
}

// A binary operator asks twice: 2^12 questions at most.
Bounds sinter::elementRange(Value value) { return rangeAt(value, 12); }

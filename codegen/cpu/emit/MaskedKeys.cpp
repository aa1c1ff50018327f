// Finds masks behind scores, and the keys that they leave; see MaskedKeys.h.
#include "codegen/cpu/emit/MaskedKeys.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

//===- What a masked score becomes --------------------------------------------------------------------------------===//

namespace {
/// What a value of a stage is at a masked key.
enum class Masked {
  unaffected, // as if the key did not exist: of other keys, or of none
  lowest,     // a masked score, or less than any that is not by as much
  zero,
  other,
};

/// Follows a masked score through the stages of a group.
class MaskedScore {
public:
  explicit MaskedScore(Value maskedScores) { known[maskedScores] = Masked::lowest; }

  Masked of(Value value) {
    auto it = known.find(value);
    if (it != known.end())
      return it->second;
    Operation *op = value.getDefiningOp();
    Masked result = op && op->getNumRegions() == 0 ? after(op) : op ? ofStage(value) : Masked::unaffected;
    known[value] = result;
    return result;
  }

private:
  Masked ofStage(Value value) {
    auto stage = value.getDefiningOp<StageOp>();
    if (!stage)
      return Masked::unaffected; // of another kernel's
    return of(stage.getBody().front().getTerminator()->getOperand(cast<OpResult>(value).getResultNumber()));
  }
  Masked after(Operation *op) {
    if (auto reduce = dyn_cast<ReduceOp>(op)) {
      Masked input = of(reduce.getInput());
      bool isNeutral = reduce.getKind() == ReduceKind::max   ? input == Masked::lowest
                       : reduce.getKind() == ReduceKind::sum ? input == Masked::zero
                                                             : false;
      return isNeutral || input == Masked::unaffected ? Masked::unaffected : Masked::other;
    }
    if (isa<BroadcastOp, ReshapeOp, TransposeOp>(op))
      return of(op->getOperand(0));
    SmallVector<Masked> operands;
    for (Value operand : op->getOperands())
      operands.push_back(of(operand));
    if (llvm::all_of(operands, [](Masked m) { return m == Masked::unaffected; }))
      return Masked::unaffected;
    if (auto unary = dyn_cast<UnaryOp>(op))
      return unary.getKind() == UnaryKind::exp && operands[0] == Masked::lowest ? Masked::zero : Masked::other;
    if (auto binary = dyn_cast<BinaryOp>(op))
      return afterBinary(binary.getKind(), operands[0], operands[1]);
    // A guard against NaN: either way nothing.
    auto isZero = [](Value value, Masked masked) { return masked == Masked::zero || matchesZero(value); };
    if (auto select = dyn_cast<TernaryOp>(op); select && select.getKind() == TernaryKind::select)
      return isZero(select.getSecond(), operands[1]) && isZero(select.getThird(), operands[2]) ? Masked::zero
                                                                                               : Masked::other;
    return Masked::other;
  }
  static Masked afterBinary(BinaryKind kind, Masked lhs, Masked rhs) {
    if (lhs == Masked::lowest && rhs == Masked::unaffected && (kind == BinaryKind::sub || kind == BinaryKind::add))
      return Masked::lowest;
    if (lhs == Masked::zero && rhs == Masked::unaffected && (kind == BinaryKind::div || kind == BinaryKind::mul))
      return Masked::zero;
    if (kind == BinaryKind::mul && lhs == Masked::unaffected && rhs == Masked::zero)
      return Masked::zero;
    return Masked::other;
  }
  static bool matchesZero(Value value) {
    if (auto broadcast = value.getDefiningOp<BroadcastOp>())
      value = broadcast.getInput();
    auto constant = value.getDefiningOp<ConstantOp>();
    auto elements = constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : DenseFPElementsAttr();
    return elements && elements.isSplat() && elements.getSplatValue<APFloat>().isZero();
  }
  llvm::DenseMap<Value, Masked> known;
};
} // namespace

//===- Masks ------------------------------------------------------------------------------------------------------===//

/// True if `value` is computed from `source`, or a view of it, inside one stage.
static bool dependsOn(Value value, Value source) {
  if (storageOf(value) == source)
    return true;
  Operation *op = value.getDefiningOp();
  return op && !isa<StageOp>(op) && llvm::any_of(op->getOperands(), [&](Value v) { return dependsOn(v, source); });
}

/// True for a constant that masks nothing.
static bool masksNothing(Value mask) {
  if (auto broadcast = mask.getDefiningOp<BroadcastOp>())
    mask = broadcast.getInput();
  DenseFPElementsAttr elements;
  return matchPattern(mask, m_Constant(&elements)) && elements.isSplat() &&
         elements.getSplatValue<APFloat>().convertToDouble() > ScoreMasks::lowest;
}

/// Collects masks from a stage's result down to the scores, the last one first.
static void collectMasks(Value value, Value scores, SmallVectorImpl<ScoreMask> &masks) {
  if (auto add = value.getDefiningOp<BinaryOp>(); add && add.getKind() == BinaryKind::add) {
    for (auto [masked, mask] : {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())})
      if (dependsOn(masked, scores) && !dependsOn(mask, scores)) {
        if (!masksNothing(mask))
          masks.push_back({mask, {}});
        return collectMasks(masked, scores, masks);
      }
    return;
  }
  auto select = value.getDefiningOp<TernaryOp>();
  if (!select || select.getKind() != TernaryKind::select || dependsOn(select.getFirst(), scores))
    return;
  for (bool replacesWhen : {true, false}) {
    Value mask = replacesWhen ? select.getSecond() : select.getThird();
    Value masked = replacesWhen ? select.getThird() : select.getSecond();
    if (dependsOn(masked, scores) && !dependsOn(mask, scores)) {
      masks.push_back({mask, select.getFirst(), replacesWhen});
      return collectMasks(masked, scores, masks);
    }
  }
}

/// True if nothing else reads `value`, through views.
static bool isOnlyReader(StageOp stage, Value value) {
  return llvm::all_of(value.getUsers(), [&](Operation *op) {
    return isa<ReshapeOp>(op) ? isOnlyReader(stage, op->getResult(0)) : op->getParentOp() == stage;
  });
}

std::optional<ScoreMasks> sinter::scoreMasks(GroupOp group, AttentionForm form) {
  ScoreMasks found{form.scores, {}};
  Value scores = form.scoresRoot().getResult();
  auto yielded = [&] { return found.stage.getBody().front().getTerminator()->getOperand(0); };
  collectMasks(yielded(), scores, found.masks);
  if (found.masks.empty()) { // in a stage of its own
    scores = form.scores.getResult(0);
    auto stages = group.getBody().front().getOps<StageOp>();
    found.stage = *std::next(llvm::find(stages, form.scores));
    if (isOnlyReader(found.stage, scores) && !rootOf(found.stage))
      collectMasks(yielded(), scores, found.masks);
  }
  MaskedScore masked(found.stage.getResult(0));
  if (found.masks.empty() || masked.of(form.resultRoot().getLhs()) != Masked::zero)
    return std::nullopt;
  return found;
}

//===- Code -------------------------------------------------------------------------------------------------------===//

Value sinter::emitAttends(Elements &elements, const ScoreMasks &masks, ArrayRef<Index> indices, int64_t lanes) {
  KernelFunction &f = elements.f;
  Value attends;
  for (const ScoreMask &mask : masks.masks) {
    Value value = elements.at(mask.value, indices, lanes);
    Value lowest = splatConstant(f.b, f.b.getF32Type(), ScoreMasks::lowest, value);
    Value holds = arith::CmpFOp::create(f.b, arith::CmpFPredicate::UGT, value, lowest);
    if (mask.condition) {
      Value condition = elements.at(mask.condition, indices, lanes);
      if (mask.replacesWhen)
        condition = arith::XOrIOp::create(f.b, condition, splatConstant(f.b, f.b.getI1Type(), 1, condition));
      holds = arith::OrIOp::create(f.b, holds, condition);
    }
    attends = attends ? Value(arith::AndIOp::create(f.b, attends, holds)) : holds;
  }
  return attends;
}

/// while (condition(carried)) carried = body(carried)
static SmallVector<Value> emitWhile(KernelFunction &f, ValueRange init, llvm::function_ref<Value(ValueRange)> condition,
                                    llvm::function_ref<SmallVector<Value>(ValueRange)> body) {
  auto loop = scf::WhileOp::create(
      f.b, init.getTypes(), init,
      [&](OpBuilder &, Location, ValueRange carried) { scf::ConditionOp::create(f.b, condition(carried), carried); },
      [&](OpBuilder &, Location, ValueRange carried) { scf::YieldOp::create(f.b, body(carried)); });
  return SmallVector<Value>(loop.getResults());
}

IndexRange sinter::emitAttendedKeys(KernelFunction &f, Value keys, int64_t rows, int64_t lanes,
                                    llvm::function_ref<Value(Value, Value)> attends) {
  Value zero = f.constant(0), width = f.constant(lanes), lastVector = f.sub(keys, width);
  Value yes = splatConstant(f.b, f.b.getI1Type(), 1), no = splatConstant(f.b, f.b.getI1Type(), 0);
  // The last vector from the front overlaps the one before it, as the last from behind.
  auto fromFront = [&](Value at) { return f.min(at, lastVector); };
  auto fromBehind = [&](Value at) { return f.max(f.sub(at, width), zero); };
  auto forward = [&](Value at) { return f.add(at, width); };
  auto backward = [&](Value at) { return f.sub(at, width); };
  using Step = llvm::function_ref<Value(Value)>;
  /// Walks from `first` on while inside, to a vector of keys of which the row attends to one.
  auto walk = [&](Value row, Value first, Step isInside, Step keyOf, Step next) {
    auto goesOn = [&](ValueRange at) {
      auto isMasked = [&]() -> Value { // only read inside
        Value any = vector::ReductionOp::create(f.b, vector::CombiningKind::OR, attends(row, keyOf(at[0])));
        return arith::XOrIOp::create(f.b, any, yes);
      };
      return f.choose(isInside(at[0]), isMasked, [&] { return no; });
    };
    return emitWhile(f, {first}, goesOn, [&](ValueRange at) -> SmallVector<Value> { return {next(at[0])}; })[0];
  };
  auto search = [&](Value row, ValueRange known) -> SmallVector<Value> {
    Value begin = known[0], end = known[1];
    // Outside of what the rows before attend to, where there is little; then inside, where the first vector mostly
    // does.
    auto isBefore = [&](Value at) { return f.less(at, begin); };
    auto isBehind = [&](Value at) { return f.less(end, at); };
    auto isInside = [&](Value at) { return f.less(at, end); };
    Value front = walk(row, zero, isBefore, fromFront, forward), back = walk(row, keys, isBehind, fromBehind, backward);
    Value hasOutside = arith::OrIOp::create(f.b, isBefore(front), isBehind(back));
    Value inside =
        f.choose(hasOutside, [&] { return begin; }, [&] { return walk(row, begin, isInside, fromFront, forward); });
    Value has = arith::OrIOp::create(f.b, hasOutside, isInside(inside));
    return {f.min(begin, fromFront(front)), f.max(end, back), arith::AndIOp::create(f.b, known[2], has)};
  };
  Value isLong = f.atLeast(keys, width);
  Value count = arith::SelectOp::create(f.b, isLong, f.constant(rows), zero);
  SmallVector<Value> range = f.loop(zero, count, 1, {keys, zero, isLong}, search);
  return {arith::SelectOp::create(f.b, range[2], range[0], zero),
          arith::SelectOp::create(f.b, range[2], range[1], keys)};
}

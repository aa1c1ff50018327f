// Attention as a group of stages; see AttentionForm.h.
#include "dialects/sinter/AttentionForm.h"
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/Scalars.h"
#include "mlir/Analysis/SliceAnalysis.h"

using namespace mlir;
using namespace sinter;

static bool isPlain(ContractOp op) {
  auto distinct = [](ArrayRef<int64_t> labels) {
    return DenseSet<int64_t>(labels.begin(), labels.end()).size() == labels.size();
  };
  SmallVector<int64_t> summed = op.summedLabels();
  return elementType(op.getType()).isF32() && elementType(op.getLhs().getType()).isF32() &&
         distinct(op.getLhsLabels()) && distinct(op.getRhsLabels()) && summed.size() == 1 &&
         llvm::is_contained(op.getLhsLabels(), summed[0]) && llvm::is_contained(op.getRhsLabels(), summed[0]);
}

bool sinter::givesScores(ContractOp op) {
  ArrayRef<int64_t> lhs = op.getLhsLabels(), rhs = op.getRhsLabels(), out = op.getOutLabels();
  return isPlain(op) && out.size() >= 2 && !llvm::is_contained(lhs, out.back()) &&
         !llvm::is_contained(rhs, out[out.size() - 2]) &&
         llvm::all_of(out.drop_back(), [&](int64_t label) { return llvm::is_contained(lhs, label); });
}

std::optional<SmallVector<int64_t>> sinter::weighedRows(ContractOp op) {
  ArrayRef<int64_t> lhs = op.getLhsLabels(), rhs = op.getRhsLabels(), out = op.getOutLabels();
  if (!isPlain(op) || lhs.size() < 2 || lhs.back() != op.summedLabels()[0] || out.size() != lhs.size() ||
      llvm::is_contained(rhs, lhs[lhs.size() - 2]))
    return std::nullopt;
  SmallVector<int64_t> rows;
  for (int64_t label : lhs.drop_back()) {
    const auto *place = llvm::find(out, label);
    if (place == out.end())
      return std::nullopt;
    rows.push_back(place - out.begin());
  }
  return rows;
}

/// Only elementwise work on the root's result, so that a stage's result has the root's dims.
static bool keepsDims(StageOp stage) { return dimsOf(rootOf(stage)->getResult(0)) == dimsOf(stage.getResult(0)); }

StageOp sinter::queriesOf(StageOp scores, DimAttr rows) {
  ContractOp contract = contractionOf(scores);
  Value read = contract.getLhs();
  for (Value value = read;; value = value.getDefiningOp<ReshapeOp>().getInput()) {
    if (!value.hasOneUse())
      return {};
    if (auto stage = value.getDefiningOp<StageOp>()) {
      SmallVector<DimAttr> dims = dimsOf(value);
      bool isRowWise = stage.getNumResults() == 1 && !rootOf(stage) && !stage.getRowDims() &&
                       leadingDims(dims, rows) == int64_t(dims.size()) - 1 && dims.size() > 1 &&
                       dims[dims.size() - 2] == contract.sizeOf(contract.getOutLabels().drop_back().back());
      return isRowWise && readsInRow(scores, read, rows) ? stage : StageOp();
    }
    if (!value.getDefiningOp<ReshapeOp>())
      return {};
  }
}

std::optional<AttentionForm> sinter::matchAttention(GroupOp group) {
  SmallVector<StageOp> stages(group.getBody().front().getOps<StageOp>());
  AttentionForm form;
  if (stages.size() > 3 && contractionOf(stages[1]) && queriesOf(stages[1], group.getRows()) == stages[0]) {
    form.queries = stages[0];
    stages.erase(stages.begin());
  }
  if (stages.size() < 3)
    return std::nullopt;
  form.scores = stages.front();
  form.result = stages.back();
  ContractOp scores = contractionOf(form.scores), result = contractionOf(form.result);
  if (!scores || !result || !givesScores(scores) || !weighedRows(result) || !keepsDims(form.scores) ||
      !keepsDims(form.result) || group.getNumResults() != 1)
    return std::nullopt;
  SmallVector<DimAttr> outDims = dimsOf(scores.getResult());
  DimAttr innerRow = outDims[outDims.size() - 2];
  bool isOneQuery = constantValue(innerRow) == 1; // rows are done one by one, so views may drop it
  for (auto reshape : group.getBody().front().getOps<ReshapeOp>()) {
    SmallVector<DimAttr> dims = dimsOf(reshape.getResult());
    if (!isOneQuery && dims[*leadingDims(dims, group.getRows()) - 1] != innerRow)
      return std::nullopt;
  }
  // Between them: lines of the scores' length, and elements, one per row.
  for (StageOp stage : ArrayRef(stages).drop_front().drop_back()) {
    SmallVector<DimAttr> dims = dimsOf(stage.getResult(0));
    size_t row = rowDims(stage, group.getRows())->size();
    DimAttr line = product(group.getContext(), ArrayRef(dims).drop_front(row));
    if (stage.getNumResults() != 1 || stage.getRowDims() || (!isOneQuery && dims[row - 1] != innerRow) ||
        (line != scores.sizeOf(scores.getOutLabels().back()) && constantValue(line) != 1))
      return std::nullopt;
  }
  return form;
}

/// True if elements of `value` along dim `dim` lie apart in memory.
static bool isStridedAlong(Value value, int64_t dim) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<StageOp>(op))
    return dim + 1 < cast<RankedTensorType>(value.getType()).getRank();
  if (auto broadcast = dyn_cast<BroadcastOp>(op)) {
    const auto *place = llvm::find(broadcast.getMapping(), dim);
    return place != broadcast.getMapping().end() &&
           isStridedAlong(broadcast.getInput(), place - broadcast.getMapping().begin());
  }
  return op->hasTrait<IsElementwise>() &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return isStridedAlong(operand, dim); });
}

SmallVector<Value> sinter::biasesOf(AttentionForm form) {
  SmallVector<Value> biases;
  llvm::DenseSet<Value> ofScores{form.scoresRoot().getResult()};
  for (Operation &op : form.scores.getBody().front()) {
    if (!op.hasTrait<IsElementwise>() ||
        llvm::none_of(op.getOperands(), [&](Value operand) { return ofScores.contains(operand); }))
      continue;
    ofScores.insert(op.getResult(0));
    for (Value operand : op.getOperands())
      if (!ofScores.contains(operand) && elementType(operand.getType()).isF32() &&
          !llvm::is_contained(biases, operand) &&
          isStridedAlong(operand, cast<RankedTensorType>(operand.getType()).getRank() - 2))
        biases.push_back(operand);
  }
  return biases;
}

/// What a value is a view or a copy along new dims of.
static Value sourceOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<ReshapeOp, BroadcastOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The operator that alone makes what a stage yields, if `value` is a stage's result.
template <typename Op> static Op yieldedBy(Value value) {
  auto stage = sourceOf(value).getDefiningOp<StageOp>();
  return stage ? sourceOf(stage.getBody().front().getTerminator()->getOperand(0)).getDefiningOp<Op>() : Op();
}

static bool isZero(Value value) {
  auto constant = sourceOf(value).getDefiningOp<ConstantOp>();
  return constant && matchPattern(constant.getResult(), m_AnyZeroFloat());
}

/// The quotient that a guard lets through, where it does not depend on the quotient but for NaN.
static BinaryOp guarded(TernaryOp guard) {
  if (guard.getKind() != TernaryKind::select)
    return {};
  Value kept = isZero(guard.getSecond()) ? guard.getThird() : isZero(guard.getThird()) ? guard.getSecond() : Value();
  auto quotient = kept ? kept.getDefiningOp<BinaryOp>() : BinaryOp();
  if (!quotient)
    return {};
  auto isNan = guard.getFirst().getDefiningOp<UnaryOp>();
  bool isOnNan = isNan && isNan.getKind() == UnaryKind::isnan && isNan.getInput() == kept;
  llvm::SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.omitUsesFromAbove = false;
  (void)getBackwardSlice(guard.getFirst(), &slice, options);
  return isOnNan || !slice.contains(quotient.getLhs().getDefiningOp()) ? quotient : BinaryOp();
}

std::optional<Softmax> sinter::softmaxOf(AttentionForm form) {
  auto isBinary = [](BinaryOp op, BinaryKind kind) { return op && op.getKind() == kind; };
  Value weights = form.resultRoot().getLhs();
  auto guard = yieldedBy<TernaryOp>(weights);
  auto divide = guard ? guarded(guard) : yieldedBy<BinaryOp>(weights);
  if (!isBinary(divide, BinaryKind::div))
    return std::nullopt;
  auto sum = yieldedBy<ReduceOp>(divide.getRhs());
  auto exp = yieldedBy<UnaryOp>(divide.getLhs());
  if (!sum || sum.getKind() != ReduceKind::sum || sourceOf(sum.getInput()) != sourceOf(divide.getLhs()) || !exp ||
      exp.getKind() != UnaryKind::exp)
    return std::nullopt;
  auto shift = exp.getInput().getDefiningOp<BinaryOp>();
  auto max = isBinary(shift, BinaryKind::sub) ? yieldedBy<ReduceOp>(shift.getRhs()) : ReduceOp();
  if (!max || max.getKind() != ReduceKind::max || sourceOf(max.getInput()) != sourceOf(shift.getLhs()))
    return std::nullopt;
  return Softmax{max->getParentOfType<StageOp>(), sum->getParentOfType<StageOp>(), guard != nullptr};
}

bool sinter::hasFlatLines(GroupOp group) {
  return llvm::all_of(group.getBody().front().getOps<StageOp>(), [&](StageOp stage) {
    return dimsOf(stage.getResult(0)).size() <= rowDims(stage, group.getRows())->size() + 1;
  });
}

/// True if `stage` has no root and reads `value`, if at all, at the index that it computes.
static bool isElementwiseIn(StageOp stage, Value value) {
  if (rootOf(stage))
    return false;
  for (Operation &op : stage.getBody().front())
    if (!op.hasTrait<IsElementwise>() && !isa<YieldOp>(op) && llvm::is_contained(op.getOperands(), value))
      return false;
  // What moves inside the stage must not have read it before.
  return llvm::none_of(stage.getBody().front(), [](Operation &op) {
    return !op.hasTrait<IsElementwise>() && !isa<YieldOp, BroadcastOp, ConstantOp, IotaOp, ShapeOp>(op);
  });
}

AttentionScratch sinter::attentionScratch(GroupOp group, AttentionForm form, int64_t block) {
  MLIRContext *context = group.getContext();
  DimAttr line = dimConstant(context, 64), end = dimConstant(context, 0);
  auto take = [&](DimAttr elements, int64_t bytes) {
    DimAttr at = end;
    end = end + ceilDiv(elements * (block * bytes), line) * line;
    return at;
  };
  AttentionScratch scratch;
  ContractOp scores = form.scoresRoot(), result = form.resultRoot();
  scratch.queries = take(scores.sizeOf(scores.summedLabels()[0]), 4);
  ArrayRef<int64_t> lhs = result.getLhsLabels();
  for (int64_t label : result.getOutLabels())
    if (!llvm::is_contained(lhs, label))
      scratch.results = take(result.sizeOf(label), 4);
  scratch.biases = take(dimConstant(context, block * static_cast<int64_t>(biasesOf(form).size())), 4);
  // The last stage that reads each result, through reshapes.
  DenseMap<Value, Operation *> lastReader;
  for (auto stage : group.getBody().front().getOps<StageOp>())
    stage->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        lastReader[storageOf(operand)] = stage;
    });
  for (auto stage : group.getBody().front().getOps<StageOp>()) {
    if (stage == form.result || stage == form.queries)
      continue;
    Value written = stage.getResult(0);
    DimAttr elements = floorDiv(elementCount(written.getType()), group.getRows());
    int64_t bytes = elementBytes(elementType(written.getType()));
    DimAttr at;
    stage->walk([&](Operation *op) {
      for (Value operand : op->getOperands()) {
        Value source = storageOf(operand);
        auto known = scratch.offsets.find(source);
        if (!at && known != scratch.offsets.end() && lastReader[source] == stage && isElementwiseIn(stage, operand) &&
            elementCount(source.getType()) == elementCount(written.getType()) &&
            elementBytes(elementType(source.getType())) == bytes)
          at = known->second;
      }
    });
    scratch.offsets[written] = at ? at : take(elements, bytes);
  }
  scratch.bytes = end;
  return scratch;
}

// The row space of stages; see RowSpace.h.
#include "dialects/sinter/RowSpace.h"
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/Scalars.h"

using namespace mlir;
using namespace sinter;

std::optional<int64_t> sinter::leadingDims(ArrayRef<DimAttr> dims, DimAttr rows) {
  DimAttr count = dimConstant(rows.getContext(), 1);
  for (size_t i = 0;; ++i) {
    if (count == rows)
      return i;
    if (i == dims.size())
      return std::nullopt;
    count = count * dims[i];
  }
}

std::optional<SmallVector<int64_t>> sinter::rowDims(StageOp stage, DimAttr rows) {
  SmallVector<DimAttr> dims = dimsOf(stage.getResultTypes()[0]);
  if (std::optional<ArrayRef<int64_t>> named = stage.getRowDims()) {
    DimAttr count = dimConstant(rows.getContext(), 1);
    for (int64_t dim : *named) {
      if (dim < 0 || dim >= int64_t(dims.size()))
        return std::nullopt;
      count = count * dims[dim];
    }
    return count == rows ? std::optional(SmallVector<int64_t>(*named)) : std::nullopt;
  }
  std::optional<int64_t> leading = leadingDims(dims, rows);
  return leading ? std::optional(llvm::to_vector(llvm::seq<int64_t>(0, *leading))) : std::nullopt;
}

SmallVector<Operation *> sinter::rootsOf(StageOp stage) {
  SmallVector<Operation *> roots;
  for (Operation &op : stage.getBody().front())
    if (op.hasTrait<IsStageRoot>())
      roots.push_back(&op);
  return roots;
}

Operation *sinter::rootOf(StageOp stage) {
  SmallVector<Operation *> roots = rootsOf(stage);
  return roots.empty() ? nullptr : roots.front();
}

ContractOp sinter::contractionOf(StageOp stage) {
  SmallVector<Operation *> roots = rootsOf(stage);
  return roots.size() == 1 ? dyn_cast<ContractOp>(roots.front()) : ContractOp();
}

PadOp sinter::constantPadOf(StageOp stage) {
  ValueRange yields = stage.getBody().front().getTerminator()->getOperands();
  auto pad = yields.size() == 1 ? yields[0].getDefiningOp<PadOp>() : PadOp();
  bool isAll = pad && rootsOf(stage).empty() && pad->getBlock() == &stage.getBody().front();
  return isAll && pad.getMode() == PadMode::constant && pad.getType().getRank() > 0 ? pad : PadOp();
}

bool sinter::areSiblings(ContractOp first, ContractOp second) {
  return first.getLhs() == second.getLhs() && first.getRhs().getType() == second.getRhs().getType() &&
         first.getType() == second.getType() && first.getLhsLabels() == second.getLhsLabels() &&
         first.getRhsLabels() == second.getRhsLabels() && first.getOutLabels() == second.getOutLabels();
}

DimAttr sinter::reducedRows(StageOp stage) {
  auto reduce = dyn_cast_or_null<ReduceOp>(rootOf(stage));
  if (!reduce)
    return {};
  int64_t kept = rankOf(reduce.getResult());
  if (llvm::any_of(reduce.getDims(), [&](int64_t dim) { return dim < kept; }))
    return {};
  return elementCount(reduce.getType());
}

namespace {
/// Walks from a stage's results to what it reads. `row` is the number of leading indices that name the row at a value;
/// none when the value is read elsewhere too.
class RowReads {
public:
  RowReads(Value operand, DimAttr rows) : operand(operand), rows(rows) {}

  void visit(Value value, std::optional<int64_t> row) {
    if (value == operand) {
      inRow &= row.has_value();
      return;
    }
    Operation *op = value.getDefiningOp();
    if (!op || !isa<StageOp>(op->getParentOp()) || !seen.insert({value, row.value_or(-1)}).second)
      return;
    for (OpOperand &use : op->getOpOperands())
      visit(use.get(), row ? rowOfOperand(op, use, *row) : std::nullopt);
  }
  bool inRow = true;

private:
  std::optional<int64_t> when(bool holds, int64_t row) { return holds ? std::optional(row) : std::nullopt; }
  std::optional<int64_t> rowOfOperand(Operation *op, OpOperand &use, int64_t row) {
    if (op->hasTrait<IsElementwise>())
      return row;
    DimAttr zero = dimConstant(op->getContext(), 0);
    auto leading = llvm::seq<int64_t>(0, row);
    return llvm::TypeSwitch<Operation *, std::optional<int64_t>>(op)
        .Case([&](BroadcastOp broadcast) {
          SmallVector<DimAttr> from = dimsOf(broadcast.getInput()), to = dimsOf(broadcast.getResult());
          return when(
              int64_t(from.size()) >= row &&
                  llvm::all_of(leading, [&](int64_t i) { return broadcast.getMapping()[i] == i && from[i] == to[i]; }),
              row);
        })
        .Case([&](ReduceOp reduce) {
          return when(llvm::all_of(reduce.getDims(), [&](int64_t dim) { return dim >= row; }), row);
        })
        .Case([&](ContractOp contract) {
          ArrayRef<int64_t> lhs = contract.getLhsLabels(), out = contract.getOutLabels();
          return when(use.getOperandNumber() == 0 && lhs.take_front(row) == out.take_front(row), row);
        })
        .Case([&](TransposeOp transpose) {
          return when(llvm::all_of(leading, [&](int64_t i) { return transpose.getPermutation()[i] == i; }), row);
        })
        .Case([&](SliceOp slice) {
          SmallVector<DimAttr> from = dimsOf(slice.getInput());
          return when(llvm::all_of(leading,
                                   [&](int64_t i) {
                                     return slice.getOffsets().getValues()[i] == zero && slice.getStrides()[i] == 1 &&
                                            slice.getSizes().getValues()[i] == from[i];
                                   }),
                      row);
        })
        .Case([&](ConcatOp concat) { return when(int64_t(concat.getAxis()) >= row, row); })
        .Case([&](PadOp pad) {
          return when(use.getOperandNumber() == 0 && llvm::all_of(leading,
                                                                  [&](int64_t i) {
                                                                    return pad.getLow().getValues()[i] == zero &&
                                                                           pad.getHigh().getValues()[i] == zero;
                                                                  }),
                      row);
        })
        .Case([&](ReshapeOp reshape) { return leadingDims(reshape.getInput().getType(), rows); })
        .Default([](Operation *) { return std::nullopt; });
  }

  Value operand;
  DimAttr rows;
  DenseSet<std::pair<Value, int64_t>> seen;
};
} // namespace

bool sinter::readsInRow(StageOp stage, Value operand, DimAttr rows) {
  RowReads reads(operand, rows);
  for (Value result : stage.getBody().front().getTerminator()->getOperands()) {
    std::optional<int64_t> row = leadingDims(result.getType(), rows);
    if (!row)
      return false;
    reads.visit(result, row);
  }
  return reads.inRow;
}

RowScratch sinter::rowScratch(GroupOp group) {
  MLIRContext *context = group.getContext();
  DimAttr line = dimConstant(context, 64);
  RowScratch scratch;
  scratch.bytes = dimConstant(context, 0);
  Operation *end = group.getBody().front().getTerminator();
  for (auto stage : group.getBody().front().getOps<StageOp>())
    for (Value result : stage.getResults()) {
      if (stage.getRowDims()) // the last one
        continue;
      SmallVector<DimAttr> dims = dimsOf(result);
      DimAttr elements = product(context, ArrayRef(dims).drop_front(*leadingDims(dims, group.getRows())));
      if (llvm::is_contained(end->getOperands(), result) || constantValue(elements) == 1)
        continue;
      scratch.offsets[result] = scratch.bytes;
      scratch.bytes = scratch.bytes + ceilDiv(elements * elementBytes(elementType(result.getType())), line) * line;
    }
  return scratch;
}

ProjectionScratch sinter::projectionScratch(GroupOp group, ArrayRef<int64_t> tile) {
  MLIRContext *context = group.getContext();
  DimAttr line = dimConstant(context, 64), columns = dimsOf(projectionOf(group).getResult(0)).back();
  DimAttr front = max(rowScratch(group).bytes, dimConstant(context, tile[0] * tile[1] * 4));
  ProjectionScratch scratch;
  scratch.block = ceilDiv(front, line) * line;
  scratch.bytes = scratch.block + columns * ((tile[0] + tile[2]) * 4);
  return scratch;
}

LogicalResult GroupOp::verify() {
  for (auto stage : getBody().front().getOps<StageOp>())
    if (!rowDims(stage, getRows())) // group_c1
      return emitOpError("expected stages whose row dims are ")
             << toString(getRows()) << " rows, got " << describeDims(stage.getResultTypes()[0]);
  return success();
}

/// Columns of a projection at most: a block of 32 rows then fills an eighth of a 1 MiB L2 cache; and elements of its
/// weight: a task reads all of it, also where there is one row only.
static constexpr int64_t maxProjectionColumns = 1024, maxProjectionWeight = 1 << 20;

ContractOp sinter::projectionOf(StageOp stage, DimAttr rows) {
  ContractOp op = contractionOf(stage);
  if (!op || stage.getNumResults() != 1 || !elementType(op.getType()).isF32() || !op.getRhs().getDefiningOp<UnpackOp>())
    return {};
  SmallVector<DimAttr> dims = dimsOf(op.getResult());
  if (dims.empty() || dims != dimsOf(stage.getResult(0)) || leadingDims(dims, rows) != int64_t(dims.size()) - 1 ||
      op.rowLabels().size() != dims.size() - 1 || op.summedLabels().size() != 1)
    return {};
  std::optional<int64_t> columns = constantValue(dims.back()), terms = constantValue(op.sizeOf(op.summedLabels()[0]));
  bool isSmall = columns && terms && *columns <= maxProjectionColumns && *columns * *terms <= maxProjectionWeight;
  return isSmall && llvm::is_contained(op.getRhsLabels(), op.getOutLabels().back()) ? op : ContractOp();
}

StageOp sinter::projectionOf(GroupOp group) {
  auto stage = dyn_cast<StageOp>(group.getBody().front().front());
  if (!stage || !projectionOf(stage, group.getRows()))
    return {};
  bool isOnly = llvm::all_of(llvm::drop_begin(group.getBody().front().getOps<StageOp>()),
                             [](StageOp other) { return !isa_and_nonnull<ContractOp>(rootOf(other)); });
  return isOnly ? stage : StageOp();
}

//===- Attention --------------------------------------------------------------------------------------------------===//

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
  for (auto reshape : group.getBody().front().getOps<ReshapeOp>()) {
    SmallVector<DimAttr> dims = dimsOf(reshape.getResult());
    if (dims[*leadingDims(dims, group.getRows()) - 1] != innerRow)
      return std::nullopt;
  }
  // Between them: lines of the scores' length, and elements, one per row.
  for (StageOp stage : ArrayRef(stages).drop_front().drop_back()) {
    SmallVector<DimAttr> dims = dimsOf(stage.getResult(0));
    size_t row = rowDims(stage, group.getRows())->size();
    DimAttr line = product(group.getContext(), ArrayRef(dims).drop_front(row));
    if (stage.getNumResults() != 1 || stage.getRowDims() || dims[row - 1] != innerRow ||
        (line != scores.sizeOf(scores.getOutLabels().back()) && constantValue(line) != 1))
      return std::nullopt;
  }
  return form;
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

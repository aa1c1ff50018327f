// The row space of stages; see RowSpace.h.
#include "dialects/sinter/RowSpace.h"
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/Scalars.h"

using namespace mlir;
using namespace sinter;

std::optional<int64_t> sinter::leadingDims(ArrayRef<DimAttr> dims, DimAttr rows) {
  DimAttr count = dimConstant(rows.getContext(), 1);
  std::optional<int64_t> leading;
  for (size_t i = 0;; ++i) {
    if (count == rows)
      leading = i;
    if (i == dims.size() || (leading && count != rows))
      return leading;
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

bool sinter::isKernelPart(Operation *op) {
  auto loop = dyn_cast<LoopOp>(op);
  return isa<StageOp, GroupOp>(op) || (loop && loop.getRows());
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
  /// The leading dims of the input are those of the result, but for dims of one element on either side.
  static std::optional<int64_t> rowOfBroadcast(BroadcastOp op, int64_t row) {
    SmallVector<DimAttr> from = dimsOf(op.getInput()), to = dimsOf(op.getResult());
    int64_t place = 0, size = from.size();
    auto isUnit = [](DimAttr dim) { return constantValue(dim) == 1; };
    for (int64_t i = 0; i < row; ++i) {
      if (isUnit(to[i]))
        continue;
      while (place < size && isUnit(from[place]))
        ++place;
      if (place == size || op.getMapping()[place] != i || from[place] != to[i])
        return std::nullopt;
      ++place;
    }
    return place;
  }
  /// The leading labels of the left operand are those of the result, but for labels of one element.
  static std::optional<int64_t> rowOfContract(ContractOp op, int64_t row) {
    ArrayRef<int64_t> lhs = op.getLhsLabels();
    size_t place = 0;
    auto isUnit = [&](int64_t label) { return constantValue(op.sizeOf(label)) == 1; };
    for (int64_t label : op.getOutLabels().take_front(row)) {
      if (isUnit(label))
        continue;
      while (place < lhs.size() && isUnit(lhs[place]))
        ++place;
      if (place == lhs.size() || lhs[place] != label)
        return std::nullopt;
      ++place;
    }
    return place;
  }
  std::optional<int64_t> rowOfOperand(Operation *op, OpOperand &use, int64_t row) {
    if (op->hasTrait<IsElementwise>())
      return row;
    DimAttr zero = dimConstant(op->getContext(), 0);
    auto leading = llvm::seq<int64_t>(0, row);
    return llvm::TypeSwitch<Operation *, std::optional<int64_t>>(op)
        .Case([&](BroadcastOp broadcast) { return rowOfBroadcast(broadcast, row); })
        .Case([&](ReduceOp reduce) {
          return when(llvm::all_of(reduce.getDims(), [&](int64_t dim) { return dim >= row; }), row);
        })
        .Case([&](ContractOp contract) {
          return use.getOperandNumber() == 0 ? rowOfContract(contract, row) : std::nullopt;
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

static RowScratch rowScratch(Block &stages, DimAttr rows, ValueRange leaving) {
  MLIRContext *context = rows.getContext();
  DimAttr line = dimConstant(context, 64);
  RowScratch scratch;
  scratch.bytes = dimConstant(context, 0);
  for (auto stage : stages.getOps<StageOp>())
    for (Value result : stage.getResults()) {
      if (stage.getRowDims()) // the last one
        continue;
      SmallVector<DimAttr> dims = dimsOf(result);
      DimAttr elements = product(context, ArrayRef(dims).drop_front(*leadingDims(dims, rows)));
      if (llvm::is_contained(leaving, result) || constantValue(elements) == 1)
        continue;
      scratch.offsets[result] = scratch.bytes;
      scratch.bytes = scratch.bytes + ceilDiv(elements * elementBytes(elementType(result.getType())), line) * line;
    }
  return scratch;
}

RowScratch sinter::rowScratch(GroupOp group) {
  Block &body = group.getBody().front();
  return ::rowScratch(body, group.getRows(), body.getTerminator()->getOperands());
}

RowScratch sinter::rowScratch(Block &stages, DimAttr rows) { return ::rowScratch(stages, rows, {}); }

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

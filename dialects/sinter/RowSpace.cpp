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

Operation *sinter::rootOf(StageOp stage) {
  for (Operation &op : stage.getBody().front())
    if (op.hasTrait<IsStageRoot>())
      return &op;
  return nullptr;
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
      SmallVector<DimAttr> dims = dimsOf(result);
      DimAttr elements = product(context, ArrayRef(dims).drop_front(*leadingDims(dims, group.getRows())));
      if (llvm::is_contained(end->getOperands(), result) || constantValue(elements) == 1)
        continue;
      scratch.offsets[result] = scratch.bytes;
      scratch.bytes = scratch.bytes + ceilDiv(elements * elementBytes(elementType(result.getType())), line) * line;
    }
  return scratch;
}

LogicalResult GroupOp::verify() {
  for (auto stage : getBody().front().getOps<StageOp>())
    for (Value result : stage.getResults())
      if (!leadingDims(result.getType(), getRows())) // group_c1
        return emitOpError("expected stages whose leading dims are ")
               << toString(getRows()) << " rows, got " << describeDims(result.getType());
  return success();
}

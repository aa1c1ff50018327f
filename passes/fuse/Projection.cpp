// Values times weight matrices; see Projection.h.
#include "passes/fuse/Projection.h"

using namespace mlir;
using namespace sinter;

static bool isProjection(ContractOp op) {
  auto type = cast<RankedTensorType>(op.getRhs().getType());
  if (!op.getRhs().getDefiningOp<LoadOp>() || type.getRank() != 2 || op.getOutLabels().empty())
    return false;
  int64_t column = op.getOutLabels().back();
  SmallVector<int64_t> summed = op.summedLabels();
  return summed.size() == 1 && llvm::is_contained(op.getLhsLabels(), summed[0]) &&
         llvm::is_contained(op.getRhsLabels(), summed[0]) && llvm::is_contained(op.getRhsLabels(), column) &&
         !llvm::is_contained(op.getLhsLabels(), column);
}

std::optional<Projection> sinter::describeProjection(ContractOp op) {
  if (!isProjection(op))
    return std::nullopt;
  Projection projection{op, {}, {}};
  auto sum = op->hasOneUse() ? dyn_cast<BinaryOp>(*op->getUsers().begin()) : BinaryOp();
  if (!sum || sum.getKind() != BinaryKind::add)
    return projection;
  Value other = sum.getLhs() == op.getResult() ? sum.getRhs() : sum.getLhs();
  auto broadcast = other.getDefiningOp<BroadcastOp>();
  auto bias = broadcast ? broadcast.getInput().getDefiningOp<LoadOp>() : LoadOp();
  if (bias && broadcast.getMapping() == ArrayRef<int64_t>{int64_t(op.getOutLabels().size()) - 1}) {
    projection.sum = sum;
    projection.bias = bias;
  }
  return projection;
}

int64_t sinter::columnAxis(ContractOp op) {
  return llvm::find(op.getRhsLabels(), op.getOutLabels().back()) - op.getRhsLabels().begin();
}

/// What elementwise work makes of a value.
static void collectReaders(Value value, DenseSet<Operation *> &readers) {
  for (Operation *user : value.getUsers())
    if (user->hasTrait<IsElementwise>() && readers.insert(user).second)
      for (Value result : user->getResults())
        collectReaders(result, readers);
}

bool sinter::meetElementwise(ValueRange values) {
  DenseSet<Operation *> seen;
  for (Value value : values) {
    DenseSet<Operation *> readers;
    collectReaders(value, readers);
    if (llvm::any_of(readers, [&](Operation *op) { return seen.contains(op); }))
      return true;
    seen.insert(readers.begin(), readers.end());
  }
  return false;
}

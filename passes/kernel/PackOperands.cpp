// Constant operands of contractions are stored as column panels; see Passes.td.
#include "passes/kernel/Passes.h"
#include "target/Schedules.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_PACKOPERANDSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-pack-operands"

namespace {
/// contract(a, w[k, n])  -->  contract(a, unpack(pack(w)))   with w transposed first when it is [n, k].
/// The pack runs in w's recipe; the unpack only renames indices, and the emitter reads the panels.
LogicalResult packOperand(ContractOp op, int64_t width) {
  OpBuilder builder(op);
  bool onLeft = op.getLhs().getDefiningOp<LoadOp>() != nullptr && !op.getRhs().getDefiningOp<LoadOp>();
  Value weight = onLeft ? op.getLhs() : op.getRhs();
  SmallVector<int64_t> labels(onLeft ? op.getLhsLabels() : op.getRhsLabels()),
      others(onLeft ? op.getRhsLabels() : op.getLhsLabels());
  Value other = onLeft ? op.getRhs() : op.getLhs();
  auto type = cast<RankedTensorType>(weight.getType());
  if (!weight.getDefiningOp<LoadOp>() || type.getRank() != 2 || !type.getElementType().isF32())
    return failure();
  if (op.getOutLabels().empty() || labels[0] == labels[1])
    return failure();
  int64_t column = op.getOutLabels().back();
  if (!llvm::is_contained(labels, column) || llvm::is_contained(others, column))
    return failure();
  int64_t term = labels[0] == column ? labels[1] : labels[0];
  if (!llvm::is_contained(others, term) || llvm::is_contained(op.getOutLabels(), term))
    return failure();
  Value matrix = weight;
  SmallVector<DimAttr> dims = dimsOf(weight);
  if (labels[0] == column) {
    std::swap(dims[0], dims[1]);
    matrix = TransposeOp::create(builder, op.getLoc(), tensorType(dims, type.getElementType()), weight,
                                 ArrayRef<int64_t>{1, 0});
  }
  int64_t columns = *constantValue(dims[1]);
  SmallVector<DimAttr> panels{ceilDiv(dims[1], dimConstant(op.getContext(), width)), dims[0],
                              dimConstant(op.getContext(), width)};
  Value packed = PackOp::create(builder, op.getLoc(), tensorType(panels, type.getElementType()), matrix, width);
  Value unpacked = UnpackOp::create(builder, op.getLoc(), matrix.getType(), packed, columns);
  op.getLhsMutable().assign(other);
  op.getRhsMutable().assign(unpacked);
  op.setLhsLabels(others);
  op.setRhsLabels({term, column});
  return success();
}

struct PackOperandsPass : sinter::impl::PackOperandsPassBase<PackOperandsPass> {
  using PackOperandsPassBase::PackOperandsPassBase;
  void runOnOperation() override {
    getOperation().walk([&](ContractOp op) { numPacked += succeeded(packOperand(op, width)); });
  }
};
} // namespace

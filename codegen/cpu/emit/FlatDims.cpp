// See FlatDims.h.
#include "codegen/cpu/emit/FlatDims.h"

using namespace mlir;
using namespace sinter;

/// `dims`: where the dims stand in `value`, ascending and adjacent; none if the value does not depend on them.
static bool isFlat(Value value, Operation *root, ArrayRef<int64_t> dims) {
  Operation *op = value.getDefiningOp();
  if (dims.empty() || !op || op == root)
    return true;
  if (op->hasTrait<IsElementwise>())
    return llvm::all_of(op->getOperands(), [&](Value operand) { return isFlat(operand, root, dims); });
  if (isa<ConstantOp>(op))
    return true;
  if (auto slice = dyn_cast<SliceOp>(op)) { // of other dims
    SmallVector<DimAttr> from = dimsOf(slice.getInput()), to = dimsOf(slice.getResult());
    auto isWhole = [&](int64_t dim) { return from[dim] == to[dim] && slice.getStrides()[dim] == 1; };
    return llvm::all_of(dims, isWhole) && isFlat(slice.getInput(), root, dims);
  }
  auto broadcast = dyn_cast<BroadcastOp>(op);
  if (!broadcast)
    return false;
  SmallVector<int64_t> inner, outer;
  SmallVector<DimAttr> sizes = dimsOf(broadcast.getInput());
  for (auto [i, dim] : llvm::enumerate(broadcast.getMapping()))
    if (constantValue(sizes[i]) != 1 && llvm::is_contained(dims, dim)) {
      inner.push_back(i);
      outer.push_back(dim);
    }
  bool all = ArrayRef(outer) == dims && inner.back() - inner.front() + 1 == int64_t(inner.size());
  return inner.empty() || (all && isFlat(broadcast.getInput(), root, inner));
}

bool sinter::hasFlatDims(Value value, Operation *root, int64_t first) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  return isFlat(value, root, llvm::to_vector(llvm::seq(first, rank)));
}

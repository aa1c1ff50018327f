// A gate and what it gates as contractions of their own; see Passes.td.
#include "passes/fuse/Passes.h"
#include "passes/fuse/Projection.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SPLITGATESPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-split-gates"

namespace {
/// True if `slice` takes all of its input but for the columns, the last dim.
bool isOfColumns(SliceOp slice) {
  SmallVector<DimAttr> dims = dimsOf(slice.getInput());
  for (auto [dim, offset, size] :
       llvm::drop_end(llvm::zip(dims, slice.getOffsets().getValues(), slice.getSizes().getValues())))
    if (constantValue(offset) != 0 || size != dim)
      return false;
  return !dims.empty() && llvm::all_of(slice.getStrides(), [](int64_t stride) { return stride == 1; });
}

/// The two slices that are all that reads a projection, if they are equally wide and meet in elementwise work.
SmallVector<SliceOp> gateSlices(Projection &projection) {
  SmallVector<SliceOp> slices;
  SmallVector<Value> values;
  for (Operation *user : projection.result().getUsers()) {
    auto slice = dyn_cast<SliceOp>(user);
    if (!slice || !isOfColumns(slice) ||
        slice.getType() != cast<SliceOp>(*projection.result().getUsers().begin()).getType())
      return {};
    slices.push_back(slice);
    values.push_back(slice.getResult());
  }
  return slices.size() == 2 && meetElementwise(values) ? slices : SmallVector<SliceOp>();
}

/// The part of a weight along `axis` that a slice takes of the columns.
Value partOf(OpBuilder &builder, LoadOp weight, int64_t axis, SliceOp slice) {
  Value load = builder.clone(*weight)->getResult(0);
  SmallVector<DimAttr> sizes = dimsOf(load), offsets(sizes.size(), dimConstant(builder.getContext(), 0));
  sizes[axis] = slice.getSizes().getValues().back();
  offsets[axis] = slice.getOffsets().getValues().back();
  return SliceOp::create(builder, slice.getLoc(), tensorType(sizes, weight.getType().getElementType()), load,
                         DimsAttr::get(builder.getContext(), offsets), DimsAttr::get(builder.getContext(), sizes),
                         SmallVector<int64_t>(sizes.size(), 1));
}

struct SplitGatesPass : sinter::impl::SplitGatesPassBase<SplitGatesPass> {
  void runOnOperation() override {
    SmallVector<ContractOp> contractions;
    getOperation()->walk([&](ContractOp op) { contractions.push_back(op); });
    for (ContractOp op : contractions) {
      std::optional<Projection> projection = describeProjection(op);
      if (!projection)
        continue;
      SmallVector<SliceOp> slices = gateSlices(*projection);
      if (slices.empty())
        continue;
      for (SliceOp slice : slices)
        split(*projection, slice);
      if (projection->sum)
        projection->sum.erase();
      op.erase();
      ++numSplit;
    }
  }

private:
  static void split(Projection &projection, SliceOp slice) {
    ContractOp op = projection.op;
    OpBuilder builder(op);
    Location loc = builder.getFusedLoc({op.getLoc(), slice.getLoc()});
    Value weight = partOf(builder, op.getRhs().getDefiningOp<LoadOp>(), columnAxis(op), slice);
    Value part = ContractOp::create(builder, loc, slice.getType(), op.getLhs(), weight, op.getLhsLabels(),
                                    op.getRhsLabels(), op.getOutLabels());
    if (projection.sum) {
      int64_t column = op.getOutLabels().size() - 1;
      Value bias = BroadcastOp::create(builder, loc, slice.getType(), partOf(builder, projection.bias, 0, slice),
                                       ArrayRef<int64_t>{column}, slice.getSizes());
      part = BinaryOp::create(builder, loc, slice.getType(), BinaryKind::add, part, bias);
    }
    slice.replaceAllUsesWith(part);
    slice.erase();
  }
};
} // namespace

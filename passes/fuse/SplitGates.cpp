// A gate and what it gates as contractions of their own; see Passes.td.
#include "dialects/sinter/ReshapeGroups.h"
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

/// What a projection is read as: two slices of columns, behind a view that keeps columns if there is one.
struct Gates {
  ReshapeOp view;
  SmallVector<SliceOp> slices;
};

/// The gates of a projection, if two slices are all that reads it, and they are equally wide and meet in elementwise
/// work.
std::optional<Gates> gatesOf(Projection &projection) {
  Gates gates;
  Value whole = projection.result();
  if (whole.hasOneUse())
    if (auto view = dyn_cast<ReshapeOp>(*whole.getUsers().begin())) {
      SmallVector<ReshapeGroup> groups = reshapeGroups(dimsOf(whole), dimsOf(view.getResult()));
      if (groups.empty() || !groups.back().isPassThrough())
        return std::nullopt;
      gates.view = view;
      whole = view.getResult();
    }
  SmallVector<Value> values;
  for (Operation *user : whole.getUsers()) {
    auto slice = dyn_cast<SliceOp>(user);
    if (!slice || !isOfColumns(slice) || (!values.empty() && slice.getType() != values.front().getType()))
      return std::nullopt;
    gates.slices.push_back(slice);
    values.push_back(slice.getResult());
  }
  return values.size() == 2 && meetElementwise(values) ? std::optional(gates) : std::nullopt;
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
      std::optional<Gates> gates = gatesOf(*projection);
      if (!gates)
        continue;
      for (SliceOp slice : gates->slices)
        split(*projection, slice);
      if (gates->view)
        gates->view.erase();
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
    SmallVector<DimAttr> dims = dimsOf(op.getResult());
    dims.back() = slice.getSizes().getValues().back();
    Type type = tensorType(dims, op.getType().getElementType());
    Value weight = partOf(builder, op.getRhs().getDefiningOp<LoadOp>(), columnAxis(op), slice);
    Value part = ContractOp::create(builder, loc, type, op.getLhs(), weight, op.getLhsLabels(), op.getRhsLabels(),
                                    op.getOutLabels());
    if (projection.sum) {
      int64_t column = op.getOutLabels().size() - 1;
      Value bias = BroadcastOp::create(builder, loc, type, partOf(builder, projection.bias, 0, slice),
                                       ArrayRef<int64_t>{column}, DimsAttr::get(op.getContext(), dims));
      part = BinaryOp::create(builder, loc, type, BinaryKind::add, part, bias);
    }
    if (type != slice.getType())
      part = ReshapeOp::create(builder, loc, slice.getType(), part, slice.getSizes());
    slice.replaceAllUsesWith(part);
    slice.erase();
  }
};
} // namespace

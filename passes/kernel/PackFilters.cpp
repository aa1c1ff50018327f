// Constant filters of convolutions are stored as panels; see Passes.td.
#include "passes/kernel/Passes.h"
#include "passes/kernel/PlanConvolution.h"
#include "target/Schedules.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_PACKFILTERSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-pack-filters"

/// conv(x, w[F, C/g, kernel])  -->  conv(x, unpack_filter(pack(transpose(reshape(w to [g, F/g, K])))))
static LogicalResult packFilter(ConvOp op, const TargetInfo &target) {
  auto type = op.getFilter().getType();
  if (!op.getFilter().getDefiningOp<LoadOp>() || !type.getElementType().isF32() || !type.getNumElements())
    return failure();
  if (hasLanesAlongPixels(op, target))
    return failure();
  int64_t filters = type.getDimSize(0), groups = op.getGroups(), perGroup = filters / groups;
  int64_t width = schedule::filterPanel(target, perGroup);
  if (!width)
    return failure();
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto tensor = [&](ArrayRef<int64_t> shape) { return RankedTensorType::get(shape, type.getElementType()); };
  int64_t terms = type.getNumElements() / filters;
  SmallVector<DimAttr> matrix;
  for (int64_t size : {groups, perGroup, terms})
    matrix.push_back(dimConstant(op.getContext(), size));
  Value rows = ReshapeOp::create(builder, loc, tensor({groups, perGroup, terms}), op.getFilter(),
                                 DimsAttr::get(op.getContext(), matrix));
  Value lines = TransposeOp::create(builder, loc, tensor({groups, terms, perGroup}), rows, ArrayRef<int64_t>{0, 2, 1});
  Value panels =
      PackOp::create(builder, loc, tensor({groups, (perGroup + width - 1) / width, terms, width}), lines, width);
  Value filter =
      UnpackFilterOp::create(builder, loc, type, panels, DimsAttr::get(op.getContext(), dimsOf(op.getFilter())));
  op.getFilterMutable().assign(filter);
  return success();
}

namespace {
struct PackFiltersPass : sinter::impl::PackFiltersPassBase<PackFiltersPass> {
  using PackFiltersPassBase::PackFiltersPassBase;
  void runOnOperation() override {
    TargetInfo target;
    target.vectorBits = vectorBits;
    target.l2Bytes = l2Bytes;
    getOperation().walk([&](ConvOp op) { numPacked += succeeded(packFilter(op, target)); });
  }
};
} // namespace

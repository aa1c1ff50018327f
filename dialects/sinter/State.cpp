// States: types and verifiers.
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

LogicalResult StateOp::verify() {
  return checkAxis(getLoc(), getAxis(), cast<RankedTensorType>(getType()).getRank()); // state_c1
}

LogicalResult AppendOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> kept = dimsOf(op.getState()), added = dimsOf(op.getRows());
  Type element = elementType(op.getState().getType());
  if (kept.empty() || added.size() != kept.size() || ArrayRef(added).drop_front() != ArrayRef(kept).drop_front() ||
      elementType(op.getRows().getType()) != element) // append_c2
    return emitOptionalError(loc, "expected rows like those of the state ", describeDims(op.getState().getType()), " ",
                             describeElement(element), ", got ", describeDims(op.getRows().getType()), " ",
                             describeElement(elementType(op.getRows().getType())));
  kept[0] = kept[0] + added[0];
  types.push_back(tensorType(kept, element));
  return success();
}

StateOp AppendOp::getStateOp() { return getState().getDefiningOp<StateOp>(); }

LogicalResult AppendOp::verify() {
  if (!getStateOp()) // append_c1
    return emitOpError("expected the result of sinter.state, got another value");
  return success();
}

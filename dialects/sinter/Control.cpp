// Verifiers of branches and loops.
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

static bool isCondition(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() == 0 && tensor.getElementType().isInteger(1);
}
/// What a region yields; null where it ends otherwise.
static YieldOp yieldOf(Region &region) { return dyn_cast<YieldOp>(region.front().back()); }

LogicalResult IfOp::verify() {
  if (!isCondition(getCondition().getType())) // if_c1
    return emitOpError("expected a condition of type tensor<i1>, got ") << getCondition().getType();
  for (Region *region : {&getThenRegion(), &getElseRegion()}) {
    YieldOp end = yieldOf(*region);
    if (!end || end.getValues().getTypes() != getResultTypes()) // if_c2
      return emitOpError("expected regions that yield the types of the results");
  }
  return success();
}

LogicalResult LoopOp::verify() {
  YieldOp end = yieldOf(getBody());
  size_t conditions = getCondition() ? 1 : 0, carried = getInits().size(), scans = getNumResults() - carried;
  if (getNumResults() < carried || !end || end.getNumOperands() != conditions + getNumResults())
    return emitOpError("expected a region that yields ")
           << conditions << " conditions and a value per result, of which there are at least " << carried;
  if (getCondition() &&
      (!isCondition(getCondition().getType()) || !isCondition(end.getOperand(0).getType()))) // loop_c1
    return emitOpError("expected conditions of type tensor<i1>");
  auto counter = RankedTensorType::get({}, Builder(getContext()).getI64Type());
  if (getBody().getNumArguments() != carried + 1 || getBody().getArgument(0).getType() != counter ||
      getCarried().getTypes() != getInits().getTypes()) // loop_c2
    return emitOpError("expected a region with the arguments tensor<i64> and those of the carried values");
  if (getNextCarried().getTypes() != getInits().getTypes() ||
      getResults().take_front(carried).getTypes() != getInits().getTypes()) // loop_c3
    return emitOpError("expected carried values that keep their types");
  for (size_t i = 0; i < scans; ++i) {
    SmallVector<DimAttr> dims = dimsOf(getScanRows()[i]);
    dims.insert(dims.begin(), getTrip());
    if (getScans()[i].getType() != tensorType(dims, elementType(getScanRows()[i].getType()))) // loop_c4
      return emitOpError("expected scan ")
             << i << " of dims " << DimsAttr::get(getContext(), dims) << ", got " << getScans()[i].getType();
  }
  return success();
}

Value LoopOp::getNextCondition() { return getCondition() ? yieldOf(getBody()).getOperand(0) : Value(); }
OperandRange LoopOp::getNextCarried() {
  return yieldOf(getBody()).getValues().slice(getCondition() ? 1 : 0, getInits().size());
}
OperandRange LoopOp::getScanRows() {
  return yieldOf(getBody()).getValues().drop_front((getCondition() ? 1 : 0) + getInits().size());
}

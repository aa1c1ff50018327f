// Result types and constraints of data movement.
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op,
                                           SmallVectorImpl<Type> &types) {
  types.push_back(op.getValue().getType());
  return success();
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                          SmallVectorImpl<Type> &types) {
  if (knownDifferent(product(context, op.getDims().getValues()), elementCount(op.getInput().getType()))) // reshape_c1
    return emitOptionalError(loc, "expected dims with the input's element count, got ",
                             describeDims(tensorType(op.getDims().getValues(), elementType(op.getInput().getType()))),
                             " for ", describeDims(op.getInput().getType()));
  types.push_back(tensorType(op.getDims().getValues(), elementType(op.getInput().getType())));
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                            SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput()), out;
  SmallVector<int64_t> sorted(op.getPermutation());
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, input.size()))) // transpose_c1
    return emitOptionalError(loc, "expected a permutation of ", input.size(), " dims, got [", op.getPermutation(), "]");
  for (int64_t dim : op.getPermutation())
    out.push_back(input[dim]);
  types.push_back(tensorType(out, elementType(op.getInput().getType())));
  return success();
}

LogicalResult BroadcastOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                            SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput());
  ArrayRef<DimAttr> out = op.getDims().getValues();
  ArrayRef<int64_t> mapping = op.getMapping();
  bool ordered = mapping.size() == input.size();
  for (size_t i = 0; ordered && i < mapping.size(); ++i)
    ordered = mapping[i] >= 0 && mapping[i] < int64_t(out.size()) && (!i || mapping[i] > mapping[i - 1]);
  if (!ordered) // broadcast_c1
    return emitOptionalError(loc, "expected one ascending result dim per dim of ",
                             describeDims(op.getInput().getType()));
  for (auto [dim, target] : llvm::zip(input, mapping))
    if (dim != out[target] && constantValue(dim) != 1) // broadcast_c2
      return emitOptionalError(loc, "expected dims that are equal or 1, got ", toString(dim), " to broadcast to ",
                               toString(out[target]));
  types.push_back(tensorType(out, elementType(op.getInput().getType())));
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput());
  ArrayRef<DimAttr> offsets = op.getOffsets().getValues(), sizes = op.getSizes().getValues();
  ArrayRef<int64_t> strides = op.getStrides();
  if (offsets.size() != input.size() || sizes.size() != input.size() || strides.size() != input.size()) // slice_c1
    return emitOptionalError(loc, "expected one offset, size and stride per dim of ",
                             describeDims(op.getInput().getType()));
  for (auto [dim, offset, size, stride] : llvm::zip(input, offsets, sizes, strides)) {
    if (!stride) // slice_c2
      return emitOptionalError(loc, "expected strides other than 0");
    std::optional<int64_t> d = constantValue(dim), o = constantValue(offset), n = constantValue(size);
    if (d && o && n &&
        (*n < 0 ||
         (*n && (*o < 0 || *o >= *d || *o + (*n - 1) * stride < 0 || *o + (*n - 1) * stride >= *d)))) // slice_c3
      return emitOptionalError(loc, "expected a box inside ", describeDims(op.getInput().getType()), ", got offset ",
                               *o, " size ", *n, " stride ", stride);
  }
  types.push_back(tensorType(sizes, elementType(op.getInput().getType())));
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  if (op.getInputs().empty())
    return emitOptionalError(loc, "expected at least one tensor to concatenate");
  SmallVector<DimAttr> out = dimsOf(op.getInputs()[0]);
  int64_t axis = op.getAxis();
  if (failed(checkAxis(loc, axis, out.size()))) // concat_c1
    return failure();
  Type element = elementType(op.getInputs()[0].getType());
  DimAttr total = dimConstant(context, 0);
  for (Value input : op.getInputs()) {
    SmallVector<DimAttr> dims = dimsOf(input), rest = out;
    if (dims.size() == out.size())
      rest[axis] = dims[axis];
    if (dims != rest || elementType(input.getType()) != element) // concat_c2
      return emitOptionalError(loc, "expected tensors that agree but for axis ", axis, ", got ",
                               describeDims(op.getInputs()[0].getType()), " ", describeElement(element), " and ",
                               describeDims(input.getType()), " ", describeElement(elementType(input.getType())));
    total = total + dims[axis];
  }
  out[axis] = total;
  types.push_back(tensorType(out, element));
  return success();
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> out = dimsOf(op.getInput());
  ArrayRef<DimAttr> low = op.getLow().getValues(), high = op.getHigh().getValues();
  if (low.size() != out.size() || high.size() != out.size()) // pad_c1
    return emitOptionalError(loc, "expected one pad at each end per dim of ", describeDims(op.getInput().getType()));
  for (auto [dim, before, after] : llvm::zip(out, low, high)) {
    for (DimAttr pad : {before, after})
      if (std::optional<int64_t> value = constantValue(pad); value && *value < 0) // pad_c1
        return emitOptionalError(loc, "expected pads of at least 0, got ", *value);
    dim = dim + before + after;
  }
  if (rankOf(op.getValue()) != 0 ||
      elementType(op.getValue().getType()) != elementType(op.getInput().getType())) // pad_c2
    return emitOptionalError(loc, "expected a scalar ", describeElement(elementType(op.getInput().getType())),
                             " as pad value, got ", describeElement(elementType(op.getValue().getType())), " ",
                             describeDims(op.getValue().getType()));
  types.push_back(tensorType(out, elementType(op.getInput().getType())));
  return success();
}

LogicalResult IotaOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  int64_t dim = op.getDim(), rank = op.getDims().getValues().size();
  if (dim < 0 || dim >= rank) // iota_c1
    return emitOptionalError(loc, "expected a dim in [0, ", rank, "), got ", dim);
  types.push_back(tensorType(op.getDims().getValues(), op.getType()));
  return success();
}

LogicalResult PackOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  int64_t width = op.getWidth();
  if (dims.size() < 2 || !constantValue(dims.back()) || !constantValue(dims[dims.size() - 2]) || width <= 0) // pack_c1
    return emitOptionalError(loc, "expected a matrix with static trailing dims and a positive width, got ",
                             describeDims(op.getInput().getType()));
  DimAttr columns = dims.pop_back_val(), rows = dims.pop_back_val();
  llvm::append_range(
      dims, ArrayRef<DimAttr>{ceilDiv(columns, dimConstant(context, width)), rows, dimConstant(context, width)});
  types.push_back(tensorType(dims, elementType(op.getInput().getType())));
  return success();
}

LogicalResult UnpackOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  DimAttr columns = dimConstant(context, op.getColumns());
  if (dims.size() < 3 || ceilDiv(columns, dims.back()) != dims[dims.size() - 3]) // unpack_c1
    return emitOptionalError(loc, "expected panels of ", int64_t(op.getColumns()), " columns, got ",
                             describeDims(op.getInput().getType()));
  DimAttr rows = dims[dims.size() - 2];
  dims.truncate(dims.size() - 3);
  llvm::append_range(dims, ArrayRef<DimAttr>{rows, columns});
  types.push_back(tensorType(dims, elementType(op.getInput().getType())));
  return success();
}

LogicalResult UnpackFilterOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                               SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> dims(op.getDims().getValues());
  auto panels = cast<RankedTensorType>(op.getInput().getType());
  bool fits = panels.getRank() == 4 && panels.hasStaticShape() && dims.size() >= 2 &&
              llvm::all_of(dims, [](DimAttr dim) { return constantValue(dim).has_value(); });
  if (fits) {
    int64_t groups = panels.getDimSize(0), width = panels.getDimSize(3), filters = *constantValue(dims[0]), terms = 1;
    for (DimAttr dim : ArrayRef(dims).drop_front())
      terms *= *constantValue(dim);
    fits = groups > 0 && width > 0 && filters % groups == 0 &&
           panels.getDimSize(1) == (filters / groups + width - 1) / width && panels.getDimSize(2) == terms;
  }
  if (!fits) // unpack_filter_c1
    return emitOptionalError(loc, "expected panels of a filter of the dims, got ", describeDims(panels));
  types.push_back(tensorType(dims, panels.getElementType()));
  return success();
}

LogicalResult ShapeOp::verify() {
  auto type = getResult().getType();
  size_t count = getDims().getValues().size();
  if (!type.getElementType().isInteger() || type.getRank() > 1 ||
      (type.getRank() == 1 ? type.getDimSize(0) != int64_t(count) : count != 1)) // shape_c1
    return emitOpError("expected an integer tensor with one element per dim, got ")
           << type << " for " << count << " dims";
  return success();
}

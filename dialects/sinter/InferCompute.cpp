// Result types and constraints of the operators with a loop of their own.
#include "dialects/sinter/Infer.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace sinter;

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                           SmallVectorImpl<Type> &types) {
  llvm::DenseMap<int64_t, DimAttr> sizes;
  for (auto [value, labels] : {std::pair(op.getLhs(), op.getLhsLabels()), std::pair(op.getRhs(), op.getRhsLabels())}) {
    SmallVector<DimAttr> dims = dimsOf(value);
    if (dims.size() != labels.size()) // contract_c1
      return emitOptionalError(loc, "expected one label per dim, got ", labels.size(), " labels for ",
                               describeDims(value.getType()));
    for (auto [dim, label] : llvm::zip(dims, labels)) {
      auto [it, isNew] = sizes.insert({label, dim});
      if (!isNew && it->second != dim) // contract_c2
        return emitOptionalError(loc, "expected equal dims to contract, got ", toString(it->second), " and ",
                                 toString(dim), " in ", describeDims(op.getLhs().getType()), " and ",
                                 describeDims(op.getRhs().getType()));
    }
  }
  SmallVector<DimAttr> out;
  llvm::SmallSet<int64_t, 8> seen;
  for (int64_t label : op.getOutLabels()) {
    if (!sizes.count(label) || !seen.insert(label).second) // contract_c3
      return emitOptionalError(loc, "expected distinct result labels that occur in an operand, got label ", label);
    out.push_back(sizes[label]);
  }
  Type element = elementType(op.getLhs().getType());
  if (element != elementType(op.getRhs().getType())) // contract_c4
    return emitOptionalError(loc, "expected operands of one element type, got ", describeElement(element), " and ",
                             describeElement(elementType(op.getRhs().getType())));
  types.push_back(tensorType(out, element));
  return success();
}

/// floor((size + low + high - dilation * (kernel - 1) - 1) / stride) + 1, at least 0
static DimAttr convolvedSize(DimAttr size, DimAttr low, DimAttr high, DimAttr kernel, int64_t dilation,
                             int64_t stride) {
  MLIRContext *context = size.getContext();
  DimAttr reach = (kernel - 1) * dilation;
  DimAttr count = floorDiv(size + low + high - reach - 1, dimConstant(context, stride)) + 1;
  return max(count, dimConstant(context, 0));
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput()), filter = dimsOf(op.getFilter());
  if (input.size() != filter.size() || input.size() < 3 || input.size() > 5) // conv_c1
    return emitOptionalError(loc, "expected input and filter of equal rank 3 to 5, got ",
                             describeDims(op.getInput().getType()), " and ", describeDims(op.getFilter().getType()));
  size_t spatial = input.size() - 2;
  auto positive = [](int64_t v) { return v > 0; };
  if (op.getStrides().size() != spatial || op.getDilations().size() != spatial ||
      op.getLow().getValues().size() != spatial || op.getHigh().getValues().size() != spatial ||
      !llvm::all_of(op.getStrides(), positive) || !llvm::all_of(op.getDilations(), positive)) // conv_c2
    return emitOptionalError(loc, "expected ", spatial, " positive strides and dilations and ", spatial,
                             " pads at each end");
  int64_t groups = op.getGroups();
  DimAttr count = dimConstant(context, groups);
  if (groups <= 0) // conv_c3
    return emitOptionalError(loc, "expected at least 1 group, got ", groups);
  if (DimAttr channels = filter[1] * groups; knownDifferent(channels, input[1])) // conv_c3
    return emitOptionalError(loc, "expected ", toString(channels), " channels for ", groups, " groups of filters ",
                             describeDims(op.getFilter().getType()), ", got ", toString(input[1]), " in ",
                             describeDims(op.getInput().getType()));
  if (knownDifferent(floorDiv(filter[0], count) * groups, filter[0])) // conv_c3
    return emitOptionalError(loc, "expected a number of filters that ", groups, " groups divide, got ",
                             toString(filter[0]), " in ", describeDims(op.getFilter().getType()));
  Type element = elementType(op.getInput().getType());
  if (element != elementType(op.getFilter().getType())) // conv_c4
    return emitOptionalError(loc, "expected input and filter of one element type, got ", describeElement(element),
                             " and ", describeElement(elementType(op.getFilter().getType())));
  SmallVector<DimAttr> out{input[0], filter[0]};
  for (size_t i = 0; i < spatial; ++i)
    out.push_back(convolvedSize(input[i + 2], op.getLow().getValues()[i], op.getHigh().getValues()[i], filter[i + 2],
                                op.getDilations()[i], op.getStrides()[i]));
  types.push_back(tensorType(out, element));
  return success();
}

LogicalResult WindowOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> out = dimsOf(op.getInput());
  size_t n = op.getKernel().size();
  auto positive = [](int64_t v) { return v > 0; };
  if (n > out.size() || op.getStrides().size() != n || op.getDilations().size() != n ||
      op.getLow().getValues().size() != n || op.getHigh().getValues().size() != n ||
      op.getSizes().getValues().size() != n || !llvm::all_of(op.getKernel(), positive) ||
      !llvm::all_of(op.getStrides(), positive) || !llvm::all_of(op.getDilations(), positive)) // window_c1
    return emitOptionalError(loc, "expected one positive kernel size, stride and dilation per window dim of ",
                             describeDims(op.getInput().getType()));
  llvm::copy(op.getSizes().getValues(), out.end() - n);
  types.push_back(tensorType(out, op.getKind() == WindowKind::argmax ? IntegerType::get(context, 64)
                                                                     : elementType(op.getInput().getType())));
  return success();
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput()), out;
  ArrayRef<int64_t> dims = op.getDims();
  for (size_t i = 0; i < dims.size(); ++i)
    if (dims[i] < 0 || dims[i] >= int64_t(input.size()) || (i && dims[i] <= dims[i - 1])) // reduce_c1
      return emitOptionalError(loc, "expected distinct ascending axes in [0, ", input.size(), "), got ", dims[i]);
  for (auto [i, dim] : llvm::enumerate(input))
    if (!llvm::is_contained(dims, int64_t(i)))
      out.push_back(dim);
  types.push_back(tensorType(out, elementType(op.getInput().getType())));
  return success();
}

LogicalResult ArgReduceOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                            SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  int64_t dim = op.getDim();
  if (failed(checkAxis(loc, dim, dims.size()))) // arg_reduce_c1
    return failure();
  if (op.getKind() != ReduceKind::max && op.getKind() != ReduceKind::min) // arg_reduce_c2
    return emitOptionalError(loc, "expected kind max or min, got ", stringifyReduceKind(op.getKind()));
  dims.erase(dims.begin() + dim);
  types.push_back(tensorType(dims, IntegerType::get(context, 64)));
  return success();
}

LogicalResult PrefixOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  if (failed(checkAxis(loc, op.getDim(), rankOf(op.getInput())))) // prefix_c1
    return failure();
  types.push_back(op.getInput().getType());
  return success();
}

LogicalResult SortOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> dims = dimsOf(op.getInput());
  int64_t dim = op.getDim();
  if (failed(checkAxis(loc, dim, dims.size()))) // sort_c1
    return failure();
  std::optional<int64_t> k = constantValue(op.getK()), size = constantValue(dims[dim]);
  if (k && (*k < 0 || (size && *k > *size))) // sort_c2
    return emitOptionalError(loc, "expected k in [0, ", toString(dims[dim]), "], got ", *k);
  dims[dim] = op.getK();
  types.push_back(tensorType(dims, elementType(op.getInput().getType())));
  types.push_back(tensorType(dims, IntegerType::get(context, 64)));
  return success();
}

static LogicalResult checkIndices(std::optional<Location> loc, Type indices) {
  Type element = elementType(indices);
  if (element.isSignlessInteger(32) || element.isSignlessInteger(64))
    return success();
  return emitOptionalError(loc, "expected i32 or i64 indices, got ", describeElement(element));
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput()), indices = dimsOf(op.getIndices()), out;
  int64_t axis = op.getAxis(), rank = input.size();
  if (failed(checkIndices(loc, op.getIndices().getType()))) // gather_c1
    return failure();
  int64_t limit = op.getMode() == IndexMode::nd ? std::min<int64_t>(rank, indices.size()) : rank;
  if (failed(checkAxis(loc, axis, limit))) // gather_c2
    return failure();
  switch (op.getMode()) {
  case IndexMode::take:
    llvm::append_range(out, ArrayRef(input).take_front(axis));
    llvm::append_range(out, indices);
    llvm::append_range(out, ArrayRef(input).drop_front(axis + 1));
    break;
  case IndexMode::elements:
    if (indices.size() != input.size()) // gather_c3
      return emitOptionalError(loc, "expected input and indices of equal rank, got ",
                               describeDims(op.getInput().getType()), " and ", describeDims(op.getIndices().getType()));
    out = indices;
    break;
  case IndexMode::nd: {
    std::optional<int64_t> depth = constantValue(indices.back());
    if (!depth || *depth > rank - axis ||
        !compatible(ArrayRef(indices).take_front(axis), ArrayRef(input).take_front(axis))) // gather_c4
      return emitOptionalError(loc, "expected indices whose last dim is static and at most ", rank - axis,
                               " and whose first ", axis, " dims are the input's, got ",
                               describeDims(op.getIndices().getType()), " for ", describeDims(op.getInput().getType()));
    llvm::append_range(out, ArrayRef(indices).drop_back());
    llvm::append_range(out, ArrayRef(input).drop_front(axis + *depth));
  }
  }
  types.push_back(tensorType(out, elementType(op.getInput().getType())));
  return success();
}

LogicalResult ScatterOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                          SmallVectorImpl<Type> &types) {
  SmallVector<DimAttr> input = dimsOf(op.getInput()), indices = dimsOf(op.getIndices()),
                       updates = dimsOf(op.getUpdates());
  int64_t axis = op.getAxis(), rank = input.size();
  if (failed(checkIndices(loc, op.getIndices().getType()))) // scatter_c1
    return failure();
  Type element = elementType(op.getInput().getType());
  if (elementType(op.getUpdates().getType()) != element) // scatter_c1
    return emitOptionalError(loc, "expected updates of element type ", describeElement(element), ", got ",
                             describeElement(elementType(op.getUpdates().getType())));
  if (op.getMode() == IndexMode::take) // scatter_c4
    return emitOptionalError(loc, "expected mode elements or nd, got take");
  if (op.getMode() == IndexMode::elements) {
    if (axis < 0 || axis >= rank || int64_t(indices.size()) != rank || indices != updates) // scatter_c2
      return emitOptionalError(
          loc, "expected an axis in [0, ", rank, ") and indices and updates of equal dims of that rank, got axis ",
          axis, ", ", describeDims(op.getIndices().getType()), " and ", describeDims(op.getUpdates().getType()));
  } else {
    std::optional<int64_t> depth = indices.empty() ? std::nullopt : constantValue(indices.back());
    SmallVector<DimAttr> want;
    if (depth && *depth <= rank) {
      llvm::append_range(want, ArrayRef(indices).drop_back());
      llvm::append_range(want, ArrayRef(input).drop_front(*depth));
    }
    if (!depth || *depth > rank || !compatible(want, updates)) // scatter_c3
      return emitOptionalError(loc, "expected indices whose last dim is static and at most ", rank,
                               " and matching updates, got ", describeDims(op.getIndices().getType()), " and ",
                               describeDims(op.getUpdates().getType()));
  }
  types.push_back(op.getInput().getType());
  return success();
}

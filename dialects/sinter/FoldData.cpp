// Folds of data movement: identities, and small constants or dims moved at compile time.
#include "dialects/sinter/ConstantFold.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

OpFoldResult ShapeOp::fold(FoldAdaptor) {
  Scalars scalars;
  for (DimAttr dim : getDims().getValues())
    scalars.push_back({dim});
  return attributeOf(scalars, getType());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto inner = getInput().getDefiningOp<ReshapeOp>()) {
    setOperand(inner.getInput());
    return getResult();
  }
  std::optional<Scalars> scalars = scalarsOf(adaptor.getInput(), getInput().getType());
  return scalars ? attributeOf(*scalars, cast<RankedTensorType>(getType())) : Attribute();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getPermutation(), llvm::seq<int64_t>(0, getPermutation().size())))
    return getInput();
  return moveElements(adaptor.getInput(), getInput().getType(), getType(), [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> source(index.size());
    for (auto [i, dim] : llvm::enumerate(getPermutation()))
      source[dim] = index[i];
    return source;
  });
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  SmallVector<int64_t> shape(getInput().getType().getShape());
  return moveElements(adaptor.getInput(), getInput().getType(), getType(), [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> source;
    for (auto [dim, size] : llvm::zip(getMapping(), shape))
      source.push_back(size == 1 ? 0 : index[dim]);
    return source;
  });
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  bool whole = getInput().getType() == getType() && llvm::all_of(getStrides(), [](int64_t s) { return s == 1; }) &&
               llvm::all_of(getOffsets().getValues(), [](DimAttr d) { return constantValue(d) == 0; });
  if (whole)
    return getInput();
  SmallVector<int64_t> offsets;
  for (DimAttr dim : getOffsets().getValues()) {
    std::optional<int64_t> offset = constantValue(dim);
    if (!offset)
      return {};
    offsets.push_back(*offset);
  }
  return moveElements(adaptor.getInput(), getInput().getType(), getType(), [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> source;
    for (auto [i, offset, stride] : llvm::zip(index, offsets, getStrides()))
      source.push_back(offset + i * stride);
    return source;
  });
}

OpFoldResult ConcatOp::fold(FoldAdaptor adaptor) {
  if (getInputs().size() == 1)
    return getInputs()[0];
  SmallVector<Value> nonEmpty;
  for (Value input : getInputs())
    if (constantValue(dimsOf(input)[getAxis()]) != 0)
      nonEmpty.push_back(input);
  if (!nonEmpty.empty() && nonEmpty.size() < getInputs().size()) {
    getInputsMutable().assign(nonEmpty);
    return getResult();
  }
  auto type = cast<RankedTensorType>(getType());
  if (!type.hasStaticShape())
    return {};
  SmallVector<Scalars> parts;
  for (auto [value, attribute] : llvm::zip(getInputs(), adaptor.getInputs())) {
    std::optional<Scalars> part = scalarsOf(attribute, value.getType());
    if (!part)
      return {};
    parts.push_back(*part);
  }
  int64_t outer = 1;
  for (int64_t size : type.getShape().take_front(getAxis()))
    outer *= size;
  Scalars joined;
  for (int64_t o = 0; o < outer; ++o)
    for (const Scalars &part : parts)
      joined.append(part.begin() + part.size() / outer * o, part.begin() + part.size() / outer * (o + 1));
  return attributeOf(joined, type);
}

OpFoldResult IotaOp::fold(FoldAdaptor) {
  auto type = cast<RankedTensorType>(getResult().getType());
  if (!type.hasStaticShape() || type.getNumElements() > 64)
    return {};
  Scalars scalars;
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> index) {
    int64_t i = index[getDim()];
    scalars.push_back(isa<FloatType>(getType()) ? Scalar{{}, double(i)} : Scalar{dimConstant(getContext(), i)});
  });
  return attributeOf(scalars, type);
}

OpFoldResult UnpackOp::fold(FoldAdaptor) {
  auto pack = getInput().getDefiningOp<PackOp>();
  return pack && pack.getInput().getType() == getType() ? pack.getInput() : OpFoldResult();
}

OpFoldResult GatherOp::fold(FoldAdaptor adaptor) {
  auto from = getInput().getType();
  std::optional<Scalars> indices = scalarsOf(adaptor.getIndices(), getIndices().getType());
  if (getMode() != IndexMode::take || !indices || !from.hasStaticShape())
    return {};
  SmallVector<int64_t> at;
  for (const Scalar &scalar : *indices) {
    std::optional<int64_t> i = scalar.integer();
    int64_t size = from.getDimSize(getAxis());
    if (!i || *i < -size || *i >= size)
      return {};
    at.push_back(*i < 0 ? *i + size : *i);
  }
  SmallVector<int64_t> strides = stridesOf(getIndices().getType().getShape());
  return moveElements(adaptor.getInput(), from, getType(), [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> source(index.take_front(getAxis()));
    int64_t flat = 0;
    for (auto [i, stride] : llvm::zip(index.drop_front(getAxis()), strides))
      flat += i * stride;
    source.push_back(at[flat]);
    llvm::append_range(source, index.drop_front(getAxis() + strides.size()));
    return source;
  });
}

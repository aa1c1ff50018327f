// Reductions, contractions, softmax and gather of GraphBuilder.
#include "compiler/import/GraphBuilder.h"

using namespace mlir;

namespace sinter::importer {

Value GraphBuilder::reduce(ReduceKind kind, Value x, ArrayRef<int64_t> axes, bool keepDims) {
  SmallVector<int64_t> sorted(axes);
  llvm::sort(sorted);
  Value result = create<ReduceOp>({x}, [&](auto &properties) {
    properties.kind = ReduceKindAttr::get(context(), kind);
    properties.dims = builder.getDenseI64ArrayAttr(sorted);
  });
  return keepDims ? unsqueeze(result, sorted) : result;
}

Type GraphBuilder::wideElement(Type element) {
  return element && (element.isF16() || element.isBF16()) ? Type(builder.getF32Type()) : element;
}

Value GraphBuilder::mean(Value x, ArrayRef<int64_t> axes, bool keepDims) {
  if (!x)
    return {};
  Type narrow = element(x), wide = wideElement(narrow);
  DimAttr count = dim(1);
  Dims all = dims(x);
  for (int64_t axis : axes)
    count = count * all[axis];
  Value sum = reduce(ReduceKind::sum, cast(x, wide), axes, keepDims);
  return cast(div(sum, size(count, wide)), narrow);
}

//===- Contractions
//-------------------------------------------------------------------------------------------------===//

Value GraphBuilder::contract(Value x, ArrayRef<int64_t> xLabels, Value y, ArrayRef<int64_t> yLabels,
                             ArrayRef<int64_t> outLabels) {
  if (!x || !y || reported)
    return {};
  Dims xDims = dims(x), yDims = dims(y);
  llvm::DenseMap<int64_t, DimAttr> sizes;
  auto unify = [&](Dims &sides, ArrayRef<int64_t> labels) {
    for (auto [size, label] : llvm::zip(sides, labels)) {
      auto [known, isNew] = sizes.insert({label, size});
      if (!isNew && !knownDifferent(known->second, size) && assumeEqual(known->second, size) && constantValue(size))
        known->second = size;
    }
  };
  unify(xDims, xLabels);
  unify(yDims, yLabels);
  auto renamed = [&](Dims &sides, ArrayRef<int64_t> labels) {
    for (auto [size, label] : llvm::zip(sides, labels))
      if (!knownDifferent(size, sizes[label])) // a mismatch is the operator's to report
        size = sizes[label];
  };
  renamed(xDims, xLabels);
  renamed(yDims, yLabels);
  return create<ContractOp>({renameDims(x, xDims), renameDims(y, yDims)}, [&](auto &properties) {
    properties.lhs_labels = builder.getDenseI64ArrayAttr(xLabels);
    properties.rhs_labels = builder.getDenseI64ArrayAttr(yLabels);
    properties.out_labels = builder.getDenseI64ArrayAttr(outLabels);
  });
}

namespace {
/// The batch dims of one matmul operand: those of size 1 that the other side repeats are taken away.
struct BatchDims {
  SmallVector<int64_t> labels, dropped;

  BatchDims(ArrayRef<DimAttr> own, ArrayRef<DimAttr> other) {
    for (size_t i = 0; i < own.size(); ++i) {
      int64_t label = own.size() - i; // counted from the innermost, so that both sides agree
      bool repeated = size_t(label) <= other.size() && constantValue(own[i]) == 1 &&
                      constantValue(other[other.size() - label]) != 1;
      if (repeated)
        dropped.push_back(i);
      else
        labels.push_back(label);
    }
  }
};
} // namespace

Value GraphBuilder::matmul(Value x, Value y) {
  if (!x || !y || reported)
    return {};
  int64_t xRank = rank(x), yRank = rank(y);
  if (!xRank || !yRank)
    return error("expected operands of rank 1 or more, got " + describeDims(x) + " and " + describeDims(y));
  constexpr int64_t k = 0, m = -1, n = -2;
  Dims xDims = dims(x), yDims = dims(y);
  size_t xBatch = std::max<int64_t>(xRank - 2, 0), yBatch = std::max<int64_t>(yRank - 2, 0);
  BatchDims left(ArrayRef(xDims).take_front(xBatch), ArrayRef(yDims).take_front(yBatch));
  BatchDims right(ArrayRef(yDims).take_front(yBatch), ArrayRef(xDims).take_front(xBatch));
  SmallVector<int64_t> out;
  for (int64_t label = std::max(xBatch, yBatch); label > 0; --label)
    out.push_back(label);
  SmallVector<int64_t> xLabels = left.labels, yLabels = right.labels;
  if (xRank > 1) {
    xLabels.push_back(m);
    out.push_back(m);
  }
  xLabels.push_back(k);
  yLabels.push_back(k);
  if (yRank > 1) {
    yLabels.push_back(n);
    out.push_back(n);
  }
  return contract(squeeze(x, left.dropped), xLabels, squeeze(y, right.dropped), yLabels, out);
}

//===- Softmax and gather
//-------------------------------------------------------------------------------------------===//

Value GraphBuilder::softmax(Value x, int64_t axis, bool logarithm) {
  if (!x)
    return {};
  // Every step rounds to the element type, as ONNX's function body of Softmax-13 does.
  Value shifted = sub(x, reduce(ReduceKind::max, x, {axis}, /*keepDims=*/true));
  Value exponential = unary(UnaryKind::exp, shifted);
  Value sum = reduce(ReduceKind::sum, exponential, {axis}, /*keepDims=*/true);
  return logarithm ? sub(shifted, unary(UnaryKind::log, sum)) : div(exponential, sum);
}

Value GraphBuilder::gather(IndexMode mode, Value x, Value indices, int64_t axis) {
  return create<GatherOp>({x, indices}, [&](auto &properties) {
    properties.mode = IndexModeAttr::get(context(), mode);
    properties.axis = builder.getI64IntegerAttr(axis);
  });
}

} // namespace sinter::importer

// What the labels of a contraction mean to those who plan and emit it.
#include "dialects/sinter/Sinter.h"

using namespace mlir;
using namespace sinter;

DimAttr ContractOp::sizeOf(int64_t label) {
  for (auto [value, labels] : {std::pair(getLhs(), getLhsLabels()), std::pair(getRhs(), getRhsLabels())})
    for (auto [other, dim] : llvm::zip(labels, dimsOf(value)))
      if (other == label)
        return dim;
  llvm_unreachable("the verifier knows every label");
}

SmallVector<DimAttr> ContractOp::sizesOf(ArrayRef<int64_t> labels) {
  return llvm::map_to_vector(labels, [&](int64_t label) { return sizeOf(label); });
}

SmallVector<int64_t> ContractOp::summedLabels() {
  SmallVector<int64_t> summed;
  for (ArrayRef<int64_t> side : {getLhsLabels(), getRhsLabels()})
    for (int64_t label : side)
      if (!llvm::is_contained(getOutLabels(), label) && !llvm::is_contained(summed, label))
        summed.push_back(label);
  return summed;
}

SmallVector<int64_t> ContractOp::rowLabels() {
  return llvm::to_vector(llvm::make_filter_range(
      getOutLabels().drop_back(), [&](int64_t label) { return !llvm::is_contained(getRhsLabels(), label); }));
}

SmallVector<int64_t> ContractOp::batchLabels() {
  return llvm::to_vector(llvm::make_filter_range(
      getOutLabels().drop_back(), [&](int64_t label) { return llvm::is_contained(getRhsLabels(), label); }));
}

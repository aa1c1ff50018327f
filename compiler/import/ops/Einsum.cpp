// Einsum: operands contracted pairwise from left to right, each label summed as soon as no later operand needs it.
//
// First every operand is brought to distinct labels with equal dims: a repeated label becomes a diagonal, a dim of 1
// that meets a larger one loses its label, labels of one operand only are summed. A pair without a label to sum is an
// elementwise product, which fuses, else a contraction. Source: ONNX Einsum-12.
#include "compiler/import/ops/Einsum.h"
#include "compiler/import/ops/DimFormulas.h"
#include "compiler/import/ops/EinsumEquation.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// An operand or a partial product.
struct Labeled {
  Value value;
  Labels labels;
  bool has(int64_t label) const { return llvm::is_contained(labels, label); }
};

class EinsumBuilder {
public:
  EinsumBuilder(NodeImport &n, EinsumEquation equation) : n(n), result(std::move(equation.result)) {
    for (auto [value, labels] : llvm::zip(n.inputs(), equation.operands))
      operands.push_back({value, labels});
  }
  Value build();

private:
  void takeDiagonals(Labeled &x);
  void takeDiagonal(Labeled &x, int64_t first, int64_t second);
  bool unifyDims();
  void sumUnneeded(Labeled &x, ArrayRef<Labeled> later);
  Labeled multiply(Labeled x, Labeled y, ArrayRef<Labeled> later);
  Value arrange(Labeled x, ArrayRef<int64_t> labels);
  bool needed(int64_t label, ArrayRef<Labeled> later) const {
    return llvm::is_contained(result, label) || llvm::any_of(later, [&](const Labeled &o) { return o.has(label); });
  }

  NodeImport &n;
  SmallVector<Labeled> operands;
  Labels result;
  llvm::DenseMap<int64_t, DimAttr> sizes;
};
} // namespace

/// Replaces two equal-labelled dims by their diagonal, the last dim then. A static size is a strided slice of the
/// flattened pair, a symbolic one a masked sum.
void EinsumBuilder::takeDiagonal(Labeled &x, int64_t first, int64_t second) {
  SmallVector<int64_t> order;
  for (int64_t i = 0, rank = x.labels.size(); i < rank; ++i)
    if (i != first && i != second)
      order.push_back(i);
  int64_t label = x.labels[first], kept = order.size();
  order.append({first, second});
  Value moved = n.transpose(x.value, order);
  Dims dims = n.dims(moved);
  if (dims.empty() || !n.assumeEqual(dims[kept], dims[kept + 1])) {
    x.value = {};
    return;
  }
  DimAttr size = dims[kept];
  dims[kept + 1] = size;
  moved = n.reshape(moved, dims);
  if (std::optional<int64_t> number = constantValue(size)) {
    dims.pop_back();
    dims[kept] = size * size;
    SmallVector<int64_t> strides(kept, 1);
    strides.push_back(*number + 1);
    Dims offsets(kept + 1, n.dim(0)), sizes = dims;
    sizes[kept] = size;
    x.value = n.slice(n.reshape(moved, dims), offsets, sizes, strides);
  } else {
    Type index = IntegerType::get(n.context(), 64);
    Value onDiagonal = n.binary(BinaryKind::eq, n.iota({size, size}, 0, index), n.iota({size, size}, 1, index));
    Value masked = n.select(onDiagonal, moved, n.constant(n.element(x.value), 0));
    x.value = n.reduce(ReduceKind::sum, masked, {kept + 1}, /*keepDims=*/false);
  }
  Labels labels;
  for (int64_t i : ArrayRef(order).take_front(kept))
    labels.push_back(x.labels[i]);
  labels.push_back(label);
  x.labels = labels;
}

void EinsumBuilder::takeDiagonals(Labeled &x) {
  for (size_t i = 0; i < x.labels.size() && x.value;) {
    auto again = std::find(x.labels.begin() + i + 1, x.labels.end(), x.labels[i]);
    if (again == x.labels.end()) {
      ++i;
      continue;
    }
    takeDiagonal(x, i, again - x.labels.begin());
    i = 0;
  }
}

/// Finds the size of each label, drops dims of 1 that are broadcast along it, and makes the others equal.
bool EinsumBuilder::unifyDims() {
  for (Labeled &x : operands)
    for (auto [label, dim] : llvm::zip(x.labels, n.dims(x.value))) {
      DimAttr &size = sizes[label];
      bool better = !size || constantValue(size) == 1 || (constantValue(dim).value_or(1) != 1 && !constantValue(size));
      if (better)
        size = dim;
    }
  for (Labeled &x : operands) {
    Labels labels;
    Dims dims = n.dims(x.value), kept, target;
    for (auto [label, dim] : llvm::zip(x.labels, dims)) {
      DimAttr size = sizes[label];
      if (constantValue(dim) == 1 && constantValue(size) != 1)
        continue;
      labels.push_back(label);
      kept.push_back(dim);
      target.push_back(size);
    }
    x.value = withDims(n, n.reshape(x.value, kept), target);
    x.labels = labels;
    if (!x.value)
      return false;
  }
  return true;
}

void EinsumBuilder::sumUnneeded(Labeled &x, ArrayRef<Labeled> later) {
  SmallVector<int64_t> axes;
  Labels labels;
  for (auto [i, label] : llvm::enumerate(x.labels)) {
    if (needed(label, later))
      labels.push_back(label);
    else
      axes.push_back(i);
  }
  if (!axes.empty())
    x.value = n.reduce(ReduceKind::sum, x.value, axes, /*keepDims=*/false);
  x.labels = labels;
}

/// `x` with its labels in the order of `labels`; dims of labels that it lacks are 1.
Value EinsumBuilder::arrange(Labeled x, ArrayRef<int64_t> labels) {
  SmallVector<int64_t> permutation, missing;
  for (auto [i, label] : llvm::enumerate(labels)) {
    auto it = llvm::find(x.labels, label);
    if (it == x.labels.end())
      missing.push_back(i);
    else
      permutation.push_back(it - x.labels.begin());
  }
  return n.unsqueeze(n.transpose(x.value, permutation), missing);
}

Labeled EinsumBuilder::multiply(Labeled x, Labeled y, ArrayRef<Labeled> later) {
  Labels out, sum;
  auto place = [&](int64_t label) {
    Labels &list = needed(label, later) ? out : sum;
    if (!llvm::is_contained(list, label))
      list.push_back(label);
  };
  llvm::for_each(x.labels, place);
  llvm::for_each(y.labels, place);
  bool isLast = later.empty() && llvm::all_of(result, [&](int64_t l) { return llvm::is_contained(out, l); });
  if (isLast)
    out = result;
  if (!sum.empty())
    return {n.contract(x.value, x.labels, y.value, y.labels, out), out};
  return {n.mul(arrange(x, out), arrange(y, out)), out};
}

Value EinsumBuilder::build() {
  for (Labeled &x : operands)
    takeDiagonals(x);
  if (n.hasFailed() || !unifyDims())
    return {};
  Labeled product = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    ArrayRef<Labeled> later = ArrayRef(operands).drop_front(i + 1);
    sumUnneeded(product, ArrayRef(operands).drop_front(i));
    SmallVector<Labeled> others{product};
    llvm::append_range(others, later);
    Labeled y = operands[i];
    sumUnneeded(y, others);
    product = multiply(product, y, later);
  }
  sumUnneeded(product, {});
  Dims dims;
  for (int64_t label : result)
    dims.push_back(sizes[label]);
  return n.broadcastTo(arrange(product, result), dims);
}

LogicalResult importer::importEinsum(NodeImport &n) {
  std::string text = n.getString("equation");
  SmallVector<int64_t> ranks;
  for (size_t i = 0; i < n.numInputs(); ++i)
    ranks.push_back(n.rank(n.input(i)));
  if (n.hasFailed())
    return failure();
  llvm::Expected<EinsumEquation> equation = parseEinsum(text, ranks);
  if (!equation)
    return n.result(n.error(llvm::toString(equation.takeError())));
  return n.result(EinsumBuilder(n, std::move(*equation)).build());
}

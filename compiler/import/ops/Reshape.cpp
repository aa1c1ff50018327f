// Reshape: the target dims as formulas.
//
// A requested dim is a number, a formula of sizes, or a run-time value. Numbers 0 and -1 are decided here. A formula of
// sizes is taken as it is: where it is 0 at run time, so is the input's element count. A run-time value may turn out to
// be 0 or -1, so its dim is r + isZero(r) * (input dim) + isNegative(r) * (1 + elements / other dims).
#include "compiler/import/ops/Reshape.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// `count` / `divisor`; a divisor that is 0 at run time counts as 1.
static DimAttr quotient(DimAttr count, DimAttr divisor) {
  DimAttr exact = floorDiv(count, divisor);
  return exact * divisor == count ? exact : floorDiv(count, max(divisor, dimConstant(count.getContext(), 1)));
}

namespace {
class ReshapeTarget {
public:
  ReshapeTarget(NodeImport &n, ArrayRef<DimAttr> input, ArrayRef<DimAttr> requested, bool allowZero)
      : n(n), input(input), requested(requested), allowZero(allowZero), count(product(n.context(), input)) {}
  /// The dims, or nullopt after a report.
  std::optional<Dims> resolve();

private:
  bool checkRequested();
  /// A requested run-time value, or the input's dim where it is 0.
  DimAttr orCopied(size_t i, DimAttr dim);
  std::optional<Dims> inferValues(Dims dims);

  NodeImport &n;
  ArrayRef<DimAttr> input, requested;
  bool allowZero;
  DimAttr count;
};
} // namespace

bool ReshapeTarget::checkRequested() {
  int64_t wildcards = 0;
  bool hasZero = false;
  for (DimAttr dim : requested) {
    std::optional<int64_t> value = constantValue(dim);
    if (value && *value < -1)
      return n.error("expected shape with dims of at least -1, got " + Twine(*value)), false;
    wildcards += value == -1;
    hasZero |= value == 0;
  }
  if (wildcards > 1)
    return n.error("expected shape with at most one -1, got " + Twine(wildcards)), false;
  if (wildcards && hasZero && allowZero)
    return n.error("expected shape without -1 beside 0 under allowzero, got both"), false;
  return true;
}

DimAttr ReshapeTarget::orCopied(size_t i, DimAttr dim) {
  bool mayBeZero = dependsOnInputValue(dim) && rangeOf(dim).lo <= 0 && !allowZero && i < input.size();
  return mayBeZero ? dim + isZero(dim) * input[i] : dim;
}

std::optional<Dims> ReshapeTarget::resolve() {
  if (!checkRequested())
    return std::nullopt;
  Dims dims;
  std::optional<size_t> wildcard;
  bool fromValues = false;
  for (auto [i, dim] : llvm::enumerate(requested)) {
    dims.push_back(dim);
    if (constantValue(dim) == -1) {
      wildcard = i;
      dims.back() = n.dim(1);
    } else if (constantValue(dim) == 0 && !allowZero) {
      if (i >= input.size()) {
        n.error("expected shape with 0 only where the input has a dim, got 0 at position " + Twine(i) + " of rank " +
                Twine(input.size()));
        return std::nullopt;
      }
      dims.back() = input[i];
    }
    fromValues |= dependsOnInputValue(dim);
  }
  if (fromValues && !wildcard)
    return inferValues(std::move(dims));
  if (wildcard) {
    for (auto [i, dim] : llvm::enumerate(dims))
      dim = orCopied(i, dim);
    DimAttr others = product(n.context(), dims);
    if (constantValue(others) == 0) {
      n.error("expected shape without 0 beside -1, got both");
      return std::nullopt;
    }
    dims[*wildcard] = quotient(count, others);
  }
  return dims;
}

/// Dims of which some are run-time values, one of them perhaps -1.
std::optional<Dims> ReshapeTarget::inferValues(Dims dims) {
  DimAttr zero = n.dim(0), one = n.dim(1), wildcards = zero;
  Dims known; // with 1 for a dim to infer
  for (auto [i, dim] : llvm::enumerate(dims)) {
    DimAttr negative = isNegative(dim);
    // Max keeps it one factor: products of the sums would grow with the power of the rank.
    known.push_back(max(orCopied(i, dim) + negative * 2, zero));
    wildcards = wildcards + negative;
    if (rangeOf(dim).lo < 0 && !n.assumeLessEqual(n.dim(-1), dim))
      return std::nullopt;
  }
  if (!n.assumeLessEqual(wildcards, one))
    return std::nullopt;
  DimAttr inferred = quotient(count, max(product(n.context(), known), one));
  for (auto [dim, request] : llvm::zip(known, requested))
    dim = max(dim + isNegative(request) * (inferred - 1), zero);
  return known;
}

LogicalResult importer::importReshape(NodeImport &n) {
  Value x = n.input(0, "data");
  if (!x)
    return failure();
  if (!hasOperand(n, 1, "shape", 5))
    return n.result(n.error("expected a shape, got none"));
  Dims requested = dimsOperand(n, 1, "shape", 5);
  bool allowZero = n.getInt("allowzero", 0);
  if (n.hasFailed())
    return failure();
  Dims input = n.dims(x);
  std::optional<Dims> dims = ReshapeTarget(n, input, requested, allowZero).resolve();
  return dims ? n.result(n.reshape(x, *dims)) : failure();
}

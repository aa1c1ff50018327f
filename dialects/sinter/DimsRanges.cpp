// Ranges, comparisons and values of symbolic dims; see Dims.h.
#include "dialects/sinter/DimsStorage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace sinter;

//===- Ranges -----------------------------------------------------------------------------------------------------===//

namespace {
/// Interval arithmetic that saturates: INT64_MIN and INT64_MAX are the infinities; of two, `strongest` wins.
int64_t saturatingAdd(int64_t a, int64_t b, int64_t strongest) {
  if (a == strongest || b == strongest)
    return strongest;
  if (a == INT64_MIN || a == INT64_MAX)
    return a;
  if (b == INT64_MIN || b == INT64_MAX)
    return b;
  int64_t r;
  return llvm::AddOverflow(a, b, r) ? (a < 0 ? INT64_MIN : INT64_MAX) : r;
}
int64_t saturatingMul(int64_t a, int64_t b) {
  if (!a || !b)
    return 0;
  int64_t r;
  bool infinite = a == INT64_MIN || a == INT64_MAX || b == INT64_MIN || b == INT64_MAX;
  return infinite || llvm::MulOverflow(a, b, r) ? ((a < 0) == (b < 0) ? INT64_MAX : INT64_MIN) : r;
}
DimRange multiply(DimRange a, DimRange b) {
  int64_t c[] = {saturatingMul(a.lo, b.lo), saturatingMul(a.lo, b.hi), saturatingMul(a.hi, b.lo),
                 saturatingMul(a.hi, b.hi)};
  return {*std::min_element(c, c + 4), *std::max_element(c, c + 4)};
}

constexpr DimRange all{INT64_MIN, INT64_MAX};

DimRange rangeOfFactor(Attribute factor, const SymbolRanges *ranges) {
  if (auto symbol = dyn_cast<StringAttr>(factor)) {
    if (ranges)
      if (auto it = ranges->find(symbol.getValue()); it != ranges->end())
        return it->second;
    return symbol.getValue().starts_with("$") ? all : DimRange{0, INT64_MAX};
  }
  auto op = cast<DimOpAttr>(factor);
  return ranges ? sinter::detail::rangeOfFactor(op.getKind(), op.getLhs(), op.getRhs(), ranges) : op.getRange();
}
} // namespace

DimRange sinter::detail::rangeOfFactor(DimOpKind kind, DimAttr lhs, DimAttr rhs, const SymbolRanges *ranges) {
  DimRange a = rangeOf(lhs, ranges), b = rangeOf(rhs, ranges);
  auto divided = [&](int64_t value, bool up) {
    if (value == INT64_MIN || value == INT64_MAX || b.lo != b.hi)
      return value;
    return up ? llvm::divideCeilSigned(value, b.lo) : llvm::divideFloorSigned(value, b.lo);
  };
  switch (kind) {
  case DimOpKind::Min: return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
  case DimOpKind::Max: return {std::max(a.lo, b.lo), std::max(a.hi, b.hi)};
  case DimOpKind::Product: // of two numbers: it has no value
    return constantValue(lhs) && constantValue(rhs) ? all : multiply(a, b);
  case DimOpKind::Mod:
    if (b.lo < 0)
      return all;
    return {0, std::min(a.lo >= 0 ? a.hi : INT64_MAX, b.hi == INT64_MAX ? b.hi : std::max<int64_t>(b.hi - 1, 0))};
  case DimOpKind::FloorDiv:
  case DimOpKind::CeilDiv:
    if (b.lo <= 0)
      return a.lo >= 0 && b.lo >= 0 ? DimRange{0, a.hi} : all;
    return {a.lo >= 0 ? (b.lo == b.hi ? divided(a.lo, kind == DimOpKind::CeilDiv) : 0) : a.lo,
            a.hi >= 0 ? divided(a.hi, kind == DimOpKind::CeilDiv) : 0};
  }
  llvm_unreachable("covered switch");
}

DimRange sinter::rangeOf(DimAttr dim, const SymbolRanges *ranges) {
  DimRange sum{0, 0};
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    DimRange term{c, c};
    for (Attribute factor : product)
      term = multiply(term, rangeOfFactor(factor, ranges));
    sum = {saturatingAdd(sum.lo, term.lo, INT64_MIN), saturatingAdd(sum.hi, term.hi, INT64_MAX)};
  }
  return sum;
}
//===- Comparisons ------------------------------------------------------------------------------------------------===//

namespace {
/// A sum that is to be proven not negative: rest + scale * op, where `scale` without its sign is not negative.
struct BoundedTerm {
  DimAttr rest, scale;
  DimOpAttr op;
};

constexpr int proofDepth = 3;       // replacements
constexpr size_t longestProof = 16; // terms
bool isNotNegative(DimAttr dim, int depth);

bool withBound(const BoundedTerm &t, DimAttr bound, int depth) {
  return isNotNegative(t.rest + t.scale * bound, depth);
}
/// rest + scale * n >= 0 for n >= dividend / c, or for scale < 0 and n <= dividend / c: c times the sum is more than
/// -c.
bool withQuotient(const BoundedTerm &t, DimAttr dividend, int64_t c, int depth) {
  return isNotNegative(t.rest * c + t.scale * dividend + (c - 1), depth);
}

/// Replaces `op` by what it is at least.
bool isNotNegativeFromBelow(const BoundedTerm &t, int depth) {
  DimAttr a = t.op.getLhs(), b = t.op.getRhs();
  std::optional<int64_t> c = constantValue(b);
  switch (t.op.getKind()) {
  case DimOpKind::Max: return withBound(t, a, depth) || withBound(t, b, depth);
  case DimOpKind::Min: return withBound(t, a, depth) && withBound(t, b, depth);
  case DimOpKind::FloorDiv: return c && *c > 0 && withQuotient(t, a - (*c - 1), *c, depth);
  default: return false;
  }
}

/// Replaces `op` by what it is at most.
bool isNotNegativeFromAbove(const BoundedTerm &t, int depth) {
  DimAttr a = t.op.getLhs(), b = t.op.getRhs();
  std::optional<int64_t> c = constantValue(b);
  bool shrinks = rangeOf(a).lo >= 0 && rangeOf(b).lo >= 0;
  switch (t.op.getKind()) {
  case DimOpKind::Min: return withBound(t, a, depth) || withBound(t, b, depth);
  case DimOpKind::Max: return withBound(t, a, depth) && withBound(t, b, depth);
  case DimOpKind::FloorDiv:
    return (c && *c > 0 && withQuotient(t, a, *c, depth)) || (shrinks && withBound(t, a, depth));
  case DimOpKind::Mod: return shrinks && withBound(t, a, depth);
  default: return false;
  }
}

/// The dim as a bound on factor `index` of the product `c * product`, one of its terms; nullopt if another factor may
/// be negative or this one is a symbol.
std::optional<BoundedTerm> boundedTerm(DimAttr dim, int64_t c, ArrayAttr product, size_t index) {
  auto op = dyn_cast<DimOpAttr>(product[index]);
  if (!op)
    return std::nullopt;
  MLIRContext *context = dim.getContext();
  DimAttr scale = dimConstant(context, c);
  for (auto [i, factor] : llvm::enumerate(product)) {
    DimAttr one = DimAttr::get(context, {1}, {ArrayAttr::get(context, factor)});
    if (i != index && rangeOf(one).lo < 0)
      return std::nullopt;
    if (i != index)
      scale = scale * one;
  }
  return BoundedTerm{dim - scale * DimAttr::get(context, {1}, {ArrayAttr::get(context, op)}), scale, op};
}

/// Proves dim >= 0 by intervals, or by replacing one floordiv, mod, min or max by a bound of it, `depth` times.
bool isNotNegative(DimAttr dim, int depth) {
  if (rangeOf(dim).lo >= 0)
    return true;
  if (depth == 0 || dim.getProducts().size() > longestProof)
    return false;
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts()))
    for (size_t i = 0; i < product.size(); ++i)
      if (std::optional<BoundedTerm> t = boundedTerm(dim, c, product, i))
        if (c > 0 ? isNotNegativeFromBelow(*t, depth - 1) : isNotNegativeFromAbove(*t, depth - 1))
          return true;
  return false;
}
} // namespace

bool sinter::knownLessEqual(DimAttr lhs, DimAttr rhs) { return lhs == rhs || isNotNegative(rhs - lhs, proofDepth); }
bool sinter::knownDifferent(DimAttr lhs, DimAttr rhs) {
  DimAttr difference = lhs - rhs;
  return isNotNegative(difference - 1, proofDepth) || isNotNegative(difference * -1 - 1, proofDepth);
}

//===- Values -----------------------------------------------------------------------------------------------------===//

std::optional<int64_t> sinter::evaluate(DimAttr dim, llvm::function_ref<std::optional<int64_t>(StringRef)> symbol) {
  auto factorValue = [&](Attribute factor) -> std::optional<int64_t> {
    if (auto name = dyn_cast<StringAttr>(factor))
      return symbol(name.getValue());
    auto op = cast<DimOpAttr>(factor);
    std::optional<int64_t> a = evaluate(op.getLhs(), symbol), b = evaluate(op.getRhs(), symbol);
    if (!a || !b)
      return std::nullopt;
    int64_t r;
    switch (op.getKind()) {
    case DimOpKind::Min: return std::min(*a, *b);
    case DimOpKind::Max: return std::max(*a, *b);
    case DimOpKind::Product: return llvm::MulOverflow(*a, *b, r) ? std::nullopt : std::optional(r);
    case DimOpKind::FloorDiv: return *b > 0 ? std::optional(llvm::divideFloorSigned(*a, *b)) : std::nullopt;
    case DimOpKind::CeilDiv: return *b > 0 ? std::optional(llvm::divideCeilSigned(*a, *b)) : std::nullopt;
    case DimOpKind::Mod: return *b > 0 ? std::optional(*a - llvm::divideFloorSigned(*a, *b) * *b) : std::nullopt;
    }
    llvm_unreachable("covered switch");
  };
  int64_t sum = 0;
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    int64_t value = c;
    for (Attribute factor : product) {
      std::optional<int64_t> f = factorValue(factor);
      if (!f || llvm::MulOverflow(value, *f, value))
        return std::nullopt;
    }
    if (llvm::AddOverflow(sum, value, sum))
      return std::nullopt;
  }
  return sum;
}

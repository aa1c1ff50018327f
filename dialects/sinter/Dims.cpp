// Normal form, arithmetic and ranges of symbolic dims; see Dims.h.
#include "dialects/sinter/Dims.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;
using namespace sinter;

StringRef sinter::stringify(DimOpKind kind) {
  switch (kind) {
  case DimOpKind::FloorDiv: return "floordiv";
  case DimOpKind::CeilDiv: return "ceildiv";
  case DimOpKind::Mod: return "mod";
  case DimOpKind::Min: return "min";
  case DimOpKind::Max: return "max";
  case DimOpKind::Product: return "product";
  }
  llvm_unreachable("covered switch");
}

//===- Normal form --------------------------------------------------------------------------------------------------===//

namespace {
std::string factorText(Attribute factor) {
  if (auto symbol = dyn_cast<StringAttr>(factor)) {
    StringRef name = symbol.getValue();
    bool plain = !name.empty() && (llvm::isAlpha(name[0]) || name[0] == '_') &&
                 llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '$' || c == '.'; }) &&
                 !llvm::is_contained({"floordiv", "ceildiv", "mod", "min", "max", "product"}, name);
    if (plain)
      return name.str();
    std::string quoted = "\"";
    for (char c : name) {
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
        quoted += '\\';
        quoted += llvm::hexdigit(static_cast<unsigned char>(c) >> 4);
        quoted += llvm::hexdigit(c & 15);
      } else
        quoted += c;
    }
    return quoted + "\"";
  }
  auto op = cast<DimOpAttr>(factor);
  return (stringify(op.getKind()) + "(" + toString(op.getLhs()) + ", " + toString(op.getRhs()) + ")").str();
}

/// A sum under construction: product text -> (product, coefficient). The text orders terms; constants come last.
class Sum {
public:
  /// False when a coefficient leaves int64.
  [[nodiscard]] bool add(int64_t coefficient, ArrayRef<Attribute> factors) {
    SmallVector<std::pair<std::string, Attribute>> sorted;
    for (Attribute f : factors)
      sorted.push_back({factorText(f), f});
    llvm::sort(sorted, [](auto &a, auto &b) { return a.first < b.first; });
    std::string key = sorted.empty() ? "~" : "";
    SmallVector<Attribute> product;
    for (auto &[text, factor] : sorted) {
      key += (key.empty() ? "" : "*") + text;
      product.push_back(factor);
    }
    auto &term = terms[key];
    term.first = std::move(product);
    return !llvm::AddOverflow(term.second, coefficient, term.second);
  }
  [[nodiscard]] bool add(DimAttr dim, int64_t scale) {
    for (auto [c, p] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
      int64_t scaled;
      if (llvm::MulOverflow(c, scale, scaled) || !add(scaled, p.getValue()))
        return false;
    }
    return true;
  }
  DimAttr get(MLIRContext *context) const {
    SmallVector<int64_t> coefficients;
    SmallVector<ArrayAttr> products;
    for (auto &[key, term] : terms)
      if (term.second) {
        coefficients.push_back(term.second);
        products.push_back(ArrayAttr::get(context, term.first));
      }
    return DimAttr::get(context, coefficients, products);
  }

private:
  std::map<std::string, std::pair<SmallVector<Attribute>, int64_t>> terms;
};

DimAttr opaque(DimOpKind kind, DimAttr lhs, DimAttr rhs) {
  MLIRContext *context = lhs.getContext();
  Attribute factor = DimOpAttr::get(context, kind, lhs, rhs);
  return DimAttr::get(context, {1}, {ArrayAttr::get(context, factor)});
}

DimAttr term(MLIRContext *context, int64_t coefficient, ArrayRef<Attribute> factors) {
  Sum sum;
  return sum.add(coefficient, factors) ? sum.get(context) : DimAttr();
}

/// Factors of `product` left after taking out those of `divisor`; nullopt if it lacks one.
std::optional<SmallVector<Attribute>> without(ArrayAttr product, ArrayAttr divisor) {
  SmallVector<Attribute> rest(product.getValue());
  for (Attribute f : divisor) {
    auto it = llvm::find(rest, f);
    if (it == rest.end())
      return std::nullopt;
    rest.erase(it);
  }
  return rest;
}

/// Polynomial long division; null unless the remainder is zero.
DimAttr divideExactly(DimAttr dividend, DimAttr divisor) {
  MLIRContext *context = dividend.getContext();
  if (divisor.getCoefficients().empty())
    return {};
  DimAttr quotient = dimConstant(context, 0), rest = dividend;
  for (int step = 0; step < 64; ++step) {
    if (rest.getCoefficients().empty())
      return quotient;
    std::optional<SmallVector<Attribute>> factors = without(rest.getProducts()[0], divisor.getProducts()[0]);
    if (!factors || rest.getCoefficients()[0] % divisor.getCoefficients()[0])
      return {};
    DimAttr part = term(context, rest.getCoefficients()[0] / divisor.getCoefficients()[0], *factors);
    if (!part)
      return {};
    quotient = quotient + part;
    rest = rest - part * divisor;
  }
  return {};
}

/// dim = multiple * by + remainder, with every coefficient that `by` divides in `multiple`.
std::pair<DimAttr, DimAttr> splitMultiple(DimAttr dim, int64_t by) {
  MLIRContext *context = dim.getContext();
  Sum multiple, remainder;
  for (auto [c, p] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    int64_t quotient = p.empty() ? llvm::divideFloorSigned(c, by) : c % by ? 0 : c / by;
    if (!multiple.add(quotient, p.getValue()) || !remainder.add(c - quotient * by, p.getValue()))
      return {dimConstant(context, 0), dim};
  }
  return {multiple.get(context), remainder.get(context)};
}
} // namespace

//===- Arithmetic ---------------------------------------------------------------------------------------------------===//

DimAttr sinter::dimConstant(MLIRContext *context, int64_t value) {
  if (!value)
    return DimAttr::get(context, {}, {});
  return DimAttr::get(context, {value}, {ArrayAttr::get(context, {})});
}
DimAttr sinter::dimSymbol(MLIRContext *context, StringRef name) {
  return DimAttr::get(context, {1}, {ArrayAttr::get(context, {StringAttr::get(context, name)})});
}
DimAttr sinter::operator+(DimAttr lhs, DimAttr rhs) {
  Sum sum;
  if (sum.add(lhs, 1) && sum.add(rhs, 1))
    return sum.get(lhs.getContext());
  return opaque(DimOpKind::Max, dimConstant(lhs.getContext(), INT64_MAX), dimConstant(lhs.getContext(), INT64_MAX));
}
DimAttr sinter::operator-(DimAttr lhs, DimAttr rhs) { return lhs + rhs * -1; }
DimAttr sinter::operator*(DimAttr lhs, DimAttr rhs) {
  Sum sum;
  for (auto [a, p] : llvm::zip(lhs.getCoefficients(), lhs.getProducts()))
    for (auto [b, q] : llvm::zip(rhs.getCoefficients(), rhs.getProducts())) {
      SmallVector<Attribute> factors(p.getValue());
      llvm::append_range(factors, q.getValue());
      int64_t coefficient;
      if (llvm::MulOverflow(a, b, coefficient) || !sum.add(coefficient, factors))
        return opaque(DimOpKind::Product, lhs, rhs);
    }
  return sum.get(lhs.getContext());
}
DimAttr sinter::operator+(DimAttr lhs, int64_t rhs) { return lhs + dimConstant(lhs.getContext(), rhs); }
DimAttr sinter::operator-(DimAttr lhs, int64_t rhs) { return lhs - dimConstant(lhs.getContext(), rhs); }
DimAttr sinter::operator*(DimAttr lhs, int64_t rhs) { return lhs * dimConstant(lhs.getContext(), rhs); }

static DimAttr divide(DimOpKind kind, DimAttr lhs, DimAttr rhs) {
  if (DimAttr exact = divideExactly(lhs, rhs))
    return exact;
  std::optional<int64_t> a = constantValue(lhs), b = constantValue(rhs);
  if (b && *b > 0) {
    if (a)
      return dimConstant(lhs.getContext(),
                         kind == DimOpKind::FloorDiv ? llvm::divideFloorSigned(*a, *b) : llvm::divideCeilSigned(*a, *b));
    auto [multiple, remainder] = splitMultiple(lhs, *b);
    if (!multiple.getCoefficients().empty())
      return multiple + divide(kind, remainder, rhs);
  }
  return opaque(kind, lhs, rhs);
}
DimAttr sinter::floorDiv(DimAttr lhs, DimAttr rhs) { return divide(DimOpKind::FloorDiv, lhs, rhs); }
DimAttr sinter::ceilDiv(DimAttr lhs, DimAttr rhs) { return divide(DimOpKind::CeilDiv, lhs, rhs); }
DimAttr sinter::mod(DimAttr lhs, DimAttr rhs) {
  std::optional<int64_t> a = constantValue(lhs), b = constantValue(rhs);
  if (divideExactly(lhs, rhs))
    return dimConstant(lhs.getContext(), 0);
  if (a && b && *b > 0)
    return dimConstant(lhs.getContext(), *a - llvm::divideFloorSigned(*a, *b) * *b);
  if (b && *b > 0)
    return opaque(DimOpKind::Mod, splitMultiple(lhs, *b).second, rhs);
  return opaque(DimOpKind::Mod, lhs, rhs);
}
DimAttr sinter::min(DimAttr lhs, DimAttr rhs) {
  if (knownLessEqual(lhs, rhs))
    return lhs;
  if (knownLessEqual(rhs, lhs))
    return rhs;
  return toString(lhs) < toString(rhs) ? opaque(DimOpKind::Min, lhs, rhs) : opaque(DimOpKind::Min, rhs, lhs);
}
DimAttr sinter::max(DimAttr lhs, DimAttr rhs) {
  if (knownLessEqual(lhs, rhs))
    return rhs;
  if (knownLessEqual(rhs, lhs))
    return lhs;
  return toString(lhs) < toString(rhs) ? opaque(DimOpKind::Max, lhs, rhs) : opaque(DimOpKind::Max, rhs, lhs);
}
DimAttr sinter::combine(DimOpKind kind, DimAttr lhs, DimAttr rhs) {
  switch (kind) {
  case DimOpKind::FloorDiv: return floorDiv(lhs, rhs);
  case DimOpKind::CeilDiv: return ceilDiv(lhs, rhs);
  case DimOpKind::Mod: return mod(lhs, rhs);
  case DimOpKind::Min: return min(lhs, rhs);
  case DimOpKind::Max: return max(lhs, rhs);
  case DimOpKind::Product: return lhs * rhs;
  }
  llvm_unreachable("covered switch");
}
DimAttr sinter::isNegative(DimAttr dim) {
  MLIRContext *context = dim.getContext();
  return max(min(dim, dimConstant(context, 0)), dimConstant(context, -1)) * -1;
}
DimAttr sinter::isZero(DimAttr dim) {
  DimAttr one = dimConstant(dim.getContext(), 1);
  return one - min(max(dim, dim * -1), one);
}
DimAttr sinter::product(MLIRContext *context, ArrayRef<DimAttr> dims) {
  DimAttr result = dimConstant(context, 1);
  for (DimAttr dim : dims)
    result = result * dim;
  return result;
}

std::optional<int64_t> sinter::constantValue(DimAttr dim) {
  if (dim.getCoefficients().empty())
    return 0;
  if (dim.getCoefficients().size() == 1 && dim.getProducts()[0].empty())
    return dim.getCoefficients()[0];
  return std::nullopt;
}
std::optional<StringRef> sinter::symbolName(DimAttr dim) {
  if (dim.getCoefficients().size() != 1 || dim.getCoefficients()[0] != 1 || dim.getProducts()[0].size() != 1)
    return std::nullopt;
  auto name = dyn_cast<StringAttr>(dim.getProducts()[0][0]);
  return name ? std::optional(name.getValue()) : std::nullopt;
}

//===- Evaluation and ranges ----------------------------------------------------------------------------------------===//

namespace {
/// Interval arithmetic that saturates: INT64_MIN and INT64_MAX are the infinities.
int64_t saturatingAdd(int64_t a, int64_t b) {
  if (a == INT64_MIN || b == INT64_MIN)
    return INT64_MIN;
  if (a == INT64_MAX || b == INT64_MAX)
    return INT64_MAX;
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
  int64_t c[] = {saturatingMul(a.lo, b.lo), saturatingMul(a.lo, b.hi), saturatingMul(a.hi, b.lo), saturatingMul(a.hi, b.hi)};
  return {*std::min_element(c, c + 4), *std::max_element(c, c + 4)};
}

DimRange rangeOfFactor(Attribute factor, const SymbolRanges *ranges) {
  constexpr DimRange all{INT64_MIN, INT64_MAX};
  if (auto symbol = dyn_cast<StringAttr>(factor)) {
    if (ranges)
      if (auto it = ranges->find(symbol.getValue()); it != ranges->end())
        return it->second;
    return symbol.getValue().starts_with("$") ? all : DimRange{0, INT64_MAX};
  }
  auto op = cast<DimOpAttr>(factor);
  DimRange a = rangeOf(op.getLhs(), ranges), b = rangeOf(op.getRhs(), ranges);
  auto divided = [&](int64_t value, bool up) {
    if (value == INT64_MIN || value == INT64_MAX || b.lo != b.hi)
      return value;
    return up ? llvm::divideCeilSigned(value, b.lo) : llvm::divideFloorSigned(value, b.lo);
  };
  switch (op.getKind()) {
  case DimOpKind::Min: return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
  case DimOpKind::Max: return {std::max(a.lo, b.lo), std::max(a.hi, b.hi)};
  case DimOpKind::Product: return multiply(a, b);
  case DimOpKind::Mod: return b.lo > 0 ? DimRange{0, b.hi == INT64_MAX ? b.hi : b.hi - 1} : all;
  case DimOpKind::FloorDiv:
  case DimOpKind::CeilDiv:
    if (b.lo <= 0)
      return a.lo >= 0 && b.lo >= 0 ? DimRange{0, a.hi} : all;
    return {a.lo >= 0 ? (b.lo == b.hi ? divided(a.lo, op.getKind() == DimOpKind::CeilDiv) : 0) : a.lo,
            a.hi >= 0 ? divided(a.hi, op.getKind() == DimOpKind::CeilDiv) : 0};
  }
  llvm_unreachable("covered switch");
}
} // namespace

DimRange sinter::rangeOf(DimAttr dim, const SymbolRanges *ranges) {
  DimRange sum{0, 0};
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    DimRange term{c, c};
    for (Attribute factor : product)
      term = multiply(term, rangeOfFactor(factor, ranges));
    sum = {saturatingAdd(sum.lo, term.lo), saturatingAdd(sum.hi, term.hi)};
  }
  return sum;
}
bool sinter::knownLessEqual(DimAttr lhs, DimAttr rhs) {
  if (lhs == rhs)
    return true;
  // min(a, b) <= a and a <= max(a, b), which intervals alone do not see.
  auto single = [](DimAttr dim, DimOpKind kind) -> DimOpAttr {
    if (dim.getCoefficients().size() != 1 || dim.getCoefficients()[0] != 1 || dim.getProducts()[0].size() != 1)
      return {};
    auto op = dyn_cast<DimOpAttr>(dim.getProducts()[0][0]);
    return op && op.getKind() == kind ? op : DimOpAttr();
  };
  if (DimOpAttr op = single(lhs, DimOpKind::Min); op && (knownLessEqual(op.getLhs(), rhs) || knownLessEqual(op.getRhs(), rhs)))
    return true;
  if (DimOpAttr op = single(rhs, DimOpKind::Max); op && (knownLessEqual(lhs, op.getLhs()) || knownLessEqual(lhs, op.getRhs())))
    return true;
  return rangeOf(rhs - lhs).lo >= 0;
}
bool sinter::knownDifferent(DimAttr lhs, DimAttr rhs) {
  DimRange difference = rangeOf(lhs - rhs);
  return difference.lo > 0 || difference.hi < 0;
}

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

DimAttr sinter::substitute(DimAttr dim, llvm::function_ref<DimAttr(StringRef)> replace) {
  MLIRContext *context = dim.getContext();
  DimAttr sum = dimConstant(context, 0);
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    DimAttr value = dimConstant(context, c);
    for (Attribute factor : product) {
      DimAttr f;
      if (auto name = dyn_cast<StringAttr>(factor)) {
        f = replace(name.getValue());
        if (!f)
          f = dimSymbol(context, name.getValue());
      } else {
        auto op = cast<DimOpAttr>(factor);
        f = combine(op.getKind(), substitute(op.getLhs(), replace), substitute(op.getRhs(), replace));
      }
      value = value * f;
    }
    sum = sum + value;
  }
  return sum;
}

void sinter::visitSymbols(DimAttr dim, llvm::function_ref<void(StringRef)> visit) {
  for (ArrayAttr product : dim.getProducts())
    for (Attribute factor : product) {
      if (auto name = dyn_cast<StringAttr>(factor))
        visit(name.getValue());
      else {
        visitSymbols(cast<DimOpAttr>(factor).getLhs(), visit);
        visitSymbols(cast<DimOpAttr>(factor).getRhs(), visit);
      }
    }
}

std::string sinter::toString(DimAttr dim) {
  std::string text;
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    if (!text.empty())
      text += c < 0 ? " - " : " + ";
    else if (c < 0)
      text += "-";
    uint64_t magnitude = c < 0 ? 0 - static_cast<uint64_t>(c) : c;
    std::string factors;
    for (Attribute factor : product)
      factors += (factors.empty() ? "" : "*") + factorText(factor);
    if (factors.empty())
      text += std::to_string(magnitude);
    else
      text += (magnitude == 1 ? "" : std::to_string(magnitude) + "*") + factors;
  }
  return text.empty() ? "0" : text;
}

//===- Tensor types -------------------------------------------------------------------------------------------------===//

RankedTensorType sinter::tensorType(ArrayRef<DimAttr> dims, Type element) {
  SmallVector<int64_t> shape;
  for (DimAttr dim : dims) {
    std::optional<int64_t> size = constantValue(dim);
    shape.push_back(size && *size >= 0 ? *size : ShapedType::kDynamic);
  }
  Attribute encoding;
  if (llvm::is_contained(shape, ShapedType::kDynamic))
    encoding = DimsAttr::get(element.getContext(), dims);
  return RankedTensorType::get(shape, element, encoding);
}
SmallVector<DimAttr> sinter::dimsOf(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  if (auto encoding = dyn_cast_or_null<DimsAttr>(type.getEncoding()))
    return SmallVector<DimAttr>(encoding.getValues());
  SmallVector<DimAttr> dims;
  for (int64_t size : type.getShape())
    dims.push_back(dimConstant(type.getContext(), size));
  return dims;
}
SmallVector<DimAttr> sinter::dimsOf(Value tensor) { return dimsOf(tensor.getType()); }
DimAttr sinter::elementCount(Type tensor) { return product(tensor.getContext(), dimsOf(tensor)); }
int64_t sinter::elementBytes(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

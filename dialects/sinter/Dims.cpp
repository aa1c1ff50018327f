// Normal form, arithmetic and ranges of symbolic dims; see Dims.h.
#include "dialects/sinter/Dims.h"
#include "dialects/sinter/DimsStorage.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <map>
#include <numeric>

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

//===- Normal form ------------------------------------------------------------------------------------------------===//

namespace {
/// The text of a factor, which is in `buffer` for a name that needs quotes.
StringRef factorText(Attribute factor, std::string &buffer) {
  if (auto op = dyn_cast<DimOpAttr>(factor))
    return op.getText();
  StringRef name = cast<StringAttr>(factor).getValue();
  bool plain = !name.empty() && (llvm::isAlpha(name[0]) || name[0] == '_') &&
               llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '$' || c == '.'; }) &&
               !llvm::is_contained({"floordiv", "ceildiv", "mod", "min", "max", "product"}, name);
  if (plain)
    return name;
  buffer = "\"";
  for (char c : name) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      buffer += '\\';
      buffer += llvm::hexdigit(static_cast<unsigned char>(c) >> 4);
      buffer += llvm::hexdigit(c & 15);
    } else
      buffer += c;
  }
  return buffer += "\"";
}

/// Factors are sorted by their text.
bool precedes(Attribute a, Attribute b) {
  std::string left, right;
  return a != b && factorText(a, left) < factorText(b, right);
}
/// Products are sorted factor by factor; the empty one comes last.
struct ProductOrder {
  bool operator()(ArrayRef<Attribute> a, ArrayRef<Attribute> b) const {
    if (a.empty() || b.empty())
      return !a.empty() && b.empty();
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), precedes);
  }
};

/// A sum under construction: product -> coefficient.
class Sum {
public:
  /// False when a coefficient leaves int64, or cannot be negated there.
  [[nodiscard]] bool add(int64_t coefficient, ArrayRef<Attribute> factors) {
    SmallVector<Attribute> product(factors);
    llvm::sort(product, precedes);
    int64_t &sum = terms[product];
    return !llvm::AddOverflow(sum, coefficient, sum) && sum != INT64_MIN;
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
    for (auto &[product, coefficient] : terms)
      if (coefficient) {
        coefficients.push_back(coefficient);
        products.push_back(ArrayAttr::get(context, product));
      }
    return DimAttr::get(context, coefficients, products);
  }

private:
  std::map<SmallVector<Attribute>, int64_t, ProductOrder> terms;
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

/// Index of the term that leads in graded lexicographic order: highest degree, then earliest factors. Products keep
/// this order, as division needs; the order of the terms themselves they do not.
size_t leadingTerm(DimAttr dim) {
  ArrayRef<ArrayAttr> products = dim.getProducts();
  size_t lead = 0;
  for (size_t i = 1; i < products.size(); ++i) {
    ArrayRef<Attribute> product = products[i].getValue(), best = products[lead].getValue();
    if (product.size() > best.size() || (product.size() == best.size() && ProductOrder()(product, best)))
      lead = i;
  }
  return lead;
}

/// Polynomial long division; null unless the remainder is zero.
DimAttr divideExactly(DimAttr dividend, DimAttr divisor) {
  constexpr int longest = 256; // terms of the quotient
  MLIRContext *context = dividend.getContext();
  if (divisor.getCoefficients().empty())
    return {};
  size_t divisorLead = leadingTerm(divisor);
  DimAttr quotient = dimConstant(context, 0), rest = dividend;
  for (int step = 0; step < longest; ++step) {
    if (rest.getCoefficients().empty())
      return quotient;
    size_t lead = leadingTerm(rest);
    std::optional<SmallVector<Attribute>> factors =
        without(rest.getProducts()[lead], divisor.getProducts()[divisorLead]);
    int64_t by = divisor.getCoefficients()[divisorLead];
    if (!factors || rest.getCoefficients()[lead] % by)
      return {};
    DimAttr part = term(context, rest.getCoefficients()[lead] / by, *factors);
    quotient = quotient + part;
    rest = rest - part * divisor;
  }
  return {};
}

/// dim = multiple * by + remainder, with every coefficient that `by` divides in `multiple`, and the constant of
/// `remainder` in [0, by).
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

/// The greatest common divisor of `start` and the coefficients; of the constant one too if `withConstant`.
int64_t commonDivisor(DimAttr dim, int64_t start, bool withConstant) {
  for (auto [c, p] : llvm::zip(dim.getCoefficients(), dim.getProducts()))
    if (withConstant || !p.empty())
      start = std::gcd(start, c);
  return start;
}

/// `dim` with its coefficients divided by `by`, the constant rounded down.
DimAttr divideCoefficients(DimAttr dim, int64_t by) {
  Sum sum;
  bool fits = true;
  for (auto [c, p] : llvm::zip(dim.getCoefficients(), dim.getProducts()))
    fits &= sum.add(llvm::divideFloorSigned(c, by), p.getValue());
  assert(fits && "coefficients shrink");
  (void)fits;
  return sum.get(dim.getContext());
}

/// floordiv(floordiv(x, a) + r, by) is floordiv(x + a*r, a*by): replaces both, or returns false.
bool joinNestedDivision(DimAttr &dim, int64_t &by) {
  MLIRContext *context = dim.getContext();
  for (auto [c, p] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    auto inner = c == 1 && p.size() == 1 ? dyn_cast<DimOpAttr>(p[0]) : DimOpAttr();
    if (!inner || inner.getKind() != DimOpKind::FloorDiv)
      continue;
    std::optional<int64_t> a = constantValue(inner.getRhs());
    int64_t joined;
    if (!a || *a <= 0 || llvm::MulOverflow(*a, by, joined))
      continue;
    DimAttr rest = dim - term(context, 1, p.getValue());
    dim = inner.getLhs() + rest * *a;
    by = joined;
    return true;
  }
  return false;
}

/// floor(dim / by) for by > 0.
DimAttr floorByNumber(DimAttr dim, int64_t by) {
  MLIRContext *context = dim.getContext();
  DimAttr result = dimConstant(context, 0);
  do {
    auto [multiple, rest] = splitMultiple(dim, by);
    result = result + multiple;
    int64_t divisor = commonDivisor(rest, by, /*withConstant=*/false);
    dim = divideCoefficients(rest, divisor);
    by /= divisor;
  } while (by != 1 && !constantValue(dim) && joinNestedDivision(dim, by));
  if (by == 1)
    return result + dim;
  std::optional<int64_t> number = constantValue(dim);
  return result + (number ? dimConstant(context, llvm::divideFloorSigned(*number, by))
                          : opaque(DimOpKind::FloorDiv, dim, dimConstant(context, by)));
}

/// Takes out of both dims the factors that all their terms share; not those that may be negative, which would turn the
/// divisor's sign.
void cancelCommonFactors(DimAttr &lhs, DimAttr &rhs) {
  if (lhs.getCoefficients().empty() || rhs.getCoefficients().empty())
    return;
  MLIRContext *context = lhs.getContext();
  SmallVector<Attribute> common(rhs.getProducts()[0].getValue());
  llvm::erase_if(common, [&](Attribute factor) { return rangeOf(term(context, 1, factor)).lo < 0; });
  for (DimAttr dim : {lhs, rhs})
    for (ArrayAttr product : dim.getProducts()) {
      SmallVector<Attribute> left(product.getValue());
      llvm::erase_if(common, [&](Attribute factor) {
        auto it = llvm::find(left, factor);
        if (it == left.end())
          return true;
        left.erase(it);
        return false;
      });
    }
  int64_t divisor = commonDivisor(rhs, commonDivisor(lhs, 0, true), true);
  for (DimAttr *dim : {&lhs, &rhs}) {
    Sum sum;
    bool fits = true;
    for (auto [c, p] : llvm::zip(dim->getCoefficients(), dim->getProducts()))
      fits &= sum.add(c / divisor, *without(p, ArrayAttr::get(context, common)));
    assert(fits && "coefficients shrink");
    (void)fits;
    *dim = sum.get(context);
  }
}
} // namespace

//===- Arithmetic -------------------------------------------------------------------------------------------------===//

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
  DimAttr largest = dimConstant(lhs.getContext(), INT64_MAX);
  return opaque(DimOpKind::Product, largest, largest); // has no value: every plan with it fails
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
  cancelCommonFactors(lhs, rhs);
  std::optional<int64_t> by = constantValue(rhs);
  if (!by || *by <= 0)
    return opaque(kind, lhs, rhs);
  return floorByNumber(kind == DimOpKind::CeilDiv ? lhs + (*by - 1) : lhs, *by);
}
DimAttr sinter::floorDiv(DimAttr lhs, DimAttr rhs) { return divide(DimOpKind::FloorDiv, lhs, rhs); }
DimAttr sinter::ceilDiv(DimAttr lhs, DimAttr rhs) { return divide(DimOpKind::CeilDiv, lhs, rhs); }
DimAttr sinter::mod(DimAttr lhs, DimAttr rhs) {
  if (divideExactly(lhs, rhs))
    return dimConstant(lhs.getContext(), 0);
  std::optional<int64_t> by = constantValue(rhs);
  if (!by || *by <= 0)
    return opaque(DimOpKind::Mod, lhs, rhs);
  DimAttr rest = splitMultiple(lhs, *by).second;
  return constantValue(rest) ? rest : opaque(DimOpKind::Mod, rest, rhs);
}

/// Adds the operands of a tree of one kind.
static void addOperands(DimOpKind kind, DimAttr dim, SmallVectorImpl<DimAttr> &operands) {
  bool isFactor =
      dim.getCoefficients().size() == 1 && dim.getCoefficients()[0] == 1 && dim.getProducts()[0].size() == 1;
  auto op = isFactor ? dyn_cast<DimOpAttr>(dim.getProducts()[0][0]) : DimOpAttr();
  if (!op || op.getKind() != kind) {
    operands.push_back(dim);
    return;
  }
  addOperands(kind, op.getLhs(), operands);
  addOperands(kind, op.getRhs(), operands);
}

/// Min or max: operands in the order of their text, without those that another is known to beat.
static DimAttr extremum(DimOpKind kind, DimAttr lhs, DimAttr rhs) {
  SmallVector<DimAttr> operands, kept;
  addOperands(kind, lhs, operands);
  addOperands(kind, rhs, operands);
  SmallVector<std::pair<std::string, DimAttr>> sorted;
  for (DimAttr dim : operands)
    sorted.push_back({toString(dim), dim});
  llvm::sort(sorted, [](auto &a, auto &b) { return a.first < b.first; });
  auto beats = [&](DimAttr a, DimAttr b) {
    return kind == DimOpKind::Min ? knownLessEqual(a, b) : knownLessEqual(b, a);
  };
  for (auto &[text, dim] : sorted) {
    if (llvm::any_of(kept, [&](DimAttr other) { return beats(other, dim); }))
      continue;
    llvm::erase_if(kept, [&](DimAttr other) { return beats(dim, other); });
    kept.push_back(dim);
  }
  DimAttr result = kept[0];
  for (DimAttr dim : ArrayRef(kept).drop_front())
    result = opaque(kind, result, dim);
  return result;
}
DimAttr sinter::min(DimAttr lhs, DimAttr rhs) { return extremum(DimOpKind::Min, lhs, rhs); }
DimAttr sinter::max(DimAttr lhs, DimAttr rhs) { return extremum(DimOpKind::Max, lhs, rhs); }
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

DimOpKind DimOpAttr::getKind() const { return getImpl()->kind; }
DimAttr DimOpAttr::getLhs() const { return getImpl()->lhs; }
DimAttr DimOpAttr::getRhs() const { return getImpl()->rhs; }
StringRef DimOpAttr::getText() const { return getImpl()->text; }
DimRange DimOpAttr::getRange() const { return getImpl()->range; }

//===- Symbols and text -------------------------------------------------------------------------------------------===//

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
  std::string text, buffer;
  for (auto [c, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
    if (!text.empty())
      text += c < 0 ? " - " : " + ";
    else if (c < 0)
      text += "-";
    uint64_t magnitude = c < 0 ? 0 - static_cast<uint64_t>(c) : c;
    std::string factors;
    for (Attribute factor : product)
      factors += (factors.empty() ? "" : "*") + factorText(factor, buffer).str();
    if (factors.empty())
      text += std::to_string(magnitude);
    else
      text += (magnitude == 1 ? "" : std::to_string(magnitude) + "*") + factors;
  }
  return text.empty() ? "0" : text;
}

//===- Tensor types -----------------------------------------------------------------------------------------------===//

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

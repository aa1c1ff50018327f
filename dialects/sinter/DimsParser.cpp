// Text of dims: the assembly of #sinter.dim and #sinter.dims, and dim_param formulas. One grammar, two token sources.
//
//   sum    := ['-'] term (('+' | '-') term)*        term := factor (('*' | '//' | '%') factor)*
//   factor := integer | name | "quoted name" | '(' sum ')' | function '(' sum ',' sum ')'
#include "dialects/sinter/Sinter.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace sinter;

namespace {
/// Tokens of plain text; blanks are skipped. Depth is bounded because the text is a user's.
class TextTokens {
public:
  explicit TextTokens(StringRef text) : rest(text) {}
  bool eat(char c) {
    rest = rest.ltrim();
    if (!rest.starts_with(StringRef(&c, 1)))
      return false;
    rest = rest.drop_front();
    return true;
  }
  bool integer(int64_t &value) {
    StringRef digits = rest.ltrim().take_while([](char c) { return llvm::isDigit(c); });
    if (digits.getAsInteger(10, value))
      return false;
    rest = rest.ltrim().drop_front(digits.size());
    return true;
  }
  bool name(std::string &value) {
    rest = rest.ltrim();
    StringRef word = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; });
    if (word.empty() || llvm::isDigit(word[0]))
      return false;
    value = word.str();
    rest = rest.drop_front(word.size());
    return true;
  }
  /// As MLIR prints strings: `\` and two hex digits for a byte.
  bool quoted(std::string &value) {
    StringRef from = rest.ltrim();
    if (!from.consume_front("\""))
      return false;
    value.clear();
    while (!from.empty() && from.front() != '"') {
      unsigned byte = static_cast<unsigned char>(from.front());
      bool escaped = byte == '\\';
      if (escaped && (from.size() < 3 || from.substr(1, 2).getAsInteger(16, byte)))
        return false;
      value += static_cast<char>(byte);
      from = from.drop_front(escaped ? 3 : 1);
    }
    if (!from.consume_front("\""))
      return false;
    rest = from;
    return true;
  }
  /// The infix divisions of dim_param, which the assembly lacks.
  bool infixFloorDiv() {
    rest = rest.ltrim();
    return rest.consume_front("//");
  }
  bool infixMod() { return eat('%'); }
  bool done() { return rest.ltrim().empty(); }

private:
  StringRef rest;
};

/// Tokens of MLIR assembly.
class AsmTokens {
public:
  explicit AsmTokens(AsmParser &parser) : parser(parser) {}
  bool eat(char c) {
    switch (c) {
    case '+': return succeeded(parser.parseOptionalPlus());
    case '-': return succeeded(parser.parseOptionalMinus());
    case '*': return succeeded(parser.parseOptionalStar());
    case '(': return succeeded(parser.parseOptionalLParen());
    case ')': return succeeded(parser.parseOptionalRParen());
    case ',': return succeeded(parser.parseOptionalComma());
    }
    return false;
  }
  bool integer(int64_t &value) {
    OptionalParseResult result = parser.parseOptionalInteger(value);
    return result.has_value() && succeeded(*result);
  }
  bool name(std::string &value) {
    StringRef keyword;
    if (failed(parser.parseOptionalKeyword(&keyword)))
      return false;
    value = keyword.str();
    return true;
  }
  bool quoted(std::string &value) { return succeeded(parser.parseOptionalString(&value)); }
  bool infixFloorDiv() { return false; }
  bool infixMod() { return false; }

private:
  AsmParser &parser;
};

template <typename Tokens> class DimParser {
public:
  DimParser(MLIRContext *context, Tokens tokens) : context(context), tokens(tokens) {}
  /// Null on a syntax error.
  DimAttr sum(int depth = 0) {
    if (depth > 32)
      return {};
    bool negative = tokens.eat('-');
    DimAttr total = product(depth);
    if (total && negative)
      total = total * -1;
    while (total) {
      bool plus = tokens.eat('+'), minus = !plus && tokens.eat('-');
      if (!plus && !minus)
        break;
      DimAttr next = product(depth);
      total = !next ? next : plus ? total + next : total - next;
    }
    return total;
  }
  Tokens &source() { return tokens; }

private:
  DimAttr product(int depth) {
    DimAttr total = factor(depth);
    while (total) {
      std::optional<DimOpKind> kind = infix();
      if (!kind)
        break;
      DimAttr next = factor(depth);
      total = next ? combine(*kind, total, next) : next;
    }
    return total;
  }
  std::optional<DimOpKind> infix() {
    if (tokens.eat('*'))
      return DimOpKind::Product;
    if (tokens.infixFloorDiv())
      return DimOpKind::FloorDiv;
    return tokens.infixMod() ? std::optional(DimOpKind::Mod) : std::nullopt;
  }
  DimAttr factor(int depth) {
    int64_t value;
    std::string name;
    if (tokens.integer(value))
      return dimConstant(context, value);
    if (tokens.quoted(name))
      return dimSymbol(context, name);
    if (tokens.eat('(')) {
      DimAttr inner = sum(depth + 1);
      return tokens.eat(')') ? inner : DimAttr();
    }
    if (!tokens.name(name))
      return {};
    for (DimOpKind kind :
         {DimOpKind::FloorDiv, DimOpKind::CeilDiv, DimOpKind::Mod, DimOpKind::Min, DimOpKind::Max, DimOpKind::Product})
      if (StringRef(name).equals_insensitive(stringify(kind)) && tokens.eat('(')) { // sympy writes Max, FloorDiv
        DimAttr lhs = sum(depth + 1);
        if (!lhs || !tokens.eat(','))
          return {};
        DimAttr rhs = sum(depth + 1);
        return rhs && tokens.eat(')') ? combine(kind, lhs, rhs) : DimAttr();
      }
    return dimSymbol(context, name);
  }
  MLIRContext *context;
  Tokens tokens;
};
} // namespace

DimAttr sinter::parseDim(MLIRContext *context, StringRef text) {
  DimParser<TextTokens> parser(context, TextTokens(text));
  DimAttr dim = parser.sum();
  return dim && parser.source().done() ? dim : DimAttr();
}

ParseResult sinter::parseDim(AsmParser &parser, DimAttr &dim) {
  SMLoc loc = parser.getCurrentLocation();
  dim = DimParser<AsmTokens>(parser.getContext(), AsmTokens(parser)).sum();
  if (!dim)
    return parser.emitError(loc, "expected a dim such as 2*S + 1");
  return success();
}

//===- Attribute assembly -----------------------------------------------------------------------------------------===//

static ParseResult parseDimList(AsmParser &parser, SmallVectorImpl<DimAttr> &dims) {
  if (parser.parseLess())
    return failure();
  if (succeeded(parser.parseOptionalGreater()))
    return success();
  do {
    DimAttr dim;
    if (sinter::parseDim(parser, dim))
      return failure();
    dims.push_back(dim);
  } while (succeeded(parser.parseOptionalComma()));
  return parser.parseGreater();
}

Attribute DimAttr::parse(AsmParser &parser, Type) {
  DimAttr dim;
  if (parser.parseLess() || sinter::parseDim(parser, dim) || parser.parseGreater())
    return {};
  return dim;
}
void DimAttr::print(AsmPrinter &printer) const { printer << "<" << toString(*this) << ">"; }

// A factor on its own is written as the dim that it makes.
Attribute DimOpAttr::parse(AsmParser &parser, Type) {
  auto dim = cast_or_null<DimAttr>(DimAttr::parse(parser, {}));
  auto op = dim && dim.getProducts().size() == 1 && dim.getProducts()[0].size() == 1
                ? dyn_cast<DimOpAttr>(dim.getProducts()[0][0])
                : DimOpAttr();
  if (!op)
    parser.emitError(parser.getNameLoc(), "expected floordiv, ceildiv, mod, min or max of two dims");
  return op;
}
void DimOpAttr::print(AsmPrinter &printer) const {
  printer << "<" << toString(combine(getKind(), getLhs(), getRhs())) << ">";
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SmallVector<DimAttr> dims;
  if (parseDimList(parser, dims))
    return {};
  return DimsAttr::get(parser.getContext(), dims);
}
void DimsAttr::print(AsmPrinter &printer) const {
  printer << "<";
  llvm::interleaveComma(getValues(), printer, [&](DimAttr dim) { printer << toString(dim); });
  printer << ">";
}
LogicalResult DimsAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                                       llvm::function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != getValues().size())
    return emitError() << "expected " << shape.size() << " dims in the encoding, got " << getValues().size();
  for (auto [size, dim] : llvm::zip(shape, getValues())) {
    std::optional<int64_t> value = constantValue(dim);
    if (ShapedType::isDynamic(size) ? value && *value >= 0 : value != size)
      return emitError() << "expected dim " << (ShapedType::isDynamic(size) ? "?" : std::to_string(size)) << ", got "
                         << toString(dim);
  }
  return success();
}

ParseResult sinter::parseDims(OpAsmParser &parser, DimsAttr &dims) {
  SmallVector<DimAttr> values;
  if (parseDimList(parser, values))
    return failure();
  dims = DimsAttr::get(parser.getContext(), values);
  return success();
}
void sinter::printDims(OpAsmPrinter &printer, Operation *, DimsAttr dims) { dims.print(printer); }
ParseResult sinter::parseDim(OpAsmParser &parser, DimAttr &dim) {
  return failure(parser.parseLess() || sinter::parseDim(static_cast<AsmParser &>(parser), dim) ||
                 parser.parseGreater());
}
void sinter::printDim(OpAsmPrinter &printer, Operation *, DimAttr dim) { dim.print(printer); }

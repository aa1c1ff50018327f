// Attributes: dims and lists of dims, symbols, kinds of the elementwise operators.
#ifndef SINTER_ATTRIBUTES
#define SINTER_ATTRIBUTES

include "Dialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"

class SinterAttr<string name, string attrMnemonic, list<Trait> traits = []> : AttrDef<SinterDialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def DimAttr : SinterAttr<"Dim", "dim"> {
  let summary = "A size as a polynomial over symbols, in normal form";
  let description = [{
    `sum_i coefficients[i] * product(factors[i])`. A factor is a symbol (StringAttr) or a DimOpAttr. Factors and terms are
    sorted, terms are distinct, no coefficient is zero: equal dims are equal pointers. Build with the functions of Dims.h.
    Example: `#sinter.dim<B*S + 2*floordiv(S, 3) - 1>`.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$coefficients, ArrayRefParameter<"::mlir::ArrayAttr">:$products);
  let hasCustomAssemblyFormat = 1;
  let skipDefaultBuilders = 0;
}

def DimOpAttr : AttrDef<SinterDialect, "DimOp"> {
  let summary = "A factor of a dim that is not a symbol: floordiv, ceildiv, mod, min, max, or a product past int64";
  let mnemonic = "dim_op";
  let hasCustomAssemblyFormat = 1;
  let parameters = (ins "::sinter::DimOpKind":$kind, "::sinter::DimAttr":$lhs, "::sinter::DimAttr":$rhs);
  let genStorageClass = 0; // DimsStorage.h
  let storageNamespace = "detail";
  let extraClassDeclaration = [{
    /// "floordiv(S, 3)"; lives as long as the context.
    ::llvm::StringRef getText() const;
    /// rangeOf without known ranges of symbols.
    ::sinter::DimRange getRange() const;
  }];
}

def DimsAttr : SinterAttr<"Dims", "dims", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "A list of dims: the encoding of a tensor type, the value of an integer tensor, offsets, pads";
  let parameters = (ins OptionalArrayRefParameter<"::sinter::DimAttr">:$values);
  let hasCustomAssemblyFormat = 1;
}

def SymbolAttr : SinterAttr<"Symbol", "symbol"> {
  let summary = "A symbol of a program, its range and where its value comes from";
  let description = [{
    `source` is "dim" (dim `position` of input `input`), "element" (flat element `position` of the integer input `input`),
    "value" (computed by the program and bound by `sinter.bind`; `input` and `position` are -1) or "state" (the rows that
    the `position`-th `sinter.state` has kept; `input` is -1). The value lies in [`lo`, `hi`]. Example: `#sinter.symbol<name = "B", lo = 1, hi = 64, source = "dim", input = 0, position = 0>`.
  }];
  let parameters = (ins "::mlir::StringAttr":$name, "int64_t":$lo, "int64_t":$hi, "::mlir::StringAttr":$source,
                        "int64_t":$input, "int64_t":$position);
  let assemblyFormat = "`<` struct(params) `>`";
}

class SinterKind<string name, string text, list<string> kinds>
    : I32EnumAttr<name, text, !foreach(i, !range(!size(kinds)), I32EnumAttrCase<kinds[i], i, !subst("_", "", kinds[i])>)> {
  let cppNamespace = "::sinter";
  let genSpecializedAttr = 0;
}
class SinterKindAttr<EnumInfo enum> : EnumAttr<SinterDialect, enum, "kind_" # enum.className> {
  let assemblyFormat = "$value";
}

def UnaryKind : SinterKind<"UnaryKind", "kind of a unary operator", [
  "neg", "abs", "sign", "_not", "bitnot", "exp", "exp2", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "floor", "ceil", "round",
  "trunc", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "sigmoid",
  "softplus", "isnan", "isinf", "isposinf", "isneginf"]>;
def BinaryKind : SinterKind<"BinaryKind", "kind of a binary operator", [
  "add", "sub", "mul", "div", "floordiv", "mod", "fmod", "pow", "max", "min", "maxnum", "minnum", "_and", "_or", "_xor", "shl", "shr", "eq", "ne", "lt", "le",
  "gt", "ge"]>;
def TernaryKind : SinterKind<"TernaryKind", "kind of a ternary operator", ["select"]>;
def ReduceKind : SinterKind<"ReduceKind", "kind of a reduction", ["sum", "prod", "max", "min"]>;
def WindowKind : SinterKind<"WindowKind", "kind of a pooling window", ["max", "sum", "mean", "meanpadded", "argmax"]>;
def IndexMode : SinterKind<"IndexMode", "how a gather or scatter reads its indices", ["take", "elements", "nd"]>;
def ScatterKind : SinterKind<"ScatterKind", "how a scatter combines", ["replace", "add", "mul", "max", "min"]>;
def PadMode : SinterKind<"PadMode", "what a pad writes outside", ["constant", "edge", "reflect", "wrap"]>;

def UnaryKindAttr : SinterKindAttr<UnaryKind>;
def BinaryKindAttr : SinterKindAttr<BinaryKind>;
def TernaryKindAttr : SinterKindAttr<TernaryKind>;
def ReduceKindAttr : SinterKindAttr<ReduceKind>;
def WindowKindAttr : SinterKindAttr<WindowKind>;
def IndexModeAttr : SinterKindAttr<IndexMode>;
def ScatterKindAttr : SinterKindAttr<ScatterKind>;
def PadModeAttr : SinterKindAttr<PadMode>;

#endif

// Symbolic dims: integer polynomials over named symbols, in one normal form.
//
// A dim is `sum_i c_i * f_i1 * f_i2 ..`. A factor is a symbol or one of floordiv, ceildiv, mod, min, max of two dims.
// The normal form expands products, sorts factors and terms by their text and merges equal terms, so B*(S + P) and B*S
// + B*P are one attribute, compared by pointer (AffineExpr does not normalise products of sums). Division is exact
// where the polynomial division leaves no remainder: floordiv(B*S*768, B*S) = 768; a divisor that is 0 at run time then
// counts as 1.
//
// A symbol whose name begins with `$` is a value read from an input's element and may be negative; every other symbol
// is a size, at least 0. Coefficients that would leave int64 stay as an unexpanded product, which the plan checks.
//
// Laws are tested in test/unit/dims.
#pragma once
#include "mlir/IR/Attributes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TensorEncoding.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace sinter {
class DimAttr;
class DimsAttr;

/// A factor that is not a symbol. `Product` stands for lhs * rhs whose expansion leaves int64.
enum class DimOpKind : uint32_t { FloorDiv, CeilDiv, Mod, Min, Max, Product };

llvm::StringRef stringify(DimOpKind kind);
/// An interval of int64; INT64_MIN and INT64_MAX stand for unbounded.
struct DimRange {
  int64_t lo, hi;
};
namespace detail {
struct DimOpAttrStorage; // DimsStorage.h
}
} // namespace sinter

#include "dialects/sinter/Enums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/sinter/Attributes.h.inc"

namespace sinter {
DimAttr dimConstant(mlir::MLIRContext *context, int64_t value);
DimAttr dimSymbol(mlir::MLIRContext *context, llvm::StringRef name);
DimAttr operator+(DimAttr lhs, DimAttr rhs);
DimAttr operator-(DimAttr lhs, DimAttr rhs);
DimAttr operator*(DimAttr lhs, DimAttr rhs);
DimAttr operator+(DimAttr lhs, int64_t rhs);
DimAttr operator-(DimAttr lhs, int64_t rhs);
DimAttr operator*(DimAttr lhs, int64_t rhs);
DimAttr floorDiv(DimAttr lhs, DimAttr rhs);
DimAttr ceilDiv(DimAttr lhs, DimAttr rhs);
DimAttr mod(DimAttr lhs, DimAttr rhs);
DimAttr min(DimAttr lhs, DimAttr rhs);
DimAttr max(DimAttr lhs, DimAttr rhs);
DimAttr combine(DimOpKind kind, DimAttr lhs, DimAttr rhs);
/// 1 if `dim` is negative, else 0, as a formula.
DimAttr isNegative(DimAttr dim);
/// 1 if `dim` is 0, else 0, as a formula.
DimAttr isZero(DimAttr dim);
/// Product of all, 1 for none.
DimAttr product(mlir::MLIRContext *context, llvm::ArrayRef<DimAttr> dims);

/// The value of a constant dim.
std::optional<int64_t> constantValue(DimAttr dim);
/// The name of a dim that is one symbol.
std::optional<llvm::StringRef> symbolName(DimAttr dim);

using SymbolRanges = llvm::StringMap<DimRange>;
/// An interval that holds the dim's value for all values of its symbols (of `ranges`, else by the rule of signs).
DimRange rangeOf(DimAttr dim, const SymbolRanges *ranges = nullptr);
/// lhs <= rhs for all values of the symbols.
bool knownLessEqual(DimAttr lhs, DimAttr rhs);
/// lhs != rhs for all values of the symbols.
bool knownDifferent(DimAttr lhs, DimAttr rhs);

/// The value under given symbol values; nullopt on overflow, division by zero or an unknown symbol.
std::optional<int64_t> evaluate(DimAttr dim, llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> symbol);
/// Replaces symbols; a symbol for which `replace` returns null stays.
DimAttr substitute(DimAttr dim, llvm::function_ref<DimAttr(llvm::StringRef)> replace);
/// Calls `visit` for every occurrence of a symbol, in text order.
void visitSymbols(DimAttr dim, llvm::function_ref<void(llvm::StringRef)> visit);

std::string toString(DimAttr dim);
/// Parses a formula as exporters write it in dim_param: names, integers, + - * ( ), floordiv, ceildiv, mod, min, max,
/// `//`. Null if the text is not one.
DimAttr parseDim(mlir::MLIRContext *context, llvm::StringRef text);

//===- Tensor types -----------------------------------------------------------------------------------------------===//

/// The tensor type of these dims: static sizes in the shape, and the encoding when a dim is symbolic.
mlir::RankedTensorType tensorType(llvm::ArrayRef<DimAttr> dims, mlir::Type element);
/// The dims of a tensor type (constants where it is static).
llvm::SmallVector<DimAttr> dimsOf(mlir::Type tensor);
llvm::SmallVector<DimAttr> dimsOf(mlir::Value tensor);
/// Element count as a dim.
DimAttr elementCount(mlir::Type tensor);
/// Bytes of one element in memory; bool is one byte.
int64_t elementBytes(mlir::Type element);
} // namespace sinter

// Storage of a dim's factors. Their text, by which factors are sorted, and their range by the rule of signs are made
// once: formulas share their parts, so making them at each use would take time that grows with the power of the depth.
#pragma once
#include "dialects/sinter/Dims.h"
#include "mlir/IR/AttributeSupport.h"

namespace sinter::detail {
/// The range of a factor; see rangeOf.
DimRange rangeOfFactor(DimOpKind kind, DimAttr lhs, DimAttr rhs, const SymbolRanges *ranges);

struct DimOpAttrStorage : mlir::AttributeStorage {
  using KeyTy = std::tuple<DimOpKind, DimAttr, DimAttr>;

  DimOpAttrStorage(DimOpKind kind, DimAttr lhs, DimAttr rhs, llvm::StringRef text)
      : kind(kind), lhs(lhs), rhs(rhs), text(text), range(rangeOfFactor(kind, lhs, rhs, nullptr)) {}
  KeyTy getAsKey() const { return {kind, lhs, rhs}; }
  bool operator==(const KeyTy &key) const { return getAsKey() == key; }
  static llvm::hash_code hashKey(const KeyTy &key) {
    return llvm::hash_combine(std::get<0>(key), std::get<1>(key), std::get<2>(key));
  }
  static DimOpAttrStorage *construct(mlir::AttributeStorageAllocator &allocator, KeyTy &&key) {
    auto [kind, lhs, rhs] = key;
    std::string text = (stringify(kind) + "(" + toString(lhs) + ", " + toString(rhs) + ")").str();
    return new (allocator.allocate<DimOpAttrStorage>())
        DimOpAttrStorage(kind, lhs, rhs, allocator.copyInto(llvm::StringRef(text)));
  }

  DimOpKind kind;
  DimAttr lhs, rhs;
  llvm::StringRef text;
  DimRange range;
};
} // namespace sinter::detail

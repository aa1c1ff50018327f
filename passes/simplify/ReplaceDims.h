// Replacing dims in the types and attributes of operators.
#pragma once
#include "dialects/sinter/Sinter.h"
#include "mlir/IR/AttrTypeSubElements.h"

namespace sinter {
class DimReplacer {
public:
  explicit DimReplacer(std::function<DimAttr(DimAttr)> replacement);
  /// The type under replaced dims; one that became a constant moves from the encoding into the shape.
  mlir::Type apply(mlir::Type type);
  /// Attributes, result types and the arguments of regions of one operator.
  void apply(mlir::Operation *op);

private:
  mlir::AttrTypeReplacer replacer;
};
} // namespace sinter

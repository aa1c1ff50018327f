// Bounds of the elements of an integer tensor, as formulas of dims.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
struct ElementRange {
  DimAttr lo, hi;
  /// Where the tensor is not empty, one element is `lo` and one is `hi`.
  bool attained;
};

/// The range that follows from how the value is computed; nullopt where its elements are data. Arithmetic is taken not
/// to overflow.
std::optional<ElementRange> elementRange(mlir::Value value);
} // namespace sinter

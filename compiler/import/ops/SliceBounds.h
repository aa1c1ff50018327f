// Where a Slice begins along one dim and how many elements it takes, as formulas.
//
// ONNX counts negative bounds from the end and clamps both bounds to the dim. With S and E the bounds counted from the
// start, a forward slice takes i = S, S + step, .. in [max(S, 0), min(E, size)): its length is that of the difference
// min(E, size) - max(S, 0) = min(E - S, E, size - S, size), which folds to the expected formulas: S[-k:] has min(k,
// size) elements and S[P : P+Q] of P+Q has Q. A backward slice starts at min(max(S, 0), size - 1) and stops before
// min(max(E, -1), size - 1). Source: ONNX Slice-13.
#pragma once
#include "dialects/sinter/Dims.h"

namespace sinter::importer {
struct SliceBounds {
  DimAttr offset, size;
};
/// `step` is neither 0 nor INT64_MIN. Bounds of INT32_MAX and more mean the end, of INT32_MIN and less the start.
SliceBounds sliceBounds(DimAttr dim, DimAttr start, DimAttr end, int64_t step);
} // namespace sinter::importer

// Resampling along one axis: a weighted sum of gathered neighbours. Used by Resize and Upsample.
//
// Coordinates and weights are tables of one dim, computed from an iota in f64, so sizes and scales may be known only
// when the program runs. Source: ONNX Resize-19.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {

/// The attributes of Resize; `nearest` may also be "simple", the rule before opset 11.
struct ResampleOptions {
  std::string mode, coordinates, nearest;
  double cubicCoefficient = -0.75, extrapolation = 0;
  bool excludeOutside = false, antialias = false;
};

/// One axis: its size before and after, after / before as the model gives it (f64 scalar), and its region (or null).
struct ResampledAxis {
  int64_t axis;
  DimAttr from, to;
  mlir::Value scale, start, end;
};

/// `x` resampled along an axis, in its element type. Null after a report.
mlir::Value resample(NodeImport &n, mlir::Value x, const ResampledAxis &axis, const ResampleOptions &options);

} // namespace sinter::importer

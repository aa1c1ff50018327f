// Sliding windows of convolutions and poolings: strides, dilations, pads and the number of positions.
// Source: ONNX Conv-22, MaxPool-22, AveragePool-22, LpPool-22.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {

/// One entry per spatial dim.
struct Windows {
  llvm::SmallVector<int64_t> strides, dilations;
  Dims low, high; // pads
  Dims sizes;     // number of window positions
};

/// Reads `strides`, `dilations`, `auto_pad`, `pads` and `ceil_mode` for input dims `spatial` and these kernel sizes.
/// SAME_* pads are formulas of the dims; under `ceil_mode` windows that would start behind the input are left out.
/// Nullopt after a report.
std::optional<Windows> readWindows(NodeImport &n, llvm::ArrayRef<DimAttr> spatial, llvm::ArrayRef<DimAttr> kernel);

/// Attribute `name`: `count` integers of at least `least`, all `otherwise` if absent. Nullopt after a report.
std::optional<llvm::SmallVector<int64_t>> readWindowInts(NodeImport &n, llvm::StringRef name, size_t count,
                                                         int64_t least, int64_t otherwise);

/// Dims 2.. of an operand [N, C, spatial..]; reports a lower rank.
std::optional<Dims> spatialDims(NodeImport &n, mlir::Value x);

} // namespace sinter::importer

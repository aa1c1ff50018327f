// Slices whose starts or ends are data that the program computes.
//
// In a loop sizes cannot change, but a window of fixed size may move: with start and end a fixed distance apart, as in
// [i : i + 3], the slice is a gather at start, start + step, .. ONNX would clamp the window where it leaves the tensor;
// that it never does follows from the range of the iteration's number, or is assumed of sizes at the program's entry.
// Outside of subgraphs start and size are computed, clamped as ONNX does it, and bound: sizes that depend on data.
// Source: ONNX Slice-13.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {

/// The starts and ends of a Slice as formulas in which data are symbols.
class RuntimeBounds {
public:
  /// Input `index`, called `what`; reports an operand that is no list of known length.
  Dims read(NodeImport &n, size_t index, llvm::StringRef what);
  bool isData(DimAttr bound) const;
  /// The elements from `start` on before `end`, which are entry `position` of inputs 1 and 2.
  mlir::Value slice(NodeImport &n, mlir::Value x, int64_t axis, DimAttr start, DimAttr end, int64_t step,
                    int64_t position);

private:
  DimAttr symbolOf(mlir::Value value, int64_t position);
  bool leastAndMost(DimAttr &least, DimAttr &most) const;
  DimAttr whetherRuns(DimAttr bound) const;
  mlir::Value sliceMoving(NodeImport &n, mlir::Value x, int64_t axis, DimAttr count, int64_t step, mlir::Value start);

  struct Source {
    mlir::Value value;
    int64_t position;
    DimAttr symbol;
  };
  llvm::SmallVector<Source> sources;
};
} // namespace sinter::importer

// The convolution emitter; see Convolution.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "codegen/cpu/emit/PanelPrefetch.h"

namespace sinter {
/// Writes a kernel whose root is an f32 convolution without pads and with a packed filter (passes/kernel).
class ConvolutionEmitter {
public:
  /// `tile`: pixels and filters in registers, pixels of a strip and of a task, panels of a task (target/Schedules.h).
  ConvolutionEmitter(Elements &elements, ConvOp op, mlir::ValueRange yields, llvm::ArrayRef<int64_t> tile);
  void run();

private:
  /// A pixel of the result: its first input element, in memory where the input has some.
  struct Pixel {
    Indices place;
    Buffer memory;
  };
  /// Kernel and strides of one: pixels of input and result are the same.
  bool isPointwise();
  Pixel pixelAt(mlir::Value flat);
  mlir::Value inputAt(const Pixel &pixel, mlir::Value channel, llvm::ArrayRef<mlir::Value> taps);
  llvm::SmallVector<mlir::Value> accumulate(mlir::Value panel, llvm::ArrayRef<Pixel> pixels);
  void emitStrip(mlir::Value panel, mlir::Value first, mlir::Value end);
  void transposeStrip(mlir::Value count);
  void finishStrip(mlir::Value panel, mlir::Value first, mlir::Value end);

  Elements &elements;
  KernelFunction &f;
  ConvOp op;
  mlir::ValueRange yields;
  const int64_t tilePixels, tileFilters, strip, blockPixels, panelsPerTask, lanes;
  llvm::SmallVector<DimAttr> inputDims, spatial; // of the input; of the result, spatial only
  llvm::SmallVector<int64_t> kernel;             // spatial dims of the filter
  int64_t channelsPerGroup, filtersPerGroup, terms, panels;
  Buffer filter;
  std::optional<Buffer> input;
  Buffer sums, columns;                 // of a strip: [pixel][filter], and transposed
  mlir::Value image, group, firstPixel; // of the task
  PanelPrefetch prefetch;
};
} // namespace sinter

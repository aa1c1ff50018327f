// The emitter `conv_pixels`; see PointwiseConvolution.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"

namespace sinter {
/// Writes a kernel whose root is an f32 convolution of one group with a kernel and strides of one, without pads, over a
/// known number of pixels: at least a block.
class PointwiseConvolutionEmitter {
public:
  /// `tile`: filters and pixels in registers, blocks of pixels of a task (target/Schedules.h).
  PointwiseConvolutionEmitter(Elements &elements, ConvOp op, mlir::ValueRange yields, llvm::ArrayRef<int64_t> tile);
  void run();

private:
  void emitBlock();
  void forBlock(bool asVectors, llvm::function_ref<void(Index, int64_t)> body);
  void computeInput();
  void emitTile(mlir::Value filter, int64_t count);
  llvm::SmallVector<mlir::Value> accumulate(mlir::Value filter, int64_t count);
  void finishThroughScratch(mlir::Value filter, llvm::ArrayRef<mlir::Value> sums);
  Indices placeOf(mlir::Value channel, Index pixel, bool flat);
  void storeResult(mlir::Value filter, Index pixel, mlir::Value sum, int64_t width);

  Elements &elements;
  KernelFunction &f;
  ConvOp op;
  mlir::ValueRange yields;
  const int64_t tileFilters, blockPixels, blocksPerTask, lanes, channels, filters, pixels;
  llvm::SmallVector<DimAttr> spatial;
  bool flatYields, isLong; // yields are computed in vectors; in a loop over the tile
  std::optional<Buffer> input, filter;
  Buffer columns, tile;          // of scratch: a block of a computed input [channel][pixel]; sums [filter][pixel]
  mlir::Value image, firstPixel; // of the block
};
} // namespace sinter

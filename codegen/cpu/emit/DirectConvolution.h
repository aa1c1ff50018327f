// The emitter `conv_rows`; see DirectConvolution.cpp.
#pragma once
#include "codegen/cpu/emit/Elements.h"

namespace sinter {
/// Writes a kernel whose root is an f32 convolution without pads and with a kernel of known size.
class DirectConvolutionEmitter {
public:
  /// `tile`: rows, and vectors of a row, in registers (target/Schedules.h).
  DirectConvolutionEmitter(Elements &elements, ConvOp op, mlir::ValueRange yields, llvm::ArrayRef<int64_t> tile);
  /// Shares the result's rows among `tasks` tasks.
  void run(mlir::Value tasks);

private:
  /// Filter elements as vectors, for the unrolled kernel dims in row-major order.
  using Weights = llvm::SmallVector<mlir::Value>;
  void emitRows(int64_t rows);
  void emitRow(int64_t rows);
  void emitTiles(int64_t rows, int64_t vectors, int64_t width);
  void emitTile(int64_t rows, int64_t vectors, int64_t width, mlir::Value x, const Weights &known);
  Weights loadWeights(mlir::ValueRange ivs, int64_t width);
  mlir::Value loadInput(const Buffer *memory, mlir::ValueRange ivs, int64_t row, int64_t column, int64_t width,
                        mlir::Value x);
  int64_t strideOf(size_t fromEnd) { return op.getStrides().drop_back(fromEnd).back(); }

  Elements &elements;
  KernelFunction &f;
  ConvOp op;
  mlir::ValueRange yields;
  const int64_t tileRows, tileVectors, lanes;
  llvm::SmallVector<DimAttr> inputDims, outDims;
  llvm::SmallVector<int64_t> kernel;
  size_t spatial, unrolled;         // spatial dims; kernel dims, from the end, without a loop
  llvm::SmallVector<DimAttr> loops; // channels of a group and the other kernel dims
  std::optional<Buffer> input;
  mlir::Value tasks;
  Indices outer;                      // image, filter, spatial dims before the rows
  mlir::Value firstChannel, firstRow; // of the group; of the tile
};
} // namespace sinter

// Tile, tasks and scratch of a convolution, from shapes alone. One whose filter is packed has tasks of images by groups
// by groups of panels by blocks of pixels, one with lanes along pixels images by groups of blocks; others share the
// rows of the result.
#include "passes/kernel/PlanConvolution.h"
#include "dialects/sinter/Infer.h"
#include "target/Schedules.h"

using namespace mlir;
using namespace sinter;

/// The pixels of a result where they are known.
static std::optional<int64_t> knownPixels(ConvOp op) {
  return constantValue(product(op.getContext(), ArrayRef(dimsOf(op.getResult())).drop_front(2)));
}

bool sinter::hasLanesAlongPixels(ConvOp op, const TargetInfo &target) {
  auto type = op.getFilter().getType();
  auto isOne = [](int64_t size) { return size == 1; };
  auto isZero = [](DimAttr dim) { return constantValue(dim) == 0; };
  std::optional<int64_t> pixels = knownPixels(op);
  if (op.getInput().getDefiningOp<TransposeOp>()) // pixels are no vectors in memory
    return false;
  return type.getElementType().isF32() && type.hasStaticShape() && pixels && op.getGroups() == 1 &&
         llvm::all_of(type.getShape().drop_front(2), isOne) && llvm::all_of(op.getStrides(), isOne) &&
         llvm::all_of(op.getLow().getValues(), isZero) && llvm::all_of(op.getHigh().getValues(), isZero) &&
         schedule::lanesAlongPixels(target, type.getDimSize(1), type.getDimSize(0), *pixels);
}

static void planPixels(ConvOp op, const TargetInfo &target, NamedAttrList &schedule) {
  MLIRContext *context = op.getContext();
  Builder builder(context);
  int64_t filters = op.getFilter().getType().getDimSize(0), channels = op.getFilter().getType().getDimSize(1);
  schedule::PixelsTile tile = schedule::convolutionPixelsTile(target, channels, filters, *knownPixels(op));
  DimAttr parts = dimConstant(context, tile.pixels * tile.blocksPerTask), images = dimsOf(op.getResult())[0];
  schedule.set("emitter", builder.getStringAttr("conv_pixels"));
  schedule.set("tile", builder.getDenseI64ArrayAttr({tile.filters, tile.pixels, tile.blocksPerTask}));
  schedule.set("tasks", max(images * ceilDiv(dimConstant(context, *knownPixels(op)), parts), dimConstant(context, 1)));
  schedule.set("scratch", dimConstant(context, (tile.filters + channels) * tile.pixels * 4));
}

void sinter::planConvolution(ConvOp op, const TargetInfo &target, NamedAttrList &schedule) {
  ArrayRef<int64_t> shape = op.getFilter().getType().getShape();
  if (!op.getFilter().getType().getElementType().isF32() || ShapedType::isDynamicShape(shape.drop_front(2)))
    return;
  MLIRContext *context = op.getContext();
  Builder builder(context);
  auto filter = op.getFilter().getDefiningOp<UnpackFilterOp>();
  if (!filter && hasLanesAlongPixels(op, target))
    return planPixels(op, target, schedule);
  if (!filter) {
    SmallVector<DimAttr> out = dimsOf(op.getResult());
    std::optional<int64_t> rows = shape.size() > 3 ? constantValue(out[out.size() - 2]) : std::nullopt;
    schedule::RowsTile tile = schedule::convolutionRowsTile(target, shape.size() - 2, rows);
    schedule.set("emitter", builder.getStringAttr("conv_rows"));
    schedule.set("tile", builder.getDenseI64ArrayAttr({tile.rows, tile.vectors}));
    return;
  }
  ArrayRef<int64_t> panels = filter.getInput().getType().getShape(); // [groups, panels, terms, width]
  int64_t perGroup = op.getFilter().getType().getDimSize(0) / op.getGroups();
  int64_t pixelBytes = op.getFilter().getType().getDimSize(1) * 4;
  for (int64_t stride : op.getStrides())
    pixelBytes *= stride;
  SmallVector<DimAttr> dims = dimsOf(op.getResult());
  DimAttr pixels = product(context, ArrayRef(dims).drop_front(2));
  schedule::ConvolutionTile tile =
      schedule::convolutionTile(target, perGroup, panels[2], pixelBytes, constantValue(pixels));
  DimAttr blocks = ceilDiv(pixels, dimConstant(context, tile.blockPixels));
  DimAttr panelGroups = ceilDiv(dimConstant(context, panels[1]), dimConstant(context, tile.panelsPerTask));
  schedule.set("emitter", builder.getStringAttr("conv"));
  schedule.set(
      "tile", builder.getDenseI64ArrayAttr({tile.pixels, panels[3], tile.strip, tile.blockPixels, tile.panelsPerTask}));
  schedule.set("tasks", max(dims[0] * dimConstant(context, panels[0]) * panelGroups * blocks, dimConstant(context, 1)));
  schedule.set("scratch", dimConstant(context, 2 * tile.strip * panels[3] * 4));
}

// Tile, tasks and scratch of a convolution, from shapes alone. One whose filter is packed has tasks of images by groups
// by groups of panels by blocks of pixels; others share the rows of the result.
#include "passes/kernel/PlanConvolution.h"
#include "dialects/sinter/Infer.h"
#include "target/Schedules.h"

using namespace mlir;
using namespace sinter;

void sinter::planConvolution(ConvOp op, const TargetInfo &target, NamedAttrList &schedule) {
  ArrayRef<int64_t> shape = op.getFilter().getType().getShape();
  if (!op.getFilter().getType().getElementType().isF32() || ShapedType::isDynamicShape(shape.drop_front(2)))
    return;
  MLIRContext *context = op.getContext();
  Builder builder(context);
  auto filter = op.getFilter().getDefiningOp<UnpackFilterOp>();
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

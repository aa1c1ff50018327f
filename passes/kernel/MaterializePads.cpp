// Convolutions read a padded copy of their input; see Passes.td.
#include "passes/kernel/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_MATERIALIZEPADSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-materialize-pads"

static bool isZero(DimsAttr dims) {
  return llvm::all_of(dims.getValues(), [](DimAttr dim) { return constantValue(dim) == 0; });
}

/// conv(x) low high  -->  conv(pad(x, 0, low, high))
static void materializePads(ConvOp conv) {
  OpBuilder builder(conv);
  MLIRContext *context = conv.getContext();
  DimAttr zero = dimConstant(context, 0);
  SmallVector<DimAttr> low{zero, zero}, high{zero, zero}, none(conv.getLow().getValues().size(), zero);
  llvm::append_range(low, conv.getLow().getValues());
  llvm::append_range(high, conv.getHigh().getValues());
  Type element = conv.getInput().getType().getElementType();
  auto scalar = RankedTensorType::get({}, element);
  Value fill = ConstantOp::create(builder, conv.getLoc(), scalar, cast<ElementsAttr>(builder.getZeroAttr(scalar)));
  SmallVector<DimAttr> dims = dimsOf(conv.getInput());
  for (auto [dim, before, after] : llvm::zip(dims, low, high))
    dim = dim + before + after;
  Value padded = PadOp::create(builder, conv.getLoc(), tensorType(dims, element), PadMode::constant, conv.getInput(),
                               fill, DimsAttr::get(context, low), DimsAttr::get(context, high));
  conv.getInputMutable().assign(padded);
  conv.setLowAttr(DimsAttr::get(context, none));
  conv.setHighAttr(DimsAttr::get(context, none));
}

namespace {
struct MaterializePadsPass : sinter::impl::MaterializePadsPassBase<MaterializePadsPass> {
  void runOnOperation() override {
    getOperation().walk([&](ConvOp conv) {
      if (isZero(conv.getLow()) && isZero(conv.getHigh()))
        return;
      materializePads(conv);
      ++numPads;
    });
  }
};
} // namespace

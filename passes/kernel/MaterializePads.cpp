// Convolutions and maxima of windows read a padded copy of their input; see Passes.td.
#include "passes/kernel/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_MATERIALIZEPADSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-materialize-pads"

template <typename Op> static bool hasPads(Op op) {
  auto isZero = [](DimAttr dim) { return constantValue(dim) == 0; };
  return !llvm::all_of(op.getLow().getValues(), isZero) || !llvm::all_of(op.getHigh().getValues(), isZero);
}

/// op(x) low high  -->  op(pad(x, fill, low, high)), with pads for the last dims.
template <typename Op> static void materializePads(Op op, Attribute fill) {
  OpBuilder builder(op);
  MLIRContext *context = op.getContext();
  DimAttr zero = dimConstant(context, 0);
  SmallVector<DimAttr> dims = dimsOf(op.getInput()), none(op.getLow().getValues().size(), zero);
  SmallVector<DimAttr> low(dims.size() - none.size(), zero), high = low;
  llvm::append_range(low, op.getLow().getValues());
  llvm::append_range(high, op.getHigh().getValues());
  Type element = op.getInput().getType().getElementType();
  auto scalar = RankedTensorType::get({}, element);
  Value border = ConstantOp::create(builder, op.getLoc(), scalar, DenseElementsAttr::get(scalar, {fill}));
  for (auto [dim, before, after] : llvm::zip(dims, low, high))
    dim = dim + before + after;
  Value padded = PadOp::create(builder, op.getLoc(), tensorType(dims, element), PadMode::constant, op.getInput(),
                               border, DimsAttr::get(context, low), DimsAttr::get(context, high));
  op.getInputMutable().assign(padded);
  op.setLowAttr(DimsAttr::get(context, none));
  op.setHighAttr(DimsAttr::get(context, none));
}

namespace {
struct MaterializePadsPass : sinter::impl::MaterializePadsPassBase<MaterializePadsPass> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto conv = dyn_cast<ConvOp>(op); conv && hasPads(conv)) {
        materializePads(conv, Builder(op).getZeroAttr(conv.getInput().getType().getElementType()));
        ++numPads;
      }
      auto window = dyn_cast<WindowOp>(op);
      auto element = window ? dyn_cast<FloatType>(window.getInput().getType().getElementType()) : FloatType();
      if (element && window.getKind() == WindowKind::max && hasPads(window)) {
        auto least = APFloat::getInf(element.getFloatSemantics(), /*Negative=*/true);
        materializePads(window, FloatAttr::get(element, least));
        ++numPads;
      }
    });
  }
};
} // namespace

// Scalar factors behind the contraction that they scale; see Passes.td.
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/fuse/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_HOISTSCALESPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-hoist-scales"

/// The rank-0 value that `value` repeats, or null.
static Value repeatedScalar(Value value) {
  auto broadcast = value.getDefiningOp<BroadcastOp>();
  return broadcast && broadcast.getMapping().empty() ? broadcast.getInput() : Value();
}

namespace {
///   contract(reshape*(mul(x, s)), y)   -->   mul(contract(reshape*(x), y), s)
/// Profitable where the product has no other reader: the factor becomes part of the contraction's stage, where before
/// it was a pass over memory. f32 and f64: narrower sums might overflow before they are scaled.
struct HoistScale final : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    Type element = op.getType().getElementType();
    if (!element.isF32() && !element.isF64())
      return rewriter.notifyMatchFailure(op, "sums are narrower than f32");
    for (OpOperand &operand : op->getOpOperands()) {
      SmallVector<ReshapeOp> views;
      Value value = operand.get();
      while (value.hasOneUse() && value.getDefiningOp<ReshapeOp>()) {
        views.push_back(value.getDefiningOp<ReshapeOp>());
        value = views.back().getInput();
      }
      auto product = value.getDefiningOp<BinaryOp>();
      if (!product || !value.hasOneUse() || product.getKind() != BinaryKind::mul)
        continue;
      for (bool left : {true, false}) {
        Value factor = repeatedScalar(left ? product.getLhs() : product.getRhs());
        if (!factor)
          continue;
        Value source = left ? product.getRhs() : product.getLhs();
        for (ReshapeOp view : llvm::reverse(views))
          source = ReshapeOp::create(rewriter, view.getLoc(), view.getType(), source, view.getDimsAttr());
        auto copy = cast<ContractOp>(rewriter.clone(*op));
        copy->setOperand(operand.getOperandNumber(), source);
        Value repeated = BroadcastOp::create(rewriter, product.getLoc(), op.getType(), factor, ArrayRef<int64_t>{},
                                             DimsAttr::get(op.getContext(), dimsOf(op.getResult())));
        rewriter.replaceOp(op, BinaryOp::create(rewriter, rewriter.getFusedLoc({op.getLoc(), product.getLoc()}),
                                                op.getType(), BinaryKind::mul, copy.getResult(), repeated));
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "no operand is a product with a scalar");
  }
};

struct HoistScalesPass : sinter::impl::HoistScalesPassBase<HoistScalesPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<HoistScale>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

// Canonical form of a program; see Passes.td. Folds of single operators live with the dialect.
#include "dialects/sinter/ConstantFold.h"
#include "dialects/sinter/ReshapeGroups.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/simplify/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_CANONICALIZEPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-canonicalize"

namespace {
/// Merges two back-to-back transposes.
///   %1 = transpose %0 p ; %2 = transpose %1 q   -->   %2 = transpose %0 (p . q)
/// Always profitable: one walk through memory less. The inner one stays if it has other users.
struct MergeTransposePair final : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp outer, PatternRewriter &rewriter) const override {
    auto inner = outer.getInput().getDefiningOp<TransposeOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(outer, "input is not a transpose");
    SmallVector<int64_t> merged;
    for (int64_t dim : outer.getPermutation())
      merged.push_back(inner.getPermutation()[dim]);
    rewriter.replaceOpWithNewOp<TransposeOp>(outer, outer.getType(), inner.getInput(), merged);
    return success();
  }
};

/// reshape(transpose(x, p)) as transpose(value, permutation) of a view of x. Possible where the dims that the reshape
/// merges or splits stand side by side in x, but for dims of size 1.
struct TransposedView {
  SmallVector<DimAttr> dims; // of the view
  SmallVector<int64_t> permutation;

  static std::optional<TransposedView> of(ReshapeOp reshape, TransposeOp transpose) {
    SmallVector<DimAttr> from = dimsOf(transpose.getResult()), to = dimsOf(reshape.getResult()),
                         source = dimsOf(transpose.getInput());
    auto isUnit = [](DimAttr dim) { return constantValue(dim) == 1; };
    SmallVector<std::pair<int64_t, ReshapeGroup>> groups; // with their first dim in x; of size 1 as the one before
    for (const ReshapeGroup &group : reshapeGroups(from, to)) {
      int64_t first = groups.empty() ? 0 : groups.back().first, last = -1;
      for (int64_t dim : transpose.getPermutation().slice(group.fromBegin, group.fromEnd - group.fromBegin)) {
        if (isUnit(source[dim]))
          continue;
        if (dim < last || (last >= 0 && !llvm::all_of(ArrayRef(source).slice(last + 1, dim - last - 1), isUnit)))
          return std::nullopt;
        first = last < 0 ? dim : first;
        last = dim;
      }
      groups.push_back({first, group});
    }
    llvm::sort(groups, [](const auto &a, const auto &b) {
      return std::pair(a.first, a.second.toBegin) < std::pair(b.first, b.second.toBegin);
    });
    TransposedView view;
    view.permutation.resize(to.size());
    for (const auto &[first, group] : groups)
      for (size_t dim = group.toBegin; dim < group.toEnd; ++dim) {
        view.permutation[dim] = view.dims.size();
        view.dims.push_back(to[dim]);
      }
    return view;
  }
};

/// Reads a transposed or broadcast operand of a contraction under other labels.
///   contract(transpose(a, p), b)   -->   contract(a, b) with a's labels permuted
///   contract(reshape(transpose(a, p)), b)   -->   contract(reshape(a), b) with its labels permuted
///   contract(broadcast(a), b)      -->   contract(a, b) with the broadcast labels dropped, where b or nothing needs
///   them
/// Always profitable: no copy of the operand.
struct AbsorbOperandMovement final : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    for (bool left : {true, false}) {
      Value operand = left ? op.getLhs() : op.getRhs();
      ArrayRef<int64_t> labels = left ? op.getLhsLabels() : op.getRhsLabels();
      SmallVector<int64_t> moved;
      Value source;
      if (auto transpose = operand.getDefiningOp<TransposeOp>()) {
        moved.resize(labels.size());
        for (auto [i, dim] : llvm::enumerate(transpose.getPermutation()))
          moved[dim] = labels[i];
        source = transpose.getInput();
      } else if (auto reshape = operand.getDefiningOp<ReshapeOp>()) {
        auto transposed = reshape.getInput().getDefiningOp<TransposeOp>();
        std::optional<TransposedView> view = transposed ? TransposedView::of(reshape, transposed) : std::nullopt;
        if (!view)
          continue;
        moved.resize(labels.size());
        for (auto [label, place] : llvm::zip(labels, view->permutation))
          moved[place] = label;
        source =
            rewriter.createOrFold<ReshapeOp>(reshape.getLoc(), tensorType(view->dims, op.getType().getElementType()),
                                             transposed.getInput(), DimsAttr::get(rewriter.getContext(), view->dims));
      } else if (auto broadcast = operand.getDefiningOp<BroadcastOp>()) {
        if (!absorbable(op, broadcast, labels, left ? op.getRhsLabels() : op.getLhsLabels(), moved))
          continue;
        source = broadcast.getInput();
      } else
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        (left ? op.getLhsMutable() : op.getRhsMutable()).assign(source);
        left ? op.setLhsLabels(moved) : op.setRhsLabels(moved);
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a transpose, a view of one, or an absorbable broadcast");
  }

private:
  /// A broadcast label may go if the other operand has it; a label that only this operand has keeps its extent here.
  static bool absorbable(ContractOp op, BroadcastOp broadcast, ArrayRef<int64_t> labels, ArrayRef<int64_t> others,
                         SmallVectorImpl<int64_t> &moved) {
    SmallVector<DimAttr> input = dimsOf(broadcast.getInput()), result = dimsOf(broadcast.getResult());
    for (int64_t dim = 0; dim < int64_t(result.size()); ++dim) {
      bool kept = llvm::is_contained(broadcast.getMapping(), dim);
      if (kept && input[llvm::find(broadcast.getMapping(), dim) - broadcast.getMapping().begin()] == result[dim])
        continue;
      if (kept || !llvm::is_contained(others, labels[dim])) // a kept dim of size 1 needs a reshape first
        return false;
    }
    for (int64_t dim : broadcast.getMapping())
      moved.push_back(labels[dim]);
    return true;
  }
};

/// Writes a transposed result of a contraction directly.
///   transpose(contract(a, b) -> out, p)   -->   contract(a, b) -> out permuted
struct AbsorbResultTranspose final : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp transpose, PatternRewriter &rewriter) const override {
    auto contract = transpose.getInput().getDefiningOp<ContractOp>();
    if (!contract || !contract->hasOneUse())
      return rewriter.notifyMatchFailure(transpose, "input is not a contraction of its own");
    SmallVector<int64_t> labels;
    for (int64_t dim : transpose.getPermutation())
      labels.push_back(contract.getOutLabels()[dim]);
    rewriter.replaceOpWithNewOp<ContractOp>(transpose, transpose.getType(), contract.getLhs(), contract.getRhs(),
                                            contract.getLhsLabels(), contract.getRhsLabels(), labels);
    return success();
  }
};

/// A dim of size 1 that a broadcast repeats is dropped first.
///   broadcast(x[.., 1, ..])   -->   broadcast(reshape(x) without the 1)
/// Then absorbing it into a contraction or reading it by label needs no case for size 1.
struct DropUnitBroadcastDims final : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BroadcastOp op, PatternRewriter &rewriter) const override {
    SmallVector<DimAttr> kept;
    SmallVector<int64_t> mapping;
    for (auto [dim, target] : llvm::zip(dimsOf(op.getInput()), op.getMapping()))
      if (constantValue(dim) != 1) {
        kept.push_back(dim);
        mapping.push_back(target);
      }
    if (mapping.size() == op.getMapping().size())
      return rewriter.notifyMatchFailure(op, "no dim of size 1");
    Type element = op.getType().getElementType();
    Value input = rewriter.createOrFold<ReshapeOp>(op.getLoc(), tensorType(kept, element), op.getInput(),
                                                   DimsAttr::get(op.getContext(), kept));
    rewriter.replaceOpWithNewOp<BroadcastOp>(op, op.getType(), input, mapping, op.getDimsAttr());
    return success();
  }
};

/// Two broadcasts are one.
struct MergeBroadcastPair final : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BroadcastOp outer, PatternRewriter &rewriter) const override {
    auto inner = outer.getInput().getDefiningOp<BroadcastOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(outer, "input is not a broadcast");
    SmallVector<int64_t> mapping;
    for (int64_t dim : inner.getMapping())
      mapping.push_back(outer.getMapping()[dim]);
    rewriter.replaceOpWithNewOp<BroadcastOp>(outer, outer.getType(), inner.getInput(), mapping, outer.getDimsAttr());
    return success();
  }
};

/// The transpose of a broadcast is a broadcast along other dims, of a transpose where these change their order.
struct TransposeBroadcast final : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp transpose, PatternRewriter &rewriter) const override {
    auto broadcast = transpose.getInput().getDefiningOp<BroadcastOp>();
    if (!broadcast)
      return rewriter.notifyMatchFailure(transpose, "input is not a broadcast");
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    SmallVector<std::pair<int64_t, int64_t>> places; // of each input dim: in the result, in the input
    for (auto [dim, target] : llvm::enumerate(broadcast.getMapping()))
      places.push_back({llvm::find(permutation, target) - permutation.begin(), dim});
    llvm::sort(places);
    SmallVector<int64_t> mapping, order;
    SmallVector<DimAttr> from = dimsOf(broadcast.getInput()), dims;
    for (auto [target, dim] : places) {
      mapping.push_back(target);
      order.push_back(dim);
      dims.push_back(from[dim]);
    }
    Type element = transpose.getType().getElementType();
    Value input =
        rewriter.createOrFold<TransposeOp>(broadcast.getLoc(), tensorType(dims, element), broadcast.getInput(), order);
    rewriter.replaceOpWithNewOp<BroadcastOp>(transpose, transpose.getType(), input, mapping,
                                             DimsAttr::get(getContext(), dimsOf(transpose.getResult())));
    return success();
  }
};

/// x * 1, x / 1, x ** 1 are x; x ** 2 is x * x. All exact.
struct SimplifyScalarOperand final : OpRewritePattern<BinaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BinaryOp op, PatternRewriter &rewriter) const override {
    std::optional<double> y = splatOf(op.getRhs());
    bool scales = op.getKind() == BinaryKind::mul || op.getKind() == BinaryKind::div || op.getKind() == BinaryKind::pow;
    if (scales && y == 1.0) {
      rewriter.replaceOp(op, op.getLhs());
      return success();
    }
    if (op.getKind() == BinaryKind::pow && y == 2.0) {
      rewriter.replaceOpWithNewOp<BinaryOp>(op, op.getType(), BinaryKind::mul, op.getLhs(), op.getLhs());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "right operand is not 1, or 2 of a power");
  }

private:
  static std::optional<double> splatOf(Value value) {
    while (auto broadcast = value.getDefiningOp<BroadcastOp>())
      value = broadcast.getInput();
    auto constant = value.getDefiningOp<ConstantOp>();
    auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
    if (!dense || !dense.isSplat())
      return std::nullopt;
    if (auto number = dyn_cast<FloatAttr>(dense.getSplatValue<Attribute>()))
      return number.getValueAsDouble();
    return std::nullopt;
  }
};

struct CanonicalizePass : sinter::impl::CanonicalizePassBase<CanonicalizePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeTransposePair, AbsorbOperandMovement, AbsorbResultTranspose, DropUnitBroadcastDims,
                 MergeBroadcastPair, TransposeBroadcast, SimplifyScalarOperand>(&getContext());
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace

// Merges dims that belong together and moves reshapes towards the outputs; see Passes.td.
#include "dialects/sinter/ReshapeGroups.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/simplify/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SINKRESHAPESPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-sink-reshapes"

static Value reshapeTo(PatternRewriter &rewriter, Location loc, Value value, ArrayRef<DimAttr> dims) {
  Type element = cast<RankedTensorType>(value.getType()).getElementType();
  return rewriter.createOrFold<ReshapeOp>(loc, tensorType(dims, element), value,
                                          DimsAttr::get(rewriter.getContext(), dims));
}

namespace {
/// Labels a, b that stand side by side wherever they occur become one.
///   contract(x[B, S, K], w[K, N]) -> [B, S, N]   -->   reshape(contract(reshape x [B*S, K], w) -> [B*S, N])
/// Always profitable: the reshapes are views, the loop nest is flatter.
struct MergeContractLabels final : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ContractOp op, PatternRewriter &rewriter) const override {
    SmallVector<int64_t> lists[] = {SmallVector<int64_t>(op.getLhsLabels()), SmallVector<int64_t>(op.getRhsLabels()),
                                    SmallVector<int64_t>(op.getOutLabels())};
    std::optional<std::pair<int64_t, int64_t>> pair = findPair(lists);
    if (!pair)
      return rewriter.notifyMatchFailure(op, "no two labels always stand side by side");
    auto [first, second] = *pair;
    SmallVector<DimAttr> dims[] = {dimsOf(op.getLhs()), dimsOf(op.getRhs()), dimsOf(op.getResult())};
    for (int side = 0; side < 3; ++side)
      if (auto it = llvm::find(lists[side], first); it != lists[side].end()) {
        size_t at = it - lists[side].begin();
        dims[side][at] = dims[side][at] * dims[side][at + 1];
        dims[side].erase(dims[side].begin() + at + 1);
        lists[side].erase(lists[side].begin() + at + 1);
      }
    Type element = op.getType().getElementType();
    Value lhs = reshapeTo(rewriter, op.getLoc(), op.getLhs(), dims[0]),
          rhs = reshapeTo(rewriter, op.getLoc(), op.getRhs(), dims[1]);
    Value merged =
        ContractOp::create(rewriter, op.getLoc(), tensorType(dims[2], element), lhs, rhs, lists[0], lists[1], lists[2]);
    rewriter.replaceOp(op, reshapeTo(rewriter, op.getLoc(), merged, dimsOf(op.getResult())));
    return success();
  }

private:
  static std::optional<std::pair<int64_t, int64_t>> findPair(ArrayRef<SmallVector<int64_t>> lists) {
    for (ArrayRef<int64_t> list : lists)
      for (size_t i = 0; i + 1 < list.size(); ++i) {
        int64_t first = list[i], second = list[i + 1];
        bool together = first != second && llvm::all_of(lists, [&](ArrayRef<int64_t> other) {
                          auto a = llvm::find(other, first), b = llvm::find(other, second);
                          bool once = llvm::count(other, first) <= 1 && llvm::count(other, second) <= 1;
                          return once && (a == other.end() ? b == other.end() : a + 1 == b && b != other.end());
                        });
        if (together)
          return std::pair(first, second);
      }
    return std::nullopt;
  }
};

/// The groups between a reshape's source and result.
struct View {
  Value source;
  SmallVector<DimAttr> from, to;
  SmallVector<ReshapeGroup> groups;
  explicit View(ReshapeOp reshape)
      : source(reshape.getInput()), from(dimsOf(reshape.getInput())), to(dimsOf(reshape.getResult())),
        groups(reshapeGroups(from, to)) {}
  /// Work on the source runs under fewer dims. Sinking only such reshapes makes every rewrite lower a rank, so they
  /// end.
  bool isFlatter() const { return from.size() < to.size(); }
  /// The source dim that result dim `dim` passes through from, beside dims of size 1 or alone.
  std::optional<int64_t> sourceOf(int64_t dim) const {
    for (const ReshapeGroup &group : groups)
      if (group.fromEnd - group.fromBegin == 1 && int64_t(group.toBegin) <= dim && dim < int64_t(group.toEnd) &&
          from[group.fromBegin] == to[dim])
        return group.fromBegin;
    return std::nullopt;
  }
};

/// f(reshape(x), y, ..)   -->   reshape(f(x, y reshaped back, ..))
/// Profitable where the other operands are views, constants, or in memory anyway: f can then fuse with what makes x.
struct SinkThroughElementwise final : RewritePattern {
  explicit SinkThroughElementwise(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!op->hasTrait<IsElementwise>())
      return rewriter.notifyMatchFailure(op, "not elementwise");
    ReshapeOp reshape;
    for (Value operand : op->getOperands())
      if (auto candidate = operand.getDefiningOp<ReshapeOp>();
          candidate && !reshape && isComputed(candidate.getInput()) && View(candidate).isFlatter())
        reshape = candidate;
    if (!reshape)
      return rewriter.notifyMatchFailure(op, "no operand is a reshape of a computed value with fewer dims");
    View view(reshape);
    for (Value operand : op->getOperands())
      if (!canFollow(operand, view))
        return rewriter.notifyMatchFailure(op, "another operand would have to be computed apart");
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(follow(rewriter, operand, view));
    Operation *moved = rewriter.clone(*op);
    moved->setOperands(operands);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    moved->getResult(0).setType(tensorType(view.from, type.getElementType()));
    rewriter.replaceOp(op, reshapeTo(rewriter, op->getLoc(), moved->getResult(0), view.to));
    return success();
  }

private:
  /// A view of it costs nothing: a broadcast that renames its dims, or a value that is in memory anyway.
  static bool canFollow(Value operand, const View &view) {
    Operation *producer = operand.getDefiningOp();
    if (auto broadcast = dyn_cast_or_null<BroadcastOp>(producer))
      return llvm::all_of(broadcast.getMapping(), [&](int64_t dim) { return view.sourceOf(dim).has_value(); });
    return !producer || isa<ReshapeOp, LoadOp, StateOp, AppendOp>(producer) || producer->hasTrait<IsStageRoot>() ||
           (!operand.hasOneUse() && !isa<IotaOp>(producer));
  }
  static Value follow(PatternRewriter &rewriter, Value operand, const View &view) {
    auto broadcast = operand.getDefiningOp<BroadcastOp>();
    if (!broadcast)
      return reshapeTo(rewriter, operand.getLoc(), operand, view.from);
    SmallVector<int64_t> mapping;
    for (int64_t dim : broadcast.getMapping())
      mapping.push_back(*view.sourceOf(dim));
    Type element = broadcast.getType().getElementType();
    return BroadcastOp::create(rewriter, broadcast.getLoc(), tensorType(view.from, element), broadcast.getInput(),
                               mapping, DimsAttr::get(rewriter.getContext(), view.from));
  }
};

/// reduce(reshape(x), dims)   -->   reshape(reduce(x, dims)) where the reduced dims pass through.
struct SinkThroughReduce final : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    auto reshape = op.getInput().getDefiningOp<ReshapeOp>();
    if (!reshape)
      return rewriter.notifyMatchFailure(op, "input is not a reshape");
    View view(reshape);
    if (!view.isFlatter())
      return rewriter.notifyMatchFailure(op, "the reshape's source has no fewer dims");
    SmallVector<int64_t> dims;
    for (int64_t dim : op.getDims()) {
      std::optional<int64_t> source = view.sourceOf(dim);
      if (!source)
        return rewriter.notifyMatchFailure(op, "a reduced dim does not pass through");
      dims.push_back(*source);
    }
    SmallVector<DimAttr> kept;
    for (auto [d, dim] : llvm::enumerate(view.from))
      if (!llvm::is_contained(dims, int64_t(d)))
        kept.push_back(dim);
    Type type = tensorType(kept, op.getType().getElementType());
    Value reduced = ReduceOp::create(rewriter, op.getLoc(), type, op.getKind(), view.source, dims);
    rewriter.replaceOp(op, reshapeTo(rewriter, op.getLoc(), reduced, dimsOf(op.getResult())));
    return success();
  }
};

/// broadcast(reshape(x))   -->   reshape(broadcast(x)) where each group of the reshape keeps its dims side by side.
struct SinkThroughBroadcast final : OpRewritePattern<BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BroadcastOp op, PatternRewriter &rewriter) const override {
    auto reshape = op.getInput().getDefiningOp<ReshapeOp>();
    if (!reshape || !isComputed(reshape.getInput()))
      return rewriter.notifyMatchFailure(op, "input is not a reshape of a computed value");
    View view(reshape);
    if (!view.isFlatter())
      return rewriter.notifyMatchFailure(op, "the reshape's source has no fewer dims");
    SmallVector<DimAttr> dims;
    SmallVector<int64_t> mapping(view.from.size(), -1);
    ArrayRef<DimAttr> result = op.getDims().getValues();
    int64_t next = 0; // result dim
    for (const ReshapeGroup &group : view.groups) {
      if (group.toBegin == group.toEnd)
        return rewriter.notifyMatchFailure(op, "a dim of size 1 is dropped by the reshape");
      int64_t first = op.getMapping()[group.toBegin], count = group.toEnd - group.toBegin;
      for (int64_t i = 0; i < count; ++i)
        if (op.getMapping()[group.toBegin + i] != first + i || result[first + i] != view.to[group.toBegin + i])
          return rewriter.notifyMatchFailure(op, "the dims of a group do not stay side by side");
      for (; next < first; ++next)
        dims.push_back(result[next]);
      for (size_t d = group.fromBegin; d < group.fromEnd; ++d) {
        mapping[d] = dims.size();
        dims.push_back(view.from[d]);
      }
      next = first + count;
    }
    for (; next < int64_t(result.size()); ++next)
      dims.push_back(result[next]);
    Type type = tensorType(dims, op.getType().getElementType());
    Value repeated =
        BroadcastOp::create(rewriter, op.getLoc(), type, view.source, mapping, DimsAttr::get(op.getContext(), dims));
    rewriter.replaceOp(op, reshapeTo(rewriter, op.getLoc(), repeated, result));
    return success();
  }
};

struct SinkReshapesPass : sinter::impl::SinkReshapesPassBase<SinkReshapesPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeContractLabels, SinkThroughElementwise, SinkThroughReduce, SinkThroughBroadcast>(&getContext());
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace

// Two contractions around a group of rows become part of it; see Passes.td.
#include "dialects/sinter/AttentionForm.h"
#include "mlir/IR/IRMapping.h"
#include "passes/fuse/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_FUSEATTENTIONPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-fuse-attention"

namespace {
/// The one stage that reads `value`, through reshapes, which are collected; null if there is none or something else
/// reads it.
StageOp onlyReader(Value value, SmallVectorImpl<Operation *> &reshapes, Value &read) {
  Operation *user = *value.getUsers().begin();
  if (!value.hasOneUse()) // a stage may read it twice
    if (Operation *stage = user->getParentOp();
        !isa<StageOp>(stage) ||
        !llvm::all_of(value.getUsers(), [&](Operation *op) { return op->getParentOp() == stage; }))
      return {};
  if (auto reshape = dyn_cast<ReshapeOp>(user); reshape && isa<ProgramOp>(reshape->getParentOp())) {
    reshapes.push_back(reshape);
    return onlyReader(reshape.getResult(), reshapes, read);
  }
  read = value;
  return dyn_cast<StageOp>(user->getParentOp());
}

/// True if the right operand is a packed weight: a kernel of its own reads each panel once for many rows, a group would
/// read all of them for every block of rows.
bool readsWeight(ContractOp op) { return op.getRhs().getDefiningOp<UnpackOp>() != nullptr; }

/// Why a group of rows is no attention, or nothing.
using Reason = std::optional<StringRef>;

/// A group with the contraction that makes its scores and the one that weighs by its result.
struct Attention {
  GroupOp group;
  StageOp scores, result;
  StageOp queries;                                                 // or null
  SmallVector<Operation *> queriesViews, scoresViews, resultViews; // reshapes between
  SmallVector<int64_t> rows;                                       // of the result

  Reason match() {
    if (group.getNumResults() != 1)
      return "its result is read in several places";
    Value weights;
    result = onlyReader(group.getResult(0), resultViews, weights);
    ContractOp weigh = result ? contractionOf(result) : ContractOp();
    if (!weigh)
      return "no contraction alone reads its result";
    // Values with channels first have the weights on the right: V P^T. Forms have them on the left.
    bool isSwapped = weigh.getLhs() != weights && weigh.getRhs() == weights;
    if (isSwapped)
      swapOperands(weigh);
    Reason reason = matchWeighing(weigh, weights);
    if (reason && isSwapped)
      swapOperands(weigh);
    return reason;
  }

private:
  static void swapOperands(ContractOp op) {
    Value lhs = op.getLhs(), rhs = op.getRhs();
    SmallVector<int64_t> lhsLabels(op.getLhsLabels()), rhsLabels(op.getRhsLabels());
    op.getLhsMutable().assign(rhs);
    op.getRhsMutable().assign(lhs);
    op.setLhsLabels(rhsLabels);
    op.setRhsLabels(lhsLabels);
  }

  Reason matchWeighing(ContractOp weigh, Value weights) {
    if (weigh.getLhs() != weights)
      return "the contraction that reads its result has it behind other work";
    if (readsWeight(weigh))
      return "the contraction that reads its result is with a weight";
    std::optional<SmallVector<int64_t>> found = weighedRows(weigh);
    if (!found || dimsOf(weigh.getResult()) != dimsOf(result.getResult(0)))
      return "the contraction that reads its result is not over the last dim of rows, in f32";
    rows = *found;
    if (leadingDims(weights.getType(), group.getRows()) != rankOf(weights) - 1)
      return "rows of the softmax are not those of the contraction";
    if (Reason reason = matchScores())
      return reason;
    if ((queries = queriesOf(scores, group.getRows())))
      for (Value view = contractionOf(scores).getLhs(); view.getDefiningOp() != queries;
           view = view.getDefiningOp()->getOperand(0))
        queriesViews.insert(queriesViews.begin(), view.getDefiningOp());
    return {};
  }

  Value rowsOf(StageOp stage) const { return stage.getResult(0); }
  static int64_t rankOf(Value value) { return cast<RankedTensorType>(value.getType()).getRank(); }

  Reason matchScores() {
    // What the group reads of contractions: the scores are rows of its space.
    SetVector<Value> outside;
    group->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (!group->isAncestor(operand.getParentBlock()->getParentOp()))
          outside.insert(operand);
    });
    for (Value value : outside) {
      auto stage = storageOf(value).getDefiningOp<StageOp>();
      ContractOp contract = stage ? contractionOf(stage) : ContractOp();
      if (!contract || !givesScores(contract) || readsWeight(contract) ||
          dimsOf(contract.getResult()) != dimsOf(stage.getResult(0)) ||
          leadingDims(contract.getType(), group.getRows()) != rankOf(contract.getResult()) - 1)
        continue;
      SmallVector<Operation *> views;
      if (isReadByGroupOnly(stage.getResult(0), views) && isReadInRow(stage.getResult(0), views)) {
        scores = stage;
        scoresViews = views;
        return {};
      }
    }
    return "no contraction alone makes its rows";
  }
  bool isReadByGroupOnly(Value value, SmallVectorImpl<Operation *> &views) {
    return llvm::all_of(value.getUsers(), [&](Operation *user) {
      if (group->isAncestor(user))
        return true;
      views.push_back(user);
      return isa<ReshapeOp>(user) && leadingDims(user->getResult(0).getType(), group.getRows()) &&
             isReadByGroupOnly(user->getResult(0), views);
    });
  }
  bool isReadInRow(Value value, ArrayRef<Operation *> views) {
    SmallVector<Value> shown{value};
    for (Operation *view : views)
      shown.push_back(view->getResult(0));
    for (auto stage : group.getBody().front().getOps<StageOp>())
      for (Value read : shown)
        if (!readsInRow(stage, read, group.getRows()))
          return false;
    return true;
  }
};

void fuse(Attention &attention) {
  GroupOp inner = attention.group;
  OpBuilder builder(attention.result);
  Location loc = builder.getFusedLoc({attention.scores.getLoc(), inner.getLoc(), attention.result.getLoc()});
  auto group = GroupOp::create(builder, loc, attention.result.getResultTypes(), inner.getRows());
  builder.createBlock(&group.getBody());
  IRMapping mapping;
  if (attention.queries)
    builder.clone(*attention.queries, mapping);
  for (Operation *view : attention.queriesViews)
    builder.clone(*view, mapping);
  builder.clone(*attention.scores, mapping);
  for (Operation *view : attention.scoresViews)
    builder.clone(*view, mapping);
  Block &body = inner.getBody().front();
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  mapping.map(inner.getResult(0), mapping.lookup(body.getTerminator()->getOperand(0)));
  for (Operation *view : attention.resultViews)
    builder.clone(*view, mapping);
  auto last = cast<StageOp>(builder.clone(*attention.result, mapping));
  SmallVector<int64_t> leading = llvm::to_vector(llvm::seq<int64_t>(0, attention.rows.size()));
  if (attention.rows != leading)
    last.setRowDims(attention.rows);
  YieldOp::create(builder, loc, last.getResults());
  attention.result->replaceAllUsesWith(group.getResults());
  attention.result.erase();
  for (Operation *view : llvm::reverse(attention.resultViews))
    view->erase();
  inner.erase();
  for (Operation *view : llvm::reverse(attention.scoresViews))
    view->erase();
  attention.scores.erase();
  for (Operation *view : llvm::reverse(attention.queriesViews))
    view->erase();
  if (attention.queries)
    attention.queries.erase();
}

/// A group that looks like a softmax: an exponential and a sum of it.
bool isSoftmax(GroupOp group) {
  bool exponential = false, sum = false;
  group->walk([&](Operation *op) {
    auto unary = dyn_cast<UnaryOp>(op);
    auto reduce = dyn_cast<ReduceOp>(op);
    exponential |= unary && unary.getKind() == UnaryKind::exp;
    sum |= reduce && reduce.getKind() == ReduceKind::sum;
  });
  return exponential && sum;
}

struct FuseAttentionPass : sinter::impl::FuseAttentionPassBase<FuseAttentionPass> {
  void runOnOperation() override {
    SmallVector<GroupOp> groups;
    getOperation()->walk([&](GroupOp group) { groups.push_back(group); });
    for (GroupOp group : groups) {
      Attention attention;
      attention.group = group;
      Reason reason = attention.match();
      if (!reason) {
        fuse(attention);
        ++numFused;
      } else if (isSoftmax(group)) {
        group.emitRemark("attention not fused: ") << *reason;
      }
    }
  }
};
} // namespace

// Stages that share rows become one kernel; see Passes.td.
//
// From the outputs up, a stage joins the group of its readers when each of them reads it in the row that it computes.
// A group stands where its last stage stood, so a stage that others read too joins only if they stand behind that.
#include "dialects/sinter/RowSpace.h"
#include "mlir/IR/IRMapping.h"
#include "passes/fuse/Passes.h"
#include "passes/fuse/Views.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_GROUPSTAGESPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-group-stages"

/// Elements of a row that is the only one, at most: one thread does it in the time that it takes to wake others.
static constexpr int64_t maxSingleRow = 1 << 14;

namespace {
/// Stages and the reshapes between them, the last stage first.
struct RowGroup {
  llvm::SetVector<Operation *> members;
  DimAttr rows; // null until a reduction says what a row is
  StageOp last() const { return cast<StageOp>(members.front()); }
  bool isSingle() const {
    return llvm::count_if(members, [](Operation *op) { return isa<StageOp>(op); }) < 2;
  }
};

class RowGrouping {
public:
  explicit RowGrouping(Block &block) : block(block) {}

  void run() {
    for (Operation &op : llvm::reverse(block))
      if (auto stage = dyn_cast<StageOp>(op)) {
        RowGroup *group = join(stage);
        if (!group) {
          groups.push_back(std::make_unique<RowGroup>());
          group = groups.back().get();
          group->members.insert(stage);
          group->rows = rowsOf(stage);
        }
        memberships[stage] = group;
      }
  }
  std::vector<std::unique_ptr<RowGroup>> groups;

private:
  /// The rows of a stage that reduces lines to elements.
  static DimAttr rowsOf(StageOp stage) { return reducedRows(stage); }
  /// True for what the emitter of rows can compute row by row. One row alone has no parallel space, so it is short.
  static bool isRowWise(StageOp stage, DimAttr rows) {
    if (constantValue(rows) == 1 && !isShort(stage))
      return false;
    if (llvm::any_of(stage.getResultTypes(), [&](Type type) { return !leadingDims(type, rows); }))
      return false;
    Operation *root = rootOf(stage);
    return !root || reducedRows(stage) == rows;
  }

  static bool isShort(StageOp stage) {
    auto fits = [](Type tensor) { return constantValue(elementCount(tensor)).value_or(INT64_MAX) <= maxSingleRow; };
    auto reduce = dyn_cast_or_null<ReduceOp>(rootOf(stage));
    return llvm::all_of(stage.getResultTypes(), fits) && (!reduce || fits(reduce.getInput().getType()));
  }

  /// What reads a stage's result: stages, through the reshapes that are collected, and others.
  struct Readers {
    llvm::SetVector<Operation *> reshapes;
    SmallVector<std::pair<StageOp, Value>> stages;
    SmallVector<Operation *> others;
  };
  void collect(Value value, Readers &readers) {
    for (OpOperand &use : value.getUses()) {
      Operation *user = block.findAncestorOpInBlock(*use.getOwner());
      if (auto reshape = dyn_cast<ReshapeOp>(user)) {
        if (readers.reshapes.insert(reshape))
          collect(reshape.getResult(), readers);
      } else if (auto stage = dyn_cast<StageOp>(user)) {
        readers.stages.push_back({stage, value});
      } else {
        readers.others.push_back(user);
      }
    }
  }

  /// True if `reader` also reads a reduction to finer rows than `rows`: those are the rows of its group. So the weights
  /// of attention are rows of the softmax, not of a mask that all heads share.
  static bool readsFinerRows(StageOp reader, DimAttr rows) {
    Type result = reader.getResult(0).getType();
    bool found = false;
    reader->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (auto producer = storageOf(operand).getDefiningOp<StageOp>(); producer && producer != reader)
          if (DimAttr finer = rowsOf(producer))
            found |= leadingDims(result, finer) > leadingDims(result, rows);
    });
    return found;
  }

  RowGroup *join(StageOp stage) {
    Readers readers;
    for (Value result : stage.getResults())
      collect(result, readers);
    // The nearest group reads the stage before any other does.
    RowGroup *group = nullptr;
    for (auto &[reader, value] : readers.stages)
      if (RowGroup *candidate = memberships.lookup(reader); !group || candidate->last()->isBeforeInBlock(group->last()))
        group = candidate;
    if (!group)
      return nullptr;
    DimAttr rows = group->rows ? group->rows : rowsOf(stage);
    if (!rows || !isRowWise(stage, rows))
      return nullptr;
    if (!group->rows && (!isRowWise(group->last(), rows) || readsFinerRows(group->last(), rows)))
      return nullptr;
    auto isLate = [&](Operation *op) { return group->last()->isBeforeInBlock(op); };
    for (auto &[reader, value] : readers.stages)
      if (group->members.contains(reader) ? !readsInRow(reader, value, rows) : !isLate(reader))
        return nullptr;
    if (!llvm::all_of(readers.others, isLate))
      return nullptr;
    // A reshape between members moves in; one that others read stays and shows the group's result.
    SmallVector<Operation *> inside;
    for (Operation *reshape : readers.reshapes) {
      if (llvm::none_of(reshape->getUsers(),
                        [&](Operation *user) { return group->members.contains(block.findAncestorOpInBlock(*user)); }))
        continue;
      if (!leadingDims(reshape->getResult(0).getType(), rows) || !leadingDims(reshape->getOperand(0).getType(), rows))
        return nullptr;
      inside.push_back(reshape);
    }
    for (Operation *reshape : inside)
      if (Operation *source = reshape->getOperand(0).getDefiningOp();
          source != stage && !llvm::is_contained(inside, source))
        return nullptr;
    group->rows = rows;
    group->members.insert(inside.begin(), inside.end());
    group->members.insert(stage);
    return group;
  }

  Block &block;
  llvm::DenseMap<Operation *, RowGroup *> memberships;
};

/// Builds the operator of a group in the place of its last stage. Results are what others read.
void buildGroup(RowGroup &group) {
  SmallVector<Operation *> members(group.members.begin(), group.members.end());
  llvm::sort(members, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  Operation *last = group.last();
  OpBuilder builder(last);
  SmallVector<Location> locations;
  SmallVector<Value> results;
  auto isOutside = [&](OpOperand &use) {
    Operation *user = last->getBlock()->findAncestorOpInBlock(*use.getOwner());
    return !group.members.contains(user);
  };
  SmallVector<Operation *> outer; // reshapes that others read too: a copy stays outside
  for (Operation *member : members) {
    if (!llvm::is_contained(locations, member->getLoc()))
      locations.push_back(member->getLoc());
    for (Value result : member->getResults())
      if (llvm::any_of(result.getUses(), isOutside)) {
        if (isa<ReshapeOp>(member))
          outer.push_back(member);
        else
          results.push_back(result);
      }
  }
  for (Operation *reshape : outer)
    if (Value source = storageOf(reshape->getOperand(0)); !llvm::is_contained(results, source))
      results.push_back(source);
  auto op = GroupOp::create(builder, builder.getFusedLoc(locations), TypeRange(ValueRange(results)), group.rows);
  builder.createBlock(&op.getBody());
  IRMapping mapping;
  for (Operation *member : members)
    builder.clone(*member, mapping);
  SmallVector<Value> inner;
  for (Value result : results)
    inner.push_back(mapping.lookup(result));
  YieldOp::create(builder, op.getLoc(), inner);
  // Views of results that others read, behind the group.
  builder.setInsertionPointAfter(op);
  IRMapping views;
  views.map(results, op.getResults());
  for (Operation *reshape : outer) {
    SmallVector<Operation *> chain;
    for (Operation *step = reshape; step && isa<ReshapeOp>(step) && !views.contains(step->getResult(0));
         step = step->getOperand(0).getDefiningOp())
      chain.push_back(step);
    for (Operation *step : llvm::reverse(chain))
      builder.clone(*step, views);
    reshape->getResult(0).replaceUsesWithIf(views.lookup(reshape->getResult(0)), isOutside);
  }
  for (auto [old, value] : llvm::zip(results, op.getResults()))
    old.replaceUsesWithIf(value, [&](OpOperand &use) { return isOutside(use) && use.getOwner() != op; });
  for (Operation *member : llvm::reverse(members))
    member->erase();
  for (Value result : op.getResults())
    moveViewsBehind(op, result);
}

struct GroupStagesPass : sinter::impl::GroupStagesPassBase<GroupStagesPass> {
  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation()->walk([&](Block *block) {
      if (!isKernelPart(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks) {
      RowGrouping grouping(*block);
      grouping.run();
      for (auto &group : grouping.groups)
        if (!group->isSingle()) {
          buildGroup(*group);
          ++numGroups;
        }
    }
  }
};
} // namespace

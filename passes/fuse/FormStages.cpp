// Groups operators into stages; see Passes.td.
//
// Operators are visited from the outputs to the inputs. One that only feeds a single group may join it: then nothing
// outside the group lies between, so groups stay convex and a stage can stand where its output operator stood.
#include "dialects/sinter/Infer.h"
#include "dialects/sinter/ReshapeGroups.h"
#include "dialects/sinter/RowSpace.h"
#include "mlir/IR/IRMapping.h"
#include "passes/fuse/Passes.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_FORMSTAGESPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-form-stages"

/// Contractions of a stage at most: more would leave each a register tile too small to hide loads.
static constexpr size_t maxSiblings = 2;

/// How often an element of a member is computed at most for one of its stage's result: at as many places it may be read
/// through moves. Chains of them would double it with each operator.
static constexpr int64_t maxCopies = 8;

/// Scalar operations that are cheaper to do again for each reader than to write and read: those of a causal mask with a
/// window and an offset.
static constexpr int64_t maxRepeatedWork = 12;

namespace {
/// Operators that become one stage. Its output operator comes first.
struct Group {
  llvm::SetVector<Operation *> members;
  SmallVector<Operation *> roots; // several if they are sibling contractions
  Operation *output() const { return members.front(); }
};

/// How a group reads one of its members.
struct Access {
  bool identity = true;   // at the index of the group's result only
  bool expanding = false; // more than once per element, or per element of a larger space
  Operation *place = {};  // members of one place are read at equal indices, where each is computed once
  int64_t copies = 1;     // how many different indices it is read at, at most
};

/// Values without memory or work: cloned into every stage that reads them.
bool isLeaf(Operation *op) {
  if (auto constant = dyn_cast<ConstantOp>(op))
    return isa<DenseElementsAttr>(constant.getValue());
  return isa<ShapeOp, IotaOp>(op);
}
/// Seen by the host as another shape of the same memory, or as memory itself.
bool isView(Operation *op) {
  return isa<ReshapeOp, LoadOp, StateOp, AppendOp, AssumeOp, CheckElementsOp, BindOp, ReturnOp, YieldOp, StageOp, IfOp,
             LoopOp>(op);
}
/// The number of a loop's iteration.
bool isIteration(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto loop = argument ? dyn_cast<LoopOp>(argument.getOwner()->getParentOp()) : LoopOp();
  return loop && argument == loop.getIteration();
}

std::optional<int64_t> workFromIndices(Value value, int64_t budget = maxRepeatedWork);

/// Only renames indices, so that reading through it costs nothing and a copy of it per reader is free. A reshape of
/// such a value does if it does not merge the innermost dims: what it divides is constant in inner loops. Elsewhere a
/// reshape is a view.
bool isRename(Operation *op) {
  if (auto gather = dyn_cast<GatherOp>(op)) // row i of what a loop goes over
    return gather.getIndices().getType().getRank() == 0 && workFromIndices(gather.getIndices());
  if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    Operation *source = reshape.getInput().getDefiningOp();
    SmallVector<ReshapeGroup> groups = reshapeGroups(dimsOf(reshape.getInput()), dimsOf(reshape.getResult()));
    return source && isRename(source) && !groups.empty() && groups.back().fromEnd - groups.back().fromBegin == 1;
  }
  return isa<TransposeOp, BroadcastOp, SliceOp, UnpackOp, UnpackFilterOp>(op);
}

/// A reshape that adds or drops dims of size 1 only: an index stays what it is.
bool isRenameOfUnitDims(Operation *op) {
  auto reshape = dyn_cast<ReshapeOp>(op);
  auto others = [](Value value) {
    SmallVector<DimAttr> dims = dimsOf(value);
    llvm::erase_if(dims, [](DimAttr dim) { return constantValue(dim) == 1; });
    return dims;
  };
  return reshape && others(reshape.getInput()) == others(reshape.getResult());
}

/// Elementwise work of an instruction or two.
bool isCheap(Operation *op) {
  if (auto unary = dyn_cast<UnaryOp>(op))
    return !isa<FloatType>(elementType(unary.getType())) || unary.getKind() == UnaryKind::neg;
  if (auto binary = dyn_cast<BinaryOp>(op))
    return !llvm::is_contained(
        {BinaryKind::div, BinaryKind::floordiv, BinaryKind::mod, BinaryKind::fmod, BinaryKind::pow}, binary.getKind());
  return op->hasTrait<IsElementwise>();
}

/// True if a broadcast repeats its input: reading that is reading less than the result.
bool isRepeating(BroadcastOp broadcast) {
  return elementCount(broadcast.getInput().getType()) != elementCount(broadcast.getType());
}

/// The scalar operations that give an element of `value` from its index, constants, dims, and smaller values in memory
/// that it repeats; none if it needs another memory or more than `budget`. So masks that are formulas of positions and
/// of a padding mask are no buffers.
std::optional<int64_t> workFromIndices(Value value, int64_t budget) {
  Operation *op = value.getDefiningOp();
  if (isIteration(value))
    return 0;
  if (!op || budget < 0)
    return std::nullopt;
  if (isLeaf(op))
    return 0;
  bool isMove = (isRename(op) && !isa<UnpackOp, UnpackFilterOp, GatherOp>(op)) || isRenameOfUnitDims(op);
  if (!isMove && !isCheap(op))
    return std::nullopt;
  int64_t work = isMove ? 0 : 1;
  auto broadcast = dyn_cast<BroadcastOp>(op);
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> more = workFromIndices(operand, budget - work);
    if (!more && !(broadcast && isRepeating(broadcast)))
      return std::nullopt;
    work += more.value_or(1); // a load
  }
  return work <= budget ? std::optional(work) : std::nullopt;
}

bool isFormula(Operation *op) { return op->getNumResults() == 1 && workFromIndices(op->getResult(0)); }

bool isExpandingUse(Operation *user, Operation *producer) {
  if (auto broadcast = dyn_cast<BroadcastOp>(user))
    return isRepeating(broadcast);
  return isa<ContractOp, ConvOp, WindowOp, GatherOp>(user);
}

class Grouping {
public:
  Grouping(Block &block, bool fuse) : block(block), fuse(fuse) {}

  void run() {
    for (Operation &op : llvm::reverse(block)) {
      if (fuse && isa<ReshapeOp>(op) && (isRename(&op) || isFormula(&op)) && joinAll(&op))
        continue;
      if (isView(&op))
        continue;
      if (isLeaf(&op)) { // a view shows memory, so what it shows must have some
        if (llvm::any_of(op.getUsers(), isView))
          start(&op);
        continue;
      }
      if (fuse && isRename(&op) && (op.getNumOperands() == 1 || isa<GatherOp>(op)) && joinAll(&op))
        continue;
      if (fuse && isFormula(&op) && joinAll(&op))
        continue;
      Group *target = fuse ? onlyReader(&op) : nullptr;
      if (target && canJoin(&op, *target))
        join(&op, *target);
      else
        start(&op);
    }
  }
  std::vector<std::unique_ptr<Group>> groups;

private:
  void start(Operation *op) {
    groups.push_back(std::make_unique<Group>());
    groups.back()->members.insert(op);
    if (op->hasTrait<IsStageRoot>())
      groups.back()->roots.push_back(op);
    memberships[op] = {groups.back().get()};
    access[{groups.back().get(), op}].place = op;
  }
  void join(Operation *op, Group &group) {
    access[{&group, op}] = accessIn(op, group);
    group.members.insert(op);
    memberships[op].push_back(&group);
    if (op->hasTrait<IsStageRoot>())
      group.roots.push_back(op);
  }
  /// The group that all users of `op` are in, if it is one and only one.
  Group *onlyReader(Operation *op) {
    Group *reader = nullptr;
    for (Operation *user : op->getUsers()) {
      auto it = memberships.find(user);
      if (it == memberships.end() || it->second.size() != 1 || (reader && it->second.front() != reader))
        return nullptr;
      reader = it->second.front();
    }
    return reader;
  }
  Access accessIn(Operation *op, Group &group) {
    Access result;
    result.copies = 0;
    llvm::SmallSetVector<Operation *, 2> places;
    for (Operation *user : op->getUsers()) // one that reads it twice comes twice
      if (group.members.contains(user)) {
        Access outer = access[{&group, user}];
        bool isElementwise = user->hasTrait<IsElementwise>();
        result.identity &= outer.identity && isElementwise;
        result.expanding |= outer.expanding || isExpandingUse(user, op);
        if (places.insert(isElementwise ? outer.place : op) || !isElementwise)
          result.copies += outer.copies;
      }
    result.place = places.size() == 1 ? places.front() : op;
    return result;
  }
  bool canJoin(Operation *op, Group &group) {
    Access reads = accessIn(op, group);
    if (op->hasTrait<IsStageRoot>())
      return takesRoot(group, op) && reads.identity && op->getNumResults() == 1 && !isa<ScatterOp>(op) &&
             dimsOf(op->getResult(0)) == dimsOf(group.output()->getResult(0));
    if (isa<SortOp>(group.output()))
      return true;
    return (!reads.expanding || isRename(op)) && reads.copies <= maxCopies;
  }
  /// A gate and what it gates are roots of one stage: their tiles are summed side by side and meet in registers.
  static bool takesRoot(const Group &group, Operation *op) {
    if (group.roots.empty())
      return true;
    auto contract = dyn_cast<ContractOp>(op), known = dyn_cast<ContractOp>(group.roots.front());
    return contract && known && group.roots.size() < maxSiblings && areSiblings(known, contract);
  }
  /// A rename joins every group that reads it, if all its readers are in groups.
  bool joinAll(Operation *op) {
    llvm::SetVector<Group *> readers;
    for (Operation *user : op->getUsers()) {
      auto it = memberships.find(user);
      if (it == memberships.end())
        return false;
      readers.insert(it->second.begin(), it->second.end());
    }
    if (readers.empty() || llvm::any_of(readers, [&](Group *group) { return accessIn(op, *group).copies > maxCopies; }))
      return false;
    for (Group *group : readers)
      join(op, *group);
    return true;
  }

  Block &block;
  bool fuse;
  llvm::DenseMap<Operation *, SmallVector<Group *>> memberships;
  llvm::DenseMap<std::pair<Group *, Operation *>, Access> access;
};

StringRef scopeOf(const Group &group) {
  if (group.roots.empty())
    return "element";
  Operation *root = group.roots.front();
  return isa<PrefixOp, SortOp>(root) ? "row" : isa<ScatterOp>(root) ? "all" : "element";
}

/// Where the stage of a group stands: at its output operator. Folding moves constants to the front, ahead of the binds
/// of their dims, so a leaf's stage stands at its first reader.
Operation *placeOf(Operation *output) {
  Operation *place = isLeaf(output) ? nullptr : output;
  if (!place)
    for (Operation *user : output->getUsers())
      if (Operation *outer = output->getBlock()->findAncestorOpInBlock(*user);
          isView(user) && (!place || outer->isBeforeInBlock(place)))
        place = outer;
  return place;
}

/// Builds the stage of a group. The location names all its nodes, in program order.
StageOp buildStage(Group &group) {
  Operation *output = group.output();
  SmallVector<Operation *> members(group.members.begin(), group.members.end());
  llvm::sort(members, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  OpBuilder builder(placeOf(output));
  SmallVector<Location> locations;
  for (Operation *member : members)
    if (!llvm::is_contained(locations, member->getLoc()))
      locations.push_back(member->getLoc());
  auto stage = StageOp::create(builder, builder.getFusedLoc(locations), output->getResultTypes(), scopeOf(group));
  builder.createBlock(&stage.getBody());
  IRMapping mapping;
  // Operands first, from the output: the order says nothing of where the program had the operators, so that equal
  // stages read the same.
  std::function<void(Operation *)> copy = [&](Operation *op) {
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && (isLeaf(producer) || group.members.contains(producer)) && !mapping.contains(operand))
        copy(producer);
    builder.clone(*op, mapping);
  };
  copy(output);
  SmallVector<Value> results;
  for (Value result : output->getResults())
    results.push_back(mapping.lookup(result));
  YieldOp::create(builder, stage.getLoc(), results);
  return stage;
}

struct FormStagesPass : sinter::impl::FormStagesPassBase<FormStagesPass> {
  using FormStagesPassBase::FormStagesPassBase;
  void runOnOperation() override {
    // Inner blocks first: what they read of the outer ones is then known.
    SmallVector<Block *> blocks;
    getOperation()->walk([&](Block *block) {
      if (isa<ProgramOp, IfOp, LoopOp>(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks)
      formStages(*block);
  }

private:
  void formStages(Block &block) {
    Grouping grouping(block, fuse);
    grouping.run();
    SmallVector<Operation *> dead;
    for (auto &group : grouping.groups) {
      StageOp stage = buildStage(*group);
      Operation *output = group->output();
      output->replaceUsesWithIf(stage.getResults(),
                                [&](OpOperand &use) { return !isLeaf(output) || isView(use.getOwner()); });
      llvm::append_range(dead, group->members);
      ++numStages;
    }
    // Members in reverse program order have no users left.
    llvm::DenseSet<Operation *> once(dead.begin(), dead.end());
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if ((once.contains(&op) && op.use_empty()) || (op.use_empty() && (isLeaf(&op) || isa<LoadOp, ReshapeOp>(op))))
        op.erase();
  }
};
} // namespace

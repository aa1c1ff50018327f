// Emitter and task count per kernel; see Passes.td.
#include "dialects/sinter/AttentionForm.h"
#include "passes/kernel/Passes.h"
#include "passes/kernel/PlanConvolution.h"
#include "target/Schedules.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_PLANKERNELSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-plan-kernels"

/// Scalar operations that the kernel's root does per result element, as a formula.
static DimAttr workPerElement(Operation *root, MLIRContext *context) {
  DimAttr one = dimConstant(context, 1);
  if (auto contract = dyn_cast<ContractOp>(root))
    return product(context, contract.sizesOf(contract.summedLabels()));
  if (auto conv = dyn_cast<ConvOp>(root))
    return product(context, ArrayRef(dimsOf(conv.getFilter())).drop_front());
  if (auto window = dyn_cast<WindowOp>(root)) {
    DimAttr work = one;
    for (int64_t size : window.getKernel())
      work = work * size;
    return work;
  }
  if (auto reduce = dyn_cast<ReduceOp>(root)) {
    DimAttr work = one;
    SmallVector<DimAttr> dims = dimsOf(reduce.getInput());
    for (int64_t dim : reduce.getDims())
      work = work * dims[dim];
    return work;
  }
  if (auto arg = dyn_cast<ArgReduceOp>(root))
    return dimsOf(arg.getInput())[arg.getDim()];
  return one;
}

/// True if the contraction emitter takes `kernel`: f32, one label per kind but rows, the result's innermost dim a
/// column of the right operand that lies contiguous in memory, row labels in the order of the result.
static bool isTileable(ContractOp op) {
  if (!op.getLhs().getType().getElementType().isF32() || op.getOutLabels().empty())
    return false;
  ArrayRef<int64_t> lhs = op.getLhsLabels(), rhs = op.getRhsLabels(), out = op.getOutLabels();
  int64_t column = out.back();
  if (llvm::is_contained(lhs, column) || rhs.empty() || rhs.back() != column)
    return false;
  for (ArrayRef<int64_t> labels : {lhs, rhs})
    for (int64_t label : labels)
      if (llvm::count(labels, label) > 1)
        return false;
  SmallVector<int64_t> terms = op.summedLabels();
  return terms.size() == 1 && llvm::is_contained(rhs, terms.front()) &&
         llvm::all_of(rhs, [&](int64_t label) { return label == column || llvm::is_contained(lhs, label); });
}

namespace {
struct PlanKernelsPass : sinter::impl::PlanKernelsPassBase<PlanKernelsPass> {
  using PlanKernelsPassBase::PlanKernelsPassBase;
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<KernelOp>())
      plan(kernel);
  }

private:
  void plan(KernelOp kernel) {
    Builder builder(&getContext());
    auto group = dyn_cast<GroupOp>(kernel.getBody().front().front());
    SmallVector<Operation *> roots;
    DimAttr one = dimConstant(&getContext(), 1), work = dimConstant(&getContext(), 0), flops = work;
    kernel.walk([&](StageOp stage) {
      roots = rootsOf(stage);
      DimAttr elements = elementCount(stage.getResultTypes()[0]);
      if (roots.empty()) { // siblings do not wake more threads than each of them alone
        work = work + elements;
        flops = flops + elements * stage.getNumResults();
      }
      for (Operation *op : roots) {
        DimAttr steps = elements * workPerElement(op, &getContext());
        work = work + steps;
        flops = flops + steps * (isa<ContractOp, ConvOp>(op) ? 2 : 1);
      }
    });
    auto loop = dyn_cast<LoopOp>(kernel.getBody().front().front());
    if (loop) {
      work = work * loop.getTrip();
      flops = flops * loop.getTrip();
    }
    Operation *root = group || loop || roots.empty() ? nullptr : roots.front();
    // Work that is done as a whole runs in one task; other work in tasks of at least taskGrain operations, few enough
    // to keep the launch cheap. Tasks past the space's size are empty.
    bool whole = isa_and_nonnull<ScatterOp>(root);
    DimAttr tasks = one;
    if (!whole)
      tasks = max(one, min(floorDiv(work, dimConstant(&getContext(), schedule::taskGrain)),
                           dimConstant(&getContext(), schedule::maxTasks)));
    DimAttr bytes = dimConstant(&getContext(), 0);
    for (ArrayRef<Type> types : {kernel.getArgumentTypes(), kernel.getResultTypes()})
      for (Type type : types)
        bytes = bytes + elementCount(type) * elementBytes(cast<RankedTensorType>(type).getElementType());
    NamedAttrList schedule;
    schedule.set("emitter", builder.getStringAttr(group ? "rows" : "map"));
    schedule.set("flops", flops);
    schedule.set("bytes", bytes);
    schedule.set("tasks", tasks);
    if (loop) {
      DimAttr blocks = ceilDiv(*loop.getRows(), dimConstant(&getContext(), schedule::scanRows));
      schedule.set("emitter", builder.getStringAttr("scan"));
      schedule.set("tasks", max(one, min(tasks, blocks)));
      schedule.set("scratch", rowScratch(loop.getBody().front(), *loop.getRows()).bytes);
    }
    if (group)
      planGroup(group, schedule);
    if (auto contract = dyn_cast_or_null<ContractOp>(root); contract && specialize && isTileable(contract))
      planContraction(contract, roots.size(), schedule);
    if (auto stage = dyn_cast<StageOp>(kernel.getBody().front().front()); stage && specialize && constantPadOf(stage))
      schedule.set("emitter", builder.getStringAttr("pad"));
    if (auto conv = dyn_cast_or_null<ConvOp>(root); conv && specialize)
      planConvolution(conv, targetInfo(), schedule);
    numParallel += schedule.get("tasks") != one;
    kernel.setScheduleAttr(schedule.getDictionary(&getContext()));
  }

  /// Attention where its emitter takes the group.
  void planGroup(GroupOp group, NamedAttrList &schedule) {
    Builder builder(&getContext());
    DimAttr bytes = rowScratch(group).bytes;
    schedule.set("scratch", bytes);
    if (specialize && projectionOf(group) && isTileable(contractionOf(projectionOf(group))))
      return planProjection(group, schedule);
    std::optional<AttentionForm> form = matchAttention(group);
    if (!specialize || !form)
      return;
    schedule::ContractionTile tile = schedule::contractionTile(targetInfo(), 512, 4);
    ContractOp scores = form->scoresRoot();
    ArrayRef<int64_t> out = scores.getOutLabels();
    DimAttr inner = scores.sizeOf(out[out.size() - 2]);
    // Queries of a block: whole vectors, one of them where there are few; fewer than that go one by one.
    int64_t most = constantValue(inner).value_or(tile.columns), lanes = targetInfo().lanes(32);
    int64_t block = most < tile.columns ? lanes : tile.columns;
    bool hasBlocks = most >= block;
    if (!hasBlocks && !hasFlatLines(group))
      return;
    if (constantValue(inner).value_or(0) < lanes && hasFlatLines(group) && softmaxOf(*form))
      planParts(group.getRows(), inner, *form, lanes, schedule);
    ++numAttention;
    if (!hasBlocks) {
      schedule.set("emitter", builder.getStringAttr("attention_rows"));
      return;
    }
    schedule.set("emitter", builder.getStringAttr("attention"));
    schedule.set("tile", builder.getDenseI64ArrayAttr({tile.rows, block}));
    schedule.set("scratch", max(bytes, attentionScratch(group, *form, block).bytes));
  }

  /// Parts of keys where rows are few and fill no vector, so that they are done one by one; else one part.
  void planParts(DimAttr rows, DimAttr inner, AttentionForm form, int64_t lanes, NamedAttrList &schedule) {
    auto constant = [&](int64_t value) { return dimConstant(&getContext(), value); };
    ContractOp scores = form.scoresRoot(), result = form.resultRoot();
    DimAttr keys = scores.sizeOf(scores.getOutLabels().back()), one = constant(1);
    DimAttr columns = floorDiv(elementCount(result.getType()), rows);
    DimAttr isFew = min(one, floorDiv(constant(lanes - 1), inner));
    DimAttr most = min(floorDiv(keys, constant(schedule::keysOfPart)), floorDiv(constant(schedule::rowParts), rows));
    DimAttr parts = max(one, most * isFew);
    if (parts == one)
      return;
    schedule.set("parts", parts);
    schedule.set("shared", (columns + 2) * (schedule::rowParts * 4)); // rows * parts of them, where there are several
    schedule.set("merge", min(one, parts - one) * rows);
  }

  void planProjection(GroupOp group, NamedAttrList &schedule) {
    Builder builder(&getContext());
    schedule::ContractionTile tile = schedule::contractionTile(targetInfo(), 1, 4);
    int64_t sizes[] = {tile.rows, tile.columns, schedule::projectionRows(tile), 1};
    DimAttr blocks = ceilDiv(group.getRows(), dimConstant(&getContext(), sizes[2]));
    schedule.set("emitter", builder.getStringAttr("project"));
    schedule.set("tile", builder.getDenseI64ArrayAttr(sizes));
    schedule.set("tasks", max(blocks, dimConstant(&getContext(), 1)));
    schedule.set("scratch", projectionScratch(group, sizes).bytes);
    ++numProjection;
  }

  TargetInfo targetInfo() {
    TargetInfo target;
    target.vectorBits = vectorBits;
    target.numVectorRegisters = numVectorRegisters;
    target.l2Bytes = l2Bytes;
    return target;
  }

  void planContraction(ContractOp op, int64_t siblings, NamedAttrList &schedule) {
    Builder builder(&getContext());
    MLIRContext *context = &getContext();
    DimAttr one = dimConstant(context, 1), columns = op.sizeOf(op.getOutLabels().back()),
            terms = op.sizeOf(op.summedLabels().front()), rows = product(context, op.sizesOf(op.rowLabels())),
            batch = product(context, op.sizesOf(op.batchLabels()));
    schedule::ContractionTile tile =
        schedule::contractionTile(targetInfo(), constantValue(terms).value_or(512), 4, siblings);
    DimAttr blocks = ceilDiv(rows, dimConstant(&getContext(), tile.blockRows));
    DimAttr groups = ceilDiv(columns, dimConstant(&getContext(), tile.columns * tile.panelsPerTask));
    schedule.set("emitter", builder.getStringAttr("contract"));
    schedule.set("tile", builder.getDenseI64ArrayAttr({tile.rows, tile.columns, tile.blockRows, tile.panelsPerTask}));
    schedule.set("tasks", max(batch * blocks * groups, one));
    schedule.set("scratch", dimConstant(&getContext(), tile.rows * tile.columns * siblings * 4));
    ++numContract;
  }
};
} // namespace

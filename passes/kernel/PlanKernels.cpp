// Emitter and task count per kernel; see Passes.td.
#include "passes/kernel/Passes.h"
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
  if (!root)
    return one;
  if (auto contract = dyn_cast<ContractOp>(root)) {
    SmallVector<int64_t> seen(contract.getOutLabels());
    DimAttr work = one;
    for (auto [value, labels] : {std::pair(contract.getLhs(), contract.getLhsLabels()), std::pair(contract.getRhs(), contract.getRhsLabels())})
      for (auto [label, dim] : llvm::zip(labels, dimsOf(value)))
        if (!llvm::is_contained(seen, label)) {
          seen.push_back(label);
          work = work * dim;
        }
    return work;
  }
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

namespace {
struct PlanKernelsPass : sinter::impl::PlanKernelsPassBase<PlanKernelsPass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<KernelOp>())
      plan(kernel);
  }

private:
  void plan(KernelOp kernel) {
    Builder builder(&getContext());
    Operation *root = nullptr;
    kernel.walk([&](Operation *op) { root = op->hasTrait<IsStageRoot>() ? op : root; });
    DimAttr one = dimConstant(&getContext(), 1), elements = elementCount(kernel.getResultTypes()[0]);
    DimAttr work = elements * workPerElement(root, &getContext());
    // Work that is done as a whole runs in one task; other work in tasks of at least taskGrain operations, few enough to
    // keep the launch cheap. Tasks past the space's size are empty.
    bool whole = isa_and_nonnull<ScatterOp>(root);
    DimAttr tasks = one;
    if (!whole)
      tasks = max(one, min(floorDiv(work, dimConstant(&getContext(), schedule::taskGrain)), dimConstant(&getContext(), schedule::maxTasks)));
    DimAttr bytes = dimConstant(&getContext(), 0);
    for (ArrayRef<Type> types : {kernel.getArgumentTypes(), kernel.getResultTypes()})
      for (Type type : types)
        bytes = bytes + elementCount(type) * elementBytes(cast<RankedTensorType>(type).getElementType());
    DimAttr flops = isa_and_nonnull<ContractOp, ConvOp>(root) ? work * 2 : work;
    numParallel += tasks != one;
    kernel.setScheduleAttr(builder.getDictionaryAttr({builder.getNamedAttr("emitter", builder.getStringAttr("map")),
                                                      builder.getNamedAttr("tasks", tasks), builder.getNamedAttr("flops", flops),
                                                      builder.getNamedAttr("bytes", bytes)}));
  }
};
} // namespace

// The generic emitters: the loop nest around a kernel's root and its fused scalar work.
//
// `map` covers every kernel: an outer space split into tasks by shapes alone, an innermost dim in vectors with a scalar
// tail. Vector and scalar code compute the same bits, so the split is invisible in results.
#include "codegen/cpu/emit/Attention.h"
#include "codegen/cpu/emit/AttentionRows.h"
#include "codegen/cpu/emit/Contraction.h"
#include "codegen/cpu/emit/Convolution.h"
#include "codegen/cpu/emit/DirectConvolution.h"
#include "codegen/cpu/emit/Emit.h"
#include "codegen/cpu/emit/PaddedRows.h"
#include "codegen/cpu/emit/PointwiseConvolution.h"
#include "codegen/cpu/emit/Projection.h"
#include "codegen/cpu/emit/Roots.h"
#include "codegen/cpu/emit/Rows.h"
#include "codegen/cpu/emit/Scan.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

namespace {
/// A row longer than this is split into chunks that are tasks of their own.
constexpr int64_t chunkLength = 1024;

class LoopEmitter {
public:
  LoopEmitter(KernelOp kernel, ModuleOp module, const TargetInfo &target)
      : f(kernel, kernel.getSymName(), module, target), elements(f) {}
  void run() {
    // The results of the stage or group are the kernel's, in order.
    Operation &body = f.kernel.getBody().front().front();
    if (auto group = dyn_cast<GroupOp>(body))
      return emitGroup(group);
    if (auto loop = dyn_cast<LoopOp>(body))
      return ScanEmitter(elements, loop).run();
    emitStage(cast<StageOp>(body));
  }

private:
  using Body = llvm::function_ref<void(ArrayRef<Index>, int64_t)>;

  void emitGroup(GroupOp group) {
    DictionaryAttr schedule = f.kernel.getScheduleAttr();
    auto emitter = schedule ? schedule.getAs<StringAttr>("emitter") : StringAttr();
    if (emitter && emitter.getValue() == "project")
      return ProjectionEmitter(elements, group, schedule.getAs<DenseI64ArrayAttr>("tile")).run();
    if (!emitter || !emitter.getValue().starts_with("attention"))
      return RowEmitter(elements, group).run();
    AttentionForm form = *matchAttention(group);
    auto rows = [&] {
      hasFlatLines(group) ? AttentionRowsEmitter(elements, group, form).run() : RowEmitter(elements, group).run();
    };
    if (emitter.getValue() == "attention_rows")
      return rows();
    // Fewer rows than a vector are done one by one.
    auto blocks = [&] { emitAttention(f, group, form, schedule.getAs<DenseI64ArrayAttr>("tile")); };
    ArrayRef<int64_t> out = form.scoresRoot().getOutLabels();
    DimAttr inner = form.scoresRoot().sizeOf(out[out.size() - 2]);
    if (constantValue(inner))
      return blocks();
    f.branch(f.atLeast(f.dim(inner), f.constant(f.target.lanes(32))), blocks, rows);
  }

  void emitStage(StageOp stage) {
    SmallVector<Operation *> roots = rootsOf(stage);
    Operation *root = roots.empty() ? nullptr : roots.front();
    ValueRange yields = stage.getBody().front().getTerminator()->getOperands();
    if (auto sort = dyn_cast_or_null<SortOp>(root))
      return emitSortStage(sort, yields);
    if (auto scatter = dyn_cast_or_null<ScatterOp>(root))
      return emitWhole([&] { emitScatter(elements, scatter, f.results[0]); });
    DictionaryAttr schedule = f.kernel.getScheduleAttr();
    auto emitter = schedule ? schedule.getAs<StringAttr>("emitter") : StringAttr();
    if (emitter && emitter.getValue() == "contract")
      return ContractionEmitter(elements, llvm::map_to_vector(roots, llvm::CastTo<ContractOp>), yields,
                                schedule.getAs<DenseI64ArrayAttr>("tile"))
          .run();
    if (emitter && emitter.getValue() == "conv")
      return ConvolutionEmitter(elements, cast<ConvOp>(root), yields, schedule.getAs<DenseI64ArrayAttr>("tile")).run();
    if (emitter && emitter.getValue() == "conv_pixels")
      return PointwiseConvolutionEmitter(elements, cast<ConvOp>(root), yields,
                                         schedule.getAs<DenseI64ArrayAttr>("tile"))
          .run();
    if (emitter && emitter.getValue() == "conv_rows")
      return DirectConvolutionEmitter(elements, cast<ConvOp>(root), yields, schedule.getAs<DenseI64ArrayAttr>("tile"))
          .run(f.dim(schedule.getAs<DimAttr>("tasks")));
    if (emitter && emitter.getValue() == "pad")
      return rows(f.results[0].dims, [&](ArrayRef<Index> outer, Value lo, Value hi) {
        emitPaddedRow(elements, yields[0].getDefiningOp<PadOp>(), outer, lo, hi);
      });
    auto store = [&](ArrayRef<Index> indices, int64_t lanes) {
      // All results before the first is stored: what two of them read is loaded once.
      SmallVector<Value> results =
          llvm::map_to_vector(yields, [&](Value value) { return elements.at(value, indices, lanes); });
      for (auto [result, buffer] : llvm::zip(results, f.results))
        f.store(buffer, indices, result, lanes);
    };
    SmallVector<DimAttr> space = f.results[0].dims;
    if (auto prefix = dyn_cast_or_null<PrefixOp>(root)) {
      int64_t axis = prefix.getDim();
      bool vectorize = axis != int64_t(space.size()) - 1;
      space.erase(space.begin() + axis);
      return nest(space, vectorize, [&](ArrayRef<Index> outer, int64_t lanes) {
        emitPrefix(elements, prefix, outer, lanes, [&](ArrayRef<Index> indices, Value value) {
          elements.bindValue(prefix.getResult(), value);
          store(indices, lanes);
        });
      });
    }
    nest(space, !root || !vectorizesReduction(root), [&](ArrayRef<Index> indices, int64_t lanes) {
      for (Operation *op : roots)
        elements.bindValue(op->getResult(0), emitPoint(elements, op, indices, lanes));
      store(indices, lanes);
    });
  }

  void emitSortStage(SortOp sort, ValueRange yields) {
    SmallVector<DimAttr> space = dimsOf(sort.getInput());
    space.erase(space.begin() + sort.getDim());
    nest(space, /*vectorize=*/false,
         [&](ArrayRef<Index> outer, int64_t) { emitSort(elements, sort, outer, f.results[0], f.results[1]); });
  }

  /// Work that one task does alone.
  void emitWhole(llvm::function_ref<void()> body) {
    Value first = arith::CmpIOp::create(f.b, arith::CmpIPredicate::eq, f.task, f.constant(0));
    auto only = scf::IfOp::create(f.b, first, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(f.b);
    f.b.setInsertionPointToStart(&only.getThenRegion().front());
    body();
  }

  /// Calls `body` for every index of `space` that this task owns, with 1 or many lanes along the innermost dim.
  void nest(ArrayRef<DimAttr> space, bool vectorize, Body body) {
    std::optional<int64_t> inner = space.empty() ? 1 : constantValue(space.back());
    int64_t lanes = f.target.vectorBits / 32;
    if (!vectorize || space.empty() || (inner && *inner < lanes))
      lanes = 1;
    rows(space,
         [&](ArrayRef<Index> outer, Value lo, Value hi) { emitRow(outer, lo, hi, lanes, !space.empty(), body); });
  }

  /// Calls `body` for every row of `space` that this task owns, or part [lo, hi) of a long one.
  void rows(ArrayRef<DimAttr> space, llvm::function_ref<void(ArrayRef<Index>, Value, Value)> body) {
    MLIRContext *context = f.b.getContext();
    SmallVector<DimAttr> outer(space);
    DimAttr inner = outer.empty() ? dimConstant(context, 1) : outer.pop_back_val();
    std::optional<int64_t> innerSize = constantValue(inner);
    bool chunked = !innerSize || *innerSize > 2 * chunkLength;
    if (chunked)
      outer.push_back(ceilDiv(inner, dimConstant(context, chunkLength)));
    auto tasks = f.kernel.getSchedule() ? f.kernel.getSchedule()->getAs<DimAttr>("tasks") : DimAttr();
    auto [begin, end] = f.taskRange(f.dim(product(context, outer)), tasks ? f.dim(tasks) : f.constant(1));
    f.loop(begin, end, 1, {}, [&](Value flat, ValueRange) -> SmallVector<Value> {
      Indices indices;
      for (Value position : f.delinearize(flat, outer))
        indices.push_back(f.at(position));
      Value lo = f.constant(0), hi = f.dim(inner);
      if (chunked) {
        lo = f.mul(indices.pop_back_val().base, f.constant(chunkLength));
        hi = f.min(f.add(lo, f.constant(chunkLength)), hi);
      }
      body(indices, lo, hi);
      return {};
    });
  }

  void emitRow(ArrayRef<Index> outer, Value lo, Value hi, int64_t lanes, bool hasInner, Body body) {
    f.vectorLoop(lo, hi, lanes, [&](Index index, int64_t width) {
      Indices indices(outer);
      if (hasInner)
        indices.push_back(index);
      body(indices, width);
    });
  }

  KernelFunction f;
  Elements elements;
};
} // namespace

OwningOpRef<ModuleOp> sinter::emitLoops(KernelOp kernel, const TargetInfo &target) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(kernel.getLoc());
  LoopEmitter(kernel, *module, target).run();
  if (kernel.getSchedule() && kernel.getSchedule()->contains("merge")) {
    KernelFunction f(kernel, mergeFunction(kernel), *module, target);
    Elements elements(f);
    auto group = cast<GroupOp>(kernel.getBody().front().front());
    AttentionRowsEmitter(elements, group, *matchAttention(group)).merge();
  }
  return module;
}

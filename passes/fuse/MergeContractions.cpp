// Contractions of one value with several weights become one; see Passes.td.
#include "passes/fuse/Passes.h"
#include "passes/fuse/Projection.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_MERGECONTRACTIONSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-merge-contractions"

namespace {
class Merger {
public:
  explicit Merger(ArrayRef<Projection> projections)
      : parts(projections), first(projections.front().op), builder(first), context(first.getContext()) {
    withBias = llvm::all_of(parts, [](const Projection &part) { return static_cast<bool>(part.bias); });
  }
  /// Results that meet in elementwise work (a gate and what it gates) would meet in memory.
  bool isApart() {
    return !meetElementwise(llvm::map_to_vector(parts, [](Projection &part) -> Value { return part.op.getResult(); }));
  }
  void merge() {
    SmallVector<Location> locations;
    SmallVector<Value> weights, biases;
    for (Projection &part : parts) {
      locations.push_back(part.op.getLoc());
      weights.push_back(builder.clone(*part.op.getRhs().getDefiningOp())->getResult(0));
      if (withBias)
        biases.push_back(builder.clone(*part.bias)->getResult(0));
    }
    Location loc = builder.getFusedLoc(locations);
    int64_t axis = columnAxis(first);
    Value weight = concat(loc, weights, axis);
    SmallVector<DimAttr> dims = dimsOf(first.getResult());
    dims.back() = dimsOf(weight)[axis];
    Type type = tensorType(dims, first.getType().getElementType());
    Value merged = ContractOp::create(builder, loc, type, first.getLhs(), weight, first.getLhsLabels(),
                                      first.getRhsLabels(), first.getOutLabels());
    if (withBias) {
      Value bias = BroadcastOp::create(builder, loc, type, concat(loc, biases, 0),
                                       ArrayRef<int64_t>{int64_t(dims.size()) - 1}, DimsAttr::get(context, dims));
      merged = BinaryOp::create(builder, loc, type, BinaryKind::add, merged, bias);
    }
    DimAttr begin = dimConstant(context, 0);
    for (Projection &part : parts) {
      Value result = withBias ? part.sum.getResult() : part.op.getResult();
      SmallVector<DimAttr> sizes = dimsOf(result), offsets(sizes.size(), dimConstant(context, 0));
      offsets.back() = begin;
      begin = begin + sizes.back();
      Value slice = SliceOp::create(builder, loc, result.getType(), merged, DimsAttr::get(context, offsets),
                                    DimsAttr::get(context, sizes), SmallVector<int64_t>(sizes.size(), 1));
      result.replaceAllUsesWith(slice);
    }
    for (Projection &part : parts) {
      if (withBias)
        part.sum.erase();
      part.op.erase();
    }
  }

private:
  Value concat(Location loc, ArrayRef<Value> values, int64_t axis) {
    SmallVector<DimAttr> dims = dimsOf(values[0]);
    for (Value value : values.drop_front())
      dims[axis] = dims[axis] + dimsOf(value)[axis];
    Type element = cast<RankedTensorType>(values[0].getType()).getElementType();
    return ConcatOp::create(builder, loc, tensorType(dims, element), axis, values);
  }

  SmallVector<Projection> parts;
  ContractOp first;
  OpBuilder builder;
  MLIRContext *context;
  bool withBias;
};

struct MergeContractionsPass : sinter::impl::MergeContractionsPassBase<MergeContractionsPass> {
  void runOnOperation() override {
    // By block, operand and labels.
    llvm::MapVector<Attribute, SmallVector<Projection>> groups;
    Builder builder(&getContext());
    DenseMap<std::pair<Block *, Value>, int64_t> numbers;
    getOperation()->walk([&](ContractOp op) {
      std::optional<Projection> projection = describeProjection(op);
      if (!projection)
        return;
      int64_t number = numbers.insert({{op->getBlock(), op.getLhs()}, numbers.size()}).first->second;
      Attribute key =
          builder.getArrayAttr({builder.getI64IntegerAttr(number), op.getLhsLabelsAttr(), op.getRhsLabelsAttr(),
                                op.getOutLabelsAttr(), TypeAttr::get(elementType(op.getRhs()))});
      groups[key].push_back(*projection);
    });
    for (auto &[key, projections] : groups) {
      if (projections.size() < 2)
        continue;
      Merger merger(projections);
      if (!merger.isApart())
        continue;
      merger.merge();
      ++numMerged;
    }
  }

private:
  static Type elementType(Value value) { return cast<RankedTensorType>(value.getType()).getElementType(); }
};
} // namespace

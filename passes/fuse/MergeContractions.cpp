// Contractions of one value with several weights become one; see Passes.td.
#include "passes/fuse/Passes.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_MERGECONTRACTIONSPASS
#include "passes/fuse/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-merge-contractions"

namespace {
/// contract(x, w), and the bias vector that is all that reads it, if that is so.
struct Projection {
  ContractOp op;
  BinaryOp sum; // op + broadcast(bias)
  LoadOp bias;
  Value result() { return sum ? sum.getResult() : op.getResult(); }
};

/// x[.., k] times a weight matrix, with one column dim, the result's last.
bool isProjection(ContractOp op) {
  auto type = cast<RankedTensorType>(op.getRhs().getType());
  if (!op.getRhs().getDefiningOp<LoadOp>() || type.getRank() != 2 || op.getOutLabels().empty())
    return false;
  int64_t column = op.getOutLabels().back();
  SmallVector<int64_t> summed = op.summedLabels();
  return summed.size() == 1 && llvm::is_contained(op.getLhsLabels(), summed[0]) &&
         llvm::is_contained(op.getRhsLabels(), summed[0]) && llvm::is_contained(op.getRhsLabels(), column) &&
         !llvm::is_contained(op.getLhsLabels(), column);
}

Projection describe(ContractOp op) {
  Projection projection{op, {}, {}};
  auto sum = op->hasOneUse() ? dyn_cast<BinaryOp>(*op->getUsers().begin()) : BinaryOp();
  if (!sum || sum.getKind() != BinaryKind::add)
    return projection;
  Value other = sum.getLhs() == op.getResult() ? sum.getRhs() : sum.getLhs();
  auto broadcast = other.getDefiningOp<BroadcastOp>();
  auto bias = broadcast ? broadcast.getInput().getDefiningOp<LoadOp>() : LoadOp();
  if (bias && broadcast.getMapping() == ArrayRef<int64_t>{int64_t(op.getOutLabels().size()) - 1}) {
    projection.sum = sum;
    projection.bias = bias;
  }
  return projection;
}

/// What elementwise work makes of a value.
void collectReaders(Value value, DenseSet<Operation *> &readers) {
  for (Operation *user : value.getUsers())
    if (user->hasTrait<IsElementwise>() && readers.insert(user).second)
      for (Value result : user->getResults())
        collectReaders(result, readers);
}

class Merger {
public:
  explicit Merger(ArrayRef<Projection> projections)
      : parts(projections), first(projections.front().op), builder(first), context(first.getContext()) {
    withBias = llvm::all_of(parts, [](const Projection &part) { return static_cast<bool>(part.bias); });
  }
  /// Results that meet in elementwise work (a gate and what it gates) would meet in memory.
  bool isApart() {
    DenseSet<Operation *> seen;
    for (Projection &part : parts) {
      DenseSet<Operation *> readers;
      collectReaders(part.op.getResult(), readers);
      if (llvm::any_of(readers, [&](Operation *op) { return seen.contains(op); }))
        return false;
      seen.insert(readers.begin(), readers.end());
    }
    return true;
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
    int64_t column = first.getOutLabels().back(),
            axis = llvm::find(first.getRhsLabels(), column) - first.getRhsLabels().begin();
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
      if (!isProjection(op))
        return;
      int64_t number = numbers.insert({{op->getBlock(), op.getLhs()}, numbers.size()}).first->second;
      Projection projection = describe(op);
      Attribute key =
          builder.getArrayAttr({builder.getI64IntegerAttr(number), op.getLhsLabelsAttr(), op.getRhsLabelsAttr(),
                                op.getOutLabelsAttr(), TypeAttr::get(elementType(op.getRhs()))});
      groups[key].push_back(projection);
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

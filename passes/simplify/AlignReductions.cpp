// Softmax over a middle dim of a contraction's result becomes softmax over the last one; see Passes.td.
//
// A web is what scalar work, reductions and contractions make of the result, all in its layout. It is written anew in
// the other layout, from the contraction, which may order the dims of its result as it likes, down to what reads it
// under labels or through a transpose.
#include "dialects/sinter/Sinter.h"
#include "mlir/IR/IRMapping.h"
#include "passes/simplify/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_ALIGNREDUCTIONSPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-align-reductions"

namespace {
/// Dim `reduced` of a contraction's result moves behind the others.
class Web {
public:
  Web(ContractOp contract, int64_t reduced) : contract(contract), rank(contract.getType().getRank()) {
    for (int64_t dim = 0; dim < rank; ++dim)
      if (dim != reduced)
        order.push_back(dim);
    order.push_back(reduced);
  }

  /// Collects the readers; false if one needs the layout as it is, or none reduces the dim, or none weighs by the
  /// result.
  bool collect() {
    if (isWeight(contract.getLhs()) || isWeight(contract.getRhs()))
      return false;
    SmallVector<Value> open{contract.getResult()};
    llvm::DenseSet<Operation *> seen;
    bool isReduced = false, isWeighed = false;
    while (!open.empty())
      for (Operation *user : open.pop_back_val().getUsers()) {
        auto reduce = dyn_cast<ReduceOp>(user);
        if (user->getBlock() != contract->getBlock() || (reduce && reduce.getDims() != ArrayRef(order.back())) ||
            (!reduce && !isa<ContractOp, TransposeOp>(user) && !user->hasTrait<IsElementwise>()))
          return false;
        isReduced |= reduce != nullptr;
        isWeighed |= isa<ContractOp>(user);
        if (seen.insert(user).second && user->hasTrait<IsElementwise>())
          open.push_back(user->getResult(0));
      }
    readers.assign(seen.begin(), seen.end());
    llvm::sort(readers, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    return isReduced && isWeighed;
  }

  void rewrite() {
    OpBuilder b(contract);
    SmallVector<int64_t> labels = ordered(contract.getOutLabels());
    Value lhs = contract.getLhs(), rhs = contract.getRhs();
    SmallVector<int64_t> lhsLabels(contract.getLhsLabels()), rhsLabels(contract.getRhsLabels());
    if (!llvm::is_contained(rhsLabels, labels.back())) { // columns are of the right operand
      std::swap(lhs, rhs);
      std::swap(lhsLabels, rhsLabels);
    }
    aligned[contract.getResult()] = ContractOp::create(b, contract.getLoc(), alignedType(contract.getType()), lhs, rhs,
                                                       lhsLabels, rhsLabels, labels);
    for (Operation *reader : readers)
      rewriteReader(reader);
    for (Operation *reader : llvm::reverse(readers))
      if (reader->hasTrait<IsElementwise>())
        reader->erase();
    contract.erase();
  }

private:
  template <typename T> SmallVector<T> ordered(ArrayRef<T> list) const {
    return llvm::map_to_vector(order, [&](int64_t dim) { return list[dim]; });
  }
  Type alignedType(Type type) const {
    return tensorType(ordered(ArrayRef<DimAttr>(dimsOf(type))), cast<RankedTensorType>(type).getElementType());
  }

  /// True for what is packed at compile time, as a right operand.
  static bool isWeight(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (isa<LoadOp, ConstantOp>(op))
        return true;
      if (!isa<ReshapeOp, TransposeOp, BroadcastOp>(op))
        break;
      value = op->getOperand(0);
    }
    return false;
  }

  void rewriteReader(Operation *reader) {
    OpBuilder b(reader);
    if (auto reduce = dyn_cast<ReduceOp>(reader)) {
      reduce.getInputMutable().assign(aligned.at(reduce.getInput()));
      reduce.setDims({rank - 1});
    } else if (auto transpose = dyn_cast<TransposeOp>(reader)) {
      SmallVector<int64_t> permutation = llvm::map_to_vector(
          transpose.getPermutation(), [&](int64_t dim) { return llvm::find(order, dim) - order.begin(); });
      transpose.getInputMutable().assign(aligned.at(transpose.getInput()));
      transpose.setPermutation(permutation);
    } else if (auto product = dyn_cast<ContractOp>(reader)) {
      for (bool left : {true, false}) {
        auto found = aligned.find(left ? product.getLhs() : product.getRhs());
        if (found == aligned.end())
          continue;
        (left ? product.getLhsMutable() : product.getRhsMutable()).assign(found->second);
        SmallVector<int64_t> labels = ordered(left ? product.getLhsLabels() : product.getRhsLabels());
        left ? product.setLhsLabels(labels) : product.setRhsLabels(labels);
      }
    } else {
      IRMapping mapping;
      for (Value operand : reader->getOperands()) {
        auto found = aligned.find(operand);
        mapping.map(operand, found != aligned.end()
                                 ? found->second
                                 : Value(TransposeOp::create(b, reader->getLoc(), alignedType(operand.getType()),
                                                             operand, order)));
      }
      Operation *copy = b.clone(*reader, mapping);
      copy->getResult(0).setType(alignedType(reader->getResult(0).getType()));
      aligned[reader->getResult(0)] = copy->getResult(0);
    }
  }

  ContractOp contract;
  int64_t rank;
  SmallVector<int64_t> order;
  SmallVector<Operation *> readers;
  llvm::DenseMap<Value, Value> aligned; // values in the new layout
};

struct AlignReductionsPass : sinter::impl::AlignReductionsPassBase<AlignReductionsPass> {
  void runOnOperation() override {
    SmallVector<ContractOp> contracts;
    getOperation()->walk([&](ContractOp op) { contracts.push_back(op); });
    for (ContractOp op : contracts)
      for (int64_t dim = 0; dim + 1 < op.getType().getRank(); ++dim)
        if (Web web(op, dim); web.collect()) {
          web.rewrite();
          ++numAligned;
          break;
        }
  }
};
} // namespace

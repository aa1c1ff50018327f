// Checks of elements that need no look at the elements; see Passes.td.
#include "dialects/sinter/Infer.h"
#include "passes/simplify/ElementRanges.h"
#include "passes/simplify/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SETTLECHECKSPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-settle-checks"

/// The value that has the same elements, in whatever order, and is there anyway.
static Value sourceOf(Value value) {
  for (;;) {
    Operation *op = value.getDefiningOp();
    auto cast = dyn_cast_or_null<CastOp>(op);
    bool widens = cast && elementType(cast.getInput().getType()).isSignlessInteger(32) &&
                  elementType(cast.getType()).isSignlessInteger(64);
    if (!widens && !isa_and_nonnull<ReshapeOp, TransposeOp>(op))
      return value;
    value = op->getOperand(0);
  }
}

/// True if `earlier` has run whenever `later` does.
static bool runsBefore(CheckElementsOp earlier, CheckElementsOp later) {
  Operation *outer = earlier->getBlock()->findAncestorOpInBlock(*later);
  return outer && earlier->isBeforeInBlock(outer);
}

/// lo <= x and x <= hi as relations between dims; those that are known are left out.
static void assumeInside(OpBuilder &builder, CheckElementsOp check, const ElementRange &range) {
  auto name = dyn_cast<NameLoc>(check.getLoc());
  auto assume = [&](DimAttr lhs, DimAttr rhs) {
    if (!knownLessEqual(lhs, rhs))
      AssumeOp::create(builder, check.getLoc(), lhs, "le", rhs, name ? name.getName().getValue() : "");
  };
  assume(check.getLo().getValues().front(), range.lo);
  assume(range.hi, check.getHi().getValues().front());
}

static bool isInside(const ElementRange &range, CheckElementsOp check) {
  auto isBelow = [&](DimAttr lo) { return knownLessEqual(lo, range.lo); };
  auto isAbove = [&](DimAttr hi) { return knownLessEqual(range.hi, hi); };
  return llvm::all_of(check.getLo().getValues(), isBelow) && llvm::all_of(check.getHi().getValues(), isAbove);
}

namespace {
struct SettleChecksPass : sinter::impl::SettleChecksPassBase<SettleChecksPass> {
  void runOnOperation() override {
    SmallVector<CheckElementsOp> checks;
    getOperation()->walk<WalkOrder::PreOrder>([&](CheckElementsOp check) { checks.push_back(check); });
    for (CheckElementsOp check : checks)
      if (settle(check)) {
        check.erase();
        ++numSettled;
      }
  }

private:
  bool settle(CheckElementsOp check) {
    bool single = check.getLo().getValues().size() == 1;
    if (std::optional<ElementRange> range = elementRange(check.getInput())) {
      if (isInside(*range, check))
        return true;
      if (single && range->attained) {
        OpBuilder builder(check);
        assumeInside(builder, check, *range);
        return true;
      }
    }
    if (single)
      check.getInputMutable().assign(sourceOf(check.getInput()));
    SmallVector<CheckElementsOp> &others = kept[check.getInput()];
    for (CheckElementsOp other : others)
      if (other.getLo() == check.getLo() && other.getHi() == check.getHi() && runsBefore(other, check))
        return true;
    others.push_back(check);
    return false;
  }

  llvm::DenseMap<Value, SmallVector<CheckElementsOp>> kept; // by what they read
};
} // namespace

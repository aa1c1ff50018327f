// Uses each learned equality of dims once; see Passes.td.
#include "passes/simplify/Passes.h"
#include "passes/simplify/ReplaceDims.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_SUBSTITUTEDIMSPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-substitute-dims"

namespace {
bool mentions(DimAttr dim, StringRef symbol) {
  bool found = false;
  visitSymbols(dim, [&](StringRef name) { found |= name == symbol; });
  return found;
}

/// What each solved symbol stands for, already in terms of unsolved ones.
class Solution {
public:
  DimAttr apply(DimAttr dim) const {
    return substitute(dim, [&](StringRef name) { return solved.lookup(name); });
  }
  /// Makes `symbol` known later than all symbols before it and those of the inputs.
  void bind(StringRef symbol) { bound.insert({symbol, bound.size() + 1}); }
  /// Solves lhs == rhs for a symbol that stands alone on one side: sizes before values, so that values read from inputs
  /// follow the sizes. What stands for a symbol is known no later than the symbol.
  bool learn(DimAttr lhs, DimAttr rhs) {
    lhs = apply(lhs);
    rhs = apply(rhs);
    if (lhs == rhs)
      return false;
    if (learnSides(lhs, rhs))
      return true;
    // Terms of both sides cancel: S + P == S + T says P == T. What would have to be 0 stays.
    DimAttr zero = dimConstant(lhs.getContext(), 0), left = zero, right = zero, difference = lhs - rhs;
    for (auto [coefficient, product] : llvm::zip(difference.getCoefficients(), difference.getProducts())) {
      DimAttr term = DimAttr::get(lhs.getContext(), {coefficient}, {product});
      coefficient < 0 ? right = right - term : left = left + term;
    }
    return left != zero && right != zero && learnSides(left, right);
  }

private:
  bool learnSides(DimAttr lhs, DimAttr rhs) {
    std::optional<StringRef> left = symbolName(lhs), right = symbolName(rhs);
    if (left && right && right->starts_with("$"))
      left.reset();
    if (left && !mentions(rhs, *left) && isKnownBy(rhs, *left))
      return solve(*left, rhs);
    if (right && !mentions(lhs, *right) && isKnownBy(lhs, *right))
      return solve(*right, lhs);
    return false;
  }
  bool isKnownBy(DimAttr dim, StringRef symbol) const {
    bool known = true;
    visitSymbols(dim, [&](StringRef name) { known &= bound.lookup(name) <= bound.lookup(symbol); });
    return known;
  }
  bool solve(StringRef name, DimAttr value) {
    std::string key = name.str();
    for (auto &entry : solved)
      entry.second = substitute(entry.second, [&](StringRef other) { return other == key ? value : DimAttr(); });
    solved[key] = value;
    return true;
  }
  llvm::StringMap<DimAttr> solved;
  llvm::StringMap<size_t> bound; // place among the binds, 0 for symbols of the inputs
};

struct SubstituteDimsPass : sinter::impl::SubstituteDimsPassBase<SubstituteDimsPass> {
  void runOnOperation() override {
    Solution solution;
    bool any = false;
    getOperation().walk([&](BindOp bind) { solution.bind(bind.getSymbol()); });
    getOperation().walk([&](AssumeOp assume) {
      if (!assume.isConditional() && assume.getRelation() == "eq" && solution.learn(assume.getLhs(), assume.getRhs())) {
        ++numSubstituted;
        any = true;
      }
    });
    if (reportOutOfRange() || (any && reportContradictions(solution)))
      return signalPassFailure();
    if (!any)
      return;
    DimReplacer replacer([&](DimAttr dim) { return solution.apply(dim); });
    for (auto program : getOperation().getOps<ProgramOp>()) {
      program.walk([&](Operation *op) {
        if (!isa<AssumeOp>(op) && op != program)
          replacer.apply(op);
      });
      // The signature keeps the names of the interface; the body reads arguments under their solved dims.
      retypeArguments(program, replacer);
    }
  }

private:
  /// Nodes that need what no size inside the symbols' ranges gives: a size that the graph has fixed, a range without
  /// it.
  bool reportOutOfRange() {
    bool found = false;
    for (auto program : getOperation().getOps<ProgramOp>()) {
      SymbolRanges ranges;
      if (program.getSymbols())
        for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
          ranges[symbol.getName().getValue()] = {symbol.getLo(), symbol.getHi()};
      for (auto assume : program.getOps<AssumeOp>()) {
        bool isEquality = assume.getRelation() == "eq";
        DimRange slack = rangeOf(assume.getRhs() - assume.getLhs(), &ranges);
        if (assume.isConditional() || (slack.hi >= 0 && (slack.lo <= 0 || !isEquality)))
          continue;
        InFlightDiagnostic error = emitError(assume.getLoc());
        error << "expected " << toString(assume.getLhs()) << (isEquality ? " == " : " <= ") << toString(assume.getRhs())
              << ", got";
        llvm::StringSet<> named;
        for (DimAttr side : {assume.getLhs(), assume.getRhs()})
          visitSymbols(side, [&](StringRef name) {
            if (named.insert(name).second)
              error << (named.size() > 1 ? ", " : " ") << name << " = " << ranges[name].lo << ".." << ranges[name].hi;
          });
        found = true;
      }
    }
    return found;
  }
  /// Nodes that need sizes to be equal which other nodes make different: no operator could be written under such dims.
  bool reportContradictions(const Solution &solution) {
    bool found = false;
    getOperation().walk([&](AssumeOp assume) {
      DimAttr lhs = solution.apply(assume.getLhs()), rhs = solution.apply(assume.getRhs());
      if (assume.isConditional() || assume.getRelation() != "eq" || !knownDifferent(lhs, rhs))
        return;
      emitError(assume.getLoc()) << "expected " << toString(assume.getLhs()) << " == " << toString(assume.getRhs())
                                 << ", got " << toString(lhs) << " == " << toString(rhs) << " by other nodes";
      found = true;
    });
    return found;
  }
  void retypeArguments(ProgramOp program, DimReplacer &replacer) {
    OpBuilder builder = OpBuilder::atBlockBegin(&program.getBody().front());
    for (BlockArgument argument : program.getBody().getArguments()) {
      Type solved = replacer.apply(argument.getType());
      if (solved == argument.getType())
        continue;
      auto view =
          ReshapeOp::create(builder, argument.getLoc(), solved, argument, DimsAttr::get(&getContext(), dimsOf(solved)));
      argument.replaceAllUsesExcept(view, view);
    }
    // Outputs keep their interface's dims.
    Operation *end = program.getBody().front().getTerminator();
    builder.setInsertionPoint(end);
    for (auto [operand, type] : llvm::zip(end->getOpOperands(), program.getResultTypes()))
      if (operand.get().getType() != type)
        operand.set(
            ReshapeOp::create(builder, end->getLoc(), type, operand.get(), DimsAttr::get(&getContext(), dimsOf(type))));
  }
};
} // namespace

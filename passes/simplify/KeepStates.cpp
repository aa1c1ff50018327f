// Inputs and outputs that are a state become memory of the context; see Passes.td.
//
// A state is stored with the dim that grows first: what a run keeps is one contiguous write behind what is there, the
// past is a prefix of it, and more capacity moves nothing. Readers see a transpose, which contractions absorb.
#include "dialects/sinter/Infer.h"
#include "passes/simplify/Passes.h"
#include "passes/simplify/ReplaceDims.h"
#include "passes/simplify/StatePairs.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_KEEPSTATESPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-keep-states"

//===- The body ---------------------------------------------------------------------------------------------------===//

/// [axis, the other dims in their order].
static SmallVector<int64_t> rowsFirst(int64_t axis, int64_t rank) {
  SmallVector<int64_t> permutation{axis};
  for (int64_t dim = 0; dim < rank; ++dim)
    if (dim != axis)
      permutation.push_back(dim);
  return permutation;
}

static Type permuted(Type type, ArrayRef<int64_t> permutation) {
  SmallVector<DimAttr> dims = dimsOf(type), moved;
  for (int64_t dim : permutation)
    moved.push_back(dims[dim]);
  return tensorType(moved, elementType(type));
}

/// The graph's view of rows: the dim that grows back in its place.
static Value asGraphHasIt(OpBuilder &builder, Location loc, Value rows, ArrayRef<int64_t> permutation, Type type) {
  SmallVector<int64_t> back(permutation.size());
  for (auto [i, dim] : llvm::enumerate(permutation))
    back[dim] = i;
  Value value = builder.createOrFold<TransposeOp>(loc, permuted(rows.getType(), back), rows, back);
  if (value.getType() == type) // else dims that are only assumed equal
    return value;
  return ReshapeOp::create(builder, loc, type, value, DimsAttr::get(builder.getContext(), dimsOf(type)));
}

/// past, concat(past, new)   -->   transpose(state), transpose(append(state, transpose(new)))
static void keep(ProgramOp program, StatePair &pair) {
  Value past = program.getBody().getArgument(pair.input), seen = pair.concat.getInputs()[0];
  Location loc = pair.concat.getLoc();
  SmallVector<int64_t> permutation = rowsFirst(pair.concat.getAxis(), rankOf(past));
  OpBuilder builder = OpBuilder::atBlockBegin(&program.getBody().front());
  auto state = StateOp::create(builder, loc, permuted(seen.getType(), permutation),
                               interfaceName(program.getArgAttrsAttr(), pair.input),
                               interfaceName(program.getResAttrsAttr(), pair.output), pair.concat.getAxis());
  past.replaceAllUsesWith(asGraphHasIt(builder, loc, state, permutation, past.getType()));
  builder.setInsertionPoint(pair.concat);
  Value added = pair.concat.getInputs()[1];
  Value rows = builder.createOrFold<TransposeOp>(loc, permuted(added.getType(), permutation), added, permutation);
  auto all = AppendOp::create(builder, loc, state.getResult(), rows);
  pair.concat.getResult().replaceAllUsesWith(asGraphHasIt(builder, loc, all, permutation, pair.concat.getType()));
  pair.concat.erase();
}

//===- The symbols ------------------------------------------------------------------------------------------------===//

namespace {
/// Gives the symbols that states bound as inputs another source.
class Symbols {
public:
  Symbols(ProgramOp programOp, ArrayRef<StatePair> statePairs) : program(programOp), states(statePairs) {
    int64_t count = 0;
    for (int64_t i = 0; i < int64_t(program.getNumArguments()); ++i)
      positions.push_back(llvm::any_of(states, [&](const StatePair &s) { return s.input == i; }) ? -1 : count++);
  }
  LogicalResult rebind();

private:
  /// The symbol with its new source; null if it has none.
  SymbolAttr rebound(SymbolAttr symbol);
  SymbolAttr withSource(SymbolAttr symbol, StringRef source, int64_t input, int64_t position) {
    return SymbolAttr::get(program.getContext(), symbol.getName(), symbol.getLo(), symbol.getHi(),
                           StringAttr::get(program.getContext(), source), input, position);
  }
  /// Replaces symbols without a source by what the program assumes them to equal.
  LogicalResult solve();
  bool mentionsLost(DimAttr dim) const {
    bool found = false;
    visitSymbols(dim, [&](StringRef name) { found |= lost.contains(name); });
    return found;
  }

  ProgramOp program;
  ArrayRef<StatePair> states;
  SmallVector<int64_t> positions; // of the inputs that stay; -1 for states
  llvm::StringMap<DimAttr> lost;  // symbols without a source, and their formulas
};
} // namespace

SymbolAttr Symbols::rebound(SymbolAttr symbol) {
  if (symbol.getInput() < 0)
    return symbol;
  if (int64_t input = positions[symbol.getInput()]; input >= 0)
    return withSource(symbol, symbol.getSource(), input, symbol.getPosition());
  if (symbol.getSource() != "dim")
    return {};
  for (auto [i, type] : llvm::enumerate(program.getArgumentTypes()))
    for (auto [axis, dim] : llvm::enumerate(dimsOf(type)))
      if (positions[i] >= 0 && symbolName(dim) == symbol.getName().getValue())
        return withSource(symbol, "dim", positions[i], axis);
  for (auto [i, state] : llvm::enumerate(states))
    if (state.rows == symbol.getName().getValue())
      return withSource(symbol, "state", -1, i);
  return {};
}

LogicalResult Symbols::solve() {
  for (bool progress = true; progress;) {
    progress = false;
    program.walk([&](AssumeOp assume) {
      if (assume.isConditional() || assume.getRelation() != "eq")
        return;
      for (auto [side, other] : {std::pair(assume.getLhs(), assume.getRhs()), {assume.getRhs(), assume.getLhs()}}) {
        auto it = symbolName(side) ? lost.find(*symbolName(side)) : lost.end();
        if (it == lost.end() || it->second)
          continue;
        DimAttr formula = substitute(other, [&](StringRef name) { return lost.lookup(name); });
        if (!mentionsLost(formula)) {
          it->second = formula;
          progress = true;
        }
      }
    });
  }
  for (const auto &[name, formula] : lost)
    if (!formula)
      return emitError(NameLoc::get(StringAttr::get(program.getContext(), "dim " + name)))
             << "expected an input that is no state to have it, got none; fix it with --dim " << name << "=N";
  DimReplacer replacer([&](DimAttr dim) { return substitute(dim, [&](StringRef name) { return lost.lookup(name); }); });
  program->walk([&](Operation *op) { replacer.apply(op); });
  program.walk([](AssumeOp assume) {
    if (assume.getRelation() == "eq" && assume.getLhs() == assume.getRhs())
      assume.erase();
  });
  return success();
}

LogicalResult Symbols::rebind() {
  SmallVector<Attribute> symbols;
  if (program.getSymbols())
    for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>()) {
      if (SymbolAttr found = rebound(symbol))
        symbols.push_back(found);
      else
        lost[symbol.getName().getValue()] = {};
    }
  program.setSymbolsAttr(ArrayAttr::get(program.getContext(), symbols));
  return lost.empty() ? success() : solve();
}

//===- The interface ----------------------------------------------------------------------------------------------===//

static void removeFromInterface(ProgramOp program, ArrayRef<StatePair> states) {
  llvm::BitVector inputs(program.getNumArguments()), outputs(program.getNumResults());
  for (const StatePair &state : states) {
    inputs.set(state.input);
    outputs.set(state.output);
  }
  Operation *end = program.getBody().front().getTerminator();
  end->eraseOperands(outputs);
  (void)program.eraseArguments(inputs);
  (void)program.eraseResults(outputs);
  program.setFunctionType(
      FunctionType::get(program.getContext(), program.getBody().front().getArgumentTypes(), end->getOperandTypes()));
}

namespace {
struct KeepStatesPass : sinter::impl::KeepStatesPassBase<KeepStatesPass> {
  using KeepStatesPassBase::KeepStatesPassBase;

  void runOnOperation() override {
    for (auto program : getOperation().getOps<ProgramOp>()) {
      FailureOr<SmallVector<StatePair>> states = findStatePairs(program, llvm::to_vector(pairs), byName);
      if (failed(states))
        return signalPassFailure();
      for (StatePair &state : llvm::reverse(*states)) // each stands in front of those before
        keep(program, state);
      if (failed(Symbols(program, *states).rebind()))
        return signalPassFailure();
      removeFromInterface(program, *states);
      numStates += states->size();
    }
  }
};
} // namespace

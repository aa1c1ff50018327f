// Work on weights happens once, when the executable is written; see Passes.td.
#include "mlir/IR/IRMapping.h"
#include "passes/simplify/Passes.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_BUILDRECIPESPASS
#include "passes/simplify/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-build-recipes"

namespace {
/// A constant with more than one value: work on it is done once too, as on a weight.
bool isTable(Operation *producer) {
  auto constant = dyn_cast_or_null<ConstantOp>(producer);
  return constant && !cast<ElementsAttr>(constant.getValue()).isSplat();
}

/// True if `op` can run in a recipe: a weight made from weights and constants.
bool isRecipeStep(Operation *op) {
  bool movement = isa<ReshapeOp, TransposeOp, SliceOp, ConcatOp, CastOp, PackOp>(op);
  bool scalar = isa<UnaryOp, BinaryOp>(op);
  if (!movement && !scalar)
    return false;
  bool readsWeight = false;
  for (Value operand : op->getOperands()) {
    Operation *producer = operand.getDefiningOp();
    if (auto broadcast = dyn_cast_or_null<BroadcastOp>(producer); broadcast && scalar) // a scale per row, say
      producer = broadcast.getInput().getDefiningOp();
    if (!isa_and_nonnull<LoadOp, ConstantOp>(producer))
      return false;
    readsWeight |= isa<LoadOp>(producer) || isTable(producer);
  }
  return readsWeight && cast<RankedTensorType>(op->getResult(0).getType()).hasStaticShape();
}

struct BuildRecipesPass : sinter::impl::BuildRecipesPassBase<BuildRecipesPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::StringMap<WeightOp> known;
    for (auto program : llvm::to_vector(getOperation().getOps<ProgramOp>()))
      program.walk([&](Operation *op) {
        if (!isRecipeStep(op))
          return;
        WeightOp weight = buildRecipe(op, symbols, known);
        OpBuilder builder(op);
        op->replaceAllUsesWith(
            ValueRange{LoadOp::create(builder, op->getLoc(), op->getResult(0).getType(), weight.getSymName())});
        eraseWithDeadOperands(op);
      });
    eraseUnused(symbols);
  }

private:
  /// Erases `op` and what only it used before it: a dead load would keep its weight in the program.
  static void eraseWithDeadOperands(Operation *op) {
    llvm::SetVector<Operation *> producers;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        producers.insert(producer);
    op->erase();
    for (Operation *producer : producers)
      if (producer->use_empty())
        eraseWithDeadOperands(producer);
  }

  /// %2 = op(load @w)  -->  @w_op = { op(load @w) }, %2 = load @w_op. A recipe of a recipe is one longer recipe.
  WeightOp buildRecipe(Operation *op, SymbolTable &symbols, llvm::StringMap<WeightOp> &known) {
    OpBuilder builder(getOperation().getContext());
    StringRef base = "constant";
    for (Value operand : op->getOperands())
      if (auto load = operand.getDefiningOp<LoadOp>())
        base = load.getWeight();
    auto weight = WeightOp::create(builder, op->getLoc(), "recipe", cast<RankedTensorType>(op->getResult(0).getType()),
                                   StringAttr(), 0, 0, StringAttr());
    builder.createBlock(&weight.getRecipe());
    IRMapping mapping;
    std::function<void(Operation *)> copy = [&](Operation *source) {
      for (Value operand : source->getOperands())
        if (!mapping.contains(operand))
          copy(operand.getDefiningOp());
      auto load = dyn_cast<LoadOp>(source);
      auto inner = load ? symbols.lookup<WeightOp>(load.getWeight()) : WeightOp();
      if (!inner || inner.getRecipe().empty()) {
        builder.clone(*source, mapping)->setLoc(weight.getLoc());
        return;
      }
      for (Operation &step : inner.getRecipe().front().without_terminator())
        builder.clone(step, mapping);
      mapping.map(load.getResult(), mapping.lookup(inner.getRecipe().front().getTerminator()->getOperand(0)));
    };
    copy(op);
    YieldOp::create(builder, weight.getLoc(), mapping.lookup(op->getResult(0)));
    std::string text;
    llvm::raw_string_ostream stream(text);
    weight.print(stream);
    WeightOp &entry = known[text];
    if (entry) {
      weight.erase();
      return entry;
    }
    weight.setSymName((base + "." + op->getName().stripDialect()).str());
    symbols.insert(weight, getOperation().getBody()->begin());
    entry = weight;
    ++numRecipes;
    return weight;
  }

  /// Removes weights that neither the program nor a recipe in use reads.
  void eraseUnused(SymbolTable &symbols) {
    llvm::StringMap<int> uses;
    auto count = [&](Operation *root, int by) { root->walk([&](LoadOp load) { uses[load.getWeight()] += by; }); };
    count(getOperation(), 1);
    SmallVector<WeightOp> work(getOperation().getOps<WeightOp>());
    while (!work.empty()) {
      WeightOp weight = work.pop_back_val();
      if (uses[weight.getSymName()])
        continue;
      SmallVector<WeightOp> sources;
      weight.walk([&](LoadOp load) { sources.push_back(symbols.lookup<WeightOp>(load.getWeight())); });
      count(weight, -1);
      llvm::erase(work, weight);
      symbols.erase(weight);
      for (WeightOp source : sources)
        if (!llvm::is_contained(work, source))
          work.push_back(source);
    }
  }
};
} // namespace

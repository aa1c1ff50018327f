// Stages to kernels and launches; see Passes.td.
#include "dialects/sinter/RowSpace.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/IRMapping.h"
#include "passes/kernel/Passes.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace sinter {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "passes/kernel/Passes.h.inc"
} // namespace sinter
using namespace sinter;

#define DEBUG_TYPE "sinter-outline-kernels"

namespace {
/// A kernel under construction from one stage, group of stages or loop.
class Outline {
public:
  explicit Outline(Operation *part) : part(part), builder(part->getContext()) {
    part->walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (!part->isAncestor(operand.getParentBlock()->getParentOp()) && !llvm::is_contained(operands, operand))
          operands.push_back(operand);
    });
    for (Value operand : operands)
      collectSymbols(operand.getType());
    part->walk([&](Operation *op) {
      op->getAttrDictionary().walk([&](DimAttr dim) { collectSymbols(dim); });
      for (Type type : op->getResultTypes())
        collectSymbols(type);
    });
  }

  /// The kernel, without a name; not in a module yet.
  OwningOpRef<KernelOp> build() {
    SmallVector<Type> inputs, results;
    AttrTypeReplacer renamer = makeRenamer();
    for (Value operand : operands)
      inputs.push_back(renamer.replace(operand.getType()));
    for (Type type : part->getResultTypes())
      results.push_back(renamer.replace(type));
    Location loc = builder.getUnknownLoc();
    OperationState state(loc, KernelOp::getOperationName());
    KernelOp::build(builder, state, "kernel", builder.getFunctionType(inputs, results));
    auto kernel = cast<KernelOp>(Operation::create(state));
    SmallVector<Attribute> names;
    for (auto &[name, position] : symbols)
      names.push_back(builder.getStringAttr(localName(name)));
    kernel.setSymbolsAttr(builder.getArrayAttr(names));
    builder.setInsertionPointToStart(&kernel.getBody().front());
    IRMapping mapping;
    mapping.map(operands, kernel.getBody().getArguments());
    Operation *copy = builder.clone(*part, mapping);
    YieldOp::create(builder, loc, copy->getResults());
    renamer.recursivelyReplaceElementsIn(copy, /*replaceAttrs=*/true, /*replaceLocs=*/false, /*replaceTypes=*/true);
    kernel->walk([&](Operation *op) { op->setLoc(loc); });
    return kernel;
  }
  ArrayRef<Value> operandValues() const { return operands; }
  /// The values of the kernel's symbols at the launch.
  DimsAttr dims() {
    SmallVector<DimAttr> values;
    for (auto &[name, position] : symbols)
      values.push_back(dimSymbol(part->getContext(), name));
    return DimsAttr::get(part->getContext(), values);
  }

private:
  void collectSymbols(DimAttr dim) {
    visitSymbols(dim, [&](StringRef name) { symbols.insert({builder.getStringAttr(name), symbols.size()}); });
  }
  void collectSymbols(Type tensor) {
    for (DimAttr dim : dimsOf(tensor))
      collectSymbols(dim);
  }
  AttrTypeReplacer makeRenamer() {
    AttrTypeReplacer renamer;
    // Negative values keep their mark, so that the rule of signs holds inside the kernel too.
    renamer.addReplacement([this](DimAttr dim) -> std::pair<Attribute, WalkResult> {
      DimAttr renamed = substitute(dim, [&](StringRef name) { return dimSymbol(dim.getContext(), localName(name)); });
      return {renamed, WalkResult::skip()};
    });
    return renamer;
  }
  std::string localName(StringRef name) {
    return (name.starts_with("$") ? "$d" : "d") +
           std::to_string(symbols.find(StringAttr::get(part->getContext(), name))->second);
  }

  Operation *part; // see isKernelPart
  OpBuilder builder;
  SmallVector<Value> operands;
  llvm::MapVector<StringAttr, size_t> symbols;
};

/// "contract", "reduce_sum", "add": the root, or the last operator.
std::string kindOf(KernelOp kernel) {
  Operation *chosen = nullptr;
  Operation &part = kernel.getBody().front().front();
  std::string prefix = isa<GroupOp>(part) ? "rows_" : "";
  if (isa<LoopOp>(part))
    return "scan";
  kernel.walk([&](Operation *op) {
    if (op->hasTrait<IsStageRoot>())
      chosen = op;
    else if (!chosen || !chosen->hasTrait<IsStageRoot>())
      chosen = isa<StageOp, GroupOp, YieldOp, ConstantOp, KernelOp>(op) ? chosen : op;
  });
  if (!chosen)
    return "copy";
  if (auto unary = dyn_cast<UnaryOp>(chosen))
    return stringifyUnaryKind(unary.getKind()).str();
  if (auto binary = dyn_cast<BinaryOp>(chosen))
    return stringifyBinaryKind(binary.getKind()).str();
  if (auto reduce = dyn_cast<ReduceOp>(chosen))
    return prefix + "reduce_" + stringifyReduceKind(reduce.getKind()).str();
  return chosen->getName().stripDialect().str();
}

struct OutlineKernelsPass : sinter::impl::OutlineKernelsPassBase<OutlineKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::StringMap<KernelOp> kernels;
    auto programs = llvm::to_vector(module.getOps<ProgramOp>());
    for (ProgramOp program : programs) {
      SmallVector<Operation *> parts;
      program.walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (!isKernelPart(op))
          return WalkResult::advance();
        parts.push_back(op);
        return WalkResult::skip();
      });
      for (Operation *part : parts) {
        Outline outline(part);
        OwningOpRef<KernelOp> kernel = outline.build();
        std::string text;
        llvm::raw_string_ostream(text) << *kernel;
        KernelOp &known = kernels[text];
        if (!known) {
          kernel->setSymName("k" + std::to_string(kernels.size() - 1) + "_" + kindOf(*kernel));
          known = kernel.release();
          OpBuilder(program).insert(known);
          ++numKernels;
        }
        OpBuilder builder(part);
        auto launch = LaunchOp::create(builder, part->getLoc(), part->getResultTypes(), known.getSymName(),
                                       outline.operandValues(), outline.dims());
        part->replaceAllUsesWith(launch.getResults());
        part->erase();
        ++numLaunches;
      }
    }
  }
};
} // namespace

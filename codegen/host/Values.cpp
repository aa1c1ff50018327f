// Code of `plan`: each formula once, checked; see Values.h.
#include "codegen/host/Values.h"

using namespace mlir;
using namespace sinter;

Values::Values(ProgramOp program, const Layout &memory) : memory(memory), parts(memory.segments.size()) {
  if (program.getSymbols())
    for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>()) {
      DimAttr dim = dimSymbol(program.getContext(), symbol.getName().getValue());
      indices[dim] = static_cast<int>(symbols.size());
      symbols.push_back(dim);
    }
}
int Values::segmentOf(DimAttr formula) const {
  int segment = 0;
  visitSymbols(formula, [&](StringRef name) { segment = std::max(segment, memory.segmentOf(name) + 1); });
  return segment;
}
void Values::add(DimAttr formula) {
  if (indices.insert({formula, -1}).second)
    parts[segmentOf(formula)].formulas.push_back(formula);
}
void Values::layout() {
  int count = static_cast<int>(symbols.size());
  for (auto [part, segment] : llvm::zip(parts, memory.segments)) {
    for (DimAttr formula : part.formulas)
      indices[formula] = count++;
    part.offsets.assign(segment.buffers.size(), -1);
    for (int i : segment.order)
      part.offsets[i] = count++;
    part.arena = count++;
  }
}

/// Writes arithmetic that remembers the first entry where it overflowed.
class Values::Writer {
public:
  /// `earlier` says which entry of a segment before has a formula, or -1.
  Writer(llvm::IRBuilder<> &b, llvm::Value *table, llvm::function_ref<int(DimAttr)> earlier)
      : table(table), b(b), earlier(earlier), failed(b.getInt32(0)), bad(b.getFalse()) {}

  llvm::Value *formula(DimAttr dim) {
    if (auto known = computed.find(dim); known != computed.end())
      return known->second;
    if (int index = earlier(dim); index >= 0)
      return computed[dim] = load(index);
    llvm::Value *sum = nullptr;
    for (auto [coefficient, product] : llvm::zip(dim.getCoefficients(), dim.getProducts())) {
      llvm::Value *term = b.getInt64(coefficient);
      for (Attribute factor : product)
        term = checked(llvm::Intrinsic::smul_with_overflow, term, factorValue(factor));
      sum = sum ? checked(llvm::Intrinsic::sadd_with_overflow, sum, term) : term;
    }
    return computed[dim] = sum ? sum : b.getInt64(0);
  }
  /// Stores entry `index` and settles whether it is the first bad one.
  void finish(int index, llvm::Value *value, bool isBytes) {
    if (isBytes)
      bad = b.CreateOr(bad, b.CreateICmpUGT(value, b.getInt64(maxTensorBytes)));
    b.CreateStore(value, b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
    if (bad == b.getFalse())
      return;
    llvm::Value *first = b.CreateAnd(bad, b.CreateICmpEQ(failed, b.getInt32(0)));
    failed = b.CreateSelect(first, b.getInt32(index + 1), failed);
    bad = b.getFalse();
  }
  llvm::Value *alignedBytes(DimAttr bytes) {
    llvm::Value *size = formula(bytes);
    bad = b.CreateOr(bad, b.CreateICmpUGT(size, b.getInt64(maxTensorBytes)));
    return b.CreateAnd(b.CreateAdd(size, b.getInt64(63)), b.getInt64(-64));
  }
  llvm::Value *add(llvm::Value *x, llvm::Value *y) { return b.CreateAdd(x, y); }
  llvm::Value *max(llvm::Value *x, llvm::Value *y) { return minmax(x, y, /*isMax=*/true); }
  llvm::Value *result() const { return failed; }
  void bind(DimAttr symbol, int index) { computed[symbol] = load(index); }

  llvm::Value *table;

private:
  llvm::Value *load(int index) {
    return b.CreateLoad(b.getInt64Ty(), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
  }
  llvm::Value *minmax(llvm::Value *x, llvm::Value *y, bool isMax) {
    return b.CreateSelect(isMax ? b.CreateICmpSGT(x, y) : b.CreateICmpSLT(x, y), x, y);
  }
  llvm::Value *checked(llvm::Intrinsic::ID operation, llvm::Value *x, llvm::Value *y) {
    llvm::Value *pair = b.CreateBinaryIntrinsic(operation, x, y);
    bad = b.CreateOr(bad, b.CreateExtractValue(pair, 1));
    return b.CreateExtractValue(pair, 0);
  }
  llvm::Value *factorValue(Attribute factor) {
    if (auto name = dyn_cast<StringAttr>(factor))
      return formula(dimSymbol(name.getContext(), name.getValue()));
    auto op = cast<DimOpAttr>(factor);
    llvm::Value *x = formula(op.getLhs()), *y = formula(op.getRhs());
    switch (op.getKind()) {
    case DimOpKind::Product: return checked(llvm::Intrinsic::smul_with_overflow, x, y);
    case DimOpKind::Min: return minmax(x, y, false);
    case DimOpKind::Max: return minmax(x, y, true);
    default: break;
    }
    // Floor division by at least 1; the remainder decides about rounding.
    llvm::Value *zero = b.getInt64(0), *divisor = minmax(y, b.getInt64(1), true);
    llvm::Value *quotient = b.CreateSDiv(x, divisor), *remainder = b.CreateSRem(x, divisor);
    switch (op.getKind()) {
    case DimOpKind::FloorDiv:
      return b.CreateSub(quotient, b.CreateZExt(b.CreateICmpSLT(remainder, zero), b.getInt64Ty()));
    case DimOpKind::CeilDiv:
      return b.CreateAdd(quotient, b.CreateZExt(b.CreateICmpSGT(remainder, zero), b.getInt64Ty()));
    default: return b.CreateSelect(b.CreateICmpSLT(remainder, zero), b.CreateAdd(remainder, divisor), remainder);
    }
  }

  llvm::IRBuilder<> &b;
  llvm::function_ref<int(DimAttr)> earlier;
  llvm::Value *failed, *bad;
  llvm::DenseMap<DimAttr, llvm::Value *> computed;
};

llvm::Function *Values::emitPlan(llvm::Module &module, int segment) const {
  llvm::LLVMContext &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *type = llvm::FunctionType::get(b.getInt32Ty(), {b.getPtrTy()}, false);
  std::string name = segment ? "sinter_plan_" + std::to_string(segment) : "sinter_plan";
  auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "entry", function));
  int begin = segment ? end(segment - 1) : 0;
  auto earlier = [&](DimAttr formula) {
    auto it = indices.find(formula);
    return it != indices.end() && it->second < begin ? it->second : -1;
  };
  Writer writer(b, function->getArg(0), earlier);
  if (segment == 0) // later segments load what they use
    for (auto [index, symbol] : llvm::enumerate(symbols))
      if (segmentOf(symbol) == 0)
        writer.bind(symbol, index);
  for (DimAttr formula : parts[segment].formulas)
    writer.finish(index(formula), writer.formula(formula), /*isBytes=*/false);
  const Segment &plan = memory.segments[segment];
  std::vector<llvm::Value *> ends(plan.buffers.size());
  llvm::Value *arenaEnd = b.getInt64(0);
  for (int i : plan.order) {
    llvm::Value *offset = b.getInt64(0);
    for (int j : plan.buffers[i].below)
      offset = writer.max(offset, ends[j]);
    ends[i] = writer.add(offset, writer.alignedBytes(plan.buffers[i].bytes));
    arenaEnd = writer.max(arenaEnd, ends[i]);
    writer.finish(parts[segment].offsets[i], offset, /*isBytes=*/true);
  }
  writer.finish(arena(segment), arenaEnd, /*isBytes=*/true);
  b.CreateRet(writer.result());
  return function;
}

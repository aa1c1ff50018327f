// Code of `plan`: each formula once, checked; see Values.h.
#include "codegen/host/Values.h"

using namespace mlir;
using namespace sinter;

/// A tensor or arena past this many bytes is refused, which keeps sums of sizes inside int64.
static constexpr int64_t maxBytes = int64_t(1) << 48;

Values::Values(ArrayRef<StringAttr> names) {
  for (StringAttr name : names) {
    symbols.push_back(dimSymbol(name.getContext(), name.getValue()));
    indices[symbols.back()] = count++;
  }
}
int Values::add(DimAttr formula) {
  auto [it, isNew] = indices.insert({formula, count});
  if (isNew) {
    formulas.push_back(formula);
    ++count;
  }
  return it->second;
}
void Values::setPlan(const std::vector<PlannedBuffer> &buffers, const std::vector<int> &order) {
  plan = buffers;
  planOrder = order;
  offsets.assign(buffers.size(), -1);
  for (int i : order)
    offsets[i] = count++;
  arenaIndex = count++;
}

/// Writes arithmetic that remembers the first entry where it overflowed.
class Values::Writer {
public:
  Writer(llvm::IRBuilder<> &b, llvm::Value *table) : table(table), b(b), failed(b.getInt32(0)), bad(b.getFalse()) {}

  llvm::Value *formula(DimAttr dim) {
    if (auto known = computed.find(dim); known != computed.end())
      return known->second;
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
      bad = b.CreateOr(bad, b.CreateICmpUGT(value, b.getInt64(maxBytes)));
    b.CreateStore(value, b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
    if (bad == b.getFalse())
      return;
    llvm::Value *first = b.CreateAnd(bad, b.CreateICmpEQ(failed, b.getInt32(0)));
    failed = b.CreateSelect(first, b.getInt32(index + 1), failed);
    bad = b.getFalse();
  }
  llvm::Value *alignedBytes(DimAttr bytes) {
    llvm::Value *size = formula(bytes);
    bad = b.CreateOr(bad, b.CreateICmpUGT(size, b.getInt64(maxBytes)));
    return b.CreateAnd(b.CreateAdd(size, b.getInt64(63)), b.getInt64(-64));
  }
  llvm::Value *add(llvm::Value *x, llvm::Value *y) { return b.CreateAdd(x, y); }
  llvm::Value *max(llvm::Value *x, llvm::Value *y) { return minmax(x, y, /*isMax=*/true); }
  llvm::Value *result() const { return failed; }
  void bind(DimAttr symbol, int index) {
    computed[symbol] = b.CreateLoad(b.getInt64Ty(), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
  }

  llvm::Value *table;

private:
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
  llvm::Value *failed, *bad;
  llvm::DenseMap<DimAttr, llvm::Value *> computed;
};

llvm::Function *Values::emitPlan(llvm::Module &module) const {
  llvm::LLVMContext &context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto *type = llvm::FunctionType::get(b.getInt32Ty(), {b.getPtrTy()}, false);
  auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, "sinter_plan", module);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "entry", function));
  Writer writer(b, function->getArg(0));
  int next = 0;
  for (DimAttr symbol : symbols)
    writer.bind(symbol, next++);
  for (DimAttr formula : formulas)
    writer.finish(next++, writer.formula(formula), /*isBytes=*/false);
  std::vector<llvm::Value *> ends(plan.size());
  llvm::Value *arena = b.getInt64(0);
  for (int i : planOrder) {
    llvm::Value *offset = b.getInt64(0);
    for (int j : plan[i].below)
      offset = writer.max(offset, ends[j]);
    ends[i] = writer.add(offset, writer.alignedBytes(plan[i].bytes));
    arena = writer.max(arena, ends[i]);
    writer.finish(offsets[i], offset, /*isBytes=*/true);
  }
  if (arenaIndex >= 0)
    writer.finish(arenaIndex, arena, /*isBytes=*/true);
  b.CreateRet(writer.result());
  return function;
}

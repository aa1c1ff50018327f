// f64 math through the C library: unrolls vectors into scalar calls and declares the functions. See Libm.h.
#include "codegen/cpu/math/Libm.h"
#include "codegen/cpu/math/Expansions.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace sinter;

static constexpr StringLiteral functions[] = {
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "erf",  "erfc", "exp",
    "exp2", "expm1", "fmod", "fmodf", "log",  "log10", "log1p", "log2", "pow", "sin",  "sinh", "tan",  "tanh"};

ArrayRef<StringLiteral> sinter::libmFunctions() { return functions; }

StringRef sinter::libmFunctionOf(StringRef operation) {
  if (!operation.consume_front("math."))
    return {};
  if (operation == "powf")
    return "pow";
  bool isKnown = llvm::is_contained(functions, operation) && !operation.starts_with("fmod");
  return isKnown ? operation : StringRef();
}

/// The declaration of `name` in the symbol table around the builder, made if missing. The functions are taken to be
/// pure: nothing reads errno.
static LLVM::LLVMFuncOp declare(ImplicitLocOpBuilder &builder, StringRef name, unsigned arity) {
  Operation *table = SymbolTable::getNearestSymbolTable(builder.getInsertionBlock()->getParentOp());
  if (auto found = dyn_cast_or_null<LLVM::LLVMFuncOp>(SymbolTable::lookupSymbolIn(table, name)))
    return found;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&table->getRegion(0).front());
  SmallVector<Type> inputs(arity, builder.getF64Type());
  auto function = LLVM::LLVMFuncOp::create(builder, name, LLVM::LLVMFunctionType::get(builder.getF64Type(), inputs));
  auto none = LLVM::ModRefInfo::NoModRef;
  function.setMemoryEffectsAttr(
      LLVM::MemoryEffectsAttr::get(builder.getContext(), {none, none, none, none, none, none}));
  function.setNoUnwind(true);
  function.setWillReturn(true);
  return function;
}

Value sinter::callLibm(ImplicitLocOpBuilder &builder, StringRef name, ValueRange operands) {
  LLVM::LLVMFuncOp function = declare(builder, name, operands.size());
  auto vector = dyn_cast<VectorType>(operands[0].getType());
  if (!vector)
    return LLVM::CallOp::create(builder, function, operands).getResult();
  SmallVector<Value> flat, results;
  auto flatType = VectorType::get({vector.getNumElements()}, vector.getElementType());
  for (Value operand : operands)
    flat.push_back(vector.getRank() == 1 ? operand : vector::ShapeCastOp::create(builder, flatType, operand));
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    SmallVector<Value> arguments;
    for (Value operand : flat)
      arguments.push_back(vector::ExtractOp::create(builder, operand, lane));
    results.push_back(LLVM::CallOp::create(builder, function, arguments).getResult());
  }
  return vector::FromElementsOp::create(builder, vector, results);
}

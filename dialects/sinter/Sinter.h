// The sinter dialect: attributes, operators, and how code creates operators whose operands come from a user's file.
#pragma once
#include "dialects/sinter/Dims.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace sinter {
template <typename ConcreteType> class IsElementwise : public mlir::OpTrait::TraitBase<ConcreteType, IsElementwise> {};
template <typename ConcreteType> class IsMovement : public mlir::OpTrait::TraitBase<ConcreteType, IsMovement> {};
template <typename ConcreteType> class IsStageRoot : public mlir::OpTrait::TraitBase<ConcreteType, IsStageRoot> {};

mlir::ParseResult parseDim(mlir::AsmParser &parser, DimAttr &dim);
mlir::ParseResult parseDim(mlir::OpAsmParser &parser, DimAttr &dim);
mlir::ParseResult parseDims(mlir::OpAsmParser &parser, DimsAttr &dims);
void printDim(mlir::OpAsmPrinter &printer, mlir::Operation *, DimAttr dim);
void printDims(mlir::OpAsmPrinter &printer, mlir::Operation *, DimsAttr dims);
} // namespace sinter

#include "dialects/sinter/Dialect.h.inc"
#define GET_OP_CLASSES
#include "dialects/sinter/Ops.h.inc"

namespace sinter {
/// Creates an `Op` from operands that may be ill-shaped: checks the op's constraints first, emits an error at `loc` and
/// fails if one does not hold, and folds the result. `set` fills the properties.
template <typename Op>
mlir::FailureOr<llvm::SmallVector<mlir::Value>> createResults(mlir::OpBuilder &builder, mlir::Location loc,
                                                              mlir::ValueRange operands,
                                                              llvm::function_ref<void(typename Op::Properties &)> set) {
  mlir::OperationState state(loc, Op::getOperationName());
  typename Op::Properties &properties = state.getOrAddProperties<typename Op::Properties>();
  set(properties);
  llvm::SmallVector<mlir::Type> types;
  if (failed(Op::inferReturnTypes(builder.getContext(), loc, operands, mlir::DictionaryAttr::get(builder.getContext()),
                                  mlir::OpaqueProperties(&properties), {}, types)))
    return mlir::failure();
  state.addOperands(operands);
  state.addTypes(types);
  mlir::Operation *op = builder.create(state);
  llvm::SmallVector<mlir::Value> folded;
  if (succeeded(builder.tryFold(op, folded)) && !folded.empty()) {
    op->erase();
    return folded;
  }
  return llvm::SmallVector<mlir::Value>(op->getResults());
}
template <typename Op>
mlir::FailureOr<mlir::Value> create(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange operands,
                                    llvm::function_ref<void(typename Op::Properties &)> set) {
  auto results = createResults<Op>(builder, loc, operands, set);
  if (failed(results))
    return mlir::failure();
  return results->front();
}

/// The elements of a constant integer tensor of rank 0 or 1 as dims: of `sinter.constant`, `sinter.shape`, or a fold's
/// operand.
std::optional<llvm::SmallVector<DimAttr>> constantDims(mlir::Attribute value, mlir::Type type);
std::optional<llvm::SmallVector<DimAttr>> constantDims(mlir::Value value);
/// A constant or shape op's value, or null.
mlir::Attribute constantAttribute(mlir::Value value);
/// The value whose memory a chain of reshapes shows.
mlir::Value storageOf(mlir::Value value);
/// True for a value that the program computes: not an argument, weight, state, constant or list of dims.
bool isComputed(mlir::Value value);
/// The function of a kernel's second phase, which the schedule's `merge` tasks run when those of the first have ended.
/// Both see `shared` bytes of memory behind the kernel's results.
inline std::string mergeFunction(KernelOp kernel) { return (kernel.getSymName() + ".merge").str(); }
/// Registers upstream dialects that sinter's IR uses.
void registerDialects(mlir::DialectRegistry &registry);
} // namespace sinter

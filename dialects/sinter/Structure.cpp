// Programs, kernels, stages, weights: assembly and verifiers.
#include "dialects/sinter/Infer.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace sinter;

template <typename Op> static ParseResult parseFunction(OpAsmParser &parser, OperationState &result) {
  auto build = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results, function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(inputs, results);
  };
  return function_interface_impl::parseFunctionOp(parser, result, /*allowVariadic=*/false, Op::getFunctionTypeAttrName(result.name), build,
                                                  Op::getArgAttrsAttrName(result.name), Op::getResAttrsAttrName(result.name));
}
template <typename Op> static void printFunction(OpAsmPrinter &printer, Op op) {
  function_interface_impl::printFunctionOp(printer, op, /*isVariadic=*/false, op.getFunctionTypeAttrName(), op.getArgAttrsAttrName(),
                                           op.getResAttrsAttrName());
}
template <typename Op> static void buildFunction(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  state.addAttribute(Op::getSymNameAttrName(state.name), builder.getStringAttr(name));
  state.addAttribute(Op::getFunctionTypeAttrName(state.name), TypeAttr::get(type));
  Region *body = state.addRegion();
  body->push_back(new Block);
  body->addArguments(type.getInputs(), SmallVector<Location>(type.getNumInputs(), state.location));
}

void ProgramOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  buildFunction<ProgramOp>(builder, state, name, type);
}
ParseResult ProgramOp::parse(OpAsmParser &parser, OperationState &result) { return parseFunction<ProgramOp>(parser, result); }
void ProgramOp::print(OpAsmPrinter &printer) { printFunction(printer, *this); }

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  buildFunction<KernelOp>(builder, state, name, type);
}
ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) { return parseFunction<KernelOp>(parser, result); }
void KernelOp::print(OpAsmPrinter &printer) { printFunction(printer, *this); }

LogicalResult StageOp::verify() {
  if (!llvm::is_contained({"element", "tile", "row", "all"}, getScope())) // stage_c1
    return emitOpError("expected scope element, tile, row or all, got ") << getScope();
  return success();
}

LogicalResult WeightOp::verify() {
  if (getFile().has_value() == !getRecipe().empty()) // weight_c1
    return emitOpError("expected either a source or a recipe");
  auto type = cast<RankedTensorType>(getType());
  if (!type.hasStaticShape()) // weight_c2
    return emitOpError("expected a static type, got ") << type;
  int64_t bytes = type.getNumElements() * elementBytes(type.getElementType());
  if (getFile() && int64_t(getBytes()) != bytes) // weight_c2
    return emitOpError("expected ") << bytes << " bytes, got " << getBytes();
  return success();
}

ParseResult AssumeOp::parse(OpAsmParser &parser, OperationState &result) {
  DimAttr lhs, rhs;
  StringRef relation;
  std::string message;
  if (sinter::parseDim(parser, lhs) || parser.parseKeyword(&relation) || sinter::parseDim(parser, rhs) || parser.parseString(&message) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  Builder &builder = parser.getBuilder();
  result.addAttribute("lhs", lhs);
  result.addAttribute("relation", builder.getStringAttr(relation));
  result.addAttribute("rhs", rhs);
  result.addAttribute("message", builder.getStringAttr(message));
  return success();
}
void AssumeOp::print(OpAsmPrinter &printer) {
  printer << " ";
  getLhs().print(printer);
  printer << " " << getRelation() << " ";
  getRhs().print(printer);
  printer << " ";
  printer.printString(getMessage());
  printer.printOptionalAttrDict((*this)->getAttrs(), {"lhs", "relation", "rhs", "message"});
}
LogicalResult AssumeOp::verify() {
  if (getRelation() != "eq" && getRelation() != "le") // assume_c1
    return emitOpError("expected relation eq or le, got ") << getRelation();
  return success();
}

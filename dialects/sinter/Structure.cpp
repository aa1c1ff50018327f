// Programs, kernels, stages, weights: assembly and verifiers.
#include "dialects/sinter/Infer.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace sinter;

template <typename Op> static ParseResult parseFunction(OpAsmParser &parser, OperationState &result) {
  auto build = [](Builder &builder, ArrayRef<Type> inputs, ArrayRef<Type> results,
                  function_interface_impl::VariadicFlag,
                  std::string &) { return builder.getFunctionType(inputs, results); };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false, Op::getFunctionTypeAttrName(result.name), build,
      Op::getArgAttrsAttrName(result.name), Op::getResAttrsAttrName(result.name));
}
template <typename Op> static void printFunction(OpAsmPrinter &printer, Op op) {
  function_interface_impl::printFunctionOp(printer, op, /*isVariadic=*/false, op.getFunctionTypeAttrName(),
                                           op.getArgAttrsAttrName(), op.getResAttrsAttrName());
}
template <typename Op>
static void buildFunction(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  state.addAttribute(Op::getSymNameAttrName(state.name), builder.getStringAttr(name));
  state.addAttribute(Op::getFunctionTypeAttrName(state.name), TypeAttr::get(type));
  Region *body = state.addRegion();
  body->push_back(new Block);
  body->addArguments(type.getInputs(), SmallVector<Location>(type.getNumInputs(), state.location));
}

void ProgramOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  buildFunction<ProgramOp>(builder, state, name, type);
}
ParseResult ProgramOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseFunction<ProgramOp>(parser, result);
}
void ProgramOp::print(OpAsmPrinter &printer) { printFunction(printer, *this); }

namespace {
/// Follows a program from top to bottom and finds the symbols that are used before their bind.
class BindOrder {
public:
  explicit BindOrder(ProgramOp program) {
    if (program.getSymbols())
      for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
        if (symbol.getSource() == "value")
          unbound.insert(symbol.getName().getValue());
    walker.addWalk([this](DimAttr dim) {
      visitSymbols(dim, [this](StringRef name) {
        if (unbound.contains(name))
          early = name.str();
      });
      return WalkResult::skip();
    });
  }
  /// True if `bind` is the first of a symbol that the program lists.
  bool bind(BindOp bind) { return unbound.erase(bind.getSymbol()); }
  /// A symbol in the type, or in the types and attributes of `op`, that is not bound yet; "" for none.
  StringRef use(Type type) {
    walker.walk(type);
    return early;
  }
  StringRef use(Operation *op) {
    op->walk([&](Operation *inner) {
      walker.walk(inner->getAttrDictionary());
      for (Type type : inner->getResultTypes())
        walker.walk(type);
    });
    return early;
  }
  bool isComplete() const { return unbound.empty(); }
  bool isUnbound(StringRef name) const { return unbound.contains(name); }

private:
  llvm::StringSet<> unbound;
  AttrTypeWalker walker;
  std::string early;
};
} // namespace

LogicalResult ProgramOp::verify() {
  if (getBody().empty())
    return success();
  BindOrder order(*this);
  for (Type type : getArgumentTypes())
    if (StringRef early = order.use(type); !early.empty()) // program_c2
      return emitOpError("expected sizes of inputs that inputs bind, got ") << early;
  for (Operation &op : getBody().front()) {
    auto bind = dyn_cast<BindOp>(op);
    if (bind && !order.bind(bind)) // program_c1
      return bind.emitOpError("expected a symbol with source \"value\" that is not bound yet, got ")
             << bind.getSymbol();
    if (order.isComplete() || isa<AssumeOp, ShapeOp>(op))
      continue;
    if (StringRef early = order.use(&op); !early.empty()) // program_c2
      return op.emitOpError("expected sizes that are bound before it, got ") << early;
  }
  if (!order.isComplete())
    for (auto symbol : getSymbols()->getAsRange<SymbolAttr>())
      if (order.isUnbound(symbol.getName().getValue())) // program_c1
        return emitOpError("expected a bind of symbol ") << symbol.getName().getValue() << ", got none";
  return success();
}

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type) {
  buildFunction<KernelOp>(builder, state, name, type);
}
ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseFunction<KernelOp>(parser, result);
}
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
  if (sinter::parseDim(parser, lhs) || parser.parseKeyword(&relation) || sinter::parseDim(parser, rhs) ||
      parser.parseString(&message) || parser.parseOptionalAttrDict(result.attributes))
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

bool AssumeOp::isConditional() { return getOperation()->getParentOfType<IfOp>() != nullptr; }

LogicalResult CheckElementsOp::verify() {
  Type element = elementType(getInput().getType());
  if (!element.isSignlessInteger(32) && !element.isSignlessInteger(64)) // check_elements_c1
    return emitOpError("expected elements of type i32 or i64, got ") << describeElement(element);
  size_t lows = getLo().getValues().size(), highs = getHi().getValues().size();
  if (lows != highs || !lows) // check_elements_c2
    return emitOpError("expected as many upper as lower bounds, got ") << highs << " and " << lows;
  return success();
}

LogicalResult BindOp::verify() {
  if (getSymbol().empty() || getSymbol().starts_with("$")) // bind_c1
    return emitOpError("expected the name of a size, got '") << getSymbol() << "'";
  auto type = cast<RankedTensorType>(getValue().getType());
  if (type.getRank() != 0 || !type.getElementType().isSignlessInteger(64)) // bind_c2
    return emitOpError("expected tensor<i64>, got ") << type;
  return success();
}

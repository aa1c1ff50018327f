// Registration, attribute storage and constant materialisation of the dialect.
#include "dialects/sinter/DimsStorage.h"
#include "dialects/sinter/Sinter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sinter;

#include "dialects/sinter/Dialect.cpp.inc"
#include "dialects/sinter/Enums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/sinter/Attributes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/sinter/Ops.cpp.inc"

void SinterDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/sinter/Ops.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/sinter/Attributes.cpp.inc"
      >();
}

Operation *SinterDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  if (auto dims = dyn_cast<DimsAttr>(value))
    return ShapeOp::create(builder, loc, type, dims);
  if (auto elements = dyn_cast<ElementsAttr>(value))
    return ConstantOp::create(builder, loc, type, elements);
  return nullptr;
}

Attribute sinter::constantAttribute(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return constant.getValue();
  if (auto shape = value.getDefiningOp<ShapeOp>())
    return shape.getDims();
  return {};
}

std::optional<SmallVector<DimAttr>> sinter::constantDims(Attribute value, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  if (!value || tensor.getRank() > 1 || !tensor.getElementType().isInteger())
    return std::nullopt;
  if (auto dims = dyn_cast<DimsAttr>(value))
    return SmallVector<DimAttr>(dims.getValues());
  auto elements = dyn_cast<DenseIntElementsAttr>(value);
  if (!elements)
    return std::nullopt;
  SmallVector<DimAttr> dims;
  bool isUnsigned = tensor.getElementType().isUnsignedInteger() || tensor.getElementType().isInteger(1);
  for (const APInt &element : elements.getValues<APInt>())
    dims.push_back(
        dimConstant(value.getContext(), isUnsigned ? int64_t(element.getZExtValue()) : element.getSExtValue()));
  return dims;
}
std::optional<SmallVector<DimAttr>> sinter::constantDims(Value value) {
  return constantDims(constantAttribute(value), value.getType());
}

Value sinter::storageOf(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>())
    value = reshape.getInput();
  return value;
}

bool sinter::isComputed(Value value) {
  Operation *producer = value.getDefiningOp();
  return producer && !isa<LoadOp, ConstantOp, ShapeOp, StateOp, AppendOp>(producer);
}

void sinter::registerDialects(DialectRegistry &registry) {
  registry.insert<SinterDialect, arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect,
                  vector::VectorDialect>();
}

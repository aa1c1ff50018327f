// The pass --sinter-expand-math: finds the expansion of an operation by its name and element type. See Passes.td.
#include "codegen/cpu/math/Expansions.h"
#include "codegen/cpu/math/LaneBuilder.h"
#include "codegen/cpu/math/Libm.h"
#include "codegen/cpu/math/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include <limits>

#define DEBUG_TYPE "sinter-expand-math"

namespace sinter {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "codegen/cpu/math/Passes.h.inc"
} // namespace sinter

using namespace mlir;
using namespace sinter;

namespace {
struct UnaryRow {
  StringLiteral operation;
  Value (*expand)(ImplicitLocOpBuilder &, Value);
};
struct BinaryRow {
  StringLiteral operation;
  Value (*expand)(ImplicitLocOpBuilder &, Value, Value);
};
using Values = SmallVector<Value, 2>;
} // namespace

static constexpr UnaryRow unaryRows[] = {
    {"math.acos", expandAcos},   {"math.acosh", expandAcosh}, {"math.asin", expandAsin}, {"math.asinh", expandAsinh},
    {"math.atan", expandAtan},   {"math.atanh", expandAtanh}, {"math.cbrt", expandCbrt}, {"math.cos", expandCos},
    {"math.cosh", expandCosh},   {"math.erf", expandErf},     {"math.erfc", expandErfc}, {"math.exp", expandExp},
    {"math.exp2", expandExp2},   {"math.expm1", expandExpm1}, {"math.log", expandLog},   {"math.log10", expandLog10},
    {"math.log1p", expandLog1p}, {"math.log2", expandLog2},   {"math.sin", expandSin},   {"math.sinh", expandSinh},
    {"math.tan", expandTan},     {"math.tanh", expandTanh},
};
static constexpr BinaryRow binaryRows[] = {{"math.atan2", expandAtan2}, {"math.powf", expandPow}};

static bool isLaneType(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? !vector.isScalable() && vector.getRank() > 0 : type.isIntOrFloat();
}

static bool isHalf(Type type) { return type.isF16() || type.isBF16(); }
static bool isSupportedFloat(Type type) { return isHalf(type) || type.isF32() || type.isF64(); }

static Type elementOf(Value value) { return getElementTypeOrSelf(value); }

/// isnan, isinf, isfinite, isnormal as comparisons, for f32 and f64.
static Value expandClassification(ImplicitLocOpBuilder &builder, Operation *op, Value x) {
  LaneBuilder b(builder, x);
  Value magnitude = b.abs(x), infinity = b.like(x, std::numeric_limits<double>::infinity());
  Value smallestNormal = b.like(x, elementOf(x).isF32() ? 0x1p-126 : 0x1p-1022);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<math::IsNaNOp>([&](auto) { return b.unordered(x, x); })
      .Case<math::IsInfOp>([&](auto) { return b.equal(magnitude, infinity); })
      .Case<math::IsFiniteOp>([&](auto) { return b.less(magnitude, infinity); })
      .Case<math::IsNormalOp>([&](auto) {
        return b.iand(b.less(magnitude, infinity), b.compare(LaneBuilder::Compare::OGE, magnitude, smallestNormal));
      })
      .Default([](Operation *) { return Value(); });
}

/// pow(|x|, n) and the sign from n's last bit, so that odd exponents beyond 2^53 keep it.
static Value expandFPowIOfDouble(ImplicitLocOpBuilder &builder, Value x, Value n) {
  LaneBuilder b(builder, x);
  Value power = callLibm(builder, "pow", {b.abs(x), b.fromInt(builder.getF64Type(), n)});
  Value isOdd = b.icompare(arith::CmpIPredicate::ne, b.iand(n, b.like(n, 1)), b.like(n, 0));
  return b.copysign(power, b.select(isOdd, x, b.f64(1)));
}

/// Expansions with one formula for f32 and f64. Empty: none.
static Values expandAnyWidth(ImplicitLocOpBuilder &builder, Operation *op) {
  Value x = op->getOperand(0);
  LaneBuilder b(builder, x);
  if (isa<math::RsqrtOp>(op))
    return {b.div(b.like(x, 1), b.sqrt(x))};
  if (auto clamp = dyn_cast<math::ClampFOp>(op))
    return {b.atLeast(b.atMost(x, clamp.getMax()), clamp.getMin())};
  if (Value result = expandClassification(builder, op, x))
    return {result};
  return {};
}

static Values expandSingle(ImplicitLocOpBuilder &builder, Operation *op) {
  StringRef name = op->getName().getStringRef();
  for (const UnaryRow &row : unaryRows)
    if (row.operation == name)
      return {row.expand(builder, op->getOperand(0))};
  for (const BinaryRow &row : binaryRows)
    if (row.operation == name)
      return {row.expand(builder, op->getOperand(0), op->getOperand(1))};
  if (isa<math::SincosOp>(op)) {
    auto [sin, cos] = expandSincos(builder, op->getOperand(0));
    return {sin, cos};
  }
  if (auto power = dyn_cast<math::FPowIOp>(op))
    return {expandFPowI(builder, power.getLhs(), power.getRhs())};
  return expandAnyWidth(builder, op);
}

static Values expandDouble(ImplicitLocOpBuilder &builder, Operation *op) {
  StringRef function = libmFunctionOf(op->getName().getStringRef());
  if (!function.empty())
    return {callLibm(builder, function, op->getOperands())};
  if (isa<math::SincosOp>(op))
    return {callLibm(builder, "sin", op->getOperands()), callLibm(builder, "cos", op->getOperands())};
  if (auto power = dyn_cast<math::FPowIOp>(op))
    return {expandFPowIOfDouble(builder, power.getLhs(), power.getRhs())};
  return expandAnyWidth(builder, op);
}

static Values expand(ImplicitLocOpBuilder &builder, Operation *op);

/// The same operation on f32, itself expanded unless it is an instruction, between conversions.
static Values expandThroughSingle(ImplicitLocOpBuilder &builder, Operation *op) {
  auto isFloat = [](Value value) { return isa<FloatType>(elementOf(value)); };
  LaneBuilder b(builder, op->getOperand(0));
  OperationState state(op->getLoc(), op->getName());
  state.addAttributes(op->getAttrs());
  for (Value operand : op->getOperands())
    state.operands.push_back(isFloat(operand) ? expandFloatCast(builder, operand, builder.getF32Type()) : operand);
  for (Value result : op->getResults())
    state.types.push_back(isFloat(result) ? b.shaped(builder.getF32Type()) : result.getType());
  Operation *wide = builder.create(state);
  Values results = expand(builder, wide);
  if (results.empty())
    results.assign(wide->result_begin(), wide->result_end());
  else
    wide->erase();
  for (auto [result, narrow] : llvm::zip_equal(results, op->getResults()))
    if (isFloat(narrow))
      result = expandFloatCast(builder, result, elementOf(narrow));
  return results;
}

/// Integer to bf16. Through f64, exact up to 53 bits; a wider integer may be rounded twice.
static Values expandIntToBf16(ImplicitLocOpBuilder &builder, Operation *op) {
  LaneBuilder b(builder, op->getOperand(0));
  Type wideType = b.shaped(builder.getF64Type());
  Value x = op->getOperand(0), wide;
  if (isa<arith::SIToFPOp>(op))
    wide = arith::SIToFPOp::create(builder, wideType, x);
  else
    wide = arith::UIToFPOp::create(builder, wideType, x);
  return {expandFloatCast(builder, wide, builder.getBF16Type())};
}

/// The arith operations that LLVM would hand to compiler-rt.
static Values expandArith(ImplicitLocOpBuilder &builder, Operation *op) {
  Type from = elementOf(op->getOperand(0)), to = elementOf(op->getResult(0));
  if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
    auto narrowing = dyn_cast<arith::TruncFOp>(op);
    bool roundsOtherwise = narrowing && narrowing.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even) !=
                                            arith::RoundingMode::to_nearest_even;
    bool isCall = from.isBF16() || to.isBF16() || (from.isF64() && to.isF16());
    if (!isCall || roundsOtherwise || !isSupportedFloat(from) || !isSupportedFloat(to))
      return {};
    return {expandFloatCast(builder, op->getOperand(0), to)};
  }
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return to.isBF16() ? expandIntToBf16(builder, op) : Values();
  bool isArithmetic =
      isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::RemFOp, arith::MaximumFOp,
          arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp, arith::CmpFOp, arith::FPToSIOp, arith::FPToUIOp>(op);
  return isArithmetic && from.isBF16() ? expandThroughSingle(builder, op) : Values();
}

/// The values that replace the results of `op`; empty if the operation stays.
static Values expand(ImplicitLocOpBuilder &builder, Operation *op) {
  if (op->getNumOperands() == 0 || op->getNumResults() == 0 || !llvm::all_of(op->getOperandTypes(), isLaneType) ||
      !llvm::all_of(op->getResultTypes(), isLaneType))
    return {};
  if (isa<arith::ArithDialect>(op->getDialect()))
    return expandArith(builder, op);
  if (auto power = dyn_cast<math::IPowIOp>(op))
    return {expandIPowI(builder, power.getLhs(), power.getRhs())};
  Type element = elementOf(op->getOperand(0));
  if (isHalf(element))
    return expandThroughSingle(builder, op);
  if (element.isF32())
    return expandSingle(builder, op);
  return element.isF64() ? expandDouble(builder, op) : Values();
}

LogicalResult sinter::expandMathOp(RewriterBase &rewriter, Operation *op) {
  ImplicitLocOpBuilder builder(op->getLoc(), rewriter);
  builder.setInsertionPoint(op);
  Values results = expand(builder, op);
  if (results.empty())
    return failure();
  rewriter.replaceOp(op, results);
  return success();
}

namespace {
struct ExpandMathPass final : sinter::impl::ExpandMathPassBase<ExpandMathPass> {
  void runOnOperation() override {
    SmallVector<Operation *> candidates;
    getOperation().walk([&](Operation *op) {
      if (isa_and_nonnull<math::MathDialect, arith::ArithDialect>(op->getDialect()))
        candidates.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : candidates)
      if (succeeded(expandMathOp(rewriter, op)))
        ++numExpanded;
  }
};
} // namespace

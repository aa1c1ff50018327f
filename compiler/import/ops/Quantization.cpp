// QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear.
//
// A scale or zero point is one element, a list along `axis` (since opset 13), or one element per block of `block_size`
// along `axis` (since opset 21). Integers below 8 bits are held one per byte, see PackedIntegers.h.
// Source: ONNX QuantizeLinear-28, DequantizeLinear-28, DynamicQuantizeLinear-11.
#include "compiler/import/ops/Quantization.h"
#include "compiler/import/PackedIntegers.h"
#include "compiler/import/ops/DimFormulas.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

//===- Parts
//--------------------------------------------------------------------------------------------------------===//

QuantizedType QuantizedType::get(Type element, unsigned bits) {
  bool isUnsigned = element.isUnsignedInteger();
  double count = std::exp2(bits);
  return {element, isUnsigned ? 0 : -count / 2, isUnsigned ? count - 1 : count / 2 - 1};
}

std::optional<QuantizedType> importer::quantizedTypeOf(NodeImport &n, Value zeroPoint) {
  if (!zeroPoint)
    return std::nullopt;
  Type element = n.element(zeroPoint);
  if (!element.isInteger() || element.getIntOrFloatBitWidth() < 8 || element.getIntOrFloatBitWidth() > 16) {
    n.error("expected a zero point of an integer type of at most 16 bits, got " + describeElement(element));
    return std::nullopt;
  }
  return QuantizedType::get(element, elementBits(zeroPoint));
}

Value importer::scalarIfSingle(NodeImport &n, Value parameter) {
  bool isSingle = parameter && constantValue(elementCount(parameter.getType())) == 1;
  return isSingle ? n.reshape(parameter, {}) : parameter;
}

Value importer::quantize(NodeImport &n, Value quotient, Value zeroPoint, const QuantizedType &type) {
  Type wide = n.wideElement(n.element(quotient)); // holds every integer of the range exactly
  Value rounded = n.unary(UnaryKind::round, n.cast(quotient, wide));
  if (zeroPoint && n.number(zeroPoint) != 0)
    rounded = n.add(rounded, n.cast(zeroPoint, wide));
  Value limited = n.binary(BinaryKind::minnum, n.binary(BinaryKind::maxnum, rounded, type.low), type.high);
  return n.cast(limited, type.element);
}

Value importer::centered(NodeImport &n, Value x, Value zeroPoint) {
  Type i32 = IntegerType::get(n.context(), 32);
  Value wide = n.cast(x, i32);
  return zeroPoint && n.number(zeroPoint) != 0 ? n.sub(wide, n.cast(zeroPoint, i32)) : wide;
}

/// One element per `block` elements along `axis`, repeated and cut to the dims of the operand.
static Value repeatBlocks(NodeImport &n, Value parameter, Dims dims, int64_t axis, int64_t block) {
  Dims blocks = dims;
  blocks[axis] = ceilDiv(dims[axis], n.dim(block));
  parameter = withDims(n, parameter, blocks);
  Dims repeated = blocks, merged = blocks;
  repeated.insert(repeated.begin() + axis + 1, n.dim(block));
  merged[axis] = blocks[axis] * block;
  SmallVector<int64_t> mapping;
  for (int64_t i = 0; i < int64_t(dims.size()); ++i)
    mapping.push_back(i + (i > axis));
  Value whole = n.reshape(n.broadcast(parameter, mapping, repeated), merged);
  return merged[axis] == dims[axis] ? whole : n.sliceAxis(whole, axis, n.dim(0), dims[axis]);
}

/// A scale or zero point as a tensor that broadcasts to the operand `x`. Null for null.
static Value spread(NodeImport &n, Value parameter, Value x) {
  int64_t block = n.getInt("block_size", 0), named = n.getInt("axis", 1);
  if (!parameter || !x || n.hasFailed())
    return {};
  if (block < 0 || block > INT32_MAX)
    return n.error("attribute 'block_size': expected a value of at least 0, got " + Twine(block));
  Dims dims = n.dims(x);
  if (block == 0 && constantValue(elementCount(parameter.getType())) == 1)
    return n.reshape(parameter, {});
  std::optional<int64_t> axis = n.normalizeAxis(named, dims.size());
  if (!axis)
    return {};
  if (block)
    return repeatBlocks(n, parameter, dims, *axis, block);
  if (n.rank(parameter) != 1)
    return n.error("expected a scale and zero point of rank 0 or 1, or block_size, got " + describeDims(parameter));
  Dims line(dims.size(), n.dim(1));
  line[*axis] = n.dims(parameter)[0];
  return n.broadcastTo(n.reshape(parameter, line), dims);
}

//===- Quantize
//-----------------------------------------------------------------------------------------------------===//

/// The type that `output_dtype` names; 4 and 2 bits are held in bytes.
static std::optional<QuantizedType> namedType(NodeImport &n, int64_t onnxType) {
  bool inRange = onnxType > 0 && onnxType <= INT32_MAX;
  if (std::optional<unsigned> bits = inRange ? packedBits(int32_t(onnxType)) : std::nullopt) {
    auto sign = isSignedPacked(int32_t(onnxType)) ? IntegerType::Signless : IntegerType::Unsigned;
    return QuantizedType::get(IntegerType::get(n.context(), 8, sign), *bits);
  }
  Type element = n.elementType(onnxType);
  if (element && (!element.isInteger() || element.getIntOrFloatBitWidth() < 8 || element.getIntOrFloatBitWidth() > 16))
    n.error("attribute 'output_dtype': expected an integer type of at most 16 bits, got " + describeElement(element));
  if (n.hasFailed())
    return std::nullopt;
  return QuantizedType::get(element, element.getIntOrFloatBitWidth());
}

/// The zero point's type; without one that of `output_dtype`, or u8.
static std::optional<QuantizedType> readQuantizedType(NodeImport &n, Value zeroPoint) {
  int64_t named = n.getInt("output_dtype", 0);
  if (n.hasFailed())
    return std::nullopt;
  std::optional<QuantizedType> type =
      named ? namedType(n, named) : QuantizedType::get(IntegerType::get(n.context(), 8, IntegerType::Unsigned), 8);
  if (!type || !zeroPoint)
    return type;
  std::optional<QuantizedType> own = quantizedTypeOf(n, zeroPoint);
  if (own && named && own->element != type->element) {
    n.error("expected a zero point of the type that output_dtype names, " + describeElement(type->element) + ", got " +
            describeElement(own->element));
    return std::nullopt;
  }
  return named && own ? type : own;
}

/// saturate(round(x / scale) + zero point)
static LogicalResult importQuantizeLinear(NodeImport &n) {
  Value x = n.input(0, "x"), scale = n.input(1, "y_scale"), zeroPoint = n.optionalInput(2);
  std::optional<QuantizedType> type = readQuantizedType(n, zeroPoint);
  int64_t precision = n.getInt("precision", 0);
  Type division = precision ? n.elementType(precision) : n.element(scale);
  if (!x || !type || !division)
    return failure();
  if (!isa<FloatType>(division))
    division = Float32Type::get(n.context());
  Value quotient = n.div(n.cast(x, division), spread(n, n.cast(scale, division), x));
  Value offset = zeroPoint ? spread(n, zeroPoint, x) : Value();
  if (n.hasFailed())
    return failure();
  return n.result(quantize(n, quotient, offset, *type));
}

/// (x - zero point) * scale
static LogicalResult importDequantizeLinear(NodeImport &n) {
  Value x = n.input(0, "x"), scale = n.input(1, "x_scale"), zeroPoint = n.optionalInput(2);
  int64_t named = n.getInt("output_dtype", 0);
  if (!x || !scale || n.hasFailed())
    return failure();
  Type result = named ? n.elementType(named) : n.element(scale);
  if (!result)
    return failure();
  if (!isa<FloatType>(result))
    return n.result(n.error("expected a scale of a float type, got " + describeElement(result)));
  if (!n.element(x).isInteger())
    return n.result(n.error("expected an integer input, got " + describeElement(n.element(x))));
  if (zeroPoint && n.element(zeroPoint) != n.element(x))
    return n.result(n.error("expected a zero point of the input's type, " + describeElement(n.element(x)) + ", got " +
                            describeElement(n.element(zeroPoint))));
  Type wide = n.wideElement(result);
  Value offset = zeroPoint ? spread(n, zeroPoint, x) : Value();
  if (n.hasFailed())
    return failure();
  Value product = n.mul(n.cast(centered(n, x, offset), wide), spread(n, n.cast(scale, wide), x));
  return n.result(n.cast(product, result));
}

/// Scale and zero point from the range of x, widened to hold 0; a range of 0 has scale 1, as in ONNX Runtime.
static LogicalResult importDynamicQuantizeLinear(NodeImport &n) {
  Value x = n.input(0, "x");
  if (!x)
    return failure();
  QuantizedType type = QuantizedType::get(IntegerType::get(n.context(), 8, IntegerType::Unsigned), 8);
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank(x)));
  auto bound = [&](ReduceKind reduce, BinaryKind kind) {
    return n.binary(kind, n.reduce(reduce, x, axes, /*keepDims=*/false), 0);
  };
  Value high = bound(ReduceKind::max, BinaryKind::max), low = bound(ReduceKind::min, BinaryKind::min);
  Value range = n.sub(high, low), one = n.constant(n.element(x), 1);
  Value scale = n.select(n.binary(BinaryKind::eq, range, 0), one, n.binary(BinaryKind::div, range, type.high));
  Value zeroPoint = quantize(n, n.unary(UnaryKind::neg, n.div(low, scale)), Value(), type);
  if (failed(n.result(0, quantize(n, n.div(x, scale), zeroPoint, type))) || failed(n.result(1, scale)))
    return failure();
  return n.result(2, zeroPoint);
}

void importer::addQuantization(ImporterTable &table) {
  table.add("QuantizeLinear", importQuantizeLinear, 10);
  table.add("DequantizeLinear", importDequantizeLinear, 10);
  table.add("DynamicQuantizeLinear", importDynamicQuantizeLinear, 11);
}

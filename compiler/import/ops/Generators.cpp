// Values made from attributes and sizes: Constant, ConstantOfShape, Range, EyeLike, Trilu.
// Source: ONNX Constant-25, ConstantOfShape-25, Range-27, EyeLike-22, Trilu-14.
#include "compiler/import/ElementValues.h"
#include "compiler/import/ops/DimFormulas.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

//===- Constant
//-----------------------------------------------------------------------------------------------------===//

static Value constantOf(NodeImport &n, DenseElementsAttr value) {
  return n.create<ConstantOp>({}, [&](ConstantOp::Properties &p) { p.value = value; });
}

static LogicalResult importConstant(NodeImport &n) {
  Builder b(n.context());
  if (n.hasAttribute("value_int"))
    return n.result(
        constantOf(n, DenseIntElementsAttr::get(RankedTensorType::get({}, b.getI64Type()), n.getInt("value_int"))));
  if (n.hasAttribute("value_ints"))
    return n.result(n.constantInts(n.getInts("value_ints")));
  if (n.hasAttribute("value_float"))
    return n.result(n.constant(b.getF32Type(), n.getFloat("value_float", 0)));
  if (n.hasAttribute("value_floats")) {
    SmallVector<float> values = n.getFloats("value_floats");
    auto type = RankedTensorType::get({int64_t(values.size())}, b.getF32Type());
    return n.result(constantOf(n, DenseFPElementsAttr::get(type, values)));
  }
  if (n.hasAttribute("value_string") || n.hasAttribute("value_strings"))
    return n.result(n.error("expected a constant of numbers, got strings"));
  return n.result(n.getTensor(n.hasAttribute("sparse_value") ? "sparse_value" : "value"));
}

static LogicalResult importConstantOfShape(NodeImport &n) {
  Value shape = n.input(0, "input");
  Value value = n.hasAttribute("value") ? n.getTensor("value") : n.constant(Float32Type::get(n.context()), 0);
  if (!shape || !value)
    return failure();
  if (constantValue(elementCount(value.getType())) != 1)
    return n.result(n.error("attribute 'value': expected one element, got " + describeDims(value)));
  std::optional<Dims> dims = n.elements(shape, "input");
  if (!dims)
    return failure();
  for (DimAttr dim : *dims)
    if (!n.assumeLessEqual(n.dim(0), dim))
      return failure();
  return n.result(n.broadcast(n.reshape(value, {}), {}, *dims));
}

//===- Range
//--------------------------------------------------------------------------------------------------------===//

/// The integer that a scalar holds, as a formula; also where a float scalar is a cast integer or a whole number.
static DimAttr wholeNumber(NodeImport &n, Value scalar) {
  if (std::optional<double> value = n.number(scalar); value && isa<FloatType>(n.element(scalar)))
    return *value == std::trunc(*value) && std::fabs(*value) < 0x1p53 ? n.dim(int64_t(*value)) : DimAttr();
  if (auto cast = scalar.getDefiningOp<CastOp>(); cast && isa<FloatType>(n.element(scalar)))
    scalar = cast.getInput();
  if (!n.element(scalar).isInteger())
    return {};
  std::optional<Dims> dims = elementValues(scalar);
  return dims && dims->size() == 1 ? dims->front() : DimAttr();
}

/// The size where the program has to compute it. Where delta is 0, or a float count is past any memory or no number, it
/// is -1, which the run refuses.
static DimAttr computedRangeSize(NodeImport &n, Value start, Value limit, Value delta) {
  Type integer = IntegerType::get(n.context(), 64), real = Float64Type::get(n.context());
  bool isReal = isa<FloatType>(n.element(start));
  Type wide = isReal ? real : integer;
  Value isValid = n.number(delta) ? Value() : n.binary(BinaryKind::ne, delta, 0);
  Value distance = n.sub(n.cast(limit, wide), n.cast(start, wide)), step = n.cast(delta, wide), count;
  if (isReal) {
    count = n.unary(UnaryKind::ceil, n.div(distance, step));
    Value fits = n.binary(BinaryKind::le, count, 0x1p48);
    isValid = isValid ? n.binary(BinaryKind::_and, isValid, fits) : fits;
  } else { // ceil(a / b) = -floor(-a / b)
    Value quotient = n.binary(BinaryKind::floordiv, n.unary(UnaryKind::neg, distance), step);
    count = n.unary(UnaryKind::neg, quotient);
  }
  count = n.binary(BinaryKind::max, count, 0);
  if (isValid)
    count = n.select(isValid, count, n.constant(wide, -1));
  return n.bindSize(count);
}

/// max(0, ceil((limit - start) / delta)); nullopt after a report.
static std::optional<DimAttr> rangeSize(NodeImport &n, Value start, Value limit, Value delta) {
  std::optional<double> s = n.number(start), l = n.number(limit), d = n.number(delta);
  if (d == 0) {
    n.error("expected a delta other than 0, got 0");
    return std::nullopt;
  }
  if (s && l && d && isa<FloatType>(n.element(start))) {
    double count = std::ceil((*l - *s) / *d);
    if (!(count < 0x1p48)) {
      n.error("expected a range of at most 2^48 elements, got " + std::to_string(count));
      return std::nullopt;
    }
    return n.dim(count > 0 ? int64_t(count) : 0);
  }
  DimAttr from = wholeNumber(n, start), to = wholeNumber(n, limit), step = wholeNumber(n, delta);
  if (!from || !to || !step) {
    DimAttr size = computedRangeSize(n, start, limit, delta);
    return size ? std::optional(size) : std::nullopt;
  }
  DimAttr zero = n.dim(0), one = n.dim(1), distance = to - from;
  DimRange sign = rangeOf(step);
  if (sign.lo > 0)
    return max(ceilDiv(distance, step), zero);
  if (sign.hi < 0)
    return max(ceilDiv(distance * -1, step * -1), zero);
  DimAttr up = max(ceilDiv(distance, max(step, one)), zero),
          down = max(ceilDiv(distance * -1, max(step * -1, one)), zero);
  return isNegative(step * -1) * up + isNegative(step) * down;
}

static LogicalResult importRange(NodeImport &n) {
  Value start = n.reshape(n.input(0, "start"), {}), limit = n.reshape(n.input(1, "limit"), {}),
        delta = n.reshape(n.input(2, "delta"), {});
  if (!start || !limit || !delta)
    return failure();
  std::optional<DimAttr> size = rangeSize(n, start, limit, delta);
  if (!size)
    return failure();
  Type element = n.element(start), wide = n.wideElement(element);
  Value values = n.iota({*size}, 0, wide);
  if (n.number(delta) != 1)
    values = n.mul(values, n.cast(delta, wide));
  if (n.number(start) != 0)
    values = n.add(values, n.cast(start, wide));
  return n.result(n.cast(values, element));
}

//===- Diagonals
//----------------------------------------------------------------------------------------------------===//

static LogicalResult importEyeLike(NodeImport &n) {
  Value x = n.input(0, "input");
  int64_t k = n.getInt("k", 0);
  if (!x || n.hasFailed())
    return failure();
  Dims dims = n.dims(x);
  if (dims.size() != 2)
    return n.result(n.error("expected rank 2, got " + describeDims(x)));
  Type index = IntegerType::get(n.context(), 64);
  Type element = n.hasAttribute("dtype") ? n.elementType(n.getInt("dtype")) : n.element(x);
  Value row = n.iota(dims, 0, index), column = n.iota(dims, 1, index);
  return n.result(n.cast(n.binary(BinaryKind::eq, n.add(row, n.constant(index, double(k))), column), element));
}

/// Keeps column - row >= k (upper) or <= k of each trailing matrix; k may be computed at run time.
static LogicalResult importTrilu(NodeImport &n) {
  Value x = n.input(0, "input"), k = n.optionalInput(1);
  bool upper = n.getInt("upper", 1);
  if (!x || n.hasFailed())
    return failure();
  Dims dims = n.dims(x);
  if (dims.size() < 2)
    return n.result(n.error("expected rank 2 or more, got " + describeDims(x)));
  Type index = IntegerType::get(n.context(), 64);
  Dims plane(ArrayRef(dims).take_back(2));
  Value distance = n.sub(n.iota(plane, 1, index), n.iota(plane, 0, index));
  Value bound = k ? n.cast(n.reshape(k, {}), index) : n.constant(index, 0);
  Value keep = n.binary(upper ? BinaryKind::ge : BinaryKind::le, distance, bound);
  return n.result(n.select(keep, x, n.constant(n.element(x), 0)));
}

void importer::addGenerators(ImporterTable &table) {
  table.add("Constant", importConstant);
  table.add("ConstantOfShape", importConstantOfShape, 9);
  table.add("Range", importRange, 11);
  table.add("EyeLike", importEyeLike, 9);
  table.add("Trilu", importTrilu, 14);
}

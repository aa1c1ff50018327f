// BatchNormalization, LayerNormalization, RMSNormalization, InstanceNormalization, Dropout.
//
// Halves are normalized in f32 and rounded once, as stash_type asks for by default.
#include "compiler/import/ops/Normalizations.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

Normalized::Normalized(NodeImport &node, Value x, ArrayRef<int64_t> axes, double epsilon) {
  mean = node.mean(x, axes, /*keepDims=*/true);
  centered = node.sub(x, mean);
  Value variance = node.mean(node.mul(centered, centered), axes, /*keepDims=*/true);
  inverseDeviation = node.unary(UnaryKind::rsqrt, node.binary(BinaryKind::add, variance, epsilon));
}

Value importer::inverseRootMeanSquare(NodeImport &node, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Value square = node.mean(node.mul(x, x), axes, /*keepDims=*/true);
  return node.unary(UnaryKind::rsqrt, node.binary(BinaryKind::add, square, epsilon));
}

namespace {
constexpr double defaultEpsilon = 1e-5f;

SmallVector<int64_t> axesFrom(int64_t first, int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(first, std::max(first, rank)));
}

/// A per-channel parameter [C] as [C, 1, 1, ..] for an input of `rank` dims, in `element`. One of the rank of a whole
/// entry of the batch is as it is.
Value perChannel(NodeImport &node, Value parameter, int64_t rank, Type element) {
  Value wide = node.cast(parameter, element);
  return node.rank(wide) == rank - 1 ? wide : node.unsqueeze(wide, axesFrom(1, rank - 1));
}
} // namespace

//===- BatchNormalization
//-------------------------------------------------------------------------------------------===//

/// scale * (x - mean) / sqrt(var + epsilon) + bias as x * factor + shift: what a fold into a convolution needs.
static Value applyStatistics(NodeImport &node, Value x, Value mean, Value variance, double epsilon) {
  int64_t rank = node.rank(x);
  Type narrow = node.element(x), wide = node.wideElement(narrow);
  auto wideInput = [&](size_t i, StringRef what) { return node.cast(node.input(i, what), wide); };
  Value inverse = node.unary(UnaryKind::rsqrt, node.binary(BinaryKind::add, node.cast(variance, wide), epsilon));
  Value factor = node.mul(wideInput(1, "scale"), inverse);
  Value shift = node.sub(wideInput(2, "B"), node.mul(node.cast(mean, wide), factor));
  Value scaled = node.mul(node.cast(x, wide), perChannel(node, factor, rank, wide));
  return node.cast(node.add(scaled, perChannel(node, shift, rank, wide)), narrow);
}

/// Statistics of the batch; outputs 1 and 2 are the running ones.
static LogicalResult importTraining(NodeImport &node, Value x, double epsilon) {
  double momentum = node.getFloat("momentum", 0.9f);
  SmallVector<int64_t> axes = axesFrom(1, node.rank(x));
  axes[0] = 0;
  for (size_t i = 1; i < axes.size(); ++i)
    axes[i] = i + 1;
  Value wide = node.cast(x, node.wideElement(node.element(x)));
  Value mean = node.mean(wide, axes, /*keepDims=*/true);
  Value centered = node.sub(wide, mean);
  Value variance = node.mean(node.mul(centered, centered), axes, /*keepDims=*/false);
  mean = node.squeeze(mean, axes);
  auto running = [&](size_t input, StringRef what, Value current) {
    Value before = node.input(input, what);
    Type type = node.element(before);
    Value kept = node.binary(BinaryKind::mul, node.cast(before, node.element(current)), momentum);
    return node.cast(node.add(kept, node.binary(BinaryKind::mul, current, 1 - momentum)), type);
  };
  if (failed(node.result(0, applyStatistics(node, x, mean, variance, epsilon))) ||
      failed(node.result(1, running(3, "input_mean", mean))))
    return failure();
  return node.result(2, running(4, "input_var", variance));
}

static LogicalResult importBatchNormalization(NodeImport &node) {
  Value x = node.input(0);
  double epsilon = node.getFloat("epsilon", defaultEpsilon);
  if (x && node.rank(x) < 2)
    return node.result(node.error("expected an input of rank 2 or more, got " + describeDims(x)));
  int64_t want = node.getInt("spatial", 1) ? 1 : node.rank(x) - 1; // up to opset 8; 0: statistics of each element
  for (size_t i = 1; x && i < node.numInputs(); ++i)
    if (node.rank(node.input(i)) != want)
      return node.result(node.error("expected scale, B, mean and var of rank " + Twine(want) + ", got " +
                                    describeDims(node.input(i))));
  if (x && node.getInt("training_mode", 0))
    return importTraining(node, x, epsilon);
  return node.result(applyStatistics(node, x, node.input(3, "mean"), node.input(4, "var"), epsilon));
}

//===- Layer, RMS, Instance
//-----------------------------------------------------------------------------------------===//

/// The type of the statistics and of the computation: stash_type, but never narrower than the input.
static Type stashElement(NodeImport &node, Value x) {
  Type stash = node.elementType(node.getInt("stash_type", 1)), narrow = node.element(x);
  if (!stash || !narrow)
    return {};
  return narrow.getIntOrFloatBitWidth() > stash.getIntOrFloatBitWidth() ? narrow : node.wideElement(stash);
}

static LogicalResult importLayerNormalization(NodeImport &node) {
  Value x = node.input(0);
  int64_t rank = node.rank(x);
  std::optional<int64_t> axis = node.normalizeAxis(node.getInt("axis", -1), rank);
  Type wide = stashElement(node, x);
  if (!axis || !wide)
    return node.result(Value());
  Normalized normalized(node, node.cast(x, wide), axesFrom(*axis, rank), node.getFloat("epsilon", defaultEpsilon));
  Value y = node.mul(normalized.value(node), node.cast(node.input(1, "Scale"), wide));
  if (node.has(2))
    y = node.add(y, node.cast(node.input(2), wide));
  Type statistics = node.elementType(node.getInt("stash_type", 1));
  if (failed(node.result(0, node.cast(y, node.element(x)))) ||
      failed(node.result(1, node.cast(normalized.mean, statistics))))
    return failure();
  return node.result(2, node.cast(normalized.inverseDeviation, statistics));
}

/// x / sqrt(mean(x^2) + epsilon) * scale
static LogicalResult importRmsNormalization(NodeImport &node) {
  Value x = node.input(0);
  int64_t rank = node.rank(x);
  std::optional<int64_t> axis = node.normalizeAxis(node.getInt("axis", -1), rank);
  Type wide = stashElement(node, x);
  if (!axis || !wide)
    return node.result(Value());
  Value input = node.cast(x, wide), scale = node.input(1, "scale");
  Value inverse = inverseRootMeanSquare(node, input, axesFrom(*axis, rank), node.getFloat("epsilon", defaultEpsilon));
  Value scaled = node.mul(node.mul(input, inverse), node.cast(scale, wide));
  // SimplifiedLayerNormalization has a second output; its first one has the scale's type.
  if (node.wants(1) && failed(node.result(1, node.cast(inverse, node.elementType(node.getInt("stash_type", 1))))))
    return failure();
  return node.result(node.cast(scaled, node.element(scale)));
}

static LogicalResult importInstanceNormalization(NodeImport &node) {
  Value x = node.input(0);
  int64_t rank = node.rank(x);
  if (x && rank < 3)
    return node.result(node.error("expected an input of rank 3 or more, got " + describeDims(x)));
  Type wide = node.wideElement(node.element(x));
  if (!wide)
    return node.result(Value());
  Normalized normalized(node, node.cast(x, wide), axesFrom(2, rank), node.getFloat("epsilon", defaultEpsilon));
  Value scale = perChannel(node, node.input(1, "scale"), rank, wide);
  Value bias = perChannel(node, node.input(2, "B"), rank, wide);
  return node.result(node.cast(node.add(node.mul(normalized.value(node), scale), bias), node.element(x)));
}

//===- Dropout
//------------------------------------------------------------------------------------------------------===//

/// At inference the identity; random numbers are not made.
static LogicalResult importDropout(NodeImport &node) {
  Value x = node.input(0);
  bool isTraining = false;
  if (node.has(2)) {
    std::optional<double> mode = node.number(node.input(2));
    if (!mode)
      return node.result(node.error("expected training_mode known at compile time, got a value computed at run time"));
    isTraining = *mode != 0;
  }
  std::optional<double> ratio = node.has(1) ? node.number(node.input(1)) : std::optional(0.5);
  if (isTraining && ratio != 0)
    return node.result(node.error("expected training_mode false, got true"));
  Type mask = node.version < 10 ? node.element(x) : IntegerType::get(node.context(), 1);
  if (node.wants(1) && failed(node.result(1, node.broadcastTo(node.constant(mask, 1), node.dims(x)))))
    return failure();
  return node.result(0, x);
}

void sinter::importer::addNormalizations(ImporterTable &table) {
  table.add("BatchNormalization", importBatchNormalization, 7);
  table.add("Dropout", importDropout, 7);
  table.add("InstanceNormalization", importInstanceNormalization);
  table.add("LayerNormalization", importLayerNormalization);
  table.add("RMSNormalization", importRmsNormalization);
  for (StringRef domain : {StringRef(), StringRef(microsoftDomain)}) // ONNX Runtime's name for the same
    table.add("SimplifiedLayerNormalization", importRmsNormalization, 1, domain);
}

// Activation functions as compositions of elementwise kinds. Halves compute in f32 and round once at the end.
#include "compiler/import/ops/Activations.h"
#include <cmath>

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// An elementwise function of input 0 in a type that is wide enough for its steps.
using Formula = Value (*)(NodeImport &, Value);
} // namespace

template <Formula formula> static LogicalResult importActivation(NodeImport &node) {
  Value x = node.input(0);
  Type narrow = node.element(x);
  return node.result(node.cast(formula(node, node.cast(x, node.wideElement(narrow))), narrow));
}

/// x where x > 0, else `other`.
static Value wherePositive(NodeImport &node, Value x, Value other) {
  return node.select(node.binary(BinaryKind::gt, x, 0), x, other);
}

/// alpha * (exp(x) - 1)
static Value scaledExpm1(NodeImport &node, Value x, double alpha) {
  return node.binary(BinaryKind::mul, node.unary(UnaryKind::expm1, x), alpha);
}

/// x limited to [0, 1]
static Value clampToUnit(NodeImport &node, Value x) {
  return node.binary(BinaryKind::max, node.binary(BinaryKind::min, x, 1), 0);
}

static LogicalResult importRelu(NodeImport &node) {
  return node.result(node.binary(BinaryKind::max, node.input(0), 0));
}

Value importer::leakyRelu(NodeImport &node, Value x, double alpha) {
  return wherePositive(node, x, node.binary(BinaryKind::mul, x, alpha));
}

/// With the parameters that the node gives.
static Value nodeLeakyRelu(NodeImport &node, Value x) { return leakyRelu(node, x, node.getFloat("alpha", 0.01f)); }

static LogicalResult importPRelu(NodeImport &node) {
  Value x = node.input(0), slope = node.broadcastTo(node.input(1, "slope"), node.dims(x));
  return node.result(wherePositive(node, x, node.mul(x, slope)));
}

Value importer::elu(NodeImport &node, Value x, double alpha) {
  return wherePositive(node, x, scaledExpm1(node, x, alpha));
}

static Value nodeElu(NodeImport &node, Value x) { return elu(node, x, node.getFloat("alpha", 1)); }

static Value selu(NodeImport &node, Value x) {
  double alpha = node.getFloat("alpha", 1.67326319217681884765625),
         gamma = node.getFloat("gamma", 1.05070102214813232421875);
  return node.binary(BinaryKind::mul, wherePositive(node, x, scaledExpm1(node, x, alpha)), gamma);
}

/// max(0, x) + min(0, alpha * (exp(x / alpha) - 1))
static Value celu(NodeImport &node, Value x) {
  double alpha = node.getFloat("alpha", 1);
  Value curve = scaledExpm1(node, node.binary(BinaryKind::div, x, alpha), alpha);
  return node.add(node.binary(BinaryKind::max, x, 0), node.binary(BinaryKind::min, curve, 0));
}

static Value thresholdedRelu(NodeImport &node, Value x) {
  Value above = node.binary(BinaryKind::gt, x, node.getFloat("alpha", 1));
  return node.select(above, x, node.constant(node.element(x), 0));
}

static Value sigmoid(NodeImport &node, Value x) { return node.unary(UnaryKind::sigmoid, x); }

Value importer::hardSigmoid(NodeImport &node, Value x, double alpha, double beta) {
  return clampToUnit(node, node.binary(BinaryKind::add, node.binary(BinaryKind::mul, x, alpha), beta));
}

static Value nodeHardSigmoid(NodeImport &node, Value x) {
  return hardSigmoid(node, x, node.getFloat("alpha", 0.2f), node.getFloat("beta", 0.5));
}

/// x * clamp(x / 6 + 1/2)
static Value hardSwish(NodeImport &node, Value x) {
  Value line = node.binary(BinaryKind::add, node.binary(BinaryKind::mul, x, 1.0 / 6), 0.5);
  return node.mul(x, clampToUnit(node, line));
}

static Value softplus(NodeImport &node, Value x) { return node.unary(UnaryKind::softplus, x); }

Value importer::softsign(NodeImport &node, Value x) {
  return node.div(x, node.binary(BinaryKind::add, node.unary(UnaryKind::abs, x), 1));
}

static Value mish(NodeImport &node, Value x) { return node.mul(x, node.unary(UnaryKind::tanh, softplus(node, x))); }

static Value swish(NodeImport &node, Value x) {
  double alpha = node.getFloat("alpha", 1);
  return node.mul(x, sigmoid(node, alpha == 1 ? x : node.binary(BinaryKind::mul, x, alpha)));
}

/// x / 2 * (1 + curve)
static Value halfOf(NodeImport &node, Value x, Value curve) {
  return node.mul(node.binary(BinaryKind::mul, x, 0.5), node.binary(BinaryKind::add, curve, 1));
}

Value importer::erfGelu(NodeImport &node, Value x) {
  return halfOf(node, x, node.unary(UnaryKind::erf, node.binary(BinaryKind::mul, x, std::sqrt(0.5))));
}

Value importer::tanhGelu(NodeImport &node, Value x) {
  Value cube = node.mul(node.mul(x, x), x);
  Value inner = node.add(x, node.binary(BinaryKind::mul, cube, 0.044715));
  return halfOf(node, x, node.unary(UnaryKind::tanh, node.binary(BinaryKind::mul, inner, std::sqrt(2 / M_PI))));
}

static Value gelu(NodeImport &node, Value x) {
  std::string approximate = node.getString("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return node.error("attribute 'approximate': expected none or tanh, got " + approximate);
  return approximate == "none" ? erfGelu(node, x) : tanhGelu(node, x);
}

/// x + bias below -lambd, x - bias above lambd, 0 between. Integers compute in f32.
static LogicalResult importShrink(NodeImport &node) {
  Value input = node.input(0);
  Type from = node.element(input);
  if (!from)
    return node.result(Value());
  Value x = node.cast(input, isa<FloatType>(from) ? node.wideElement(from) : Type(Float32Type::get(node.context())));
  double bias = node.getFloat("bias", 0), lambd = node.getFloat("lambd", 0.5);
  Value upper = node.select(node.binary(BinaryKind::gt, x, lambd), node.binary(BinaryKind::sub, x, bias),
                            node.constant(node.element(x), 0));
  Value both = node.select(node.binary(BinaryKind::lt, x, -lambd), node.binary(BinaryKind::add, x, bias), upper);
  return node.result(node.cast(both, from));
}

void sinter::importer::addActivations(ImporterTable &table) {
  table.add("Celu", importActivation<celu>);
  table.add("Elu", importActivation<nodeElu>);
  table.add("Gelu", importActivation<gelu>);
  table.add("HardSigmoid", importActivation<nodeHardSigmoid>);
  table.add("HardSwish", importActivation<hardSwish>);
  table.add("LeakyRelu", importActivation<nodeLeakyRelu>);
  table.add("Mish", importActivation<mish>);
  table.add("PRelu", importPRelu, 7);
  table.add("Relu", importRelu);
  table.add("Selu", importActivation<selu>);
  table.add("Shrink", importShrink);
  table.add("Sigmoid", importActivation<sigmoid>);
  table.add("Softplus", importActivation<softplus>);
  table.add("Softsign", importActivation<softsign>);
  table.add("Swish", importActivation<swish>);
  table.add("ThresholdedRelu", importActivation<thresholdedRelu>);
}

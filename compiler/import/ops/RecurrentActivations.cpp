// See RecurrentActivations.h. Source: the list of functions in ONNX LSTM-22.
#include "compiler/import/ops/RecurrentActivations.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ops/Activations.h"

using namespace mlir;

namespace sinter::importer {

namespace {
/// Whether a function has a parameter, and its value where the node gives none.
struct Parameter {
  bool used = false;
  std::optional<double> otherwise = {};
};

struct Function {
  StringLiteral name;
  decltype(CellActivation::formula) formula;
  Parameter alpha = {}, beta = {};
};
} // namespace

static Value affine(NodeImport &n, Value x, double alpha, double beta) {
  return n.binary(BinaryKind::add, n.binary(BinaryKind::mul, x, alpha), beta);
}

static Value thresholdedRelu(NodeImport &n, Value x, double alpha, double) {
  return n.select(n.binary(BinaryKind::ge, x, alpha), x, n.constant(n.element(x), 0));
}

static Value scaledTanh(NodeImport &n, Value x, double alpha, double beta) {
  return n.binary(BinaryKind::mul, n.unary(UnaryKind::tanh, n.binary(BinaryKind::mul, x, beta)), alpha);
}

/// Affine and ScaledTanh have no defaults, which are those of ONNX's operators: there are none of these names now.
static ArrayRef<Function> functions() {
  static const Function all[] = {
      {"Relu", [](NodeImport &n, Value x, double, double) { return n.binary(BinaryKind::max, x, 0); }},
      {"Tanh", [](NodeImport &n, Value x, double, double) { return n.unary(UnaryKind::tanh, x); }},
      {"Sigmoid", [](NodeImport &n, Value x, double, double) { return n.unary(UnaryKind::sigmoid, x); }},
      {"Affine", affine, {true}, {true}},
      {"LeakyRelu", [](NodeImport &n, Value x, double alpha, double) { return leakyRelu(n, x, alpha); }, {true, 0.01f}},
      {"ThresholdedRelu", thresholdedRelu, {true, 1}},
      {"ScaledTanh", scaledTanh, {true}, {true}},
      {"HardSigmoid", hardSigmoid, {true, 0.2f}, {true, 0.5}},
      {"Elu", [](NodeImport &n, Value x, double alpha, double) { return elu(n, x, alpha); }, {true, 1}},
      {"Softsign", [](NodeImport &n, Value x, double, double) { return softsign(n, x); }},
      {"Softplus", [](NodeImport &n, Value x, double, double) { return n.unary(UnaryKind::softplus, x); }},
  };
  return all;
}

/// The next of the values that functions with this parameter consume in turn, as ONNX Runtime does.
static double consume(NodeImport &n, Parameter parameter, ArrayRef<float> &values, StringRef attribute,
                      StringRef name) {
  if (!parameter.used)
    return 0;
  if (!values.empty()) {
    double value = values.front();
    values = values.drop_front();
    return value;
  }
  if (!parameter.otherwise)
    n.error("attribute '" + attribute + "': expected a value for " + name + ", got none");
  return parameter.otherwise.value_or(0);
}

std::optional<SmallVector<CellActivation>> cellActivations(NodeImport &n, ArrayRef<StringRef> defaults,
                                                           int64_t directions) {
  SmallVector<std::string> names = n.getStrings("activations");
  SmallVector<float> alphas = n.getFloats("activation_alpha"), betas = n.getFloats("activation_beta");
  size_t count = defaults.size() * directions;
  if (!n.hasAttribute("activations"))
    for (size_t i = 0; i < count; ++i)
      names.push_back(defaults[i % defaults.size()].str());
  // The default of RNN's attribute has two functions whatever the direction.
  if (defaults.size() == 1 && names.size() == 2)
    names.resize(count);
  if (names.size() != count) {
    n.error("attribute 'activations': expected " + Twine(count) + " functions, got " + Twine(names.size()));
    return std::nullopt;
  }
  ArrayRef<float> alphasLeft = alphas, betasLeft = betas;
  SmallVector<CellActivation> result;
  for (StringRef name : names) {
    const Function *found =
        llvm::find_if(functions(), [&](const Function &f) { return name.equals_insensitive(f.name); });
    if (found == functions().end()) {
      n.error("attribute 'activations': expected an activation function of ONNX, got " + quote(name));
      return std::nullopt;
    }
    double alpha = consume(n, found->alpha, alphasLeft, "activation_alpha", found->name);
    double beta = consume(n, found->beta, betasLeft, "activation_beta", found->name);
    result.push_back({found->formula, alpha, beta});
  }
  return n.hasFailed() ? std::nullopt : std::optional(result);
}

} // namespace sinter::importer

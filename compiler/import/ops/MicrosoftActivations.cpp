// Elementwise com.microsoft operators and FusedMatMul; the table of the domain.
// Source: ONNX Runtime, docs/ContribOperators.md.
#include "compiler/import/ops/Activations.h"
#include "compiler/import/ops/Microsoft.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

/// function(x + bias), in f32 for halves. The bias is input 1, if given.
template <Value (*function)(NodeImport &, Value)> static LogicalResult importBiased(NodeImport &n) {
  Value x = n.input(0);
  Type narrow = n.element(x), wide = n.wideElement(narrow);
  Value sum = n.cast(x, wide);
  if (n.has(1))
    sum = n.add(sum, n.broadcastTo(n.cast(n.input(1), wide), n.dims(x)));
  return n.result(n.cast(function(n, sum), narrow));
}

static Value quickGelu(NodeImport &n, Value x) {
  return n.mul(x, n.unary(UnaryKind::sigmoid, n.binary(BinaryKind::mul, x, n.getFloat("alpha", 1.702f))));
}

/// `x` with its last two dims swapped if `matrix`, after its first dim has moved before the last one if `batch`.
static Value transposed(NodeImport &n, Value x, bool matrix, bool batch) {
  int64_t rank = n.rank(x);
  if (!x || rank < 2)
    return x; // a transpose of a vector is itself
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (batch)
    std::rotate(order.begin(), order.begin() + 1, order.end() - 1);
  if (matrix)
    std::swap(order[rank - 2], order[rank - 1]);
  return n.transpose(x, order);
}

/// alpha * A' B' with numpy's broadcasting.
static LogicalResult importFusedMatMul(NodeImport &n) {
  auto flag = [&](StringRef name) { return n.getInt(name, 0) != 0; };
  Value a = transposed(n, n.input(0, "A"), flag("transA"), flag("transBatchA"));
  Value b = transposed(n, n.input(1, "B"), flag("transB"), flag("transBatchB"));
  Value product = n.matmul(a, b);
  double alpha = n.getFloat("alpha", 1);
  return n.result(alpha == 1 ? product : n.binary(BinaryKind::mul, product, alpha));
}

//===- What the domain's families share
//------------------------------------------------------------------------------//

bool importer::refuseInputs(NodeImport &n, ArrayRef<std::pair<size_t, StringRef>> inputs) {
  for (auto [index, name] : inputs)
    if (n.has(index))
      n.error("expected no input " + Twine(index) + " (" + name + "), got one");
  return !n.hasFailed();
}

bool importer::requireInt(NodeImport &n, StringRef name, int64_t known) {
  int64_t value = n.getInt(name, known);
  if (value != known)
    n.error("attribute '" + name + "': expected " + Twine(known) + ", got " + Twine(value));
  return !n.hasFailed();
}

void importer::addMicrosoft(ImporterTable &table) {
  table.add("BiasGelu", importBiased<erfGelu>, 1, microsoftDomain);
  table.add("FastGelu", importBiased<tanhGelu>, 1, microsoftDomain);
  table.add("Gelu", importBiased<erfGelu>, 1, microsoftDomain);
  table.add("QuickGelu", importBiased<quickGelu>, 1, microsoftDomain);
  table.add("FusedMatMul", importFusedMatMul, 1, microsoftDomain);
  table.add("MatMulNBits", importMatMulNBits, 1, microsoftDomain);
  table.add("GroupQueryAttention", importGroupQueryAttention, 1, microsoftDomain);
  addMicrosoftAttention(table);
  addMicrosoftNormalizations(table);
  addMicrosoftRotary(table);
}

// MatMul, Gemm and Einsum as contractions over labels.
// Source: ONNX MatMul-13, Gemm-13, Einsum-12.
#include "compiler/import/ops/Einsum.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static LogicalResult importMatMul(NodeImport &n) { return n.result(n.matmul(n.input(0, "A"), n.input(1, "B"))); }

/// alpha * A' * B' + beta * C, where A' is [M, K], B' is [K, N] and C broadcasts to [M, N].
static LogicalResult importGemm(NodeImport &n) {
  Value a = n.input(0, "A"), b = n.input(1, "B"), c = n.optionalInput(2);
  double alpha = n.getFloat("alpha", 1), beta = n.getFloat("beta", 1);
  bool transA = n.getInt("transA", 0), transB = n.getInt("transB", 0);
  if (n.hasFailed())
    return failure();
  for (Value x : {a, b})
    if (n.rank(x) != 2)
      return n.result(n.error("expected operands of rank 2, got " + describeDims(x)));
  enum { M, N, K };
  int64_t aLabels[] = {transA ? K : M, transA ? M : K}, bLabels[] = {transB ? N : K, transB ? K : N};
  Value product = n.contract(a, aLabels, b, bLabels, {M, N});
  if (alpha != 1)
    product = n.binary(BinaryKind::mul, product, alpha);
  if (!c || beta == 0)
    return n.result(product);
  if (beta != 1)
    c = n.binary(BinaryKind::mul, c, beta);
  return n.result(n.add(product, n.broadcastTo(c, n.dims(product))));
}

void importer::addContractions(ImporterTable &table) {
  table.add("MatMul", importMatMul);
  table.add("Gemm", importGemm);
  table.add("Einsum", importEinsum, 12);
}

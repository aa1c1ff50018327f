// SkipLayerNormalization and SkipSimplifiedLayerNormalization: a residual sum, normalized over its last dim.
// Source: ONNX Runtime, docs/ContribOperators.md.
#include "compiler/import/ops/Microsoft.h"
#include "compiler/import/ops/Normalizations.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

namespace {
/// input + skip + bias in f32 for halves, and where it is normalized.
struct SkipSum {
  Value sum;
  Type narrow, wide;
  SmallVector<int64_t> axes;
  double epsilon;

  SkipSum(NodeImport &n, size_t biasIndex) : epsilon(n.getFloat("epsilon", 1e-12f)) {
    Value x = n.input(0, "input");
    narrow = n.element(x);
    wide = n.wideElement(narrow);
    sum = n.add(n.cast(x, wide), n.broadcastTo(n.cast(n.input(1, "skip"), wide), n.dims(x)));
    if (n.has(biasIndex))
      sum = n.add(sum, n.broadcastTo(n.cast(n.input(biasIndex), wide), n.dims(x)));
    if (sum && n.rank(sum) < 1)
      sum = n.error("expected an input of rank 1 or more, got " + describeDims(sum));
    axes.push_back(n.rank(sum) - 1);
  }
  /// The outputs: y, the statistics of training, the sum.
  LogicalResult store(NodeImport &n, Value y, Value mean, Value inverse) const {
    if (failed(n.result(0, n.cast(y, narrow))) || failed(n.result(2, inverse)) ||
        failed(n.result(3, n.cast(sum, narrow))))
      return failure();
    return mean ? n.result(1, mean) : success();
  }
};
} // namespace

static LogicalResult importSkipLayerNormalization(NodeImport &n) {
  SkipSum skip(n, /*biasIndex=*/4);
  if (!skip.sum)
    return failure();
  Normalized normalized(n, skip.sum, skip.axes, skip.epsilon);
  Value y = n.mul(normalized.value(n), n.cast(n.input(2, "gamma"), skip.wide));
  if (n.has(3))
    y = n.add(y, n.cast(n.input(3), skip.wide));
  return skip.store(n, y, normalized.mean, normalized.inverseDeviation);
}

static LogicalResult importSkipSimplified(NodeImport &n) {
  SkipSum skip(n, /*biasIndex=*/3);
  if (!skip.sum)
    return failure();
  Value inverse = inverseRootMeanSquare(n, skip.sum, skip.axes, skip.epsilon);
  Value y = n.mul(n.mul(skip.sum, inverse), n.cast(n.input(2, "gamma"), skip.wide));
  return skip.store(n, y, Value(), inverse);
}

void importer::addMicrosoftNormalizations(ImporterTable &table) {
  table.add("SkipLayerNormalization", importSkipLayerNormalization, 1, microsoftDomain);
  table.add("SkipSimplifiedLayerNormalization", importSkipSimplified, 1, microsoftDomain);
}

// LpNormalization: x over its norm along an axis; 0 where the norm is 0.
// Source: ONNX LpNormalization-22.
#include "compiler/import/NodeImport.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static LogicalResult importLpNormalization(NodeImport &n) {
  Value x = n.input(0, "input");
  int64_t p = n.getInt("p", 2), given = n.getInt("axis", -1);
  if (!x || n.hasFailed())
    return failure();
  std::optional<int64_t> axis = n.normalizeAxis(given, n.rank(x));
  if (!axis)
    return failure();
  if (p != 1 && p != 2)
    return n.result(n.error("attribute 'p': expected 1 or 2, got " + Twine(p)));
  Type narrow = n.element(x);
  Value wide = n.cast(x, n.wideElement(narrow));
  Value powers = p == 1 ? n.unary(UnaryKind::abs, wide) : n.mul(wide, wide);
  Value norm = n.reduce(ReduceKind::sum, powers, {*axis}, /*keepDims=*/true);
  if (p == 2)
    norm = n.unary(UnaryKind::sqrt, norm);
  Value divided = n.select(n.binary(BinaryKind::eq, norm, 0.0), n.constant(n.element(wide), 0), n.div(wide, norm));
  return n.result(n.cast(divided, narrow));
}

void importer::addLpNormalization(ImporterTable &table) { table.add("LpNormalization", importLpNormalization); }

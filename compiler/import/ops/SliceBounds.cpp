// See SliceBounds.h.
#include "compiler/import/ops/SliceBounds.h"
#include "compiler/import/ops/DimFormulas.h"

using namespace mlir;
using namespace sinter;
using namespace sinter::importer;

static bool isFarEnd(DimAttr bound) { return constantValue(bound).value_or(0) >= INT32_MAX; }
static bool isFarStart(DimAttr bound) { return constantValue(bound).value_or(0) <= INT32_MIN; }

static SliceBounds forwardBounds(DimAttr dim, DimAttr start, DimAttr end, DimAttr step) {
  DimAttr zero = dimConstant(dim.getContext(), 0);
  DimAttr from = isFarStart(start) ? zero : isFarEnd(start) ? dim : countedFromEnd(start, dim);
  DimAttr to = isFarStart(end) ? zero : isFarEnd(end) ? dim : countedFromEnd(end, dim);
  DimAttr length = leastOf({to - from, to, dim - from, dim});
  return {leastOf({max(from, zero), dim}), ceilDiv(max(length, zero), step)};
}

static SliceBounds backwardBounds(DimAttr dim, DimAttr start, DimAttr end, DimAttr step) {
  DimAttr zero = dimConstant(dim.getContext(), 0), minusOne = zero - 1, last = dim - 1;
  DimAttr from = isFarStart(start) ? zero : isFarEnd(start) ? last : countedFromEnd(start, dim);
  DimAttr to = isFarStart(end) ? minusOne : isFarEnd(end) ? last : countedFromEnd(end, dim);
  from = leastOf({max(from, zero), last});
  to = leastOf({max(to, minusOne), last});
  return {from, ceilDiv(max(from - to, zero), step)};
}

SliceBounds importer::sliceBounds(DimAttr dim, DimAttr start, DimAttr end, int64_t step) {
  DimAttr distance = dimConstant(dim.getContext(), step < 0 ? -step : step);
  return step > 0 ? forwardBounds(dim, start, end, distance) : backwardBounds(dim, start, end, distance);
}

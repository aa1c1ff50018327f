// Prefetching of packed weights; see PanelPrefetch.h.
#include "codegen/cpu/emit/PanelPrefetch.h"

using namespace mlir;
using namespace sinter;

void PanelPrefetch::add(const Buffer &weight) {
  constexpr int64_t share = 8;
  DimAttr elements = product(f.b.getContext(), weight.dims);
  if (constantValue(elements).value_or(0) * 4 >= f.target.l2Bytes / share)
    weights.push_back(weight);
}

void PanelPrefetch::startPanel(Value panel, Value termsOfPanel, Value tiles) {
  if (weights.empty())
    return;
  terms = termsOfPanel;
  share = f.div(f.add(f.constant(columns - 1), tiles), tiles);
  next = f.mul(f.mul(f.add(panel, f.constant(1)), terms), f.constant(columns));
}

void PanelPrefetch::startTile(Value tile) {
  if (next)
    firstTerm = f.mul(tile, terms);
}

void PanelPrefetch::emitTerm(Value term) {
  if (!firstTerm)
    return;
  Value offset = f.add(next, f.mul(f.add(firstTerm, term), share));
  for (const Buffer &buffer : weights)
    f.prefetch(buffer, offset);
}

// See ReplaceDims.h.
#include "passes/simplify/ReplaceDims.h"

using namespace mlir;
using namespace sinter;

DimReplacer::DimReplacer(std::function<DimAttr(DimAttr)> replacement) {
  replacer.addReplacement([replacement](DimAttr dim) -> std::pair<Attribute, WalkResult> {
    return {replacement(dim), WalkResult::skip()};
  });
}

Type DimReplacer::apply(Type type) {
  type = replacer.replace(type);
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa_and_nonnull<DimsAttr>(tensor.getEncoding()) ? tensorType(dimsOf(tensor), tensor.getElementType())
                                                                   : type;
}

void DimReplacer::apply(Operation *op) {
  replacer.replaceElementsIn(op, /*replaceAttrs=*/true, /*replaceLocs=*/false, /*replaceTypes=*/false);
  for (Value result : op->getResults())
    result.setType(apply(result.getType()));
  for (Region &region : op->getRegions())
    for (BlockArgument argument : region.getArguments())
      argument.setType(apply(argument.getType()));
}

// Which elements of inputs the dims of a program depend on; see Inputs.h.
#include "compiler/import/ElementValues.h"
#include "compiler/import/Inputs.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace sinter::importer {

/// Names of all symbols in types and attributes of the program.
static llvm::StringSet<> symbolsIn(ProgramOp program) {
  llvm::StringSet<> names;
  AttrTypeWalker walker;
  walker.addWalk([&](DimAttr dim) {
    visitSymbols(dim, [&](StringRef name) { names.insert(name); });
    return WalkResult::skip();
  });
  program.walk([&](Operation *op) {
    walker.walk(op->getAttrDictionary());
    for (Type type : op->getResultTypes())
      walker.walk(type);
  });
  return names;
}

SmallVector<SymbolAttr> usedElementSymbols(ProgramOp program, const ImportOptions &options) {
  MLIRContext *context = program.getContext();
  llvm::StringSet<> used = symbolsIn(program);
  SmallVector<SymbolAttr> symbols;
  for (auto [position, type] : llvm::enumerate(program.getArgumentTypes())) {
    if (!hasElementSymbols(type))
      continue;
    StringRef input = program.getArgAttrOfType<StringAttr>(position, nameAttribute).getValue();
    bool isNarrow = cast<RankedTensorType>(type).getElementType().isInteger(32);
    int64_t bound = isNarrow ? INT32_MAX : INT64_MAX >> 8;
    for (int64_t i = 0; i < elementSymbolCount(type); ++i) {
      std::string name = elementSymbol(input, i);
      if (!used.contains(name))
        continue;
      auto range = options.dimRanges.find(name);
      auto [lo, hi] = range == options.dimRanges.end() ? std::pair<int64_t, int64_t>(-bound - 1, bound) : range->second;
      symbols.push_back(SymbolAttr::get(context, StringAttr::get(context, name), lo, hi,
                                        StringAttr::get(context, "element"), int64_t(position), i));
    }
  }
  return symbols;
}

} // namespace sinter::importer

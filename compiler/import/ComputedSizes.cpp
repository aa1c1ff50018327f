// Sizes that depend on data: GraphBuilder::bindSize.
#include "compiler/import/ElementValues.h"
#include "compiler/import/GraphBuilder.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace sinter::importer {

/// The first of u0, u1, .. that no symbol of the program is called. Names of dims in the file may be the same.
static std::string freeName(ArrayAttr symbols) {
  llvm::StringSet<> taken;
  for (auto symbol : symbols.getAsRange<SymbolAttr>())
    taken.insert(symbol.getName().getValue());
  for (size_t number = 0;; ++number)
    if (std::string name = "u" + std::to_string(number); !taken.contains(name))
      return name;
}

DimAttr GraphBuilder::bindSize(Value count) {
  constexpr int64_t largest = int64_t(1) << 48; // as the plan refuses tensors of more bytes
  Type integer = builder.getI64Type();
  count = cast(reshape(count, {}), integer);
  if (!count)
    return {};
  std::optional<SmallVector<DimAttr>> known = elementValues(count);
  if (known && rangeOf(known->front()).lo >= 0)
    return known->front();
  auto program = dyn_cast<ProgramOp>(builder.getInsertionBlock()->getParentOp());
  if (!program) {
    error("not supported yet: a size that depends on data, in a subgraph; expected one known before the run");
    return {};
  }
  SmallVector<Attribute> symbols(program.getSymbolsAttr().getValue());
  StringAttr name = builder.getStringAttr(freeName(program.getSymbolsAttr()));
  symbols.push_back(SymbolAttr::get(context(), name, 0, largest, builder.getStringAttr("value"), -1, -1));
  program.setSymbolsAttr(builder.getArrayAttr(symbols));
  BindOp::create(builder, loc, name, count);
  return dimSymbol(context(), name.getValue());
}

} // namespace sinter::importer

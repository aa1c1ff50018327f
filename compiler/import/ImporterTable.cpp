// The table of importers; see NodeImport.h.
#include "compiler/import/NodeImport.h"

using namespace mlir;

namespace sinter::importer {

static std::string key(StringRef domain, StringRef op) { return (domain + "\n" + op).str(); }

void ImporterTable::add(StringRef op, Importer importer, int64_t first, StringRef domain) {
  entries[key(domain, op)] = {importer, first};
}

Importer ImporterTable::find(StringRef domain, StringRef op, int64_t version) const {
  auto found = entries.find(key(domain, op));
  return found != entries.end() && version >= found->second.first ? found->second.importer : nullptr;
}

void ImporterTable::allowSequences(StringRef op) { entries.find(key("", op))->second.takesSequences = true; }

bool ImporterTable::takesSequences(StringRef domain, StringRef op) const {
  auto found = entries.find(key(domain, op));
  return found != entries.end() && found->second.takesSequences;
}

const ImporterTable &ImporterTable::get() {
  static const ImporterTable table = [] {
    ImporterTable all;
    addMath(all);
    addActivations(all);
    addReductions(all);
    addNormalizations(all);
    addContractions(all);
    addConvolutions(all);
    addPooling(all);
    addShapes(all);
    addSlices(all);
    addGenerators(all);
    addGathers(all);
    addBranches(all);
    addLoops(all);
    addScans(all);
    addRecurrent(all);
    addQuantization(all);
    addQuantizedProducts(all);
    addBlocks(all);
    addSelections(all);
    addConvTranspose(all);
    addFourier(all);
    addLpNormalization(all);
    addCausalConv(all);
    addResize(all);
    addSequences(all);
    addMicrosoft(all);
    return all;
  }();
  return table;
}

} // namespace sinter::importer

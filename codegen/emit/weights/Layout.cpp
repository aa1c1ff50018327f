// See Layout.h.
#include "codegen/emit/weights/Layout.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace sinter;

static constexpr int64_t alignment = 64;

/// False for a value that only views without users read.
static bool isRead(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    auto view = dyn_cast<ReshapeOp>(user);
    return !view || isRead(view.getResult());
  });
}

WeightLayout sinter::layoutWeights(ModuleOp module) {
  llvm::DenseSet<StringAttr> loaded;
  for (auto program : module.getOps<ProgramOp>())
    program.walk([&](LoadOp load) {
      if (isRead(load.getResult()))
        loaded.insert(load.getWeightAttr().getAttr());
    });
  WeightLayout layout;
  for (auto weight : module.getOps<WeightOp>()) {
    if (!loaded.contains(weight.getSymNameAttr()))
      continue;
    auto type = cast<RankedTensorType>(weight.getType());
    int64_t bytes = type.getNumElements() * elementBytes(type.getElementType());
    int64_t offset = llvm::alignTo(layout.totalBytes, alignment);
    layout.entries.push_back({weight, offset, bytes});
    layout.offsets[weight.getSymName()] = offset;
    layout.totalBytes = offset + bytes;
  }
  return layout;
}

/// A text that two weights share only if their elements are equal.
static std::string contentKey(WeightOp weight) {
  std::string key;
  llvm::raw_string_ostream stream(key);
  stream << weight.getType() << " ";
  if (!weight.getRecipe().empty()) {
    for (Operation &op : weight.getRecipe().front()) {
      if (auto constant = dyn_cast<ConstantOp>(op)) // attributes are unique, and large ones print slowly
        stream << "constant " << constant.getValue().getAsOpaquePointer() << "\n";
      else
        stream << op << "\n";
    }
  } else if (weight.getDigest()) {
    stream << "digest " << *weight.getDigest();
  } else {
    stream << "file " << *weight.getFile() << " " << weight.getOffset();
  }
  return key;
}

int64_t sinter::dedupWeights(ModuleOp module) {
  int64_t erased = 0;
  // A recipe may read a weight that has just become another one, so equal recipes may show one round later.
  for (bool changed = true; changed;) {
    llvm::StringMap<WeightOp> first;
    llvm::DenseMap<StringAttr, FlatSymbolRefAttr> replaced;
    for (auto weight : llvm::make_early_inc_range(module.getOps<WeightOp>())) {
      auto [entry, isNew] = first.try_emplace(contentKey(weight), weight);
      if (isNew)
        continue;
      replaced[weight.getSymNameAttr()] = FlatSymbolRefAttr::get(entry->second.getSymNameAttr());
      weight.erase();
    }
    module.walk([&](LoadOp load) {
      if (FlatSymbolRefAttr name = replaced.lookup(load.getWeightAttr().getAttr()))
        load.setWeightAttr(name);
    });
    erased += replaced.size();
    changed = !replaced.empty();
  }
  return erased;
}

// Objects that earlier compilations made, in a folder.
#pragma once
#include "codegen/emit/objects/CompileModules.h"

namespace sinter {
/// A folder of objects, each under a hash of all that decides its bytes: what the module is made from, the target, and
/// the compiler's own executable. Entries appear whole or not at all, so that several compilers may share the folder; a
/// damaged one counts as missing. Those that were not used for a week go, and the least used past 1 GiB.
class ObjectCache {
public:
  /// Creates the folder.
  static llvm::Expected<ObjectCache> open(llvm::StringRef folder, const TargetInfo &target);
  /// As compileModules() to objects, but for items with a `printSource` that the folder has. `found`: how many those
  /// were.
  llvm::Expected<CompiledModules> compile(llvm::ArrayRef<ModuleProducer> items, const CompileOptions &options,
                                          size_t &found);

private:
  ObjectCache(const TargetInfo &target) : target(target) {}
  std::string keyOf(const ModuleProducer &item) const;

  const TargetInfo &target;
  std::string folder, compiler; // `compiler`: a hash of its executable
};
} // namespace sinter

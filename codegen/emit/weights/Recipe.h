// From weights in the IR to readers of their elements.
//
// The operators of a recipe are those of `isRecipeOp`; passes that write recipes ask it. Everything is checked while
// the readers are built: a source that does not lie inside its file, an operator that no reader exists for, a type that
// is not static. Reading then cannot fail.
#pragma once
#include "codegen/emit/weights/Reader.h"
#include "dialects/sinter/Sinter.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace sinter {
/// True if `op` may stand in a recipe: load, constant, reshape, transpose, broadcast, slice, concat, constant pad,
/// pack, unpack, cast, unary, binary, ternary, all static.
bool isRecipeOp(mlir::Operation *op);

/// Makes readers of a module's weights. Source files are mapped once and stay mapped while a reader of them lives.
class WeightReaders {
public:
  explicit WeightReaders(mlir::ModuleOp module) : symbols(module) {}
  /// Errors: one line, with the weight's name.
  llvm::Expected<ReaderPtr> reader(WeightOp weight);

  /// Gives the pages of all files back, so that they do not fill the resident set; readers stay valid.
  void releasePages();

private:
  struct MappedFile {
    std::shared_ptr<const void> mapping;
    const uint8_t *bytes = nullptr;
    int64_t size = 0;
  };
  llvm::Expected<const MappedFile *> map(llvm::StringRef path);
  llvm::Expected<ReaderPtr> sourceReader(WeightOp weight);
  llvm::Expected<ReaderPtr> recipeReader(WeightOp weight);
  llvm::Expected<ReaderPtr> loadReader(LoadOp load);

  mlir::SymbolTable symbols;
  llvm::StringMap<MappedFile> files;
  llvm::DenseMap<mlir::Operation *, ReaderPtr> made; // null while a weight's recipe is being read
};
} // namespace sinter

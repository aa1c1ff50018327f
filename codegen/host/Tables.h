// The constant tables of runtime/abi.h as LLVM constants.
#pragma once
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace sinter {
class Tables {
public:
  explicit Tables(llvm::Module &module) : module(module), b(module.getContext()) {}
  /// A private null-terminated string, each text once.
  llvm::Constant *text(llvm::StringRef text);
  llvm::Constant *i32(int64_t value) { return b.getInt32(static_cast<uint32_t>(value)); }
  llvm::Constant *i64(int64_t value) { return b.getInt64(value); }
  /// A private constant array; null pointer when empty.
  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements, llvm::StringRef name);
  llvm::Constant *structure(llvm::ArrayRef<llvm::Constant *> fields);
  llvm::Constant *null() { return llvm::ConstantPointerNull::get(b.getPtrTy()); }

  llvm::Module &module;
  llvm::IRBuilder<> b;

private:
  llvm::StringMap<llvm::Constant *> texts;
};
} // namespace sinter

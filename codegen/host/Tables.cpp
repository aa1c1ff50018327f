// Constant tables; see Tables.h.
#include "codegen/host/Tables.h"

using namespace sinter;

llvm::Constant *Tables::text(llvm::StringRef text) {
  llvm::Constant *&known = texts[text];
  if (!known) {
    llvm::Constant *data = llvm::ConstantDataArray::getString(module.getContext(), text);
    auto *global =
        new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, "text");
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    global->setAlignment(llvm::Align(1));
    known = global;
  }
  return known;
}
llvm::Constant *Tables::array(llvm::ArrayRef<llvm::Constant *> elements, llvm::StringRef name) {
  if (elements.empty())
    return null();
  auto *type = llvm::ArrayType::get(elements.front()->getType(), elements.size());
  return new llvm::GlobalVariable(module, type, true, llvm::GlobalValue::PrivateLinkage,
                                  llvm::ConstantArray::get(type, elements), name);
}
llvm::Constant *Tables::structure(llvm::ArrayRef<llvm::Constant *> fields) {
  return llvm::ConstantStruct::getAnon(module.getContext(), fields);
}

// See Licenses.h. The texts come from the packages' own files; embed_texts.cmake writes them as string literals.
#include "compiler/driver/Licenses.h"

static constexpr struct {
  const char *name, *text;
} texts[] = {
#include "compiler/driver/LicenseTexts.inc"
};

std::string sinter::licenseTexts() {
  std::string result =
      "sinter itself: Apache-2.0 with LLVM exception.\n"
      "Inside sinter: LLVM, MLIR and LLD (Apache-2.0 with LLVM exception), ONNX (Apache-2.0), protobuf\n"
      "(BSD-3-Clause), fmt (MIT), CLI11 (BSD-3-Clause).\n"
      "Inside the executables that it writes: sinter's runtime, LLVM's compiler-rt (Apache-2.0 with LLVM\n"
      "exception), zlib (Zlib).\n";
  for (const auto &[name, text] : texts)
    result += std::string("\n======== ") + name + " ========\n" + text;
  return result;
}

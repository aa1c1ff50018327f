// Registration of all passes for sinter-opt.
#include "passes/Register.h"
#include "passes/fuse/Passes.h"
#include "passes/kernel/Passes.h"
#include "passes/simplify/Passes.h"

void sinter::registerPasses() {
  registerSinterSimplifyPasses();
  registerSinterFusePasses();
  registerSinterKernelPasses();
}

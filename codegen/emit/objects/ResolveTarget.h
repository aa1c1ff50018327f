// From a --target argument to a TargetInfo, with LLVM's tables of CPUs and the machine we run on.
#pragma once
#include "target/TargetInfo.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace sinter {
/// `argument` is native, a level of the x86-64 psABI, or any CPU name of LLVM's for x86-64. `native` becomes this
/// machine's CPU without the features that the machine lacks (virtual machines hide some). Errors, one line: a name
/// LLVM does not know, or a CPU without AVX2, FMA, F16C and BMI2.
llvm::Expected<TargetInfo> resolveTarget(llvm::StringRef argument);
} // namespace sinter

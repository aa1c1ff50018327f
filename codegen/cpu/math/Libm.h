// The C library functions that compiled code may call: f64 only, one call per lane.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace sinter {
/// The C function of the f64 form of a math operation ("math.exp" -> "exp"), or empty.
llvm::StringRef libmFunctionOf(llvm::StringRef operation);
/// All names that expansions call, and those that LLVM itself calls for arith.remf (fmod, fmodf). Sorted.
llvm::ArrayRef<llvm::StringLiteral> libmFunctions();
} // namespace sinter

// Whether this CPU has what the compiled code needs. Feature names are LLVM's ("avx512f").
#pragma once
#include "runtime/core/Error.h"

namespace sinter::rt {

/// The CPU level that messages propose: the best of x86-64, -v2, -v3, -v4 that this CPU has ("" on other machines).
const char *cpuLevel();

/// Checks a null-terminated list of features. Fails with "needs avx512f, this CPU lacks it; compile with
/// --target=x86-64-v3" for the first one that is missing, or that this runtime cannot check.
bool checkCpuFeatures(const char *const *features, Error &error);

} // namespace sinter::rt

// --info: what the model is and needs.
#pragma once
#include "runtime/core/Values.h"

namespace sinter::rt {

/// Prints the description. `values` is planned for the default or given dims, or null with the reason in `noPlan` (the
/// arena's bytes are not known then).
void printInfo(const sinter_program &program, const Values *values, const char *noPlan, bool json);

} // namespace sinter::rt

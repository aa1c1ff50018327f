// Names of output files. Tensor names may hold any byte; file names may not.
#pragma once
#include "runtime/core/Text.h"

namespace sinter::rt {

/// Appends `name` with every byte outside of [A-Za-z0-9._-] as %XX.
void appendEncoded(Text &text, const char *name);

/// Whether `text` ends with `suffix`.
bool endsWith(const char *text, const char *suffix);

} // namespace sinter::rt

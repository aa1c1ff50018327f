// --batch: many compilations from one process that has started once.
#pragma once
#include "compiler/driver/Options.h"

namespace sinter {
/// Compiles once for each line of the file `options.batch` (an argument list, quoted as in a shell), each in a forked
/// child, at most `options.jobs` at a time. What a child prints goes to a file beside its output, `<output>.log`. As
/// children end, prints "exit code<TAB>seconds<TAB>line number". Returns 0, or 2 if the file cannot be read.
int runBatch(const Options &options);
} // namespace sinter

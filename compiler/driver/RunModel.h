// sinter run: compile to a temporary file and become the program.
#pragma once
#include "compiler/driver/Pipeline.h"

namespace sinter {
/// Compiles, then replaces this process by the executable with the arguments `options.programArguments`; the file has
/// lost its name by then, so nothing is left behind. Returns the exit code when that fails.
int runModel(Session &session, Options options);
} // namespace sinter

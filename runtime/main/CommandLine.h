// The whole executable as one function, so that tests can call it with programs of their own.
#pragma once
#include "runtime/abi.h"

namespace sinter::rt {

/// Exit codes of executables.
enum ExitCode { kDone = 0, kMismatch = 1, kUsage = 2, kWrongCpu = 3 };

/// Does what the arguments say and returns the exit code. Results go to stdout, errors as one line to stderr.
int commandLine(const sinter_program &program, int argc, const char *const *argv);

} // namespace sinter::rt

// The last resort: a defect of ours ends with one line and exit code 1, and leaves no file.
#pragma once

namespace sinter {
/// From now on a signal that ends the process (also stack overflow, abort and lack of memory) removes temporary files,
/// prints "internal error in stage S" and exits with 1. `stage` is asked then; it must return a C string that is valid
/// at any time.
void installCrashReport(const char *(*stage)());
} // namespace sinter

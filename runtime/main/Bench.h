// --bench: how long a run takes.
#pragma once
#include "runtime/core/Inference.h"
#include "runtime/main/Options.h"

namespace sinter::rt {

/// Runs the bound inference for `options.seconds` (at least three runs after one to warm up) and prints the result.
/// `profile` may be null; it sees the measured runs only.
bool runBench(const sinter_program &program, const Options &options, Inference &inference, ThreadPool &pool,
              Profile *profile, Error &error);

} // namespace sinter::rt

// Writing the outputs of a run.
#pragma once
#include "runtime/core/Inference.h"

namespace sinter::rt {

/// Writes all outputs to `path`: an archive when it ends with .npz, the one file when it ends with .npy and there is
/// one output, otherwise a folder (made when missing) with one percent-encoded NAME.npy per output.
bool writeOutputs(const sinter_program &program, const Inference &inference, const char *path, Error &error);

} // namespace sinter::rt

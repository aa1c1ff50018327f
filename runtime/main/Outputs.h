// Writing the outputs of a run.
#pragma once
#include "runtime/core/Inference.h"

namespace sinter::rt {

/// Writes all outputs of run `number` of `runs`. With several runs, into a folder of its own, `path`/NUMBER. Otherwise
/// to `path`: an archive when it ends with .npz, the one file when it ends with .npy and there is one output, otherwise
/// a folder (made when missing) with one percent-encoded NAME.npy per output.
bool writeOutputs(const sinter_program &program, const Inference &inference, const char *path, int32_t runs,
                  int32_t number, Error &error);

} // namespace sinter::rt

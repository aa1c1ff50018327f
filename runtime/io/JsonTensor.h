// Tensors from JSON literals on the command line: ids:=[[1, 2, 3]].
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

/// Reads a number, true, false or nested arrays of them as a tensor of `dtype`; a lone number is a scalar, [] has shape
/// [0]. As Python does, NaN, Infinity and -Infinity are accepted for floats. Ragged arrays, numbers outside of the
/// dtype and fractions for integers are errors. `text` ends with a zero.
bool readJsonTensor(const char *text, int32_t dtype, Tensor &tensor, Error &error);

} // namespace sinter::rt

// numpy's .npy files: versions 1, 2 and 3, both byte orders, C and Fortran order in; version 1, little endian, C order
// out. Source: numpy/lib/format.py.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

/// Whether the bytes start like a .npy file.
bool isNpy(Bytes bytes);

/// Reads a tensor out of `file`. When `owner` is given, it holds the bytes and may be taken over, so that data which is
/// already in the right form is not copied. Bytes behind the data are an error.
bool readNpy(Bytes file, Memory *owner, Tensor &tensor, Error &error);

/// Appends magic, version and header, padded so that the data that follows is aligned to 64.
void appendNpyHeader(Text &text, const Tensor &tensor);

} // namespace sinter::rt

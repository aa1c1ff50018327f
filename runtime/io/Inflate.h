// Raw deflate data (RFC 1951) into a buffer of known size.
#pragma once
#include "runtime/core/Memory.h"

namespace sinter::rt {

/// Decompresses `input` into exactly `size` bytes at `output`.
bool inflateRaw(Bytes input, unsigned char *output, size_t size, Error &error);

} // namespace sinter::rt

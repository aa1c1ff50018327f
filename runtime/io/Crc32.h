// The CRC-32 of ZIP archives (polynomial 0xedb88320, reflected).
#pragma once
#include "runtime/core/Memory.h"

namespace sinter::rt {

/// The checksum of `bytes` appended to what `crc` already covers; start with 0.
uint32_t crc32(uint32_t crc, Bytes bytes);

} // namespace sinter::rt

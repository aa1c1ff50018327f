// The numbers of the ZIP format that reader and writer share. Names and layouts as in PKWARE APPNOTE 6.3.10,
// section 4.3.
#pragma once
#include <stdint.h>

namespace sinter::rt {

constexpr uint32_t kLocalSignature = 0x04034b50;     // 4.3.7 local file header
constexpr uint32_t kDirectorySignature = 0x02014b50; // 4.3.12 central directory header
constexpr uint32_t kEndSignature = 0x06054b50;       // 4.3.16 end of central directory record
constexpr uint32_t kEnd64Signature = 0x06064b50;     // 4.3.14 zip64 end of central directory record
constexpr uint32_t kLocatorSignature = 0x07064b50;   // 4.3.15 zip64 end of central directory locator
constexpr uint64_t kLocalSize = 30, kDirectorySize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;

constexpr uint16_t kZip64Extra = 1;
constexpr uint32_t kFull32 = 0xffffffff; // "see the zip64 field"
constexpr uint16_t kFull16 = 0xffff;
constexpr uint16_t kEncryptedFlag = 1, kUtf8Flag = 1 << 11;
constexpr uint16_t kStored = 0, kDeflated = 8;

} // namespace sinter::rt

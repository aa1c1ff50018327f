// The central directory is the truth; local headers are only read to find where a member's data begins. Every offset
// and size comes from the file, so each is checked against what is there before use.
#include "runtime/io/Zip.h"

#include "runtime/io/Crc32.h"
#include "runtime/io/Inflate.h"
#include "runtime/io/ZipFormat.h"

using namespace sinter::rt;

namespace {
/// Deflate cannot pack better than 1032 to 1 (RFC 1951: 258 bytes for two bits); a member that claims more lies.
constexpr uint64_t kBestRatio = 1032;

/// Little-endian numbers at checked offsets.
struct View {
  Bytes bytes;

  bool has(uint64_t offset, uint64_t size) const { return offset <= bytes.size && size <= bytes.size - offset; }
  uint64_t number(uint64_t offset, int size) const {
    uint64_t value = 0;
    for (int k = 0; k < size; ++k)
      value |= static_cast<uint64_t>(bytes.data[offset + static_cast<uint64_t>(k)]) << (8 * k);
    return value;
  }
  uint16_t u16(uint64_t offset) const { return static_cast<uint16_t>(number(offset, 2)); }
  uint32_t u32(uint64_t offset) const { return static_cast<uint32_t>(number(offset, 4)); }
  uint64_t u64(uint64_t offset) const { return number(offset, 8); }
};

/// Finds the end record: the last place in the file where it fits, with its comment reaching to the end.
bool findEnd(View file, uint64_t &offset) {
  if (file.bytes.size < kEndSize)
    return false;
  uint64_t last = file.bytes.size - kEndSize, first = last > kFull16 ? last - kFull16 : 0;
  for (offset = last;; --offset) {
    if (file.u32(offset) == kEndSignature && offset + kEndSize + file.u16(offset + 20) == file.bytes.size)
      return true;
    if (offset == first)
      return false;
  }
}

/// Replaces the fields of a member that say "see the zip64 field" by those of its extra data.
bool applyZip64(View file, uint64_t offset, uint64_t size, ZipMember &member) {
  uint64_t *const fields[] = {&member.size, &member.packed, &member.headerOffset};
  for (uint64_t end = offset + size; offset + 4 <= end;) {
    uint16_t tag = file.u16(offset);
    uint64_t at = offset + 4, fieldEnd = at + file.u16(offset + 2);
    if (fieldEnd > end)
      return false;
    if (tag == kZip64Extra)
      for (uint64_t *field : fields) {
        if (*field != kFull32)
          continue;
        if (at + 8 > fieldEnd)
          return false;
        *field = file.u64(at);
        at += 8;
      }
    offset = fieldEnd;
  }
  return true;
}
} // namespace

bool sinter::rt::isZip(Bytes bytes) {
  return bytes.size >= 4 && (View{bytes}.u32(0) == kLocalSignature || View{bytes}.u32(0) == kEndSignature);
}

bool ZipArchive::open(Bytes bytes, Error &error) {
  archive = bytes;
  View file{bytes};
  uint64_t end;
  if (!findEnd(file, end))
    return error.fail("expected a .npz (ZIP) archive, got no end record");
  uint64_t count = file.u16(end + 10), size = file.u32(end + 12), offset = file.u32(end + 16);
  if (end >= kLocatorSize && file.u32(end - kLocatorSize) == kLocatorSignature) {
    uint64_t end64 = file.u64(end - kLocatorSize + 8);
    if (!file.has(end64, kEnd64Size) || file.u32(end64) != kEnd64Signature)
      return error.fail("expected a zip64 end record at %llu, got none", static_cast<unsigned long long>(end64));
    count = file.u64(end64 + 32), size = file.u64(end64 + 40), offset = file.u64(end64 + 48);
  }
  return readDirectory(offset, size, count, error);
}

bool ZipArchive::readDirectory(uint64_t offset, uint64_t size, uint64_t count, Error &error) {
  View file{archive};
  if (!file.has(offset, size) || count > size / kDirectorySize)
    return error.fail("expected a directory of %llu members at %llu, got the end of the file",
                      static_cast<unsigned long long>(count), static_cast<unsigned long long>(offset));
  uint64_t end = offset + size;
  for (uint64_t k = 0; k < count; ++k) {
    if (end - offset < kDirectorySize || file.u32(offset) != kDirectorySignature)
      return error.fail("expected a directory entry for member %llu, got none", static_cast<unsigned long long>(k));
    uint64_t nameSize = file.u16(offset + 28), extraSize = file.u16(offset + 30), commentSize = file.u16(offset + 32);
    if (end - offset < kDirectorySize + nameSize + extraSize + commentSize)
      return error.fail("expected member %llu to end in the directory, got past it",
                        static_cast<unsigned long long>(k));
    ZipMember member = {};
    member.name = {archive.data + offset + kDirectorySize, nameSize};
    member.method = file.u16(offset + 8) & kEncryptedFlag ? kFull16 : file.u16(offset + 10);
    member.crc = file.u32(offset + 16);
    member.packed = file.u32(offset + 20);
    member.size = file.u32(offset + 24);
    member.headerOffset = file.u32(offset + 42);
    if (!applyZip64(file, offset + kDirectorySize + nameSize, extraSize, member))
      return error.fail("expected zip64 sizes of member %llu, got damaged ones", static_cast<unsigned long long>(k));
    members.push(member);
    offset += kDirectorySize + nameSize + extraSize + commentSize;
  }
  return true;
}

bool ZipArchive::read(const ZipMember &member, Memory &content, Error &error) const {
  View file{archive};
  if (!file.has(member.headerOffset, kLocalSize) || file.u32(member.headerOffset) != kLocalSignature)
    return error.fail("expected a member at %llu, got none", static_cast<unsigned long long>(member.headerOffset));
  uint64_t start =
      member.headerOffset + kLocalSize + file.u16(member.headerOffset + 26) + file.u16(member.headerOffset + 28);
  if (!file.has(start, member.packed))
    return error.fail("expected %llu bytes, got the end of the file", static_cast<unsigned long long>(member.packed));
  if (member.method != kStored && member.method != kDeflated)
    return error.fail("expected a stored or deflated member, got %s%u",
                      member.method == kFull16 ? "encryption or method " : "method ", member.method);
  Bytes packed = {archive.data + start, static_cast<size_t>(member.packed)};
  bool possible = member.method == kStored ? member.size == member.packed
                                           : member.size / kBestRatio <= member.packed && member.size <= INT64_MAX;
  if (!possible)
    return error.fail("expected a size that %llu packed bytes can have, got %llu",
                      static_cast<unsigned long long>(member.packed), static_cast<unsigned long long>(member.size));
  if (!content.allocate(static_cast<int64_t>(member.size), error))
    return false;
  if (member.method == kDeflated && !inflateRaw(packed, content.data(), content.size(), error))
    return false;
  if (member.method == kStored && packed.size)
    memcpy(content.data(), packed.data, packed.size);
  uint32_t crc = crc32(0, {content.data(), content.size()});
  return crc == member.crc || error.fail("expected checksum %08x, got %08x", member.crc, crc);
}

// Local headers as members come, the directory at the end. The date is fixed (1980-01-01), so equal tensors give equal
// files.
#include "runtime/io/ZipWriter.h"

#include "runtime/io/Crc32.h"
#include "runtime/io/ZipFormat.h"

using namespace sinter::rt;

namespace {
constexpr uint16_t kDate = 1 << 5 | 1; // 1980-01-01
constexpr uint16_t kVersion = 20, kVersion64 = 45;

void put(Text &text, uint64_t value, int size) {
  for (int k = 0; k < size; ++k)
    text.appendChar(static_cast<char>(value >> (8 * k)));
}

/// The field itself, or the mark that the zip64 field has it.
uint64_t low32(uint64_t value) { return value >= kFull32 ? kFull32 : value; }

/// The part that local header and directory entry have in common, from "version needed" to "extra length".
void putCommon(Text &text, uint16_t version, uint32_t crc, uint64_t size, size_t nameSize, size_t extraSize) {
  put(text, version, 2);
  put(text, kUtf8Flag, 2);
  put(text, kStored, 2);
  put(text, 0, 2);
  put(text, kDate, 2);
  put(text, crc, 4);
  put(text, low32(size), 4);
  put(text, low32(size), 4);
  put(text, nameSize, 2);
  put(text, extraSize, 2);
}
} // namespace

bool ZipWriter::add(const char *name, Bytes head, Bytes body, Error &error) {
  size_t nameSize = strlen(name);
  if (nameSize > kFull16)
    return error.fail("expected a name of at most 65535 bytes, got %zu", nameSize);
  uint64_t size = head.size + body.size;
  uint32_t crc = crc32(crc32(0, head), body);
  bool longSize = size >= kFull32, longOffset = offset >= kFull32;
  uint16_t version = longSize || longOffset ? kVersion64 : kVersion;

  Text local, extra;
  if (longSize) {
    put(extra, kZip64Extra, 2);
    put(extra, 16, 2);
    put(extra, size, 8);
    put(extra, size, 8);
  }
  put(local, kLocalSignature, 4);
  putCommon(local, version, crc, size, nameSize, extra.size());
  local.appendBytes(name, nameSize);
  local.appendBytes(extra.data(), extra.size());

  extra.clear();
  if (longSize || longOffset) {
    put(extra, kZip64Extra, 2);
    put(extra, (longSize ? 16 : 0) + (longOffset ? 8 : 0), 2);
    for (int k = 0; longSize && k < 2; ++k)
      put(extra, size, 8);
    if (longOffset)
      put(extra, offset, 8);
  }
  put(directory, kDirectorySignature, 4);
  put(directory, version, 2);
  putCommon(directory, version, crc, size, nameSize, extra.size());
  put(directory, 0, 2 + 2 + 2); // comment, disk, internal attributes
  put(directory, 0, 4);         // external attributes
  put(directory, low32(offset), 4);
  directory.appendBytes(name, nameSize);
  directory.appendBytes(extra.data(), extra.size());

  ++count;
  offset += local.size() + size;
  return file.write(local.data(), local.size(), error) && file.write(head.data, head.size, error) &&
         file.write(body.data, body.size, error);
}

bool ZipWriter::finish(Error &error) {
  uint64_t size = directory.size();
  if (count >= kFull16 || offset >= kFull32 || size >= kFull32) {
    uint64_t end64 = offset + size;
    put(directory, kEnd64Signature, 4);
    put(directory, kEnd64Size - 12, 8);
    put(directory, kVersion64, 2);
    put(directory, kVersion64, 2);
    put(directory, 0, 8); // disks
    put(directory, count, 8);
    put(directory, count, 8);
    put(directory, size, 8);
    put(directory, offset, 8);
    put(directory, kLocatorSignature, 4);
    put(directory, 0, 4);
    put(directory, end64, 8);
    put(directory, 1, 4);
  }
  put(directory, kEndSignature, 4);
  put(directory, 0, 4); // disks
  put(directory, smaller<uint64_t>(count, kFull16), 2);
  put(directory, smaller<uint64_t>(count, kFull16), 2);
  put(directory, low32(size), 4);
  put(directory, low32(offset), 4);
  put(directory, 0, 2);
  return file.write(directory.data(), directory.size(), error);
}

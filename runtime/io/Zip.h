// Reading ZIP archives, the container of .npz files: stored and deflated members, zip64. Source: PKWARE APPNOTE 6.3.10.
#pragma once
#include "runtime/core/Memory.h"

namespace sinter::rt {

struct ZipMember {
  Bytes name;            // inside the archive's bytes
  uint32_t method, crc;  // method 0 stored, 8 deflated
  uint64_t packed, size; // bytes in the archive, bytes unpacked
  uint64_t headerOffset;
};

class ZipArchive {
public:
  /// Reads the directory of an archive; `bytes` must outlive this object.
  bool open(Bytes bytes, Error &error);

  size_t size() const { return members.size(); }
  const ZipMember &operator[](size_t k) const { return members[k]; }

  /// Unpacks a member and verifies its checksum.
  bool read(const ZipMember &member, Memory &content, Error &error) const;

private:
  bool readDirectory(uint64_t offset, uint64_t size, uint64_t count, Error &error);

  Bytes archive;
  Array<ZipMember> members;
};

/// Whether the bytes start like a ZIP archive.
bool isZip(Bytes bytes);

} // namespace sinter::rt

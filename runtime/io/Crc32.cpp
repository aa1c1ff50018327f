// Eight bytes a step through eight tables (Kounavis and Berry, "A Systematic Approach to Building High Performance,
// Software-based, CRC Generators", 2005), built on first use. zlib's own would bring 25 KB of tables.
#include "runtime/io/Crc32.h"

#include "runtime/core/Atomic.h"

using namespace sinter::rt;

namespace {
uint32_t tables[8][256];
Atomic<uint32_t> built; // a second thread would build the same bytes

void buildTables() {
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    tables[0][byte] = crc;
  }
  for (int k = 1; k < 8; ++k)
    for (uint32_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = tables[k - 1][byte] >> 8 ^ tables[0][tables[k - 1][byte] & 255];
  built.store(1);
}
} // namespace

uint32_t sinter::rt::crc32(uint32_t crc, Bytes bytes) {
  if (!built.load())
    buildTables();
  crc = ~crc;
  const unsigned char *at = bytes.data, *end = at + bytes.size;
  for (; end - at >= 8; at += 8) {
    uint32_t low = crc ^ (at[0] | at[1] << 8 | at[2] << 16 | static_cast<uint32_t>(at[3]) << 24);
    crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
          tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
  }
  for (; at != end; ++at)
    crc = crc >> 8 ^ tables[0][(crc ^ *at) & 255];
  return ~crc;
}

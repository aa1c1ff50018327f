// Wire format, with every length checked.
#include "runtime/io/WireReader.h"

using namespace sinter::rt;

bool WireReader::tag(uint32_t &field, WireType &type) {
  uint64_t value;
  if (!varint(value) || value > UINT32_MAX)
    return false;
  field = static_cast<uint32_t>(value >> 3);
  type = static_cast<WireType>(value & 7);
  return field != 0 && (type == WireType::Varint || type == WireType::Fixed64 || type == WireType::Bytes ||
                        type == WireType::Fixed32);
}

bool WireReader::varint(uint64_t &value) {
  value = 0;
  for (int shift = 0; shift < 70 && at != end; shift += 7) {
    unsigned char byte = *at++;
    if (shift < 64)
      value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128)
      return true;
  }
  return false;
}

bool WireReader::fixed(int size, uint64_t &value) {
  if (end - at < size)
    return false;
  value = 0;
  memcpy(&value, at, static_cast<size_t>(size)); // little endian, as every target of sinter
  at += size;
  return true;
}

bool WireReader::bytes(Bytes &value) {
  uint64_t size;
  if (!varint(size) || size > static_cast<uint64_t>(end - at))
    return false;
  value = {at, static_cast<size_t>(size)};
  at += size;
  return true;
}

bool WireReader::skip(WireType type) {
  uint64_t number;
  Bytes ignored;
  switch (type) {
  case WireType::Varint: return varint(number);
  case WireType::Fixed64: return fixed(8, number);
  case WireType::Fixed32: return fixed(4, number);
  default: return bytes(ignored);
  }
}

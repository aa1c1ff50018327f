// A cursor over protobuf's wire format. Source: protobuf.dev/programming-guides/encoding.
#pragma once
#include "runtime/core/Memory.h"

namespace sinter::rt {

enum class WireType { Varint = 0, Fixed64 = 1, Bytes = 2, StartGroup = 3, EndGroup = 4, Fixed32 = 5 };

class WireReader {
public:
  explicit WireReader(Bytes bytes) : at(bytes.data), end(bytes.data + bytes.size) {}

  bool done() const { return at == end; }

  /// The next field's number and type; false at malformed data or a group (proto2 only, never in ONNX).
  bool tag(uint32_t &field, WireType &type);

  bool varint(uint64_t &value);
  /// A little-endian number of 4 or 8 bytes.
  bool fixed(int size, uint64_t &value);
  bool bytes(Bytes &value);
  bool skip(WireType type);

private:
  const unsigned char *at, *end;
};

} // namespace sinter::rt

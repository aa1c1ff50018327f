// A TensorProto stores its elements as raw_data or, by data type, in one of five repeated fields, each packed or not.
// Fields may come in any order and in pieces, so values are collected first and sized against dims at the end.
#include "runtime/io/TensorProto.h"

#include "runtime/io/WireReader.h"

using namespace sinter::rt;

namespace {
/// Field numbers of the message.
enum Field : uint32_t {
  kDims = 1,
  kDataType = 2,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kDataLocation = 14,
};

/// The typed field that holds elements of a type.
uint32_t typedField(int32_t dtype) {
  switch (dtype) {
  case SINTER_F32: return kFloatData;
  case SINTER_F64: return kDoubleData;
  case SINTER_I64: return kInt64Data;
  case SINTER_U32:
  case SINTER_U64: return kUint64Data;
  default: return kInt32Data; // small integers, bool, and the bits of f16 and bf16
  }
}

/// Bytes of one element on the wire, or 0 for varints.
int wireSize(uint32_t field) { return field == kFloatData ? 4 : field == kDoubleData ? 8 : 0; }

struct Message {
  Array<int64_t> dims;
  uint64_t dataType = 0, location = 0;
  bool haveRaw = false;
  Bytes raw;
  uint32_t field = 0; // the typed field that `values` came from
  Array<uint64_t> values;
};

class Parser {
public:
  Parser(Bytes bytes, Message &message, Error &error) : reader(bytes), message(message), error(error) {}

  bool parse() {
    while (!reader.done()) {
      uint32_t field;
      WireType type;
      if (!reader.tag(field, type) || !read(field, type))
        return *error.text() ? false : error.fail("expected a TensorProto, got damaged data");
    }
    return true;
  }

private:
  bool read(uint32_t field, WireType type) {
    switch (field) {
    case kDims: return readRepeated(type, 0, [&](uint64_t v) { message.dims.push(static_cast<int64_t>(v)); });
    case kDataType: return type == WireType::Varint && reader.varint(message.dataType);
    case kDataLocation: return type == WireType::Varint && reader.varint(message.location);
    case kRawData: message.haveRaw = true; return type == WireType::Bytes && reader.bytes(message.raw);
    case kFloatData:
    case kInt32Data:
    case kInt64Data:
    case kDoubleData:
    case kUint64Data: return readValues(field, type);
    default: return reader.skip(type);
    }
  }

  bool readValues(uint32_t field, WireType type) {
    if (message.field && message.field != field)
      return error.fail("expected elements in one field, got fields %u and %u", message.field, field);
    message.field = field;
    return readRepeated(type, wireSize(field), [&](uint64_t v) { message.values.push(v); });
  }

  /// One element, or a packed run of them. `size` 0 means varints.
  template <typename Push> bool readRepeated(WireType type, int size, Push push) {
    uint64_t value;
    if (type != WireType::Bytes) {
      WireType expected = size == 4 ? WireType::Fixed32 : size == 8 ? WireType::Fixed64 : WireType::Varint;
      if (type != expected || !(size ? reader.fixed(size, value) : reader.varint(value)))
        return false;
      push(value);
      return true;
    }
    Bytes packed;
    if (!reader.bytes(packed))
      return false;
    WireReader run(packed);
    while (!run.done()) {
      if (!(size ? run.fixed(size, value) : run.varint(value)))
        return false;
      push(value);
    }
    return true;
  }

  WireReader reader;
  Message &message;
  Error &error;
};

/// Copies the typed field's values; floats travel as their bits.
bool copyValues(const Message &message, Tensor &tensor, Error &error) {
  if (message.values.size() && message.field != typedField(tensor.dtype))
    return error.fail("expected the elements of %s in field %u, got field %u", dtypeName(tensor.dtype),
                      typedField(tensor.dtype), message.field);
  for (size_t k = 0; k < message.values.size(); ++k) {
    uint64_t value = message.values[k];
    if (tensor.dtype == SINTER_BOOL)
      value = value != 0;
    storeInteger(tensor.dtype, tensor.data, static_cast<int64_t>(k), static_cast<int64_t>(value));
  }
  return true;
}
} // namespace

bool sinter::rt::readTensorProto(Bytes bytes, Tensor &tensor, Error &error) {
  Message message;
  if (!Parser(bytes, message, error).parse())
    return false;
  int32_t dtype = message.dataType > 255 ? 0 : static_cast<int32_t>(message.dataType);
  const DTypeInfo *info = dtypeInfo(dtype);
  if (!info)
    return error.fail("expected data_type of %s, got %llu", dtypeNames(),
                      static_cast<unsigned long long>(message.dataType));
  if (message.location)
    return error.fail("expected the data in the file, got a reference to external data");
  if (message.dims.size() > kMaxRank)
    return error.fail("expected at most %d dims, got %zu", kMaxRank, message.dims.size());
  tensor.setShape(dtype, message.dims.data(), static_cast<int32_t>(message.dims.size()));

  uint64_t got = message.haveRaw ? message.raw.size : message.values.size();
  int64_t expected;
  if (!countBytes(tensor.dims, tensor.rank, message.haveRaw ? info->size : 1, expected) ||
      static_cast<uint64_t>(expected) != got) {
    Text shape;
    appendShape(shape, tensor.dims, tensor.rank);
    return error.fail("expected the data of %s %s, got %llu %s", info->name, shape.cString(),
                      static_cast<unsigned long long>(got), message.haveRaw ? "bytes" : "elements");
  }
  if (!tensor.allocate(error))
    return false;
  if (!message.haveRaw)
    return copyValues(message, tensor, error);
  if (message.raw.size)
    memcpy(tensor.data, message.raw.data, message.raw.size);
  for (int64_t k = 0; dtype == SINTER_BOOL && k < expected; ++k)
    tensor.data[k] = tensor.data[k] != 0;
  return true;
}

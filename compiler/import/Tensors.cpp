// See Tensors.h. Source of the field that each type uses: comments of TensorProto in onnx-ml.proto, ONNX 1.23.
#include "compiler/import/Tensors.h"
#include "compiler/import/Describe.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using onnx::TensorProto;

namespace sinter::importer {

const BLAKE3Result<> &TensorData::hash() const {
  if (!cachedHash)
    cachedHash = BLAKE3::hash(bytes());
  return *cachedHash;
}

std::string dataTypeName(int32_t type) {
  return onnx::TensorProto_DataType_IsValid(type) ? onnx::TensorProto_DataType_Name(TensorProto::DataType(type))
                                                  : "type " + std::to_string(type);
}

std::optional<unsigned> elementBytes(int32_t type) {
  switch (type) {
  case TensorProto::BOOL:
  case TensorProto::UINT8:
  case TensorProto::INT8: return 1;
  case TensorProto::UINT16:
  case TensorProto::INT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16: return 2;
  case TensorProto::UINT32:
  case TensorProto::INT32:
  case TensorProto::FLOAT: return 4;
  case TensorProto::UINT64:
  case TensorProto::INT64:
  case TensorProto::DOUBLE:
  case TensorProto::COMPLEX64: return 8;
  case TensorProto::COMPLEX128: return 16;
  default: return std::nullopt;
  }
}

std::optional<unsigned> packedBits(int32_t type) {
  switch (type) {
  case TensorProto::INT4:
  case TensorProto::UINT4: return 4;
  case TensorProto::INT2:
  case TensorProto::UINT2: return 2;
  default: return std::nullopt;
  }
}

namespace {
/// One tensor being decoded.
class Decoder {
public:
  Decoder(const TensorProto &tensor, const TensorFiles &files) : tensor(tensor), files(files) {}
  Expected<TensorData> run();

private:
  Error fail(const Twine &message) { return failure("tensor " + quote(tensor.name()) + ": " + message); }
  Error failSize(const char *unit, uint64_t want, uint64_t have);
  Error countElements();
  Error decodeStrings();
  Error decodeTyped();
  Error locateExternal();
  Error locateCut(StringRef index);
  Error copyRaw();
  Error decodeValues();
  void normalizeBools();
  template <typename Wire, typename Values> Error store(const Values &values, unsigned partsPerElement = 1);
  Error storeNarrow();
  Error storePacked();

  const TensorProto &tensor;
  const TensorFiles &files;
  TensorData data;
  uint64_t byteCount = 0;
};

Error Decoder::failSize(const char *unit, uint64_t want, uint64_t have) {
  std::string shape;
  for (int64_t dim : data.dims)
    shape += (shape.empty() ? "" : "x") + std::to_string(dim);
  return fail("expected " + Twine(want) + " " + unit + " for " + dataTypeName(data.type) + "[" + shape + "], got " +
              Twine(have));
}

Error Decoder::countElements() {
  data.name = tensor.name();
  data.type = tensor.data_type();
  data.dims.assign(tensor.dims().begin(), tensor.dims().end());
  if (data.dims.size() > 64)
    return fail("expected a rank of at most 64, got " + Twine(data.dims.size()));
  for (int64_t dim : data.dims)
    if (dim < 0)
      return fail("expected dims of at least 0, got " + Twine(dim));
  data.elements = is_contained(data.dims, 0) ? 0 : 1;
  for (int64_t dim : data.dims)
    if (data.elements > 0 && MulOverflow(data.elements, dim, data.elements))
      return fail("expected fewer than 2^63 elements, got more");
  if (tensor.has_segment())
    return fail("expected a whole tensor, got a segment of one");
  if (data.type == TensorProto::STRING)
    return Error::success();
  std::optional<unsigned> size = elementBytes(data.type), bits = packedBits(data.type);
  if (!size && !bits)
    return fail("expected a supported element type, got " + dataTypeName(data.type));
  bool overflow = false;
  if (bits)
    byteCount = divideCeil(uint64_t(data.elements), 8 / *bits);
  else
    byteCount = SaturatingMultiply(uint64_t(data.elements), uint64_t(*size), &overflow);
  if (overflow || byteCount >> 48)
    return fail("expected fewer than 2^48 bytes, got more");
  return Error::success();
}

Error Decoder::decodeStrings() {
  if (uint64_t(tensor.string_data_size()) != uint64_t(data.elements))
    return failSize("strings", data.elements, tensor.string_data_size());
  data.strings.assign(tensor.string_data().begin(), tensor.string_data().end());
  return Error::success();
}

/// Stores `values` as little-endian `Wire` elements.
template <typename Wire, typename Values> Error Decoder::store(const Values &values, unsigned partsPerElement) {
  uint64_t want = uint64_t(data.elements) * partsPerElement;
  if (uint64_t(values.size()) != want)
    return failSize("values", want, values.size());
  std::string bytes(want * sizeof(Wire), '\0');
  char *out = bytes.data();
  for (auto value : values) {
    support::endian::write<Wire>(out, Wire(value), endianness::little);
    out += sizeof(Wire);
  }
  data.setOwned(std::move(bytes));
  return Error::success();
}

/// Each value of int32_data is a byte of several elements; ONNX's text parser writes one element per value.
Error Decoder::storePacked() {
  unsigned bits = *packedBits(data.type), perByte = 8 / bits;
  bool isPacked = uint64_t(tensor.int32_data_size()) == byteCount;
  if (!isPacked && tensor.int32_data_size() != data.elements)
    return failSize("values of packed elements", byteCount, tensor.int32_data_size());
  int32_t low = isPacked ? -128 : -(1 << (bits - 1)), high = isPacked ? 255 : (1 << bits) - 1;
  std::string bytes(byteCount, '\0');
  for (auto [i, value] : enumerate(tensor.int32_data())) {
    if (value < low || value > high)
      return fail("expected values of " + dataTypeName(data.type) + " from " + Twine(low) + " to " + Twine(high) +
                  ", got " + Twine(value));
    if (isPacked)
      bytes[i] = char(value);
    else
      bytes[i / perByte] |= char((value & high) << (i % perByte * bits));
  }
  data.setOwned(std::move(bytes));
  return Error::success();
}

/// Types of at most 16 bits travel in int32_data, the 16-bit floats as their bits.
Error Decoder::storeNarrow() {
  if (packedBits(data.type))
    return storePacked();
  bool isByte = *elementBytes(data.type) == 1;
  int32_t low = isByte ? -128 : -32768, high = isByte ? 255 : 65535;
  for (int32_t value : tensor.int32_data())
    if (value < low || value > high)
      return fail("expected values of " + dataTypeName(data.type) + " from " + Twine(low) + " to " + Twine(high) +
                  ", got " + Twine(value));
  return isByte ? store<uint8_t>(tensor.int32_data()) : store<uint16_t>(tensor.int32_data());
}

Error Decoder::decodeTyped() {
  switch (data.type) {
  case TensorProto::FLOAT: return store<float>(tensor.float_data());
  case TensorProto::COMPLEX64: return store<float>(tensor.float_data(), 2);
  case TensorProto::DOUBLE: return store<double>(tensor.double_data());
  case TensorProto::COMPLEX128: return store<double>(tensor.double_data(), 2);
  case TensorProto::INT64: return store<int64_t>(tensor.int64_data());
  case TensorProto::UINT64: return store<uint64_t>(tensor.uint64_data());
  case TensorProto::UINT32: return store<uint32_t>(tensor.uint64_data());
  case TensorProto::INT32: return store<int32_t>(tensor.int32_data());
  default: return storeNarrow();
  }
}

Error Decoder::copyRaw() {
  if (tensor.raw_data().size() != byteCount)
    return failSize("bytes", byteCount, tensor.raw_data().size());
  data.setOwned(tensor.raw_data());
  return Error::success();
}

Error Decoder::locateCut(StringRef index) {
  uint64_t which;
  if (index.getAsInteger(10, which) || which >= files.cuts.size())
    return fail("expected the index of a cut, got " + quote(index));
  const Cut &cut = files.cuts[which];
  if (cut.length != byteCount)
    return failSize("bytes", byteCount, cut.length);
  data.setMapped(files.model.substr(cut.offset, cut.length), {files.modelPath, cut.offset, cut.length});
  return Error::success();
}

/// The tensor lies in a file beside the model.
Error Decoder::locateExternal() {
  StringRef location;
  uint64_t offset = 0, length = byteCount;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    if (key == "location")
      location = value;
    if ((key == "offset" && value.getAsInteger(10, offset)) || (key == "length" && value.getAsInteger(10, length)))
      return fail("expected an external data " + key + " of 0 or more, got " + quote(value));
  }
  if (length != byteCount)
    return failSize("bytes of external data", byteCount, length);
  Expected<const ExternalFile *> file = files.external->open(location);
  if (!file)
    return fail(toString(file.takeError()));
  StringRef contents = (*file)->bytes;
  if (offset > contents.size() || length > contents.size() - offset)
    return fail("expected " + Twine(length) + " bytes at offset " + Twine(offset) + " of " + quote(location) +
                ", got a file of " + Twine(contents.size()) + " bytes");
  data.setMapped(contents.substr(offset, length), {(*file)->path, offset, length});
  return Error::success();
}

/// A bool in a file may be any byte; the rest of the compiler relies on 0 and 1.
void Decoder::normalizeBools() {
  ArrayRef<uint8_t> bytes = data.bytes();
  if (all_of(bytes, [](uint8_t byte) { return byte <= 1; }))
    return;
  std::string normal(bytes.size(), '\0');
  for (size_t i = 0; i < bytes.size(); ++i)
    normal[i] = bytes[i] != 0;
  data.source.reset();
  data.setOwned(std::move(normal));
}

/// Finds or decodes the values, once their count is known.
Error Decoder::decodeValues() {
  if (data.type == TensorProto::STRING)
    return decodeStrings();
  StringRef cut;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data())
    if (entry.key() == cutKey && !files.model.empty()) // only the scanner writes this key into a mapped model
      cut = entry.value();
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    if (!cut.empty() || tensor.has_raw_data())
      return fail("expected external data or raw_data, got both");
    return locateExternal();
  }
  if (!cut.empty())
    return locateCut(cut);
  if (tensor.has_raw_data())
    return copyRaw();
  return decodeTyped();
}

Expected<TensorData> Decoder::run() {
  if (Error error = countElements())
    return std::move(error);
  if (Error error = decodeValues())
    return std::move(error);
  if (data.type == TensorProto::BOOL)
    normalizeBools();
  return std::move(data);
}
} // namespace

Expected<TensorData> decodeTensor(const TensorProto &tensor, const TensorFiles &files) {
  return Decoder(tensor, files).run();
}

} // namespace sinter::importer

// Header parsing (a Python dict literal), and the three transformations that data may need: byte order, Fortran order,
// alignment.
#include "runtime/io/Npy.h"

using namespace sinter::rt;

namespace {
constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicSize = 6;

/// What the header says.
struct Header {
  const DTypeInfo *type = nullptr;
  bool bigEndian = false, fortran = false, haveOrder = false, haveShape = false;
  int32_t rank = 0;
  int64_t dims[kMaxRank];
};

/// Recursive-descent reading of the dict literal {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderParser {
public:
  HeaderParser(Bytes text, Error &error) : at(text.data), end(text.data + text.size), error(error) {}

  bool parse(Header &header) {
    if (!expect('{'))
      return false;
    while (!accept('}')) {
      Bytes key;
      if (!string("a key", key) || !expect(':') || !entry(key, header))
        return false;
      if (accept(','))
        continue;
      if (!expect('}'))
        return false;
      break;
    }
    if (!header.type || !header.haveOrder || !header.haveShape)
      return error.fail("header: expected descr, fortran_order and shape, got not all of them");
    return true;
  }

private:
  static bool equals(Bytes bytes, const char *text) {
    return bytes.size == strlen(text) && !memcmp(bytes.data, text, bytes.size);
  }

  bool entry(Bytes key, Header &header) {
    if (equals(key, "descr"))
      return descriptor(header);
    if (equals(key, "fortran_order"))
      return order(header);
    if (equals(key, "shape"))
      return shape(header);
    return error.fail("header: expected descr, fortran_order or shape, got %.*s", textSize(key.size), key.data);
  }

  bool descriptor(Header &header) {
    Bytes text;
    if (!string("a plain dtype", text))
      return false;
    const char *name = reinterpret_cast<const char *>(text.data);
    bool ordered = text.size == 3 && strchr("<>|=", name[0]);
    header.bigEndian = ordered && name[0] == '>';
    header.type = ordered ? dtypeOfNumpy(name + 1, 2) : nullptr;
    return header.type || error.fail("expected %s, got numpy dtype %.*s", dtypeNames(), textSize(text.size), name);
  }

  bool order(Header &header) {
    header.haveOrder = true;
    if ((header.fortran = word("True")))
      return true;
    return word("False") || fail("True or False");
  }

  bool shape(Header &header) {
    header.haveShape = true;
    if (!expect('('))
      return false;
    while (!accept(')')) {
      if (header.rank == kMaxRank)
        return error.fail("shape: expected at most %d axes, got more", kMaxRank);
      if (!number(header.dims[header.rank]))
        return false;
      ++header.rank;
      if (accept(','))
        continue;
      return expect(')');
    }
    return true;
  }

  bool number(int64_t &value) {
    skipSpace();
    if (at == end || *at < '0' || *at > '9')
      return fail("a dim");
    for (value = 0; at != end && *at >= '0' && *at <= '9'; ++at)
      if (__builtin_mul_overflow(value, int64_t{10}, &value) || __builtin_add_overflow(value, *at - '0', &value))
        return error.fail("shape: expected dims below 2^63, got a larger one");
    if (at != end && *at == 'L') // written by Python 2
      ++at;
    return true;
  }

  bool string(const char *what, Bytes &text) {
    skipSpace();
    if (at == end || (*at != '\'' && *at != '"'))
      return fail(what);
    unsigned char quote = *at++;
    text.data = at;
    while (at != end && *at != quote)
      ++at;
    text.size = static_cast<size_t>(at - text.data);
    return at++ != end || error.fail("header: expected a closing quote, got its end");
  }

  bool word(const char *text) {
    skipSpace();
    size_t size = strlen(text);
    if (static_cast<size_t>(end - at) < size || memcmp(at, text, size))
      return false;
    at += size;
    return true;
  }

  bool accept(char c) {
    skipSpace();
    if (at == end || *at != static_cast<unsigned char>(c))
      return false;
    ++at;
    return true;
  }
  bool expect(char c) {
    const char what[] = {c, 0};
    return accept(c) || fail(what);
  }
  bool fail(const char *what) {
    if (at == end)
      return error.fail("header: expected %s, got its end", what);
    return error.fail("header: expected %s, got '%c'", what, *at);
  }
  void skipSpace() {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
      ++at;
  }
  static int textSize(size_t size) { return static_cast<int>(smaller<size_t>(size, 80)); }

  const unsigned char *at, *end;
  Error &error;
};

/// Finds the header's text and where the data begins.
bool locateHeader(Bytes file, Bytes &text, Error &error) {
  if (!isNpy(file) || file.size < kMagicSize + 4)
    return error.fail("expected a .npy file, got %zu bytes without its magic", file.size);
  unsigned version = file.data[kMagicSize];
  if (version < 1 || version > 3)
    return error.fail("expected .npy version 1, 2 or 3, got %u", version);
  size_t lengthSize = version == 1 ? 2 : 4, start = kMagicSize + 2 + lengthSize, length = 0;
  if (file.size < start)
    return error.fail("expected a .npy header, got the end of the file");
  for (size_t k = 0; k < lengthSize; ++k)
    length |= static_cast<size_t>(file.data[kMagicSize + 2 + k]) << (8 * k);
  if (length > file.size - start)
    return error.fail("expected a header of %zu bytes, got %zu", length, file.size - start);
  text = {file.data + start, length};
  return true;
}

void swapBytes(unsigned char *data, int64_t count, int size) {
  for (int64_t k = 0; k < count; ++k, data += size)
    for (int low = 0, high = size - 1; low < high; ++low, --high) {
      unsigned char byte = data[low];
      data[low] = data[high];
      data[high] = byte;
    }
}

/// Copies a column-major tensor into row-major order: walks the target, moving the source by its strides.
void copyFromFortran(const unsigned char *source, Tensor &tensor, int size) {
  int64_t strides[kMaxRank], index[kMaxRank] = {}, offset = 0, stride = size;
  for (int32_t k = 0; k < tensor.rank; ++k) {
    strides[k] = stride;
    stride *= tensor.dims[k];
  }
  unsigned char *target = tensor.data;
  for (int64_t count = tensor.elements(); count > 0; --count, target += size) {
    memcpy(target, source + offset, static_cast<size_t>(size));
    for (int32_t k = tensor.rank - 1; k >= 0; --k) {
      offset += strides[k];
      if (++index[k] < tensor.dims[k])
        break;
      offset -= strides[k] * tensor.dims[k];
      index[k] = 0;
    }
  }
}

/// Bools may hold any byte in a file; in memory they are 0 or 1.
void normalizeBools(Tensor &tensor) {
  for (int64_t k = 0, count = tensor.elements(); k < count; ++k)
    tensor.data[k] = tensor.data[k] != 0;
}

bool boolsAreNormal(const unsigned char *data, int64_t count) {
  for (int64_t k = 0; k < count; ++k)
    if (data[k] > 1)
      return false;
  return true;
}
} // namespace

bool sinter::rt::isNpy(Bytes bytes) { return bytes.size >= kMagicSize && !memcmp(bytes.data, kMagic, kMagicSize); }

bool sinter::rt::readNpy(Bytes file, Memory *owner, Tensor &tensor, Error &error) {
  Bytes text;
  Header header;
  if (!locateHeader(file, text, error) || !HeaderParser(text, error).parse(header))
    return false;
  Bytes data = {text.data + text.size, file.size - static_cast<size_t>(text.data + text.size - file.data)};
  tensor.setShape(header.type->dtype, header.dims, header.rank);
  int64_t bytes;
  if (!countBytes(tensor.dims, tensor.rank, header.type->size, bytes) || static_cast<uint64_t>(bytes) != data.size) {
    Text shape;
    appendShape(shape, tensor.dims, tensor.rank);
    return error.fail("expected the data of %s %s, got %zu bytes", header.type->name, shape.cString(), data.size);
  }
  bool swap = header.bigEndian && header.type->size > 1, transpose = header.fortran && header.rank > 1;
  bool asIs = !swap && !transpose && (header.type->kind != NumberKind::Bool || boolsAreNormal(data.data, bytes));
  if (asIs && owner && bytes && reinterpret_cast<uintptr_t>(data.data) % kAlignment == 0) {
    tensor.memory = take(*owner);
    tensor.data = const_cast<unsigned char *>(data.data);
    return true;
  }
  if (!tensor.allocate(error))
    return false;
  if (transpose)
    copyFromFortran(data.data, tensor, header.type->size);
  else if (bytes)
    memcpy(tensor.data, data.data, static_cast<size_t>(bytes));
  if (swap)
    swapBytes(tensor.data, tensor.elements(), header.type->size);
  if (header.type->kind == NumberKind::Bool)
    normalizeBools(tensor);
  return true;
}

void sinter::rt::appendNpyHeader(Text &text, const Tensor &tensor) {
  const DTypeInfo *type = dtypeInfo(tensor.dtype);
  Text dict;
  dict.append("{'descr': '%c%s', 'fortran_order': False, 'shape': (", type->size == 1 ? '|' : '<', type->numpy);
  for (int32_t k = 0; k < tensor.rank; ++k)
    dict.append("%lld%s", static_cast<long long>(tensor.dims[k]), k + 1 < tensor.rank || tensor.rank == 1 ? ", " : "");
  dict.append("), }");
  // Version 1 counts the header's length in 16 bits; kMaxRank axes of 20 characters fit.
  size_t prefix = kMagicSize + 4, total = (prefix + dict.size() + 1 + kAlignment - 1) / kAlignment * kAlignment;
  size_t length = total - prefix;
  text.appendBytes(kMagic, kMagicSize);
  const unsigned char rest[] = {1, 0, static_cast<unsigned char>(length), static_cast<unsigned char>(length >> 8)};
  text.appendBytes(rest, sizeof(rest));
  text.appendBytes(dict.data(), dict.size());
  for (size_t k = dict.size() + 1; k < length; ++k)
    text.appendChar(' ');
  text.appendChar('\n');
}

// One pass over the text: the first path to a leaf fixes rank and dims, every later array is compared with them.
#include "runtime/io/JsonTensor.h"

#include <stdlib.h>

using namespace sinter::rt;

namespace {
constexpr int64_t kUnknown = -1;

class Parser {
public:
  Parser(const char *text, int32_t dtype, Error &error) : start(text), at(text), type(dtypeInfo(dtype)), error(error) {
    for (int64_t &dim : dims)
      dim = kUnknown;
  }

  bool parse(Tensor &tensor) {
    if (!value(0))
      return false;
    skipSpace();
    if (*at)
      return unexpected("the end");
    tensor.setShape(type->dtype, dims, larger(rank, 0));
    if (!tensor.allocate(error))
      return false;
    for (size_t k = 0; k < elements.size(); ++k)
      if (type->kind == NumberKind::Real)
        storeReal(type->dtype, tensor.data, static_cast<int64_t>(k), elements[k].real);
      else
        storeInteger(type->dtype, tensor.data, static_cast<int64_t>(k), elements[k].integer);
    return true;
  }

private:
  union Element {
    double real;
    int64_t integer;
  };

  bool value(int32_t depth) {
    skipSpace();
    if (*at == '[')
      return array(depth);
    if (rank == kUnknown)
      rank = depth;
    if (rank != depth)
      return error.fail("character %d: expected an array, because others are nested %d deep, got a number", position(),
                        rank);
    Element element;
    if (!scalar(element))
      return false;
    elements.push(element);
    return true;
  }

  bool array(int32_t depth) {
    if (depth == kMaxRank)
      return error.fail("character %d: expected at most %d nested arrays, got more", position(), kMaxRank);
    if (rank != kUnknown && depth >= rank)
      return error.fail("character %d: expected a number, because others are nested %d deep, got an array", position(),
                        rank);
    ++at;
    int64_t count = 0;
    for (skipSpace(); *at != ']'; ++count) {
      if (count && *at++ != ',')
        return --at, unexpected("',' or ']'");
      if (!value(depth + 1))
        return false;
      skipSpace();
    }
    ++at;
    if (!count && rank == kUnknown)
      rank = depth + 1; // the innermost axis, empty
    if (!count && depth + 1 < rank)
      return error.fail("character %d: expected arrays nested %d deep, got an empty one", position(), rank);
    if (dims[depth] == kUnknown)
      dims[depth] = count;
    return dims[depth] == count || error.fail("axis %d: expected %lld elements, as in the first array, got %lld", depth,
                                              static_cast<long long>(dims[depth]), static_cast<long long>(count));
  }

  bool scalar(Element &element) {
    double real;
    if (word("true") || word("True"))
      return fromInteger(1, element);
    if (word("false") || word("False"))
      return fromInteger(0, element);
    if (word("NaN"))
      return fromReal("NaN", 3, __builtin_nan(""), element);
    if (word("Infinity"))
      return fromReal("Infinity", 8, __builtin_inf(), element);
    if (word("-Infinity"))
      return fromReal("-Infinity", 9, -__builtin_inf(), element);
    const char *digits = at + (*at == '-');
    if (*digits < '0' || *digits > '9' || digits[*digits == '0'] == 'x' || digits[*digits == '0'] == 'X')
      return unexpected("a number");
    const char *end = digits;
    while (*end >= '0' && *end <= '9')
      ++end;
    const char *first = at;
    if (*end != '.' && *end != 'e' && *end != 'E')
      return at = end, integer(first, static_cast<int>(end - first), element);
    real = strtod(first, const_cast<char **>(&at));
    return fromReal(first, static_cast<int>(at - first), real, element);
  }

  /// Decimal digits with an optional minus; exact over all of i64 and u64.
  bool integer(const char *text, int length, Element &element) {
    if (type->kind == NumberKind::Real)
      return fromReal(text, length, strtod(text, nullptr), element);
    bool negative = *text == '-';
    uint64_t magnitude = 0;
    for (int k = negative; k < length; ++k)
      if (__builtin_mul_overflow(magnitude, uint64_t{10}, &magnitude) ||
          __builtin_add_overflow(magnitude, static_cast<uint64_t>(text[k] - '0'), &magnitude))
        return outOfRange(text, length);
    int bits = type->kind == NumberKind::Bool ? 1 : type->size * 8 - (type->kind == NumberKind::Signed);
    uint64_t largest = bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
    if (negative && magnitude && type->kind == NumberKind::Signed ? magnitude - 1 > largest
                                                                  : magnitude > largest || (negative && magnitude))
      return outOfRange(text, length);
    element.integer = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
    return true;
  }

  bool fromInteger(int64_t value, Element &element) {
    if (type->kind == NumberKind::Real)
      element.real = static_cast<double>(value);
    else
      element.integer = value;
    return true;
  }

  bool fromReal(const char *text, int length, double value, Element &element) {
    if (type->kind != NumberKind::Real)
      return outOfRange(text, length);
    element.real = value;
    return true;
  }

  bool outOfRange(const char *text, int length) {
    return error.fail("expected %s, got %.*s", type->name, smaller(length, 40), text);
  }

  bool word(const char *text) {
    size_t size = strlen(text);
    if (strncmp(at, text, size))
      return false;
    at += size;
    return true;
  }

  bool unexpected(const char *what) {
    if (!*at)
      return error.fail("character %d: expected %s, got the end", position(), what);
    return error.fail("character %d: expected %s, got '%c'", position(), what, *at);
  }

  void skipSpace() {
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
      ++at;
  }
  int position() const { return static_cast<int>(at - start) + 1; }

  const char *start, *at;
  const DTypeInfo *type;
  Error &error;
  int32_t rank = kUnknown;
  int64_t dims[kMaxRank];
  Array<Element> elements;
};
} // namespace

bool sinter::rt::readJsonTensor(const char *text, int32_t dtype, Tensor &tensor, Error &error) {
  return Parser(text, dtype, error).parse(tensor);
}

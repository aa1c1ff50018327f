// Sizes of tensors, with overflow checks.
#include "runtime/core/Tensor.h"

using namespace sinter::rt;

bool sinter::rt::countElements(const int64_t *dims, int32_t rank, int64_t &count) {
  bool empty = false;
  for (int32_t k = 0; k < rank; ++k) {
    if (dims[k] < 0)
      return false;
    empty |= dims[k] == 0;
  }
  count = empty ? 0 : 1;
  for (int32_t k = 0; k < rank && !empty; ++k)
    if (__builtin_mul_overflow(count, dims[k], &count))
      return false;
  return true;
}

bool sinter::rt::countBytes(const int64_t *dims, int32_t rank, int64_t elementSize, int64_t &bytes) {
  return countElements(dims, rank, bytes) && !__builtin_mul_overflow(bytes, elementSize, &bytes);
}

bool Tensor::allocate(Error &error) {
  int64_t size;
  if (!countBytes(dims, rank, dtypeInfo(dtype)->size, size)) {
    Text shape;
    appendShape(shape, dims, rank);
    return error.fail("expected a tensor that fits the address space, got %s %s", dtypeName(dtype), shape.cString());
  }
  if (!memory.allocate(size, error))
    return false;
  data = memory.data();
  return true;
}

void Tensor::setShape(int32_t newDtype, const int64_t *newDims, int32_t newRank) {
  dtype = newDtype;
  rank = newRank;
  if (newRank)
    memmove(dims, newDims, newRank * sizeof(int64_t));
}

int64_t Tensor::elements() const {
  int64_t count = 0;
  return countElements(dims, rank, count) ? count : 0;
}

int64_t Tensor::bytes() const { return elements() * dtypeInfo(dtype)->size; }

void sinter::rt::appendShape(Text &text, const int64_t *dims, int32_t rank) {
  text.appendChar('[');
  for (int32_t k = 0; k < rank; ++k)
    text.append("%s%lld", k ? ", " : "", static_cast<long long>(dims[k]));
  text.appendChar(']');
}

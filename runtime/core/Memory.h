// Owned memory and the two containers of the runtime, which does without the C++ library.
// Memory holds tensor data and files; Table<T> is a fixed number of objects; Array<T> grows and holds plain data.
#pragma once
#include "runtime/core/Error.h"
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace sinter::rt {

/// std::move without the C++ library.
template <typename T> T &&take(T &value) { return static_cast<T &&>(value); }

template <typename T> T smaller(T a, T b) { return b < a ? b : a; }
template <typename T> T larger(T a, T b) { return a < b ? b : a; }

/// Base pointers of tensors, scratch and arena are multiples of this.
constexpr size_t kAlignment = 64;

/// Borrowed bytes, such as a whole file.
struct Bytes {
  const unsigned char *data = nullptr;
  size_t size = 0;
};

/// A block of memory with one owner: 64-byte aligned heap memory, or a mapped file.
class Memory {
public:
  Memory() = default;
  Memory(Memory &&other) : base(other.base), bytes(other.bytes), mapped(other.mapped) { other.forget(); }
  Memory &operator=(Memory &&other);
  ~Memory() { release(); }

  /// Makes `size` bytes, aligned to 64, content undefined. Size 0 is legal and gives a valid pointer.
  bool allocate(int64_t size, Error &error);

  /// Takes over a mapping made by mmap; it is unmapped at the end.
  void adoptMapping(void *address, size_t size);

  void release();
  unsigned char *data() const { return base; }
  size_t size() const { return bytes; }

private:
  void forget() { base = nullptr, bytes = 0, mapped = false; }

  unsigned char *base = nullptr;
  size_t bytes = 0;
  bool mapped = false;
};

/// Ends the process with a message and code 2. Only for bookkeeping of a few bytes; tensors report an Error.
[[noreturn]] void outOfMemory(size_t bytes);

/// A fixed number of objects. T's default state must be all zero bytes or trivially constructible from them.
template <typename T> class Table {
public:
  Table() = default;
  explicit Table(size_t count) { resize(count); }
  Table(const Table &) = delete;
  Table &operator=(const Table &) = delete;
  ~Table() { clear(); }

  /// Drops what was there and makes `n` zeroed objects.
  void resize(size_t n) {
    clear();
    void *block = nullptr;
    if (posix_memalign(&block, kAlignment, (n + !n) * sizeof(T)))
      outOfMemory(n * sizeof(T));
    memset(block, 0, n * sizeof(T));
    items = static_cast<T *>(block);
    count = n;
  }
  void clear() {
    for (size_t k = 0; k < count; ++k)
      items[k].~T();
    free(items);
    items = nullptr, count = 0;
  }
  size_t size() const { return count; }
  T *data() { return items; }
  const T *data() const { return items; }
  T &operator[](size_t k) { return items[k]; }
  const T &operator[](size_t k) const { return items[k]; }
  T *begin() { return items; }
  T *end() { return items + count; }

private:
  T *items = nullptr;
  size_t count = 0;
};

/// A growing array of plain data (copied with memcpy, never destroyed one by one).
template <typename T> class Array {
public:
  Array() = default;
  Array(const Array &) = delete;
  Array &operator=(const Array &) = delete;
  ~Array() { free(items); }

  void push(const T &value) {
    T copy = value; // value may lie in this array
    reserve(count + 1);
    items[count++] = copy;
  }
  void append(const T *values, size_t n) {
    reserve(count + n);
    if (n)
      memcpy(items + count, values, n * sizeof(T));
    count += n;
  }
  /// Makes room for `n` elements in all.
  void reserve(size_t n) {
    if (n <= capacity)
      return;
    size_t wanted = larger(larger<size_t>(n, 16), capacity * 2);
    void *block = wanted > SIZE_MAX / sizeof(T) ? nullptr : realloc(static_cast<void *>(items), wanted * sizeof(T));
    if (!block)
      outOfMemory(wanted);
    items = static_cast<T *>(block);
    capacity = wanted;
  }
  /// Sets the length; new elements are undefined.
  void resize(size_t n) {
    reserve(n);
    count = n;
  }
  size_t size() const { return count; }
  T *data() { return items; }
  const T *data() const { return items; }
  T &operator[](size_t k) { return items[k]; }
  const T &operator[](size_t k) const { return items[k]; }
  T *begin() { return items; }
  T *end() { return items + count; }
  const T *begin() const { return items; }
  const T *end() const { return items + count; }

private:
  T *items = nullptr;
  size_t count = 0, capacity = 0;
};

} // namespace sinter::rt

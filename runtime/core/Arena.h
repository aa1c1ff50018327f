// A block of memory for the intermediate results of one segment of a model, or for the rows of a state. Offsets in it
// are the compiler's; the runtime only provides the bytes, and keeps them for the next run.
#pragma once
#include "runtime/core/Error.h"
#include <stddef.h>
#include <stdint.h>

namespace sinter::rt {

class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena();

  /// Makes room for `bytes`; what is there already is kept when it is large enough.
  bool reserve(int64_t bytes, Error &error);

  /// The same, but what is there stays, perhaps at another address.
  bool grow(int64_t bytes, Error &error);

  int64_t bytes() const { return static_cast<int64_t>(size); }
  /// 64-byte aligned, never null.
  unsigned char *data() const { return size ? base : empty; }

private:
  static unsigned char empty[64];

  unsigned char *base = nullptr;
  size_t size = 0;
};

} // namespace sinter::rt

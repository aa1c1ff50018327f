// A growing text, for lists of names, paths, headers and JSON.
#pragma once
#include "runtime/core/Memory.h"

namespace sinter::rt {

class Text {
public:
  /// Appends as printf does.
  void append(const char *format, ...) __attribute__((format(printf, 2, 3)));
  void appendBytes(const void *bytes, size_t size);
  void appendChar(char c) { appendBytes(&c, 1); }
  void clear() { chars.resize(0); }

  size_t size() const { return chars.size(); }
  const char *data() const { return chars.data(); }
  /// The text with a terminating zero; valid until the next change.
  const char *cString();

private:
  Array<char> chars;
};

} // namespace sinter::rt

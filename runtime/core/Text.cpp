// Growing text.
#include "runtime/core/Text.h"

#include <stdarg.h>
#include <stdio.h>

using namespace sinter::rt;

void Text::append(const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(nullptr, 0, format, args);
  va_end(args);
  if (length > 0) {
    size_t old = chars.size();
    chars.reserve(old + length + 1); // vsnprintf writes a zero behind the text
    vsnprintf(chars.data() + old, length + 1, format, again);
    chars.resize(old + length);
  }
  va_end(again);
}

void Text::appendBytes(const void *bytes, size_t size) { chars.append(static_cast<const char *>(bytes), size); }

const char *Text::cString() {
  chars.reserve(chars.size() + 1);
  chars.data()[chars.size()] = 0;
  return chars.data();
}

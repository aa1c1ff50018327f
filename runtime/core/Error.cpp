// Formatting of the one-line error texts.
#include "runtime/core/Error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

using namespace sinter::rt;

namespace {
void makeOneLine(char *text) {
  for (; *text; ++text)
    if (static_cast<unsigned char>(*text) < ' ' || *text == 0x7f)
      *text = '?';
}
} // namespace

bool Error::fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(buffer, kCapacity, format, args);
  va_end(args);
  makeOneLine(buffer);
  return false;
}

bool Error::prefix(const char *format, ...) {
  char old[kCapacity];
  memcpy(old, buffer, kCapacity);
  va_list args;
  va_start(args, format);
  int length = vsnprintf(buffer, kCapacity, format, args);
  va_end(args);
  if (length >= 0 && length < kCapacity)
    snprintf(buffer + length, kCapacity - length, ": %s", old);
  makeOneLine(buffer);
  return false;
}

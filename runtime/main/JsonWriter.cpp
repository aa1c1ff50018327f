// JSON text (RFC 8259).
#include "runtime/main/JsonWriter.h"

#include <stdio.h>

using namespace sinter::rt;

namespace {
/// Length of the UTF-8 sequence at `bytes` (zero-terminated), or 0 when it is malformed (RFC 3629).
int utf8Length(const unsigned char *bytes) {
  unsigned first = bytes[0];
  int length = first < 0x80                    ? 1
               : first >= 0xc2 && first < 0xe0 ? 2
               : (first & 0xf0) == 0xe0        ? 3
               : first >= 0xf0 && first < 0xf5 ? 4
                                               : 0;
  for (int k = 1; k < length; ++k)
    if ((bytes[k] & 0xc0) != 0x80)
      return 0;
  bool overlong = (first == 0xe0 && bytes[1] < 0xa0) || (first == 0xf0 && bytes[1] < 0x90);
  bool surrogate = first == 0xed && bytes[1] >= 0xa0, tooLarge = first == 0xf4 && bytes[1] >= 0x90;
  return overlong || surrogate || tooLarge ? 0 : length;
}
} // namespace

void JsonWriter::separate() {
  if (needsComma)
    text.appendChar(',');
  needsComma = true;
}

void JsonWriter::open(char bracket) {
  separate();
  text.appendChar(bracket);
  needsComma = false;
}

void JsonWriter::close(char bracket) {
  text.appendChar(bracket);
  needsComma = true;
}

void JsonWriter::key(const char *name) {
  string(name);
  text.appendChar(':');
  needsComma = false;
}

void JsonWriter::string(const char *value) {
  separate();
  text.appendChar('"');
  for (const unsigned char *at = reinterpret_cast<const unsigned char *>(value); *at;) {
    int length = utf8Length(at);
    if (*at == '"' || *at == '\\')
      text.append("\\%c", *at);
    else if (*at < ' ')
      text.append("\\u%04x", *at);
    else if (length)
      text.appendBytes(at, static_cast<size_t>(length));
    else
      text.append("\\ufffd");
    at += larger(length, 1);
  }
  text.appendChar('"');
}

void JsonWriter::integer(int64_t value) {
  separate();
  text.append("%lld", static_cast<long long>(value));
}

void JsonWriter::real(double value) {
  separate();
  if (__builtin_isfinite(value))
    text.append("%.9g", value);
  else
    text.append("null");
}

void JsonWriter::boolean(bool value) {
  separate();
  text.append(value ? "true" : "false");
}

void JsonWriter::print() {
  text.appendChar('\n');
  fwrite(text.data(), 1, text.size(), stdout);
}

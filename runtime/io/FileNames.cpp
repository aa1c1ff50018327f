// Percent encoding.
#include "runtime/io/FileNames.h"

using namespace sinter::rt;

void sinter::rt::appendEncoded(Text &text, const char *name) {
  for (; *name; ++name) {
    unsigned char c = static_cast<unsigned char>(*name);
    bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("._-", c);
    if (plain)
      text.appendChar(*name);
    else
      text.append("%%%02X", c);
  }
}

bool sinter::rt::endsWith(const char *text, const char *suffix) {
  size_t size = strlen(text), suffixSize = strlen(suffix);
  return size >= suffixSize && !strcmp(text + size - suffixSize, suffix);
}

// JSON output. Commas and quoting are handled here; nesting is the caller's.
#pragma once
#include "runtime/core/Text.h"

namespace sinter::rt {

class JsonWriter {
public:
  void beginObject() { open('{'); }
  void endObject() { close('}'); }
  void beginArray() { open('['); }
  void endArray() { close(']'); }
  /// The name of the next value in an object.
  void key(const char *name);
  /// Bytes that are not UTF-8 become U+FFFD.
  void string(const char *value);
  void integer(int64_t value);
  /// NaN and infinities become null.
  void real(double value);
  void boolean(bool value);

  void field(const char *name, const char *value) { key(name), string(value); }
  void field(const char *name, int64_t value) { key(name), integer(value); }
  void realField(const char *name, double value) { key(name), real(value); }

  const char *data() const { return text.data(); }
  size_t size() const { return text.size(); }
  /// Writes the text and a newline to stdout.
  void print();

private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  Text text;
  bool needsComma = false;
};

} // namespace sinter::rt

// One failure, as the one line that the user reads. Functions that can fail return bool and fill an Error; there are no
// exceptions and no error numbers. Words: "<where>: expected <what>, got <value>", no full stop.
#pragma once

namespace sinter::rt {

class Error {
public:
  /// Sets the text and returns false, so that callers write `return error.fail(...)`. Control characters (names come
  /// from files) become '?', so the text stays one line; it is cut at kCapacity bytes.
  bool fail(const char *format, ...) __attribute__((format(printf, 2, 3)));

  /// Puts "<context>: " in front of the text. Returns false, like fail().
  bool prefix(const char *format, ...) __attribute__((format(printf, 2, 3)));

  const char *text() const { return buffer; }

private:
  static constexpr int kCapacity = 2048;
  char buffer[kCapacity] = {};
};

} // namespace sinter::rt

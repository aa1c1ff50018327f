// zlib's inflateBack, not inflate: it needs no header, no checksum and none of their tables, and so half the code.
#include "runtime/io/Inflate.h"

#include <zlib.h>

using namespace sinter::rt;

namespace {
constexpr int kWindowBits = 15;

struct Source {
  Bytes rest;
};
struct Sink {
  unsigned char *at;
  size_t left;
  bool overflow;
};

unsigned pull(void *descriptor, unsigned char **data) {
  Source &source = *static_cast<Source *>(descriptor);
  size_t size = smaller<size_t>(source.rest.size, 1u << 30);
  *data = const_cast<unsigned char *>(source.rest.data);
  source.rest = {source.rest.data + size, source.rest.size - size};
  return static_cast<unsigned>(size);
}

int push(void *descriptor, unsigned char *data, unsigned size) {
  Sink &sink = *static_cast<Sink *>(descriptor);
  if (size > sink.left)
    return sink.overflow = true;
  memcpy(sink.at, data, size);
  sink.at += size;
  sink.left -= size;
  return 0;
}
} // namespace

bool sinter::rt::inflateRaw(Bytes input, unsigned char *output, size_t size, Error &error) {
  z_stream stream = {};
  Memory window;
  if (!window.allocate(1 << kWindowBits, error))
    return false;
  if (inflateBackInit(&stream, kWindowBits, window.data()) != Z_OK)
    return error.fail("cannot allocate memory to decompress");
  Source source = {input};
  Sink sink = {output, size, false};
  int status = inflateBack(&stream, pull, &source, push, &sink);
  const char *reason = stream.msg;
  inflateBackEnd(&stream);
  if (status == Z_STREAM_END && sink.left == 0)
    return true;
  if (status == Z_DATA_ERROR)
    return error.fail("expected deflate data, got %s", reason ? reason : "damaged data");
  return error.fail("expected %zu bytes of deflate data, got %s", size, sink.overflow ? "more" : "fewer");
}

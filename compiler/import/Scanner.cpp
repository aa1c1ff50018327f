// See Scanner.h. One forward walk records edits: a cut replaces a raw_data field by its marker, and every message that
// encloses a cut gets a new length. The reduced stream is then the file with the edits applied, one copy from front to
// back. An enclosing message's edit is pushed before its contents are walked, so edits are ordered by offset.
#include "compiler/import/Scanner.h"
#include "compiler/import/Wire.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace sinter::importer {
namespace {
using wire::Message;

/// Replaces file[offset, offset + removed) by `bytes`.
struct Edit {
  uint64_t offset;
  uint64_t removed;
  SmallString<48> bytes;
};

/// How deep the walk is; a copy per level, so that leaving a level restores it.
struct Depth {
  unsigned graphs = 0;
  unsigned types = 0;
};

/// A field as the wire has it: its tag and, when it is length-delimited, its contents' bounds.
struct WireField {
  uint64_t start; // of the tag
  uint32_t number;
  uint8_t type;
  uint64_t lengthStart; // of the length varint
  uint64_t begin, end;  // of the contents
};

Error errorAt(uint64_t offset, const Twine &message) {
  return createStringError("byte " + Twine(offset) + ": " + message);
}

void appendVarint(SmallVectorImpl<char> &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out.push_back(char(value | 0x80));
  out.push_back(char(value));
}

void appendString(SmallVectorImpl<char> &out, uint32_t field, StringRef text) {
  appendVarint(out, field << 3 | wire::Length);
  appendVarint(out, text.size());
  out.append(text.begin(), text.end());
}

unsigned varintBytes(uint64_t value) {
  unsigned bytes = 1;
  while (value >>= 7)
    ++bytes;
  return bytes;
}

class Scan {
public:
  Scan(StringRef file, const ScanLimits &limits) : file(file), limits(limits) {}

  /// Walks the message in file[begin, end) and returns by how many bytes its contents shrink.
  Expected<uint64_t> walk(Message message, uint64_t begin, uint64_t end, Depth depth);
  Expected<std::string> reduce();

  std::vector<Cut> cuts;

private:
  Error readVarint(uint64_t &position, uint64_t end, StringRef what, unsigned maxBytes, uint64_t &value);
  Error readField(uint64_t &position, uint64_t end, WireField &field);
  Error enter(Message child, const WireField &field, Depth &depth);
  Expected<uint64_t> walkChild(Message child, const WireField &field, Depth depth);
  Expected<uint64_t> visit(Message message, const WireField &field, Depth depth, bool &hasRawData);
  uint64_t cutRawData(const WireField &field);

  StringRef file;
  const ScanLimits &limits;
  std::vector<Edit> edits;
  uint64_t messages = 0, lengths = 0;
};

Error Scan::readVarint(uint64_t &position, uint64_t end, StringRef what, unsigned maxBytes, uint64_t &value) {
  uint64_t start = position;
  value = 0;
  for (unsigned shift = 0; position < end; shift += 7) {
    if (position - start == maxBytes)
      return errorAt(start, "expected a " + what + " of at most " + Twine(maxBytes) + " bytes, got a longer one");
    uint8_t byte = file[position++];
    if (shift == 63 && byte > 1)
      return errorAt(start, "expected a " + what + " below 2^64, got a larger one");
    value |= uint64_t(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return Error::success();
  }
  return errorAt(start, "expected a " + what + ", got the end of its message");
}

/// Steps over one field. Groups are refused: ONNX has none, and protobuf would recurse into them.
Error Scan::readField(uint64_t &position, uint64_t end, WireField &field) {
  field.start = position;
  uint64_t tag;
  if (Error error = readVarint(position, end, "field tag", 5, tag))
    return error;
  field.number = tag >> 3;
  field.type = tag & 7;
  if (field.number == 0 || tag >> 32)
    return errorAt(field.start, "expected a field number from 1 to 2^29 - 1, got " + Twine(tag >> 3));
  uint64_t ignored;
  switch (field.type) {
  case wire::Varint: return readVarint(position, end, "number", 10, ignored);
  case wire::Fixed64:
  case wire::Fixed32: {
    uint64_t size = field.type == wire::Fixed64 ? 8 : 4;
    if (end - position < size)
      return errorAt(position, "expected " + Twine(size) + " bytes, got the end of its message");
    position += size;
    return Error::success();
  }
  case wire::Length: break;
  default: return errorAt(field.start, "expected wire type 0, 1, 2 or 5, got " + Twine(unsigned(field.type)));
  }
  field.lengthStart = position;
  uint64_t length;
  if (Error error = readVarint(position, end, "length", 10, length))
    return error;
  if (position - field.lengthStart > std::max(5u, varintBytes(length))) // protobuf reads at most 5
    return errorAt(field.lengthStart, "expected a length in at most 5 bytes, got a longer encoding");
  if (length > end - position)
    return errorAt(field.lengthStart,
                   "expected a length of at most " + Twine(end - position) + ", got " + Twine(length));
  if (++lengths > limits.lengths)
    return errorAt(field.start, "expected at most " + Twine(limits.lengths) + " strings and messages, got more");
  field.begin = position;
  field.end = position += length;
  return Error::success();
}

/// Counts a message that is about to be walked against the limits.
Error Scan::enter(Message child, const WireField &field, Depth &depth) {
  if (++messages > limits.messages)
    return errorAt(field.start, "expected at most " + Twine(limits.messages) + " messages, got more");
  if (child == Message::Graph && depth.graphs++ > limits.subgraphDepth)
    return errorAt(field.start,
                   "expected subgraphs nested at most " + Twine(limits.subgraphDepth) + " deep, got a deeper one");
  if (child == Message::Type && depth.types++ > limits.typeDepth)
    return errorAt(field.start, "expected types nested at most " + Twine(limits.typeDepth) + " deep, got a deeper one");
  return Error::success();
}

Expected<uint64_t> Scan::walkChild(Message child, const WireField &field, Depth depth) {
  if (Error error = enter(child, field, depth))
    return std::move(error);
  size_t edit = edits.size();
  edits.push_back({field.lengthStart, field.begin - field.lengthStart, {}});
  Expected<uint64_t> shrunk = walk(child, field.begin, field.end, depth);
  if (!shrunk)
    return shrunk;
  if (*shrunk == 0) { // nothing was cut in it
    edits.pop_back();
    return 0;
  }
  appendVarint(edits[edit].bytes, field.end - field.begin - *shrunk);
  return *shrunk + edits[edit].removed - edits[edit].bytes.size();
}

/// Replaces the field by the marker of a new cut; returns by how many bytes the tensor shrinks.
uint64_t Scan::cutRawData(const WireField &field) {
  SmallString<32> entry;
  appendString(entry, wire::entryKeyField, cutKey);
  appendString(entry, wire::entryValueField, utostr(cuts.size()));
  Edit edit{field.start, field.end - field.start, {}};
  appendString(edit.bytes, wire::externalDataField, entry);
  cuts.push_back({field.begin, field.end - field.begin});
  uint64_t shrunk = edit.removed - edit.bytes.size();
  edits.push_back(std::move(edit));
  return shrunk;
}

/// Handles a length-delimited field of `message`; returns by how many bytes it shrinks.
Expected<uint64_t> Scan::visit(Message message, const WireField &field, Depth depth, bool &hasRawData) {
  if (Message child = wire::childOf(message, field.number); child != Message::None)
    return walkChild(child, field, depth);
  if (message == Message::Tensor && field.number == wire::rawDataField) {
    if (std::exchange(hasRawData, true))
      return errorAt(field.start, "expected one raw_data in a tensor, got a second");
    return field.end - field.begin > limits.largestKept ? cutRawData(field) : 0;
  }
  if (message == Message::ExternalEntry && field.number == wire::entryKeyField &&
      file.slice(field.begin, field.end) == cutKey)
    return errorAt(field.start, "expected no external_data entry '" + cutKey + "', got one");
  return 0;
}

Expected<uint64_t> Scan::walk(Message message, uint64_t begin, uint64_t end, Depth depth) {
  uint64_t shrunk = 0;
  bool hasRawData = false;
  WireField field;
  for (uint64_t position = begin; position < end;) {
    if (Error error = readField(position, end, field))
      return std::move(error);
    if (field.type != wire::Length)
      continue;
    Expected<uint64_t> change = visit(message, field, depth, hasRawData);
    if (!change)
      return change;
    shrunk += *change;
  }
  return shrunk;
}

Expected<std::string> Scan::reduce() {
  uint64_t size = file.size();
  for (const Edit &edit : edits)
    size = size - edit.removed + edit.bytes.size();
  if (size >= limits.reducedBytes)
    return createStringError("expected less than " + Twine(limits.reducedBytes) + " bytes beside raw weights, got " +
                             Twine(size));
  std::string reduced;
  reduced.reserve(size);
  uint64_t position = 0;
  for (const Edit &edit : edits) {
    reduced.append(file.data() + position, edit.offset - position);
    reduced.append(edit.bytes.data(), edit.bytes.size());
    position = edit.offset + edit.removed;
  }
  reduced.append(file.data() + position, file.size() - position);
  return reduced;
}
} // namespace

Expected<ScanResult> scanModel(StringRef file, const ScanLimits &limits) {
  Scan scan(file, limits);
  if (Expected<uint64_t> shrunk = scan.walk(Message::Model, 0, file.size(), {}); !shrunk)
    return shrunk.takeError();
  Expected<std::string> reduced = scan.reduce();
  if (!reduced)
    return reduced.takeError();
  return ScanResult{std::move(*reduced), std::move(scan.cuts)};
}

} // namespace sinter::importer

// See Describe.h.
#include "compiler/import/Describe.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace sinter::importer {
namespace {
/// Bytes of the UTF-8 character at the start of `text`, 0 when it is malformed or a control character.
size_t printableBytes(StringRef text) {
  uint8_t lead = text[0];
  if (lead < 0x80)
    return isPrint(lead) ? 1 : 0;
  size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
    return 0;
  if (lead == 0xc2 && uint8_t(text[1]) < 0xa0) // C1 control characters
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((uint8_t(text[i]) & 0xc0) != 0x80)
      return 0;
  return length;
}
} // namespace

std::string quote(StringRef text) {
  constexpr size_t longest = 100;
  std::string out = "'";
  while (!text.empty()) {
    if (out.size() > longest) {
      out += "...";
      break;
    }
    size_t length = printableBytes(text);
    if (length > 0)
      out.append(text.data(), length);
    else
      out += "\\x" + toHex(text.take_front(1));
    text = text.drop_front(std::max<size_t>(length, 1));
  }
  return out + "'";
}

std::string describe(const onnx::NodeProto &node) {
  StringRef domain = normalDomain(node.domain());
  std::string op = domain.empty() ? node.op_type() : (domain + "::" + node.op_type()).str();
  std::string quotedOp = quote(op);
  StringRef bareOp = StringRef(quotedOp).drop_front().drop_back();
  StringRef name = node.name();
  bool numbered = name.size() > 1 && name[0] == '#' && all_of(name.drop_front(), isDigit);
  return ("node " + (numbered ? name.str() : quote(name)) + " (" + bareOp + ")").str();
}

Error failure(const Twine &message) { return createStringError(message); }

Error firstLine(StringRef what, const std::exception &exception) {
  std::string text = StringRef(exception.what()).ltrim().split('\n').first.rtrim(". \r").str();
  return failure(what + ": " + StringRef(quote(text)).drop_front().drop_back());
}

} // namespace sinter::importer

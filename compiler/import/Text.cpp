// See Text.h.
#include "compiler/import/Text.h"
#include "compiler/import/Describe.h"
#include "onnx/defs/parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace sinter::importer {
namespace {
/// ONNX's parser recurses at every bracket and has no limit of its own.
constexpr unsigned deepestBracket = 300;
constexpr size_t largestText = size_t(1) << 28;

std::string place(StringRef contents, size_t offset) {
  StringRef before = contents.take_front(offset);
  size_t column = offset - (before.rfind('\n') + 1); // npos + 1 is 0
  return "line " + std::to_string(before.count('\n') + 1) + ", column " + std::to_string(column + 1);
}

/// Refuses text whose brackets, outside strings and comments, nest deeper than the parser's stack allows. Only '(' and
/// '{' are counted: '<' and '>' also occur in "=>", and '[' never holds another bracket.
Error checkNesting(StringRef contents) {
  unsigned depth = 0;
  for (size_t i = 0; i < contents.size(); ++i) {
    switch (contents[i]) {
    case '#': i = std::min(contents.find('\n', i), contents.size()); break;
    case '"':
      for (++i; i < contents.size() && contents[i] != '"'; ++i)
        i += contents[i] == '\\';
      break;
    case '(':
    case '{':
      if (++depth > deepestBracket)
        return failure(place(contents, i) + ": expected brackets nested at most " + Twine(deepestBracket) +
                       " deep, got a deeper one");
      break;
    case ')':
    case '}': depth -= depth > 0; break;
    default: break;
    }
  }
  return Error::success();
}

/// "[ParseError at position (line: 1 column: 5)]\nError context: ...\nExpected character } not found." as one line.
std::string oneLine(StringRef status) {
  unsigned line = 0, column = 0;
  StringRef rest = status.split("(line: ").second;
  bool placed = !rest.consumeInteger(10, line) && rest.consume_front(" column: ") && !rest.consumeInteger(10, column);
  StringRef reason = status.rtrim().rsplit('\n').second;
  if (reason.empty())
    reason = status.rtrim();
  std::string quoted = quote(reason.rtrim(". "));
  StringRef text = StringRef(quoted).drop_front().drop_back();
  return (placed ? "line " + Twine(line) + ", column " + Twine(column) + ": " + text : Twine(text)).str();
}
} // namespace

bool looksLikeText(StringRef path, StringRef contents) {
  StringRef extension = sys::path::extension(path);
  if (extension == ".onnxtxt" || extension == ".txt")
    return true;
  StringRef head = contents.take_front(64);
  StringRef start = head.ltrim();
  if (start.empty() || !(start[0] == '<' || start[0] == '#' || start[0] == '_' || isAlpha(start[0])))
    return false;
  return all_of(head, [](char c) { return isPrint(c) || isSpace(c) || uint8_t(c) >= 0x80; });
}

Error parseText(StringRef contents, onnx::ModelProto &model) {
  if (contents.size() > largestText)
    return failure("expected a text model of at most " + Twine(largestText) + " bytes, got " + Twine(contents.size()));
  if (Error error = checkNesting(contents))
    return error;
  return guarded("text model", [&]() -> Error {
    onnx::OnnxParser parser(std::string_view(contents.data(), contents.size()));
    onnx::Common::Status status = parser.Parse(model);
    return status.IsOK() ? Error::success() : failure(oneLine(status.ErrorMessage()));
  });
}

} // namespace sinter::importer

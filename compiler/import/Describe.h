// How nodes, names and values of a model appear in messages, and how failures of the ONNX library become errors.
//
// Names in ONNX files are arbitrary bytes: every name goes through quote(), so a message stays one readable line.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <exception>
#include <string>

namespace onnx {
class NodeProto;
} // namespace onnx

namespace sinter::importer {

/// The text in single quotes, control characters and bad UTF-8 as \xNN, cut after 100 bytes.
std::string quote(llvm::StringRef text);

/// "node 'conv1' (Conv)"; "node #12 (Conv)" for the 13th node of its graph when the file gives it no name;
/// "node 'x' (com.microsoft::Gelu)" outside the default domain.
std::string describe(const onnx::NodeProto &node);

/// The default domain under its one name: "ai.onnx" is "".
inline llvm::StringRef normalDomain(llvm::StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

/// An error with a one-line message, no full stop.
llvm::Error failure(const llvm::Twine &message);

/// The error that guarded() makes of an exception.
llvm::Error firstLine(llvm::StringRef what, const std::exception &exception);

/// Runs `body`, which returns an Error or Expected; an exception of ONNX, protobuf or the C++ library (also
/// bad_alloc) becomes an error "WHAT: first line of its text".
template <typename Body> auto guarded(llvm::StringRef what, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception &exception) {
    return firstLine(what, exception);
  }
}

} // namespace sinter::importer

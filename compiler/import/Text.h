// ONNX's text syntax as input: what people write by hand and what tests are made of.
// Source: onnx/docs/Syntax.md.
#pragma once
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace sinter::importer {

/// True for .onnxtxt and .txt files, and for contents that start as text does: a '<', a comment or an identifier, and
/// nothing but printable characters near the start (a protobuf has small numbers there).
bool looksLikeText(llvm::StringRef path, llvm::StringRef contents);

/// Parses a model in text syntax into `model`. Errors: "line 3, column 14: ...".
llvm::Error parseText(llvm::StringRef contents, onnx::ModelProto &model);

} // namespace sinter::importer

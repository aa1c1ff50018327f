// One compilation: all stages, from an ONNX file to what --emit asks for.
#pragma once
#include "compiler/driver/Options.h"
#include "mlir/IR/MLIRContext.h"

namespace sinter {
/// What is made once per process: the context with its dialects. A batch makes it before it forks.
struct Session {
  Session();
  mlir::MLIRContext context;
};

/// The stage that this process is in, for crash reports.
const char *currentStage();

/// Compiles and reports. Returns the exit code: 0, 1 when the model cannot be compiled or the output not be written, 2
/// for a target that does not exist.
int compile(Session &session, const Options &options);
/// --supports: prints what cannot be compiled to stdout. Returns 0 if that is nothing, else 1.
int listUnsupportedNodes(Session &session, const Options &options);
} // namespace sinter

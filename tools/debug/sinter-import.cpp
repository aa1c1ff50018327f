// sinter-import MODEL... [--dim NAME=N|LO..HI] [--shape INPUT=AxB] [--supports] [-q]: runs the import stage alone.
//
// Prints the module of each model (nothing with -q), or its unsupported nodes with --supports. Errors go to stderr, one
// line each, after the model's path when there are several. Exit code 1 if a model fails, 2 for wrong usage.
#include "compiler/import/Importer.h"

using namespace mlir;

namespace {
struct Arguments {
  std::vector<std::string> models;
  sinter::ImportOptions options;
  bool supports = false, quiet = false;
};

/// "B=4" or "B=1..64"
bool parseDimOption(StringRef text, sinter::ImportOptions &options) {
  auto [name, range] = text.rsplit('=');
  auto [low, high] = range.split("..");
  std::pair<int64_t, int64_t> bounds;
  if (low.getAsInteger(10, bounds.first) || (high.empty() ? low : high).getAsInteger(10, bounds.second))
    return false;
  options.dimRanges[name.str()] = bounds;
  return true;
}

/// "x=1x3x224x224"
bool parseShapeOption(StringRef text, sinter::ImportOptions &options) {
  auto [name, sizes] = text.rsplit('=');
  SmallVector<StringRef> parts;
  sizes.split(parts, 'x', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  SmallVector<int64_t> &shape = options.inputShapes[name.str()];
  for (StringRef part : parts)
    if (part.getAsInteger(10, shape.emplace_back()))
      return false;
  return true;
}

bool parse(int argc, char **argv, Arguments &out) {
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == "--supports")
      out.supports = true;
    else if (argument == "-q")
      out.quiet = true;
    else if (argument == "--dim" || argument == "--shape") {
      if (++i == argc || !(argument == "--dim" ? parseDimOption : parseShapeOption)(argv[i], out.options))
        return false;
    } else if (argument.starts_with("-"))
      return false;
    else
      out.models.push_back(argument.str());
  }
  return !out.models.empty();
}

bool importModel(const std::string &path, const Arguments &arguments) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string prefix = arguments.models.size() > 1 ? path + ": " : "";
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    llvm::errs() << prefix << sinter::diagnosticLine(diagnostic) << "\n";
    return success();
  });
  if (arguments.supports) {
    FailureOr<std::vector<std::string>> lines = sinter::listUnsupported(path, context);
    if (succeeded(lines))
      for (const std::string &line : *lines)
        llvm::outs() << prefix << line << "\n";
    return succeeded(lines) && lines->empty();
  }
  OwningOpRef<ModuleOp> module = sinter::importOnnx(path, context, arguments.options);
  if (module && !arguments.quiet) {
    module->print(llvm::outs());
    llvm::outs() << "\n";
  }
  return bool(module);
}
} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    llvm::errs() << "usage: sinter-import MODEL... [--dim NAME=N|LO..HI] [--shape INPUT=AxB] [--supports] [-q]\n";
    return 2;
  }
  bool allImported = true;
  for (const std::string &path : arguments.models)
    allImported &= importModel(path, arguments);
  return allImported ? 0 : 1;
}

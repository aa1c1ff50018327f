// See Options.h. CLI11 splits the line; values with a syntax of their own are read here, so that all messages look
// alike.
#include "compiler/driver/Options.h"
#include "compiler/driver/Licenses.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <sched.h>

using namespace llvm;
using namespace sinter;

static Error usage(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

//===- Values ---------------------------------------------------------------------------------------------------===//

/// NAME=VALUE, split at the last '=': names of models contain any character.
static Expected<std::pair<StringRef, StringRef>> splitPair(StringRef option, StringRef text, StringRef form) {
  auto [name, value] = text.rsplit('=');
  if (name.empty() || value.empty())
    return usage("expected " + option + " " + form + ", got '" + text + "'");
  return std::pair(name, value);
}

static Error parseDimRange(StringRef text, ImportOptions &options) {
  StringRef form = "NAME=N or NAME=LO..HI";
  auto pair = splitPair("--dim", text, form);
  if (!pair)
    return pair.takeError();
  auto [low, high] = pair->second.contains("..") ? pair->second.split("..") : std::pair(pair->second, pair->second);
  int64_t lo, hi;
  if (low.getAsInteger(10, lo) || high.getAsInteger(10, hi) || lo < 0 || hi < lo)
    return usage("expected --dim " + form + " with 0 <= LO <= HI, got '" + text + "'");
  options.dimRanges[pair->first.str()] = {lo, hi};
  return Error::success();
}

static Error parseShape(StringRef text, ImportOptions &options) {
  auto pair = splitPair("--shape", text, "INPUT=AxBxC");
  if (!pair)
    return pair.takeError();
  SmallVector<int64_t> shape;
  for (StringRef size : split(pair->second, 'x')) {
    if (size.getAsInteger(10, shape.emplace_back()) || shape.back() < 0)
      return usage("expected --shape INPUT=AxBxC with sizes of at least 0, got '" + text + "'");
  }
  options.inputShapes[pair->first.str()] = shape;
  return Error::success();
}

static Error parseEmit(StringRef text, EmitKind &emit) {
  int kind = StringSwitch<int>(text)
                 .Case("exe", int(EmitKind::Executable))
                 .Case("obj", int(EmitKind::Object))
                 .Case("mlir", int(EmitKind::Mlir))
                 .Case("llvm", int(EmitKind::LlvmIr))
                 .Case("asm", int(EmitKind::Assembly))
                 .Default(-1);
  if (kind < 0)
    return usage("expected --emit=exe, obj, mlir, llvm or asm, got '" + text + "'");
  emit = static_cast<EmitKind>(kind);
  return Error::success();
}

/// A text made an identifier of C.
static std::string identifier(StringRef text) {
  std::string name;
  for (char c : text)
    name += isAlnum(c) ? c : '_';
  return name.empty() || isDigit(name[0]) ? "_" + name : name;
}

static StringRef suffixOf(EmitKind emit) {
  switch (emit) {
  case EmitKind::Executable: return "";
  case EmitKind::Object: return ".o";
  case EmitKind::Mlir: return ".mlir";
  case EmitKind::LlvmIr: return ".ll";
  case EmitKind::Assembly: return ".s";
  }
  llvm_unreachable("covered switch");
}

/// CPUs that this process may use.
static unsigned availableCpus() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) ? 1 : std::max(1, CPU_COUNT(&set));
}

//===- The line -------------------------------------------------------------------------------------------------===//

namespace {
struct CommandLine {
  CLI::App app{"Compiles an ONNX model to a standalone executable.\n"
               "  sinter MODEL.onnx [-o OUT] [options]\n"
               "  sinter run MODEL.onnx [NAME=FILE ...]     compile to a temporary file and run it",
               "sinter"};
  Options options;
  std::string emit = "exe", level = "1";
  std::vector<std::string> dims, shapes;
  bool supports = false, version = false, licenses = false;

  CommandLine() {
    options.jobs = availableCpus();
    app.add_option("MODEL", options.model, "the ONNX file");
    app.add_option("-o", options.output, "file to write (default: the model's name without .onnx; - is stdout)");
    app.add_option("--emit", emit, "exe (default), obj, mlir, llvm or asm");
    app.add_option("-O", level, "0: no fusion, one operator a kernel, generic emitters; 1 (default): everything");
    app.add_option("--name", options.name, "what the program calls itself (default: the model's name)");
    app.add_option("--target", options.target, "native (default), x86-64-v3, x86-64-v4 or the name of an x86-64 CPU");
    app.add_option("--dim", dims, "NAME=N or NAME=LO..HI: fix or bound a symbolic dimension")->allow_extra_args(false);
    app.add_option("--shape", shapes, "INPUT=AxBxC: fix the shape of an input")->allow_extra_args(false);
    app.add_flag(
        "--stateful", options.stateful,
        "keep what is named past and present (past_key_values.N.key and present.N.key, past.N and present.N) in "
        "memory between runs");
    app.add_option("--state", options.states, "IN=OUT: keep an input that an output continues in memory between runs")
        ->allow_extra_args(false);
    app.add_option("--print-ir-after", options.printAfter,
                   "print the result of import, simplify, fuse, kernel, cpu or host")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_flag("--sinter-split-stages", options.splitStages, "one kernel per stage: the oracle of fusion, for tests");
    app.add_flag("--time", options.time, "print the time of each stage");
    app.add_flag("--supports", supports, "only list what cannot be compiled");
    app.add_flag("-q,--quiet", options.quiet, "print errors only");
    app.add_flag("-v,--verbose", options.verbose, "print a line for each stage, and remarks");
    app.add_option("--jobs", options.jobs, "worker processes (default: one per CPU)")->check(CLI::Range(1, 1024));
    app.add_option("--cache", options.cache, "a folder to keep compiled kernels in, and to find them again");
    app.add_option("--batch", options.batch,
                   "compile once for every line of a file, each an argument list; prints exit code, seconds, line");
    app.add_flag("--version", version, "print the version");
    app.add_flag("--licenses", licenses, "print the licences of what sinter contains");
    app.set_help_flag("-h,--help", "print this");
  }

  /// Where the arguments of sinter run end and those of the program begin: behind the first that is no option or its
  /// value.
  size_t programStart(const std::vector<std::string> &arguments) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      StringRef argument = arguments[i];
      if (!argument.starts_with("-") || argument == "-")
        return i + 1;
      CLI::Option *option = app.get_option_no_throw(arguments[i]);
      if (option && option->get_expected_max() > 0)
        ++i; // its value follows
    }
    return arguments.size();
  }

  Error read() {
    if (Error error = parseEmit(emit, options.emit))
      return error;
    if (level != "0" && level != "1")
      return usage("expected -O0 or -O1, got '-O" + level + "'");
    options.optLevel = level == "1";
    for (const std::string &dim : dims)
      if (Error error = parseDimRange(dim, options.import))
        return error;
    for (const std::string &shape : shapes)
      if (Error error = parseShape(shape, options.import))
        return error;
    for (const std::string &state : options.states)
      if (auto pair = splitPair("--state", state, "IN=OUT"); !pair)
        return pair.takeError();
    for (const std::string &stage : options.printAfter)
      if (!is_contained(stageNames, stage))
        return usage("expected --print-ir-after=" + join(ArrayRef(stageNames).drop_back(), ", ") + " or " +
                     ArrayRef(stageNames).back() + ", got '" + stage + "'");
    return complete();
  }

  /// Chooses the command, and fills in what follows from the model's name.
  Error complete() {
    if (version || licenses) {
      options.command = Options::Command::PrintText;
      options.text = version ? "sinter " SINTER_VERSION " (LLVM " LLVM_VERSION_STRING ")\n" : licenseTexts();
      return Error::success();
    }
    if (!options.batch.empty()) {
      options.command = Options::Command::Batch;
      return options.model.empty() ? Error::success()
                                   : usage("expected --batch without a model, got '" + options.model + "'");
    }
    if (options.model.empty())
      return usage("expected a model");
    if (supports)
      options.command = Options::Command::Supports;
    StringRef stem = sys::path::stem(options.model);
    if (options.name.empty())
      options.name = identifier(stem);
    else if (options.name != identifier(options.name))
      return usage("expected --name to be an identifier, got '" + options.name + "'");
    if (options.toStdout() && (options.emit == EmitKind::Executable || options.emit == EmitKind::Object))
      return usage("expected a file name after -o for an executable or object, got -");
    if (options.output.empty())
      options.output = (stem + suffixOf(options.emit)).str();
    return Error::success();
  }
};
} // namespace

Expected<Options> sinter::parseOptions(std::vector<std::string> arguments) {
  CommandLine line;
  bool run = !arguments.empty() && arguments[0] == "run";
  if (run) {
    arguments.erase(arguments.begin());
    auto start = arguments.begin() + line.programStart(arguments);
    line.options.programArguments.assign(start, arguments.end());
    arguments.erase(start, arguments.end());
  }
  try {
    std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back
    line.app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp &) {
    line.options.command = Options::Command::PrintText;
    line.options.text = line.app.help();
    return line.options;
  } catch (const CLI::Error &error) {
    return usage(StringRef(error.what()).split('\n').first);
  }
  if (Error error = line.read())
    return std::move(error);
  if (!run)
    return line.options;
  if (line.options.command != Options::Command::Compile || line.options.emit != EmitKind::Executable)
    return usage("expected sinter run with a model to execute");
  line.options.command = Options::Command::Run;
  return line.options;
}

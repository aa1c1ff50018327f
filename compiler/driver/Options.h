// The command line of sinter.
#pragma once
#include "compiler/import/Importer.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace sinter {
/// What to write for a model.
enum class EmitKind { Executable, Object, Mlir, LlvmIr, Assembly };

struct Options {
  enum class Command { Compile, Run, Batch, Supports, PrintText } command = Command::Compile;
  /// What --help, --version and --licenses print (Command::PrintText).
  std::string text;

  std::string model, output;
  EmitKind emit = EmitKind::Executable;
  unsigned optLevel = 1;
  /// What the program calls itself.
  std::string name;
  std::string target = "native";
  ImportOptions import;
  /// --state IN=OUT, and all pairs whose names say so: kept in the context between runs.
  std::vector<std::string> states;
  bool stateful = false;
  /// Stages whose result is printed.
  std::vector<std::string> printAfter;
  /// One kernel per stage, even where stages share rows: the oracle of fusion.
  bool splitStages = false;
  bool time = false, quiet = false, verbose = false;
  /// Worker processes; with --batch, compilations at a time.
  unsigned jobs = 1;
  /// A folder of kernels that were compiled before; empty: none is kept.
  std::string cache;
  /// --batch: a file of argument lists.
  std::string batch;
  /// Compile kernels in this process; not on the command line.
  bool inProcess = false;
  /// run: arguments of the program.
  std::vector<std::string> programArguments;

  bool toStdout() const { return output == "-"; }
};

/// Parses what follows the program's name. The error is one line that says what is wrong with the usage.
llvm::Expected<Options> parseOptions(std::vector<std::string> arguments);

/// The stages in order, as --print-ir-after names them.
inline constexpr llvm::StringLiteral stageNames[] = {"import", "simplify", "fuse", "kernel", "cpu", "host"};
} // namespace sinter

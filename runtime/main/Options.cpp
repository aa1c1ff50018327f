// Command-line parsing. Tensor names may contain any character, '=' and ':' too, so an argument is matched against the
// names first (the longest one that fits) and cut at its first '=' only when none does.
#include "runtime/main/Options.h"

#include <stdio.h>
#include <stdlib.h>

using namespace sinter::rt;

namespace {
constexpr int kMostThreads = 4096;

class Parser {
public:
  Parser(const sinter_program &program, int argc, const char *const *argv, Options &options, Error &error)
      : program(program), argc(argc), argv(argv), options(options), error(error) {}

  bool parse() {
    for (at = 1; at < argc; ++at) {
      const char *text = argv[at];
      bool isOption = text[0] == '-' && text[1];
      if (!(isOption ? option(text) : input(text)))
        return false;
    }
    return checkCombination();
  }

private:
  bool option(const char *text) {
    struct Flag {
      const char *name;
      bool *target;
    };
    const Flag flags[] = {{"--json", &options.json}, {"-q", &options.quiet}, {"--profile", &options.profile}};
    for (const Flag &flag : flags)
      if (!strcmp(text, flag.name))
        return *flag.target = true;
    if (!strcmp(text, "--next"))
      return ++options.runs;
    if (!strcmp(text, "--info"))
      return command(Command::Info);
    if (!strcmp(text, "--bench"))
      return command(Command::Bench);
    if (!strcmp(text, "--version"))
      return command(Command::Version);
    if (!strcmp(text, "--help") || !strcmp(text, "-h"))
      return command(Command::Help);
    if (!strncmp(text, "--profile=", 10)) {
      options.profile = true;
      options.tracePath = text + 10;
      return *options.tracePath || error.fail("--profile=: expected a file name, got nothing");
    }
    return optionWithValue(text);
  }

  bool optionWithValue(const char *text) {
    const char *value;
    if (match(text, "-o", value))
      return path("-o", value, options.outputPath);
    if (match(text, "--inputs", value))
      return inputSet(value);
    if (match(text, "--compare", value))
      return path("--compare", value, options.comparePath);
    if (match(text, "--rtol", value))
      return number("--rtol", value, options.rtol);
    if (match(text, "--atol", value))
      return number("--atol", value, options.atol);
    if (match(text, "--seconds", value))
      return number("--seconds", value, options.seconds);
    if (match(text, "--threads", value))
      return threads(value);
    if (match(text, "--shape", value))
      return shape(value);
    if (match(text, "--past", value))
      return past(value);
    if (match(text, "--weights", value))
      return weights(value);
    return error.fail("unknown option %s; see --help", text);
  }

  /// Whether `text` is option `name`; its value is behind '=' or the next argument (null when there is none).
  bool match(const char *text, const char *name, const char *&value) {
    size_t size = strlen(name);
    if (strncmp(text, name, size) || (text[size] && text[size] != '='))
      return false;
    if (text[size])
      value = text + size + 1;
    else
      value = at + 1 < argc ? argv[++at] : nullptr;
    return true;
  }

  bool command(Command command) {
    options.command = larger(options.command, command); // --help and --version win
    return true;
  }

  bool path(const char *name, const char *value, const char *&target) {
    target = value;
    return (value && *value) || error.fail("%s: expected a path, got nothing", name);
  }

  bool number(const char *name, const char *value, double &target) {
    char *end = nullptr;
    if (value)
      target = strtod(value, &end);
    return (value && end != value && !*end && target >= 0 && target <= 1e300) ||
           error.fail("%s: expected a number, at least 0, got %s", name, value ? value : "nothing");
  }

  bool threads(const char *value) {
    char *end = nullptr;
    long count = value ? strtol(value, &end, 10) : 0;
    if (!value || *end || count < 1 || count > kMostThreads)
      return error.fail("--threads: expected 1..%d, got %s", kMostThreads, value ? value : "nothing");
    options.threads = static_cast<int>(count);
    return true;
  }

  bool inputSet(const char *value) {
    for (const InputsArgument &other : options.inputSets)
      if (other.run == lastRun())
        return error.fail("--inputs: expected one path, got %s and %s", other.path, value ? value : "nothing");
    options.inputSets.push({lastRun(), value});
    return (value && *value) || error.fail("--inputs: expected a path, got nothing");
  }

  bool past(const char *value) {
    char *end = nullptr;
    long long rows = value ? strtoll(value, &end, 10) : 0;
    if (!value || end == value || *end || rows < 0)
      return error.fail("--past: expected a number of rows, at least 0, got %s", value ? value : "nothing");
    options.past = rows;
    return true;
  }

  bool weights(const char *value) {
    options.loadsWeights = value && !strcmp(value, "load");
    return (value && (options.loadsWeights || !strcmp(value, "map"))) ||
           error.fail("--weights: expected map or load, got %s", value ? value : "nothing");
  }

  bool shape(const char *value) {
    int32_t index;
    const char *rest;
    if (!value)
      return error.fail("--shape: expected NAME=AxB, got nothing");
    if (!findName(value, index, rest) || *rest != '=')
      return unknownInput("--shape: ", value);
    options.shapes.push({index, rest + 1});
    return true;
  }

  bool input(const char *text) {
    int32_t index;
    const char *rest;
    if (findName(text, index, rest))
      return addInput(index, rest);
    if (text[0] == '@' && text[1] >= '0' && text[1] <= '9') {
      char *end;
      long position = strtol(text + 1, &end, 10);
      if (*end == '=' || (*end == ':' && end[1] == '=')) {
        if (position >= program.num_inputs)
          return error.fail("%.*s: expected an input below %d, got %ld", static_cast<int>(end - text), text,
                            program.num_inputs, position);
        return addInput(static_cast<int32_t>(position), end);
      }
    }
    if (strchr(text, '='))
      return unknownInput("", text);
    if (program.num_inputs == 1)
      return addValue(0, false, text);
    Text names;
    appendInputNames(names, program);
    return error.fail("expected NAME=FILE, got %s; inputs are: %s", text, names.cString());
  }

  /// The longest input name that `text` starts with, followed by '=' or ':='; `rest` is what follows the name.
  bool findName(const char *text, int32_t &index, const char *&rest) {
    size_t longest = 0;
    bool found = false;
    for (int32_t k = 0; k < program.num_inputs; ++k) {
      const char *name = program.inputs[k].name;
      size_t size = strlen(name);
      if (strncmp(text, name, size) || (found && size <= longest))
        continue;
      if (text[size] == '=' || (text[size] == ':' && text[size + 1] == '=')) {
        index = k, rest = text + size, longest = size;
        found = true;
      }
    }
    return found;
  }

  /// `rest` starts with '=' or ':='.
  bool addInput(int32_t index, const char *rest) {
    bool json = *rest == ':';
    return addValue(index, json, rest + 1 + json);
  }

  bool addValue(int32_t index, bool json, const char *value) {
    for (const InputArgument &other : options.inputs)
      if (other.input == index && other.run == lastRun())
        return error.fail("input %s: expected one value, got two", program.inputs[index].name);
    options.inputs.push({lastRun(), index, json, value});
    return true;
  }

  /// The run whose inputs are being given.
  int32_t lastRun() const { return options.runs - 1; }

  bool unknownInput(const char *where, const char *text) {
    const char *equals = strchr(text, '=');
    int size = static_cast<int>(equals ? equals - text : static_cast<long>(strlen(text)));
    if (equals && size && text[size - 1] == ':')
      --size;
    Text names;
    appendInputNames(names, program);
    return error.fail("%sunknown input %.*s; inputs are: %s", where, size, text, names.cString());
  }

  bool checkCombination() {
    if (options.command != Command::Run && (options.outputPath || options.comparePath))
      return options.command >= Command::Help ||
             error.fail("%s: expected to run the model, got --%s", options.outputPath ? "-o" : "--compare",
                        options.command == Command::Info ? "info" : "bench");
    if (options.command == Command::Run && options.shapes.size())
      return error.fail("--shape: expected --bench or --info, got neither");
    if (options.command == Command::Run && options.past >= 0)
      return error.fail("--past: expected --bench or --info, got neither");
    if (options.past >= 0 && !program.num_states)
      return options.command >= Command::Help ||
             error.fail("--past: expected a model that keeps states (sinter --stateful), got one without");
    if (options.command != Command::Run && options.runs > 1)
      return options.command >= Command::Help || error.fail("--next: expected to run the model, got --%s",
                                                            options.command == Command::Info ? "info" : "bench");
    return true;
  }

  const sinter_program &program;
  int argc;
  const char *const *argv;
  Options &options;
  Error &error;
  int at = 1;
};

constexpr char kHelp[] = R"(usage:
  %1$s --info [--json]                    inputs, outputs, dims, memory, metadata
  %1$s NAME=FILE ... [-o DIR|FILE.npz]    run once; without -o a summary of each output is printed
  %1$s NAME=FILE ... --next NAME=FILE ... run several times, in order; states go on from one run to the next
  %1$s ... --compare DIR|FILE.npz         run and compare the outputs; exit code 1 on mismatch
  %1$s --bench [--shape NAME=AxB] ...     time runs; inputs that are not given are made from a seed
inputs:
  NAME=FILE.npy  NAME=FILE.pb  NAME:=JSON  @K=FILE (by position, from 0)  --inputs DIR|FILE.npz
  a model with one input: FILE
states (sinter --stateful): kept from run to run in place of an input and an output; empty at the start
options:
  -o DIR|FILE.npz        write the outputs; with --next into DIR/0, DIR/1, ..
  --past=N               rows that states have before the run that --bench times or --info describes
  --rtol=R --atol=A      an output may differ by A + R * |expected| (default 1e-3, 1e-5)
  --seconds=S            how long --bench runs (default 2)
  --profile[=FILE]       time per kernel; into FILE as a Chrome trace
  --threads=N            default: what affinity and cgroup allow
  --weights=map|load     read weights from the file's pages as they are needed (default), or copy them to memory first
  --json                 machine-readable output of --info, --bench and runs
  -q                     print nothing but errors and mismatches
  --version  --help
exit codes: 0 done, 1 outputs differ, 2 wrong usage or input, 3 this CPU lacks a feature
)";
} // namespace

bool sinter::rt::parseOptions(const sinter_program &program, int argc, const char *const *argv, Options &options,
                              Error &error) {
  return Parser(program, argc, argv, options, error).parse();
}

void sinter::rt::appendInputNames(Text &text, const sinter_program &program) {
  for (int32_t k = 0; k < program.num_inputs; ++k)
    text.append("%s%s", k ? ", " : "", program.inputs[k].name);
  if (!program.num_inputs)
    text.append("none");
}

void sinter::rt::printHelp(const sinter_program &program, const char *executable) {
  printf(kHelp, executable);
  printf("inputs of %s:\n", program.name);
  for (int32_t k = 0; k < program.num_inputs; ++k) {
    const sinter_tensor_info &info = program.inputs[k];
    Text dims;
    for (int32_t axis = 0; axis < info.rank; ++axis)
      dims.append("%s%s", axis ? ", " : "", info.dim_texts[axis]);
    printf("  %s  %s [%s]\n", info.name, dtypeName(info.dtype), dims.cString());
  }
}

// See StatePairs.h. Runs on the importer's result: there a concatenation still is one, and dims have the names of the
// interface.
#include "passes/simplify/StatePairs.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

StringRef sinter::interfaceName(ArrayAttr attributes, size_t position) {
  auto dictionary = attributes ? dyn_cast<DictionaryAttr>(attributes[position]) : DictionaryAttr();
  auto name = dictionary ? dictionary.getAs<StringAttr>("sinter.name") : StringAttr();
  return name ? name.getValue() : "";
}

static std::optional<int64_t> findName(ArrayAttr attributes, StringRef name) {
  for (size_t i = 0; attributes && i < attributes.size(); ++i)
    if (interfaceName(attributes, i) == name)
      return i;
  return std::nullopt;
}

namespace {
class Finder {
public:
  explicit Finder(ProgramOp programOp) : program(programOp) {
    program.walk([&](AssumeOp assume) {
      if (!assume.isConditional() && assume.getRelation() == "eq")
        equal.insert({assume.getLhs(), assume.getRhs()});
    });
  }
  LogicalResult addWanted(StringRef text);
  LogicalResult addByName();
  SmallVector<StatePair> states;

private:
  InFlightDiagnostic fail(const Twine &name) {
    return emitError(NameLoc::get(StringAttr::get(program.getContext(), name)));
  }
  bool isTaken(const StatePair &pair) const {
    return llvm::any_of(states, [&](const StatePair &s) { return s.input == pair.input || s.output == pair.output; });
  }
  /// Fills concat and rows, or says what is wrong.
  std::optional<std::string> match(StatePair &pair);
  std::optional<StatePair> namedPair(int64_t input);
  Value withoutRenames(Value value) const;

  ProgramOp program;
  llvm::DenseSet<std::pair<DimAttr, DimAttr>> equal;
};
} // namespace

/// The value behind reshapes that only give a dim another name, one that the program assumes equal.
Value Finder::withoutRenames(Value value) const {
  auto reshape = value.getDefiningOp<ReshapeOp>();
  if (!reshape || rankOf(reshape.getInput()) != rankOf(value))
    return value;
  for (auto [from, to] : llvm::zip(dimsOf(reshape.getInput()), dimsOf(value)))
    if (from != to && !equal.contains({from, to}) && !equal.contains({to, from}))
      return value;
  return withoutRenames(reshape.getInput());
}

std::optional<std::string> Finder::match(StatePair &pair) {
  Block &body = program.getBody().front();
  Value past = body.getArgument(pair.input), present = body.getTerminator()->getOperand(pair.output);
  pair.concat = withoutRenames(present).getDefiningOp<ConcatOp>();
  if (!pair.concat || pair.concat->getBlock() != &body || pair.concat.getInputs().size() != 2 ||
      withoutRenames(pair.concat.getInputs()[0]) != past)
    return "expected the output to be the input with another tensor behind it (Concat)";
  DimAttr rows = dimsOf(past)[pair.concat.getAxis()];
  std::optional<StringRef> symbol = symbolName(rows);
  if (!symbol)
    return "expected dim " + std::to_string(pair.concat.getAxis()) + " of the input to be a symbol, got " +
           toString(rows);
  pair.rows = symbol->str();
  return std::nullopt;
}

LogicalResult Finder::addWanted(StringRef text) {
  auto [in, out] = text.rsplit('=');
  std::optional<int64_t> input = findName(program.getArgAttrsAttr(), in),
                         output = findName(program.getResAttrsAttr(), out);
  if (!input || !output)
    return fail("--state " + text) << "expected the name of an " << (input ? "output" : "input") << ", got '"
                                   << (input ? out : in) << "'";
  StatePair pair{*input, *output, text.str()};
  if (isTaken(pair))
    return fail("--state " + text) << "expected an input and an output of no other state";
  if (std::optional<std::string> problem = match(pair))
    return fail("--state " + text) << *problem;
  states.push_back(pair);
  return success();
}

std::optional<StatePair> Finder::namedPair(int64_t input) {
  StringRef name = interfaceName(program.getArgAttrsAttr(), input);
  for (StringRef past : {"past_key_values", "past"}) {
    size_t at = name.find(past);
    if (at == StringRef::npos)
      continue;
    std::string present = (name.take_front(at) + "present" + name.drop_front(at + past.size())).str();
    if (std::optional<int64_t> output = findName(program.getResAttrsAttr(), present))
      return StatePair{input, *output, name.str() + "=" + present};
  }
  return std::nullopt;
}

LogicalResult Finder::addByName() {
  SmallVector<std::pair<std::string, std::string>> problems; // of pairs that only their names suggest
  for (int64_t input = 0; input < int64_t(program.getNumArguments()); ++input) {
    std::optional<StatePair> pair = namedPair(input);
    if (!pair || isTaken(*pair))
      continue;
    if (std::optional<std::string> problem = match(*pair))
      problems.push_back({pair->text, *problem});
    else
      states.push_back(*pair);
  }
  for (const auto &[text, problem] : problems) {
    Location loc = NameLoc::get(StringAttr::get(program.getContext(), "--stateful: " + text));
    if (states.empty())
      emitError(loc) << problem;
    else
      emitWarning(loc) << problem << "; stays in the interface";
  }
  if (states.empty() && problems.empty())
    return fail("--stateful")
           << "expected an input like past_key_values.0.key and an output like present.0.key, got none";
  return success(!states.empty());
}

FailureOr<SmallVector<StatePair>> sinter::findStatePairs(ProgramOp program, ArrayRef<std::string> wanted, bool byName) {
  Finder finder(program);
  for (StringRef text : wanted)
    if (failed(finder.addWanted(text)))
      return failure();
  if (byName && failed(finder.addByName()))
    return failure();
  return std::move(finder.states);
}

// See Inputs.h.
#include "compiler/import/Inputs.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ElementTypes.h"
#include "compiler/import/Limits.h"
#include "compiler/import/Tensors.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace sinter::importer {
namespace {
constexpr int64_t largestDim = INT64_MAX >> 8;

/// Sizes that are only known at run time, of a declared dim.
bool isUnnamed(const onnx::TensorShapeProto::Dimension &dim) {
  if (dim.has_dim_value())
    return dim.dim_value() == -1;
  StringRef text = StringRef(dim.dim_param()).trim();
  return text.empty() || text == "?" || text == "-1" || text == "None";
}

/// One declared dim as text.
std::string dimText(const onnx::TensorShapeProto::Dimension &dim) {
  StringRef text = StringRef(dim.dim_param()).trim();
  return text.starts_with("$") ? ("_" + text).str() : text.str(); // `$` is for values of elements, see Dims.h
}

class InputReader {
public:
  InputReader(const onnx::GraphProto &graph, const ImportOptions &options, MLIRContext &context)
      : graph(graph), options(options), context(context) {}
  FailureOr<ProgramInputs> run();

private:
  struct Input {
    const onnx::ValueInfoProto *info;
    Type element;
    SmallVector<DimAttr> dims;
  };

  InFlightDiagnostic report(const Input &input) {
    failed = true;
    return emitError(NameLoc::get(StringAttr::get(&context, "input " + quote(input.info->name()))));
  }
  InFlightDiagnostic reportOption(const Twine &option) {
    failed = true;
    return emitError(NameLoc::get(StringAttr::get(&context, option)));
  }
  void collect();
  bool readType(Input &input);
  void bindNames();
  DimAttr dimOf(const Input &input, size_t k);
  void applyDimOptions();
  void applyShapeOptions();
  void fix(const std::string &option, StringRef symbol, int64_t value);
  DimAttr substituted(DimAttr dim);
  void addSymbols(ProgramInputs &out, const Input &input, size_t position);

  const onnx::GraphProto &graph;
  const ImportOptions &options;
  MLIRContext &context;
  bool failed = false;
  SmallVector<Input> inputs;
  llvm::StringSet<> bound;        // symbols that are a dim of their own
  llvm::StringMap<int64_t> fixed; // by --dim and --shape
  SmallVector<std::pair<DimAttr, DimAttr>> equations;
};

/// Element type and number of dims; false after a report.
bool InputReader::readType(Input &input) {
  const onnx::TypeProto &type = input.info->type();
  if (!type.has_tensor_type()) {
    const char *got = type.has_sequence_type()   ? "a sequence"
                      : type.has_optional_type() ? "an optional"
                      : type.has_map_type()      ? "a map"
                                                 : "no type";
    report(input) << "expected a tensor, got " << got;
    return false;
  }
  int32_t onnxType = type.tensor_type().elem_type();
  input.element = elementTypeOf(&context, onnxType);
  if (!input.element) {
    report(input) << "expected a supported element type, got " << dataTypeName(onnxType);
    return false;
  }
  if (!type.tensor_type().has_shape() && !options.inputShapes.count(input.info->name())) {
    report(input) << "expected a known rank, got none; give one with --shape " << input.info->name() << "=AxB";
    return false;
  }
  for (const onnx::TensorShapeProto::Dimension &dim : type.tensor_type().shape().dim())
    if (dim.has_dim_value() && dim.dim_value() < -1) {
      report(input) << "expected dims of 0 or more, got " << dim.dim_value();
      return false;
    }
  return true;
}

void InputReader::collect() {
  llvm::StringSet<> constants;
  for (const onnx::TensorProto &tensor : graph.initializer())
    constants.insert(tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    constants.insert(tensor.values().name());
  for (const onnx::ValueInfoProto &info : graph.input()) {
    Input input{&info, {}, {}};
    if (!constants.contains(info.name()) && readType(input))
      inputs.push_back(input);
  }
}

/// Finds the names that are a dim of their own.
void InputReader::bindNames() {
  for (const Input &input : inputs)
    for (const onnx::TensorShapeProto::Dimension &dim : input.info->type().tensor_type().shape().dim()) {
      if (isUnnamed(dim) || dim.has_dim_value())
        continue;
      std::string text = dimText(dim);
      DimAttr parsed = parseDim(&context, text);
      if (!parsed || constantValue(parsed) || symbolName(parsed))
        bound.insert(text);
    }
}

DimAttr InputReader::dimOf(const Input &input, size_t k) {
  const onnx::TensorShapeProto::Dimension &dim = input.info->type().tensor_type().shape().dim(int(k));
  if (isUnnamed(dim)) {
    std::string name = input.info->name() + "." + std::to_string(k);
    while (bound.contains(name))
      name += "_";
    return dimSymbol(&context, name);
  }
  if (dim.has_dim_value())
    return dimConstant(&context, dim.dim_value());
  std::string text = dimText(dim);
  DimAttr parsed = parseDim(&context, text);
  bool isFormula = parsed && !constantValue(parsed);
  if (isFormula)
    visitSymbols(parsed, [&](StringRef name) { isFormula &= bound.contains(name); });
  return isFormula ? parsed : dimSymbol(&context, text);
}

void InputReader::fix(const std::string &option, StringRef symbol, int64_t value) {
  auto [known, isNew] = fixed.insert({symbol, value});
  if (!isNew && known->second != value)
    reportOption(option) << "expected one size for dim " << quote(symbol) << ", got " << known->second << " and "
                         << value;
  auto range = options.dimRanges.find(symbol.str());
  if (range != options.dimRanges.end() && (value < range->second.first || value > range->second.second))
    reportOption(option) << "expected dim " << quote(symbol) << " in " << range->second.first << ".."
                         << range->second.second << ", got " << value;
}

void InputReader::applyDimOptions() {
  llvm::StringSet<> names;
  std::string list;
  for (const Input &input : inputs)
    for (DimAttr dim : input.dims)
      if (std::optional<StringRef> name = symbolName(dim); name && names.insert(*name).second)
        list += (list.empty() ? "" : ", ") + name->str();
  for (const auto &[name, range] : options.dimRanges) {
    if (StringRef(name).starts_with("$"))
      continue; // the value of an element: a range only
    if (!names.contains(name))
      reportOption("--dim " + name) << "expected a dim of the inputs (" << (list.empty() ? "there is none" : list)
                                    << "), got " << quote(name);
    else if (range.first == range.second)
      fix("--dim " + name, name, range.first);
  }
}

void InputReader::applyShapeOptions() {
  for (const auto &[name, sizes] : options.inputShapes) {
    std::string option = "--shape " + name;
    auto input = llvm::find_if(inputs, [&](const Input &i) { return i.info->name() == name; });
    if (input == inputs.end()) {
      reportOption(option) << "expected the name of an input, got " << quote(name);
      continue;
    }
    if (!input->info->type().tensor_type().has_shape())
      for (int64_t size : sizes)
        input->dims.push_back(dimConstant(&context, size));
    if (input->dims.size() != sizes.size()) {
      reportOption(option) << "expected " << input->dims.size() << " dims, got " << sizes.size();
      continue;
    }
    for (auto [dim, size] : llvm::zip(input->dims, sizes)) {
      std::optional<int64_t> known = constantValue(dim);
      if (known && known != size)
        reportOption(option) << "expected size " << *known << ", got " << size;
      else if (std::optional<StringRef> symbol = symbolName(dim))
        fix(option, *symbol, size);
      else if (!known)
        equations.push_back({dim, dimConstant(&context, size)});
    }
  }
}

DimAttr InputReader::substituted(DimAttr dim) {
  return substitute(dim, [&](StringRef name) {
    auto found = fixed.find(name);
    return found == fixed.end() ? DimAttr() : dimConstant(&context, found->second);
  });
}

void InputReader::addSymbols(ProgramInputs &out, const Input &input, size_t position) {
  for (auto [k, dim] : llvm::enumerate(input.dims)) {
    std::optional<StringRef> name = symbolName(dim);
    if (!name || llvm::any_of(out.symbols, [&](SymbolAttr s) { return s.getName().getValue() == *name; }))
      continue;
    auto range = options.dimRanges.find(name->str());
    auto [lo, hi] = range == options.dimRanges.end() ? std::pair<int64_t, int64_t>(0, largestDim) : range->second;
    out.symbols.push_back(SymbolAttr::get(&context, StringAttr::get(&context, *name), lo, hi,
                                          StringAttr::get(&context, "dim"), int64_t(position), int64_t(k)));
  }
}

FailureOr<ProgramInputs> InputReader::run() {
  collect();
  bindNames();
  for (Input &input : inputs)
    for (int k = 0; k < input.info->type().tensor_type().shape().dim_size(); ++k)
      input.dims.push_back(dimOf(input, k));
  applyDimOptions();
  applyShapeOptions();
  ProgramInputs out;
  for (auto [position, input] : llvm::enumerate(inputs)) {
    for (DimAttr &dim : input.dims)
      dim = substituted(dim);
    if (std::optional<std::string> problem = sizeProblem(input.dims, input.element)) {
      report(input) << *problem;
      continue;
    }
    out.names.push_back(input.info->name());
    out.types.push_back(tensorType(input.dims, input.element));
    addSymbols(out, input, position);
  }
  for (auto [formula, size] : equations)
    out.equations.push_back({substituted(formula), size});
  if (failed)
    return mlir::failure();
  return out;
}
} // namespace

FailureOr<ProgramInputs> readInputs(const onnx::GraphProto &graph, const ImportOptions &options, MLIRContext &context) {
  return InputReader(graph, options, context).run();
}

} // namespace sinter::importer

// Assembles the program's module: sizes, memory plan, launches, tables; see Host.h.
#include "codegen/host/Host.h"
#include "codegen/host/Run.h"
#include "codegen/host/Tables.h"
#include "dialects/sinter/Infer.h"
#include "runtime/abi.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace sinter;

namespace {
int64_t dtypeOf(Type element) {
  if (element.isF32())
    return SINTER_F32;
  if (element.isF64())
    return SINTER_F64;
  if (element.isF16())
    return SINTER_F16;
  if (element.isBF16())
    return SINTER_BF16;
  bool isUnsigned = element.isUnsignedInteger();
  switch (element.getIntOrFloatBitWidth()) {
  case 1: return SINTER_BOOL;
  case 8: return isUnsigned ? SINTER_U8 : SINTER_I8;
  case 16: return isUnsigned ? SINTER_U16 : SINTER_I16;
  case 32: return isUnsigned ? SINTER_U32 : SINTER_I32;
  default: return isUnsigned ? SINTER_U64 : SINTER_I64;
  }
}

/// The names of all nodes in a location, in order.
void nodeNames(Location loc, SmallVectorImpl<StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(loc))
    names.push_back(name.getName().getValue());
  else if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      nodeNames(part, names);
}

std::string nodeText(Location loc) {
  SmallVector<StringRef> names;
  nodeNames(loc, names);
  return llvm::join(names, ", ");
}

class HostBuilder {
public:
  HostBuilder(ModuleOp module, llvm::LLVMContext &context, const HostOptions &options)
      : source(module), program(*module.getOps<ProgramOp>().begin()), options(options),
        module(std::make_unique<llvm::Module>("host", context)), tables(*this->module), b(context),
        memory(program, options.weightOffsets), values(program, memory) {}

  std::unique_ptr<llvm::Module> build() {
    for (const Segment &segment : memory.segments)
      llvm::append_range(launches, segment.launches);
    collectValues();
    values.layout();
    emitProgram(segmentTable());
    return std::move(module);
  }

private:
  //===- Values ---------------------------------------------------------------------------------------------------===//

  void collectValues() {
    for (ArrayRef<Type> types : {program.getArgumentTypes(), program.getResultTypes()})
      for (Type type : types)
        for (DimAttr dim : dimsOf(type))
          addDim(dim);
    for (auto state : program.getOps<StateOp>())
      addState(state);
    for (auto append : program.getOps<AppendOp>())
      addDim(dimsOf(append.getResult())[0]);
    program.walk([&](AssumeOp assume) { addCheck(checkOf(assume), assume.isConditional()); });
    program.walk([&](CheckElementsOp check) {
      values.add(elementCount(check.getInput().getType()));
      for (DimsAttr bounds : {check.getLo(), check.getHi()})
        for (DimAttr bound : bounds.getValues())
          values.add(bound);
    });
    for (LaunchOp launch : launches) {
      for (Value result : launch.getResults())
        for (DimAttr dim : dimsOf(result))
          addDim(dim);
      for (DimAttr dim : launch.getDims().getValues())
        values.add(dim);
      for (StringRef key : {"tasks", "scratch", "flops", "bytes", "merge"})
        if (DimAttr formula = scheduled(launch, key))
          values.add(formula);
    }
    program.walk([&](Operation *op) {
      if (isa<IfOp, LoopOp>(op))
        for (Value result : op->getResults())
          for (DimAttr dim : dimsOf(result))
            addDim(dim);
      if (auto loop = dyn_cast<LoopOp>(op)) {
        values.add(loop.getTrip());
        for (Value scan : loop.getScans())
          values.add(rowBytesOf(scan));
      }
    });
    values.add(dimConstant(program.getContext(), 0));
    values.add(dimConstant(program.getContext(), 1));
  }
  void addState(StateOp state) {
    for (DimAttr dim : dimsOf(state.getResult()))
      addDim(dim);
    values.add(bytesOf(state));
  }
  /// A tensor's dim; one that may be negative is checked.
  void addDim(DimAttr dim) {
    values.add(dim);
    if (rangeOf(dim).lo < 0 && signChecked.insert(dim).second)
      addCheck(
          {dimConstant(program.getContext(), 0), dim, /*lessEqual=*/true, "sizes: expected 0 <= " + toString(dim)});
  }
  struct Check {
    DimAttr lhs, rhs;
    bool lessEqual;
    std::string message;
  };
  static Check checkOf(AssumeOp assume) {
    bool lessEqual = assume.getRelation() == "le";
    return {assume.getLhs(), assume.getRhs(), lessEqual,
            (assume.getMessage() + ": expected " + toString(assume.getLhs()) + (lessEqual ? " <= " : " == ") +
             toString(assume.getRhs()))
                .str()};
  }
  /// `conditional`: made where it is needed, by `run`.
  void addCheck(const Check &check, bool conditional = false) {
    values.add(check.lhs);
    values.add(check.rhs);
    if (!conditional)
      checks.push_back(check);
  }

  //===- Tables ---------------------------------------------------------------------------------------------------===//

  llvm::Constant *tensorTable(ArrayRef<Type> types, ArrayAttr attributes, StringRef name) {
    SmallVector<llvm::Constant *> rows;
    for (auto [i, type] : llvm::enumerate(types)) {
      auto dictionary = attributes ? dyn_cast<DictionaryAttr>(attributes[i]) : DictionaryAttr();
      auto label = dictionary ? dictionary.getAs<StringAttr>("sinter.name") : StringAttr();
      rows.push_back(tensorRow(label ? label.getValue() : "", elementType(type), dimsOf(type)));
    }
    return tables.array(rows, name);
  }
  llvm::Constant *tensorRow(StringRef name, Type element, ArrayRef<DimAttr> tensorDims) {
    SmallVector<llvm::Constant *> dims, texts;
    for (DimAttr dim : tensorDims) {
      dims.push_back(tables.i32(values.index(dim)));
      texts.push_back(tables.text(toString(dim)));
    }
    return tables.structure({tables.text(name), tables.i32(dtypeOf(element)), tables.i32(dims.size()),
                             tables.array(dims, "dims"), tables.array(texts, "dim_texts")});
  }
  /// States as the graph has them: the dim that grows in its place.
  llvm::Constant *stateTable(int &count) {
    SmallVector<llvm::Constant *> rows;
    for (auto append : program.getOps<AppendOp>()) {
      StateOp state = append.getStateOp();
      SmallVector<DimAttr> dims = dimsOf(state.getResult());
      std::rotate(dims.begin(), dims.begin() + 1, dims.begin() + state.getAxis() + 1);
      rows.resize(std::max<size_t>(rows.size(), memory.placeOf(append).index + 1));
      rows[memory.placeOf(append).index] =
          tables.structure({tensorRow(state.getInput(), elementType(state.getType()), dims),
                            tables.text(state.getOutput()), tables.i32(state.getAxis()),
                            tables.i32(values.index(dimsOf(append.getResult())[0])), tables.i64(capacityOf(state))});
    }
    count = rows.size();
    return tables.array(rows, "states");
  }
  /// The most rows that a state may have: the bound of their symbol. One that no tensor reaches is none.
  int64_t capacityOf(StateOp state) {
    SymbolRanges ranges;
    for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
      ranges[symbol.getName().getValue()] = {symbol.getLo(), symbol.getHi()};
    int64_t hi = rangeOf(dimsOf(state.getResult())[0], &ranges).hi;
    return hi < maxTensorBytes ? hi : INT64_MAX;
  }
  llvm::Constant *symbolRow(SymbolAttr symbol) {
    StringRef source = symbol.getSource(), name = symbol.getName();
    int segment = memory.segmentOf(name);
    llvm::Constant *node = tables.null();
    if (segment >= 0)
      for (BindOp bind : memory.segments[segment].binds)
        if (bind.getSymbol() == name)
          node = tables.text(nodeText(bind.getLoc()));
    int kind = segment >= 0          ? SINTER_FROM_VALUE
               : source == "element" ? SINTER_FROM_ELEMENT
               : source == "state"   ? SINTER_FROM_STATE
                                     : SINTER_FROM_DIM;
    return tables.structure({tables.text(name), tables.i64(symbol.getLo()), tables.i64(symbol.getHi()),
                             tables.i32(kind), tables.i32(symbol.getInput()),
                             tables.i32(segment >= 0 ? segment : symbol.getPosition()), node});
  }
  llvm::Constant *symbolTable(int &count) {
    SmallVector<llvm::Constant *> rows;
    if (program.getSymbols())
      for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
        rows.push_back(symbolRow(symbol));
    count = rows.size();
    return tables.array(rows, "symbols");
  }
  llvm::Constant *launchTable() {
    SmallVector<llvm::Constant *> rows;
    for (LaunchOp launch : launches) {
      auto index = [&](StringRef key) {
        DimAttr formula = scheduled(launch, key);
        return tables.i32(formula ? values.index(formula) : -1);
      };
      rows.push_back(tables.structure(
          {tables.text(launch.getKernel()), tables.text(nodeText(launch.getLoc())), index("flops"), index("bytes")}));
    }
    return tables.array(rows, "launches");
  }
  llvm::Constant *propertyTable(int &count) {
    SmallVector<llvm::Constant *> rows;
    if (auto metadata = source->getAttrOfType<DictionaryAttr>("sinter.metadata"))
      for (NamedAttribute entry : metadata)
        if (auto text = dyn_cast<StringAttr>(entry.getValue()))
          rows.push_back(tables.structure({tables.text(entry.getName()), tables.text(text.getValue())}));
    count = rows.size();
    return tables.array(rows, "properties");
  }
  llvm::Constant *checkTable() {
    SmallVector<llvm::Constant *> rows;
    for (const Check &check : checks)
      rows.push_back(checkRecord(check));
    return tables.array(rows, "checks");
  }
  llvm::Constant *checkRecord(const Check &check) {
    return tables.structure({tables.i32(values.index(check.lhs)), tables.i32(values.index(check.rhs)),
                             tables.i32(check.lessEqual), tables.text(check.message)});
  }
  llvm::Constant *elementCheckRecord(CheckElementsOp check) {
    Type type = check.getInput().getType();
    SmallVector<llvm::Constant *> bounds;
    for (auto [lo, hi] : llvm::zip(check.getLo().getValues(), check.getHi().getValues()))
      for (DimAttr bound : {lo, hi})
        bounds.push_back(tables.i32(values.index(bound)));
    return tables.structure({tables.i32(dtypeOf(elementType(type))), tables.i32(values.index(elementCount(type))),
                             tables.i32(check.getLo().getValues().size()), tables.array(bounds, "bounds"),
                             tables.text(nodeText(check.getLoc())), tables.text(check.getWhat())});
  }
  llvm::Constant *segmentTable() {
    SmallVector<llvm::Constant *> rows;
    int64_t index = 0;
    auto checked = [this](Operation *check) {
      auto assume = dyn_cast<AssumeOp>(check);
      return tables.array({assume ? checkRecord(checkOf(assume)) : elementCheckRecord(cast<CheckElementsOp>(check))},
                          "check");
    };
    Run run(*module, memory, values, checked);
    for (auto [number, segment] : llvm::enumerate(memory.segments)) {
      std::string arena = arenaText(program.getContext(), segment.buffers, segment.order);
      rows.push_back(
          tables.structure({values.emitPlan(*module, number), run.emit(number, index), tables.i32(values.end(number)),
                            tables.i32(values.arena(number)), tables.text(arena)}));
      index += segment.launches.size();
    }
    return tables.array(rows, "segments");
  }
  void emitProgram(llvm::Constant *segments) {
    SmallVector<llvm::Constant *> features;
    for (const std::string &feature : options.target.required)
      features.push_back(tables.text(feature));
    features.push_back(tables.null());
    auto *weights = new llvm::GlobalVariable(*module, b.getInt8Ty(), true, llvm::GlobalValue::ExternalLinkage, nullptr,
                                             "sinter_weights");
    weights->setVisibility(llvm::GlobalValue::HiddenVisibility);
    int numSymbols, numProperties, numStates;
    llvm::Constant *states = stateTable(numStates);
    llvm::Constant *symbols = symbolTable(numSymbols), *properties = propertyTable(numProperties);
    llvm::Constant *inputs = tensorTable(program.getArgumentTypes(), program.getArgAttrsAttr(), "inputs");
    llvm::Constant *outputs = tensorTable(program.getResultTypes(), program.getResAttrsAttr(), "outputs");
    llvm::Constant *fields[] = {tables.i32(SINTER_ABI_VERSION),
                                tables.text(options.name),
                                tables.text(options.target.name),
                                tables.array(features, "features"),
                                tables.i32(program.getNumArguments()),
                                tables.i32(program.getNumResults()),
                                tables.i32(numSymbols),
                                tables.i32(values.size()),
                                tables.i32(checks.size()),
                                tables.i32(memory.segments.size()),
                                tables.i32(launches.size()),
                                tables.i32(numProperties),
                                tables.i32(numStates),
                                inputs,
                                outputs,
                                symbols,
                                checkTable(),
                                launchTable(),
                                properties,
                                segments,
                                states,
                                tables.i64(options.weightBytes),
                                weights};
    llvm::Constant *data = llvm::ConstantStruct::getAnon(module->getContext(), fields);
    new llvm::GlobalVariable(*module, data->getType(), true, llvm::GlobalValue::ExternalLinkage, data,
                             "sinter_program_main");
  }

  ModuleOp source;
  ProgramOp program;
  const HostOptions &options;
  std::unique_ptr<llvm::Module> module;
  Tables tables;
  llvm::IRBuilder<> b;
  Layout memory;
  Values values;
  SmallVector<LaunchOp> launches;
  std::vector<Check> checks;
  llvm::DenseSet<DimAttr> signChecked;
};
} // namespace

std::unique_ptr<llvm::Module> sinter::emitHost(ModuleOp module, llvm::LLVMContext &context,
                                               const HostOptions &options) {
  return HostBuilder(module, context, options).build();
}

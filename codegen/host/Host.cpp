// Assembles the program's module: sizes, memory plan, launches, tables; see Host.h.
#include "codegen/host/Host.h"
#include "codegen/host/MemoryPlan.h"
#include "codegen/host/Tables.h"
#include "codegen/host/Values.h"
#include "dialects/sinter/Infer.h"
#include "runtime/abi.h"

using namespace mlir;
using namespace sinter;

namespace {
/// Where a tensor of the program lies.
struct Place {
  enum Kind { Input, Output, Arena, Weight } kind;
  int64_t index = 0; // of the input, output or planned buffer; byte offset of a weight
};

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

class HostBuilder {
public:
  HostBuilder(ModuleOp module, llvm::LLVMContext &context, const HostOptions &options)
      : source(module), program(*module.getOps<ProgramOp>().begin()), options(options),
        module(std::make_unique<llvm::Module>("host", context)), tables(*this->module), b(context),
        values(symbolNames()) {}

  std::unique_ptr<llvm::Module> build() {
    launches.append(program.getBody().front().getOps<LaunchOp>().begin(),
                    program.getBody().front().getOps<LaunchOp>().end());
    assignPlaces();
    collectValues();
    std::vector<int> order = planMemory(buffers);
    arena = arenaText(program.getContext(), buffers, order);
    values.setPlan(buffers, order);
    emitProgram(values.emitPlan(*module), emitRun());
    return std::move(module);
  }

private:
  SmallVector<StringAttr> symbolNames() {
    SmallVector<StringAttr> names;
    if (program.getSymbols())
      for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
        names.push_back(symbol.getName());
    return names;
  }

  //===- Places
  //----------------------------------------------------------------------------------------------------===//

  static Value storageOf(Value value) {
    while (auto view = value.getDefiningOp<ReshapeOp>())
      value = view.getInput();
    return value;
  }
  void assignPlaces() {
    for (auto [i, argument] : llvm::enumerate(program.getBody().getArguments()))
      places[argument] = {Place::Input, static_cast<int64_t>(i)};
    for (auto load : program.getBody().front().getOps<LoadOp>())
      places[load.getResult()] = {Place::Weight, options.weightOffsets.lookup(load.getWeight())};
    for (auto [i, value] : llvm::enumerate(program.getBody().front().getTerminator()->getOperands()))
      places[storageOf(value)] = {Place::Output, static_cast<int64_t>(i)};
    llvm::DenseMap<Value, int> planned;
    for (auto [time, launch] : llvm::enumerate(launches)) {
      for (Value operand : launch.getOperands())
        if (auto it = planned.find(storageOf(operand)); it != planned.end())
          buffers[it->second].last = time;
      for (Value result : launch.getResults()) {
        if (places.count(result))
          continue;
        DimAttr bytes = elementCount(result.getType()) * elementBytes(elementType(result.getType()));
        planned[result] = buffers.size();
        places[result] = {Place::Arena, static_cast<int64_t>(buffers.size())};
        buffers.push_back({bytes, nominal(bytes), static_cast<int64_t>(time), static_cast<int64_t>(time), {}});
      }
    }
  }
  /// A typical size: every symbol a little different, so that ties are rare.
  int64_t nominal(DimAttr bytes) {
    int64_t position = 0;
    llvm::StringMap<int64_t> typical;
    if (program.getSymbols())
      for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
        typical[symbol.getName().getValue()] = std::clamp<int64_t>(32 + position++, symbol.getLo(), symbol.getHi());
    auto value = evaluate(bytes, [&](StringRef name) -> std::optional<int64_t> {
      auto it = typical.find(name);
      return it == typical.end() ? 32 : it->second;
    });
    return std::max<int64_t>(value.value_or(1 << 20), 0);
  }

  //===- Values
  //----------------------------------------------------------------------------------------------------===//

  /// A formula over the kernel's symbols in terms of the program's.
  DimAttr atLaunch(LaunchOp launch, DimAttr formula) {
    KernelOp kernel = SymbolTable::lookupNearestSymbolFrom<KernelOp>(source, launch.getKernelAttr());
    llvm::StringMap<DimAttr> bound;
    if (kernel.getSymbols())
      for (auto [name, dim] :
           llvm::zip(kernel.getSymbols()->getAsValueRange<StringAttr>(), launch.getDims().getValues()))
        bound[name] = dim;
    return substitute(formula, [&](StringRef name) { return bound.lookup(name); });
  }
  DimAttr scheduled(LaunchOp launch, StringRef key) {
    KernelOp kernel = SymbolTable::lookupNearestSymbolFrom<KernelOp>(source, launch.getKernelAttr());
    auto formula = kernel.getSchedule() ? kernel.getSchedule()->getAs<DimAttr>(key) : DimAttr();
    return formula ? atLaunch(launch, formula) : DimAttr();
  }
  void collectValues() {
    for (ArrayRef<Type> types : {program.getArgumentTypes(), program.getResultTypes()})
      for (Type type : types)
        for (DimAttr dim : dimsOf(type))
          addDim(dim);
    for (auto assume : program.getBody().front().getOps<AssumeOp>())
      addCheck(assume.getLhs(), assume.getRhs(), assume.getRelation() == "le",
               (assume.getMessage() + ": expected " + toString(assume.getLhs()) +
                (assume.getRelation() == "le" ? " <= " : " == ") + toString(assume.getRhs()))
                   .str());
    for (LaunchOp launch : launches) {
      for (Value result : launch.getResults())
        for (DimAttr dim : dimsOf(result))
          addDim(dim);
      for (DimAttr dim : launch.getDims().getValues())
        values.add(dim);
      for (StringRef key : {"tasks", "scratch", "flops", "bytes"})
        if (DimAttr formula = scheduled(launch, key))
          values.add(formula);
    }
    values.add(dimConstant(program.getContext(), 0));
    values.add(dimConstant(program.getContext(), 1));
  }
  /// A tensor's dim; one that may be negative is checked.
  void addDim(DimAttr dim) {
    values.add(dim);
    if (rangeOf(dim).lo < 0 && signChecked.insert(dim).second)
      addCheck(dimConstant(program.getContext(), 0), dim, /*lessEqual=*/true,
               "expected a size of at least 0 for " + toString(dim));
  }
  void addCheck(DimAttr lhs, DimAttr rhs, bool lessEqual, const std::string &message) {
    checks.push_back(tables.structure(
        {tables.i32(values.add(lhs)), tables.i32(values.add(rhs)), tables.i32(lessEqual), tables.text(message)}));
  }

  //===- run
  //-------------------------------------------------------------------------------------------------------===//

  llvm::Value *field(llvm::Value *frame, int index) {
    return b.CreateLoad(b.getPtrTy(), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), frame, index));
  }
  llvm::Value *sizeAt(llvm::Value *table, int index) {
    return b.CreateLoad(b.getInt64Ty(), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
  }

  llvm::Function *emitRun() {
    auto *type = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy()}, false);
    auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, "sinter_run", *module);
    b.SetInsertPoint(llvm::BasicBlock::Create(module->getContext(), "entry", function));
    llvm::Value *frame = function->getArg(0);
    size_t maxBuffers = 1, maxDims = 1;
    for (LaunchOp launch : launches) {
      maxBuffers = std::max<size_t>(maxBuffers, launch.getNumOperands() + launch.getNumResults());
      maxDims = std::max<size_t>(maxDims, launch.getDims().getValues().size());
    }
    llvm::Value *pointers = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), maxBuffers));
    llvm::Value *dims = b.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), maxDims));
    llvm::Value *args = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), 2));
    b.CreateStore(pointers, args);
    b.CreateStore(dims, b.CreateConstInBoundsGEP1_64(b.getPtrTy(), args, 1));
    llvm::Value *table = field(frame, 0);
    llvm::Value *bases[] = {field(frame, 1), field(frame, 2), field(frame, 3), field(frame, 4)};
    auto address = [&](Value tensor) -> llvm::Value * {
      Place place = places.lookup(storageOf(tensor));
      llvm::Value *base = bases[place.kind];
      switch (place.kind) {
      case Place::Input:
      case Place::Output: return field(base, place.index);
      case Place::Weight: return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base, place.index);
      case Place::Arena: return b.CreateInBoundsGEP(b.getInt8Ty(), base, sizeAt(table, values.offset(place.index)));
      }
      llvm_unreachable("covered switch");
    };
    auto *kernelType = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty(), b.getPtrTy()}, false);
    auto launchFunction = module->getOrInsertFunction("sinter_rt_launch", b.getVoidTy(), b.getPtrTy(), b.getInt32Ty(),
                                                      b.getPtrTy(), b.getPtrTy(), b.getInt64Ty(), b.getInt64Ty());
    for (auto [index, launch] : llvm::enumerate(launches)) {
      int64_t slot = 0;
      for (ValueRange tensors : {ValueRange(launch.getOperands()), ValueRange(launch.getResults())})
        for (Value tensor : tensors)
          b.CreateStore(address(tensor), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), pointers, slot++));
      for (auto [k, dim] : llvm::enumerate(launch.getDims().getValues()))
        b.CreateStore(sizeAt(table, values.add(dim)), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), dims, k));
      auto kernel = module->getOrInsertFunction(launch.getKernel(), kernelType);
      llvm::cast<llvm::Function>(kernel.getCallee())->setVisibility(llvm::GlobalValue::HiddenVisibility);
      b.CreateCall(launchFunction, {frame, b.getInt32(index), kernel.getCallee(), args, size(table, launch, "tasks", 1),
                                    size(table, launch, "scratch", 0)});
    }
    b.CreateRetVoid();
    return function;
  }
  llvm::Value *size(llvm::Value *table, LaunchOp launch, StringRef key, int64_t otherwise) {
    DimAttr formula = scheduled(launch, key);
    if (!formula)
      return b.getInt64(otherwise);
    std::optional<int64_t> value = constantValue(formula);
    return value ? b.getInt64(*value) : sizeAt(table, values.add(formula));
  }

  //===- Tables
  //----------------------------------------------------------------------------------------------------===//

  llvm::Constant *tensorTable(ArrayRef<Type> types, ArrayAttr attributes, StringRef name) {
    SmallVector<llvm::Constant *> rows;
    for (auto [i, type] : llvm::enumerate(types)) {
      auto dictionary = attributes ? dyn_cast<DictionaryAttr>(attributes[i]) : DictionaryAttr();
      auto label = dictionary ? dictionary.getAs<StringAttr>("sinter.name") : StringAttr();
      SmallVector<llvm::Constant *> dims, texts;
      for (DimAttr dim : dimsOf(type)) {
        dims.push_back(tables.i32(values.add(dim)));
        texts.push_back(tables.text(toString(dim)));
      }
      rows.push_back(
          tables.structure({tables.text(label ? label.getValue() : ""), tables.i32(dtypeOf(elementType(type))),
                            tables.i32(dims.size()), tables.array(dims, "dims"), tables.array(texts, "dim_texts")}));
    }
    return tables.array(rows, name);
  }
  llvm::Constant *symbolTable(int &count) {
    SmallVector<llvm::Constant *> rows;
    if (program.getSymbols())
      for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
        rows.push_back(tables.structure(
            {tables.text(symbol.getName().getValue()), tables.i64(symbol.getLo()), tables.i64(symbol.getHi()),
             tables.i32(symbol.getSource() == "element" ? SINTER_FROM_ELEMENT : SINTER_FROM_DIM),
             tables.i32(symbol.getInput()), tables.i32(symbol.getPosition())}));
    count = rows.size();
    return tables.array(rows, "symbols");
  }
  llvm::Constant *launchTable() {
    SmallVector<llvm::Constant *> rows;
    for (LaunchOp launch : launches) {
      SmallVector<StringRef> names;
      nodeNames(launch.getLoc(), names);
      auto index = [&](StringRef key) {
        DimAttr formula = scheduled(launch, key);
        return tables.i32(formula ? values.add(formula) : -1);
      };
      rows.push_back(tables.structure(
          {tables.text(launch.getKernel()), tables.text(llvm::join(names, ", ")), index("flops"), index("bytes")}));
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
  void emitProgram(llvm::Function *plan, llvm::Function *run) {
    SmallVector<llvm::Constant *> features;
    for (const std::string &feature : options.target.required)
      features.push_back(tables.text(feature));
    features.push_back(tables.null());
    auto *weights = new llvm::GlobalVariable(*module, b.getInt8Ty(), true, llvm::GlobalValue::ExternalLinkage, nullptr,
                                             "sinter_weights");
    weights->setVisibility(llvm::GlobalValue::HiddenVisibility);
    int numSymbols, numProperties;
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
                                tables.i32(launches.size()),
                                tables.i32(numProperties),
                                inputs,
                                outputs,
                                symbols,
                                tables.array(checks, "checks"),
                                launchTable(),
                                properties,
                                tables.i32(values.arena()),
                                tables.text(arena),
                                tables.i64(options.weightBytes),
                                weights,
                                plan,
                                run};
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
  Values values;
  SmallVector<LaunchOp> launches;
  llvm::DenseMap<Value, Place> places;
  std::vector<PlannedBuffer> buffers;
  SmallVector<llvm::Constant *> checks;
  llvm::DenseSet<DimAttr> signChecked;
  std::string arena;
};
} // namespace

std::unique_ptr<llvm::Module> sinter::emitHost(ModuleOp module, llvm::LLVMContext &context,
                                               const HostOptions &options) {
  return HostBuilder(module, context, options).build();
}

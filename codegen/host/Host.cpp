// Assembles the program's module: sizes, memory plan, launches, tables; see Host.h.
#include "codegen/host/Host.h"
#include "codegen/host/Segments.h"
#include "codegen/host/Tables.h"
#include "codegen/host/Values.h"
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
    values.add(lhs);
    values.add(rhs);
    checks.push_back({lhs, rhs, lessEqual, message});
  }

  //===- run ------------------------------------------------------------------------------------------------------===//

  llvm::Value *field(llvm::Value *frame, int index) {
    return b.CreateLoad(b.getPtrTy(), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), frame, index));
  }
  llvm::Value *sizeAt(llvm::Value *table, int index) {
    return b.CreateLoad(b.getInt64Ty(), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, index));
  }

  /// The address of a tensor in `run`.
  llvm::Value *address(llvm::Value *frame, Value tensor) {
    Place place = memory.placeOf(tensor);
    switch (place.kind) {
    case Place::Input: return field(field(frame, 1), place.index);
    case Place::Output: return field(field(frame, 2), place.index);
    case Place::Arena:
      return b.CreateInBoundsGEP(b.getInt8Ty(), field(field(frame, 3), place.segment),
                                 sizeAt(field(frame, 0), values.offset(place.segment, place.index)));
    case Place::Weight: return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), field(frame, 4), place.index);
    }
    llvm_unreachable("covered switch");
  }

  /// void sinter_run(frame): the launches of a segment, of which the first is launch `index` of the program, then its
  /// binds. Segments behind the first have their number in the name.
  llvm::Function *emitRun(int number, int64_t index) {
    const Segment &segment = memory.segments[number];
    auto *type = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy()}, false);
    std::string name = number ? "sinter_run_" + std::to_string(number) : "sinter_run";
    auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, *module);
    b.SetInsertPoint(llvm::BasicBlock::Create(module->getContext(), "entry", function));
    llvm::Value *frame = function->getArg(0);
    size_t maxBuffers = 1, maxDims = 1;
    for (LaunchOp launch : segment.launches) {
      maxBuffers = std::max<size_t>(maxBuffers, launch.getNumOperands() + launch.getNumResults());
      maxDims = std::max<size_t>(maxDims, launch.getDims().getValues().size());
    }
    llvm::Value *pointers = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), maxBuffers));
    llvm::Value *dims = b.CreateAlloca(llvm::ArrayType::get(b.getInt64Ty(), maxDims));
    llvm::Value *args = b.CreateAlloca(llvm::ArrayType::get(b.getPtrTy(), 2));
    b.CreateStore(pointers, args);
    b.CreateStore(dims, b.CreateConstInBoundsGEP1_64(b.getPtrTy(), args, 1));
    llvm::Value *table = field(frame, 0);
    auto *kernelType = llvm::FunctionType::get(b.getVoidTy(), {b.getPtrTy(), b.getInt64Ty(), b.getPtrTy()}, false);
    auto launchFunction = module->getOrInsertFunction("sinter_rt_launch", b.getVoidTy(), b.getPtrTy(), b.getInt32Ty(),
                                                      b.getPtrTy(), b.getPtrTy(), b.getInt64Ty(), b.getInt64Ty());
    for (LaunchOp launch : segment.launches) {
      int64_t slot = 0;
      for (ValueRange tensors : {ValueRange(launch.getOperands()), ValueRange(launch.getResults())})
        for (Value tensor : tensors)
          b.CreateStore(address(frame, tensor), b.CreateConstInBoundsGEP1_64(b.getPtrTy(), pointers, slot++));
      for (auto [k, dim] : llvm::enumerate(launch.getDims().getValues()))
        b.CreateStore(sizeAt(table, values.index(dim)), b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), dims, k));
      auto kernel = module->getOrInsertFunction(launch.getKernel(), kernelType);
      llvm::cast<llvm::Function>(kernel.getCallee())->setVisibility(llvm::GlobalValue::HiddenVisibility);
      b.CreateCall(launchFunction, {frame, b.getInt32(index++), kernel.getCallee(), args,
                                    size(table, launch, "tasks", 1), size(table, launch, "scratch", 0)});
    }
    for (BindOp bind : segment.binds) {
      int symbol = values.index(dimSymbol(program.getContext(), bind.getSymbol()));
      llvm::Value *value = b.CreateLoad(b.getInt64Ty(), address(frame, bind.getValue()));
      b.CreateStore(value, b.CreateConstInBoundsGEP1_64(b.getInt64Ty(), table, symbol));
    }
    b.CreateRetVoid();
    return function;
  }
  llvm::Value *size(llvm::Value *table, LaunchOp launch, StringRef key, int64_t otherwise) {
    DimAttr formula = scheduled(launch, key);
    if (!formula)
      return b.getInt64(otherwise);
    std::optional<int64_t> value = constantValue(formula);
    return value ? b.getInt64(*value) : sizeAt(table, values.index(formula));
  }

  //===- Tables ---------------------------------------------------------------------------------------------------===//

  llvm::Constant *tensorTable(ArrayRef<Type> types, ArrayAttr attributes, StringRef name) {
    SmallVector<llvm::Constant *> rows;
    for (auto [i, type] : llvm::enumerate(types)) {
      auto dictionary = attributes ? dyn_cast<DictionaryAttr>(attributes[i]) : DictionaryAttr();
      auto label = dictionary ? dictionary.getAs<StringAttr>("sinter.name") : StringAttr();
      SmallVector<llvm::Constant *> dims, texts;
      for (DimAttr dim : dimsOf(type)) {
        dims.push_back(tables.i32(values.index(dim)));
        texts.push_back(tables.text(toString(dim)));
      }
      rows.push_back(
          tables.structure({tables.text(label ? label.getValue() : ""), tables.i32(dtypeOf(elementType(type))),
                            tables.i32(dims.size()), tables.array(dims, "dims"), tables.array(texts, "dim_texts")}));
    }
    return tables.array(rows, name);
  }
  llvm::Constant *symbolRow(SymbolAttr symbol) {
    StringRef source = symbol.getSource(), name = symbol.getName();
    int segment = memory.segmentOf(name);
    llvm::Constant *node = tables.null();
    if (segment >= 0)
      for (BindOp bind : memory.segments[segment].binds)
        if (bind.getSymbol() == name)
          node = tables.text(nodeText(bind.getLoc()));
    int kind = segment >= 0 ? SINTER_FROM_VALUE : source == "element" ? SINTER_FROM_ELEMENT : SINTER_FROM_DIM;
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
      rows.push_back(tables.structure({tables.i32(values.index(check.lhs)), tables.i32(values.index(check.rhs)),
                                       tables.i32(check.lessEqual), tables.text(check.message)}));
    return tables.array(rows, "checks");
  }
  llvm::Constant *segmentTable() {
    SmallVector<llvm::Constant *> rows;
    int64_t index = 0;
    for (auto [number, segment] : llvm::enumerate(memory.segments)) {
      std::string arena = arenaText(program.getContext(), segment.buffers, segment.order);
      rows.push_back(
          tables.structure({values.emitPlan(*module, number), emitRun(number, index), tables.i32(values.end(number)),
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
                                tables.i32(memory.segments.size()),
                                tables.i32(launches.size()),
                                tables.i32(numProperties),
                                inputs,
                                outputs,
                                symbols,
                                checkTable(),
                                launchTable(),
                                properties,
                                segments,
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
  struct Check {
    DimAttr lhs, rhs;
    bool lessEqual;
    std::string message;
  };
  std::vector<Check> checks;
  llvm::DenseSet<DimAttr> signChecked;
};
} // namespace

std::unique_ptr<llvm::Module> sinter::emitHost(ModuleOp module, llvm::LLVMContext &context,
                                               const HostOptions &options) {
  return HostBuilder(module, context, options).build();
}

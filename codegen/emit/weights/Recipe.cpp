// See Recipe.h.
#include "codegen/emit/weights/Recipe.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace sinter;

static llvm::Error failure(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}
static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }
static Type elementOf(Value value) { return tensorOf(value).getElementType(); }

//===- Operators ------------------------------------------------------------------------------------------------===//

/// The sizes of a list of dims, if they are all numbers.
static std::optional<Index> staticDims(DimsAttr dims) {
  Index sizes;
  for (DimAttr dim : dims.getValues()) {
    std::optional<int64_t> size = constantValue(dim);
    if (!size)
      return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

bool sinter::isRecipeOp(Operation *op) {
  auto isStatic = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape();
  };
  if (!llvm::all_of(op->getOperandTypes(), isStatic) || !llvm::all_of(op->getResultTypes(), isStatic))
    return false;
  if (auto slice = dyn_cast<SliceOp>(op))
    return staticDims(slice.getOffsets()).has_value();
  if (auto pad = dyn_cast<PadOp>(op))
    return pad.getMode() == PadMode::constant && staticDims(pad.getLow());
  if (auto constant = dyn_cast<ConstantOp>(op))
    return isa<DenseElementsAttr>(constant.getValue());
  return isa<LoadOp, ReshapeOp, TransposeOp, BroadcastOp, ConcatOp, PackOp, UnpackOp, CastOp, UnaryOp, BinaryOp,
             TernaryOp>(op);
}

static ReaderPtr constantReader(ConstantOp op) {
  auto value = cast<DenseElementsAttr>(op.getValue());
  auto type = cast<RankedTensorType>(value.getType());
  int64_t bytes = elementBytes(type.getElementType());
  Index strides = value.isSplat() ? Index(type.getRank(), 0) : denseStrides(type.getShape());
  if (!type.getElementType().isInteger(1)) // the attribute lives as long as the context
    return memoryReader(type.getShape(), bytes,
                        {reinterpret_cast<const uint8_t *>(value.getRawData().data()), strides});
  auto bools = std::make_shared<std::vector<uint8_t>>();
  for (bool element : value.getValues<bool>())
    bools->push_back(element);
  return memoryReader(type.getShape(), bytes, {bools->data(), denseStrides(type.getShape())}, bools);
}

static ReaderPtr transposeReader(TransposeOp op, ReaderPtr input) {
  SmallVector<DimMap> maps(input->shape.size());
  for (auto [i, dim] : llvm::enumerate(op.getPermutation()))
    maps[dim] = {int64_t(i), 0, 1};
  return movementReader(std::move(input), tensorOf(op.getResult()).getShape(), maps);
}
static ReaderPtr broadcastReader(BroadcastOp op, ReaderPtr input) {
  SmallVector<DimMap> maps;
  for (auto [dim, size] : llvm::zip(op.getMapping(), input->shape))
    maps.push_back(size == 1 ? DimMap{-1, 0, 0} : DimMap{dim, 0, 1});
  return movementReader(std::move(input), tensorOf(op.getResult()).getShape(), maps);
}
static ReaderPtr sliceReader(SliceOp op, ReaderPtr input) {
  SmallVector<DimMap> maps;
  for (auto [offset, step] : llvm::zip(*staticDims(op.getOffsets()), op.getStrides()))
    maps.push_back({int64_t(maps.size()), offset, step});
  return movementReader(std::move(input), tensorOf(op.getResult()).getShape(), maps);
}

static ReaderPtr scalarReader(Operation *op, std::vector<ReaderPtr> inputs) {
  Type from = elementOf(op->getOperand(0));
  int64_t bytes = elementBytes(elementOf(op->getResult(0)));
  using Operands = ArrayRef<const uint8_t *>;
  ElementFunction apply;
  if (auto unary = dyn_cast<UnaryOp>(op)) {
    apply = [=, kind = unary.getKind()](Operands in, uint8_t *out, int64_t count) {
      applyUnary(kind, from, in[0], out, count);
    };
  } else if (auto binary = dyn_cast<BinaryOp>(op)) {
    apply = [=, kind = binary.getKind()](Operands in, uint8_t *out, int64_t count) {
      applyBinary(kind, from, in[0], in[1], out, count);
    };
  } else if (isa<TernaryOp>(op)) {
    apply = [=](Operands in, uint8_t *out, int64_t count) { applySelect(in[0], in[1], in[2], bytes, out, count); };
  } else {
    apply = [=, to = cast<CastOp>(op).getTo()](Operands in, uint8_t *out, int64_t count) {
      applyCast(from, to, in[0], out, count);
    };
  }
  return elementwiseReader(std::move(inputs), bytes, std::move(apply));
}

/// The reader of an operator's result, but for loads.
static ReaderPtr operatorReader(Operation *op, std::vector<ReaderPtr> inputs) {
  ArrayRef<int64_t> shape = tensorOf(op->getResult(0)).getShape();
  return llvm::TypeSwitch<Operation *, ReaderPtr>(op)
      .Case([&](ConstantOp constant) { return constantReader(constant); })
      .Case([&](ReshapeOp) { return reshapeReader(inputs[0], shape); })
      .Case([&](TransposeOp transpose) { return transposeReader(transpose, inputs[0]); })
      .Case([&](BroadcastOp broadcast) { return broadcastReader(broadcast, inputs[0]); })
      .Case([&](SliceOp slice) { return sliceReader(slice, inputs[0]); })
      .Case([&](ConcatOp concat) { return concatReader(std::move(inputs), shape, concat.getAxis()); })
      .Case([&](PadOp pad) { return padReader(inputs[0], inputs[1], *staticDims(pad.getLow()), shape); })
      .Case([&](PackOp) { return packReader(inputs[0], shape); })
      .Case([&](UnpackOp) { return unpackReader(inputs[0], shape); })
      .Default([&](Operation *scalar) { return scalarReader(scalar, std::move(inputs)); });
}

//===- Weights --------------------------------------------------------------------------------------------------===//

llvm::Expected<const WeightReaders::MappedFile *> WeightReaders::map(StringRef path) {
  auto [entry, isNew] = files.try_emplace(path);
  if (!isNew)
    return &entry->second;
  auto fail = [&, &known = *entry]() -> llvm::Error {
    int reason = errno;
    files.erase(known.getKey());
    return failure("cannot read '" + path + "': " + strerror(reason));
  };
  int file = open(path.str().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail();
  struct stat status;
  if (fstat(file, &status)) {
    auto error = fail();
    close(file);
    return std::move(error);
  }
  size_t size = status.st_size;
  void *bytes = size ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  close(file);
  if (bytes == MAP_FAILED)
    return fail();
  MappedFile &mapped = entry->second;
  mapped.bytes = static_cast<const uint8_t *>(bytes);
  mapped.size = size;
  mapped.mapping = std::shared_ptr<const void>(bytes, [size](const void *address) {
    if (address)
      munmap(const_cast<void *>(address), size);
  });
  return &mapped;
}

void WeightReaders::releasePages() {
  for (const auto &entry : files)
    if (entry.second.mapping)
      madvise(const_cast<uint8_t *>(entry.second.bytes), entry.second.size, MADV_DONTNEED);
}

llvm::Expected<ReaderPtr> WeightReaders::sourceReader(WeightOp weight) {
  llvm::Expected<const MappedFile *> file = map(*weight.getFile());
  if (!file)
    return file.takeError();
  int64_t offset = weight.getOffset(), bytes = weight.getBytes();
  if (offset < 0 || bytes < 0 || bytes > (*file)->size || offset > (*file)->size - bytes)
    return failure("weight '" + weight.getSymName() + "': expected " + Twine(bytes) + " bytes at " + Twine(offset) +
                   " of '" + *weight.getFile() + "', got a file of " + Twine((*file)->size));
  auto type = cast<RankedTensorType>(weight.getType());
  return memoryReader(type.getShape(), elementBytes(type.getElementType()),
                      {(*file)->bytes + offset, denseStrides(type.getShape())}, (*file)->mapping);
}

llvm::Expected<ReaderPtr> WeightReaders::loadReader(LoadOp load) {
  auto source = symbols.lookup<WeightOp>(load.getWeight());
  if (!source)
    return failure("expected a weight named '" + load.getWeight() + "', got none");
  if (source.getType() != load.getResult().getType())
    return failure("weight '" + load.getWeight() + "': a load of another type than the weight's");
  return reader(source);
}

llvm::Expected<ReaderPtr> WeightReaders::recipeReader(WeightOp weight) {
  llvm::DenseMap<Value, ReaderPtr> values;
  for (Operation &op : weight.getRecipe().front()) {
    if (auto yield = dyn_cast<YieldOp>(op)) {
      if (yield.getNumOperands() == 1 && yield.getOperand(0).getType() == weight.getType())
        return values.at(yield.getOperand(0));
      break;
    }
    if (!isRecipeOp(&op))
      return failure("weight '" + weight.getSymName() + "': expected an operator that recipes may use, got " +
                     op.getName().getStringRef());
    std::vector<ReaderPtr> inputs;
    for (Value operand : op.getOperands())
      inputs.push_back(values.at(operand));
    auto load = dyn_cast<LoadOp>(op);
    llvm::Expected<ReaderPtr> result = load ? loadReader(load) : operatorReader(&op, std::move(inputs));
    if (!result)
      return result.takeError();
    values[op.getResult(0)] = std::move(*result);
  }
  return failure("weight '" + weight.getSymName() + "': expected a recipe that yields one value of the weight's type");
}

llvm::Expected<ReaderPtr> WeightReaders::reader(WeightOp weight) {
  auto [entry, isNew] = made.try_emplace(weight.getOperation());
  if (!isNew && entry->second)
    return entry->second;
  if (!isNew)
    return failure("weight '" + weight.getSymName() + "': its recipe reads itself");
  llvm::Expected<ReaderPtr> result = weight.getFile() ? sourceReader(weight) : recipeReader(weight);
  if (result)
    made[weight.getOperation()] = *result;
  return result;
}

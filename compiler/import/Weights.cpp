// See Weights.h.
#include "compiler/import/Weights.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ElementTypes.h"
#include "compiler/import/PackedIntegers.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Hashing.h"

using namespace mlir;

namespace sinter::importer {
namespace {
constexpr size_t largestConstant = 4096;

ArrayRef<char> asChars(ArrayRef<uint8_t> bytes) { return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; }

/// True if one element fills the tensor; looks no further than the first difference.
bool isSplat(ArrayRef<uint8_t> bytes, size_t element) {
  return bytes.size() > element &&
         std::equal(bytes.begin() + element, bytes.end(), bytes.begin()); // overlapping by one element
}

/// Hash of a few samples: equal tensors agree, unequal ones nearly always differ, and few pages are read.
uint64_t sampleHash(ArrayRef<uint8_t> bytes, RankedTensorType type) {
  constexpr size_t sample = 256, samples = 8;
  uint64_t hash = llvm::hash_combine(type.getAsOpaquePointer(), bytes.size());
  for (size_t i = 0; i < samples; ++i) {
    ArrayRef<uint8_t> part = bytes.drop_front((bytes.size() - sample) / (samples - 1) * i).take_front(sample);
    hash = llvm::hash_combine(hash, llvm::hash_combine_range(part.begin(), part.end()));
  }
  return hash;
}

DenseElementsAttr denseElements(ArrayRef<uint8_t> bytes, RankedTensorType type) {
  size_t element = sinter::elementBytes(type.getElementType());
  if (isSplat(bytes, element))
    bytes = bytes.take_front(element);
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, asChars(bytes));
  SmallVector<bool> bools(bytes.begin(), bytes.end());
  return DenseElementsAttr::get(type, ArrayRef<bool>(bools));
}
} // namespace

Value Weights::value(OpBuilder &builder, Location loc, const onnx::TensorProto &tensor, StringRef name) {
  return value(builder, loc, model.tensor(tensor), name);
}
Value Weights::value(OpBuilder &builder, Location loc, const onnx::SparseTensorProto &tensor, StringRef name) {
  return value(builder, loc, model.tensor(tensor), name);
}

Value Weights::value(OpBuilder &builder, Location loc, llvm::Expected<TensorData> data, StringRef name) {
  if (!data) {
    emitError(loc) << toString(data.takeError());
    return {};
  }
  if (packedBits(data->type))
    return packedValue(builder, loc, *data, name);
  Type element = elementTypeOf(builder.getContext(), data->type);
  if (!element) {
    emitError(loc) << "tensor " << quote(name) << ": expected a supported element type, got "
                   << dataTypeName(data->type);
    return {};
  }
  auto type = RankedTensorType::get(data->dims, element);
  if (data->bytes().size() <= largestConstant || isSplat(data->bytes(), sinter::elementBytes(element)))
    return ConstantOp::create(builder, loc, cast<ElementsAttr>(denseElements(data->bytes(), type)));
  return LoadOp::create(builder, loc, type, weightFor(*data, type, name).getSymName());
}

Value Weights::packedValue(OpBuilder &builder, Location loc, const TensorData &data, StringRef name) {
  unsigned bits = *packedBits(data.type);
  Value result;
  if (!data.source || data.bytes().size() <= largestConstant) {
    result = value(builder, loc, unpacked(data), name);
  } else {
    TensorData packed = data;
    packed.type = onnx::TensorProto::UINT8;
    packed.dims.assign(1, int64_t(data.bytes().size()));
    GraphBuilder graph(builder, loc);
    Value elements = unpackBits(graph, value(builder, loc, std::move(packed), name), bits);
    elements = graph.sliceAxis(elements, 0, graph.dim(0), graph.dim(data.elements));
    if (isSignedPacked(data.type))
      elements = signExtend(graph, elements, bits);
    Dims dims;
    for (int64_t dim : data.dims)
      dims.push_back(graph.dim(dim));
    result = graph.reshape(elements, dims);
  }
  if (result && result.getDefiningOp())
    result.getDefiningOp()->setAttr(narrowBitsAttribute, builder.getI64IntegerAttr(bits));
  return result;
}

WeightOp Weights::weightFor(const TensorData &data, RankedTensorType type, StringRef name) {
  uint64_t key = sampleHash(data.bytes(), type);
  auto [begin, end] = weights.equal_range(key);
  for (auto it = begin; it != end; ++it)
    if (it->second.weight.getType() == type && it->second.data.bytes() == data.bytes())
      return it->second.weight;
  OpBuilder builder(module.getContext());
  OperationState state(UnknownLoc::get(module.getContext()), WeightOp::getOperationName());
  auto &properties = state.getOrAddProperties<WeightOp::Properties>();
  properties.sym_name = builder.getStringAttr(name.empty() ? "weight" : name);
  properties.type = TypeAttr::get(type);
  Region *recipe = state.addRegion();
  if (data.source) {
    properties.file = builder.getStringAttr(data.source->path);
    properties.offset = builder.getI64IntegerAttr(data.source->offset);
    properties.bytes = builder.getI64IntegerAttr(data.source->bytes);
  } else {
    builder.setInsertionPointToStart(&recipe->emplaceBlock());
    Value constant = ConstantOp::create(builder, state.location, cast<ElementsAttr>(denseElements(data.bytes(), type)));
    YieldOp::create(builder, state.location, ValueRange{constant});
  }
  auto weight = cast<WeightOp>(Operation::create(state));
  symbols.insert(weight, weights.empty() ? module.getBody()->begin() : Block::iterator(lastWeight->getNextNode()));
  lastWeight = weight;
  weights.insert({key, {data, weight}});
  return weight;
}

void Weights::eraseUnused() {
  llvm::DenseSet<StringAttr> loaded;
  module.walk([&](LoadOp load) { loaded.insert(load.getWeightAttr().getAttr()); });
  for (auto &[key, entry] : weights)
    if (!loaded.contains(entry.weight.getSymNameAttr()))
      symbols.erase(entry.weight);
  weights.clear();
}

} // namespace sinter::importer

// See PackedIntegers.h.
#include "compiler/import/PackedIntegers.h"

using namespace mlir;

namespace sinter::importer {

bool isSignedPacked(int32_t type) { return type == onnx::TensorProto::INT4 || type == onnx::TensorProto::INT2; }

TensorData unpacked(const TensorData &data) {
  unsigned bits = *packedBits(data.type), perByte = 8 / bits;
  uint8_t mask = (1u << bits) - 1, sign = isSignedPacked(data.type) ? 1u << (bits - 1) : 0;
  std::string bytes(data.elements, '\0');
  for (int64_t i = 0; i < data.elements; ++i) {
    uint8_t element = (data.bytes()[i / perByte] >> (i % perByte * bits)) & mask;
    bytes[i] = char((element ^ sign) - sign);
  }
  TensorData wide = data;
  wide.type = isSignedPacked(data.type) ? onnx::TensorProto::INT8 : onnx::TensorProto::UINT8;
  wide.source.reset();
  wide.setOwned(std::move(bytes));
  return wide;
}

Value unpackBits(GraphBuilder &graph, Value bytes, unsigned bits) {
  if (!bytes || bits == 8)
    return bytes;
  int64_t rank = graph.rank(bytes);
  SmallVector<Value> parts;
  for (unsigned shift = 0; shift < 8; shift += bits) {
    Value part = shift ? graph.binary(BinaryKind::shr, bytes, shift) : bytes;
    if (shift + bits < 8)
      part = graph.binary(BinaryKind::_and, part, (1u << bits) - 1);
    parts.push_back(graph.unsqueeze(part, {rank}));
  }
  Dims dims = graph.dims(bytes);
  dims.back() = dims.back() * int64_t(parts.size());
  return graph.reshape(graph.concat(parts, rank), dims);
}

Value signExtend(GraphBuilder &graph, Value bytes, unsigned bits) {
  Value narrow = graph.cast(bytes, IntegerType::get(graph.context(), 8));
  if (bits == 8)
    return narrow;
  double sign = 1u << (bits - 1);
  return graph.binary(BinaryKind::sub, graph.binary(BinaryKind::_xor, narrow, sign), sign);
}

Value castToNarrow(GraphBuilder &graph, Value value, unsigned bits, bool isSigned) {
  auto sign = isSigned ? IntegerType::Signless : IntegerType::Unsigned;
  Value narrow = graph.cast(value, IntegerType::get(graph.context(), 8, sign));
  narrow = graph.binary(BinaryKind::_and, narrow, (1u << bits) - 1);
  if (isSigned)
    narrow = signExtend(graph, narrow, bits);
  if (narrow && narrow.getDefiningOp())
    narrow.getDefiningOp()->setAttr(narrowBitsAttribute, IntegerAttr::get(IntegerType::get(graph.context(), 64), bits));
  return narrow;
}

unsigned elementBits(Value value) {
  Operation *producer = value.getDefiningOp();
  if (auto bits = producer ? producer->getAttrOfType<IntegerAttr>(narrowBitsAttribute) : IntegerAttr())
    return bits.getInt();
  return elementType(value.getType()).getIntOrFloatBitWidth();
}

} // namespace sinter::importer

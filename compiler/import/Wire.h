// The shape of ONNX's messages on the wire: which field of which message holds which message. Data for Scanner.cpp;
// fields that are missing here are numbers, strings or unknown, and are stepped over.
// Source: onnx-ml.proto of ONNX 1.23.2.
#pragma once
#include <array>
#include <cstdint>

namespace sinter::importer::wire {

enum class Message : uint8_t {
  None, // not a message
  Leaf, // a message whose fields hold no message
  Model,
  Training,
  Graph,
  Function,
  Node,
  Attribute,
  Tensor,
  Sparse,
  ExternalEntry,
  Annotation,
  ValueInfo,
  Type,
  TensorType,
  Shape,
  ElementType, // Sequence and Optional
  MapType,
  Device,
  Sharding,
  ShardedDim,
};
inline constexpr unsigned numMessages = unsigned(Message::ShardedDim) + 1;
inline constexpr unsigned numFields = 27;

inline constexpr uint32_t rawDataField = 9;       // of TensorProto
inline constexpr uint32_t externalDataField = 13; // of TensorProto
inline constexpr uint32_t entryKeyField = 1;      // of StringStringEntryProto
inline constexpr uint32_t entryValueField = 2;

enum WireType : uint8_t { Varint = 0, Fixed64 = 1, Length = 2, GroupStart = 3, GroupEnd = 4, Fixed32 = 5 };

struct Field {
  Message parent;
  uint8_t number;
  Message child;
};

inline constexpr Field fields[] = {
    {Message::Model, 7, Message::Graph},         {Message::Model, 8, Message::Leaf}, // opset_import
    {Message::Model, 14, Message::Leaf},         {Message::Model, 20, Message::Training},
    {Message::Model, 25, Message::Function},     {Message::Model, 26, Message::Leaf},
    {Message::Training, 1, Message::Graph},      {Message::Training, 2, Message::Graph},
    {Message::Training, 3, Message::Leaf},       {Message::Training, 4, Message::Leaf},
    {Message::Graph, 1, Message::Node},          {Message::Graph, 5, Message::Tensor},
    {Message::Graph, 11, Message::ValueInfo},    {Message::Graph, 12, Message::ValueInfo},
    {Message::Graph, 13, Message::ValueInfo},    {Message::Graph, 14, Message::Annotation},
    {Message::Graph, 15, Message::Sparse},       {Message::Graph, 16, Message::Leaf},
    {Message::Function, 7, Message::Node},       {Message::Function, 9, Message::Leaf},
    {Message::Function, 11, Message::Attribute}, {Message::Function, 12, Message::ValueInfo},
    {Message::Function, 14, Message::Leaf},      {Message::Node, 5, Message::Attribute},
    {Message::Node, 9, Message::Leaf},           {Message::Node, 10, Message::Device},
    {Message::Attribute, 5, Message::Tensor},    {Message::Attribute, 6, Message::Graph},
    {Message::Attribute, 10, Message::Tensor},   {Message::Attribute, 11, Message::Graph},
    {Message::Attribute, 14, Message::Type},     {Message::Attribute, 15, Message::Type},
    {Message::Attribute, 22, Message::Sparse},   {Message::Attribute, 23, Message::Sparse},
    {Message::Tensor, 3, Message::Leaf},         {Message::Tensor, 13, Message::ExternalEntry},
    {Message::Tensor, 16, Message::Leaf},        {Message::Sparse, 1, Message::Tensor},
    {Message::Sparse, 2, Message::Tensor},       {Message::Annotation, 2, Message::Leaf},
    {Message::ValueInfo, 2, Message::Type},      {Message::ValueInfo, 4, Message::Leaf},
    {Message::Type, 1, Message::TensorType},     {Message::Type, 4, Message::ElementType},
    {Message::Type, 5, Message::MapType},        {Message::Type, 7, Message::Leaf},
    {Message::Type, 8, Message::TensorType},     {Message::Type, 9, Message::ElementType},
    {Message::TensorType, 2, Message::Shape},    {Message::Shape, 1, Message::Leaf},
    {Message::ElementType, 1, Message::Type},    {Message::MapType, 2, Message::Type},
    {Message::Device, 2, Message::Sharding},     {Message::Sharding, 3, Message::Leaf},
    {Message::Sharding, 4, Message::ShardedDim}, {Message::ShardedDim, 2, Message::Leaf},
};

using FieldTable = std::array<std::array<Message, numFields>, numMessages>;

constexpr FieldTable makeFieldTable() {
  FieldTable table{};
  for (const Field &field : fields)
    table[unsigned(field.parent)][field.number] = field.child;
  return table;
}
inline constexpr FieldTable fieldTable = makeFieldTable();

/// The message that `field` of `parent` holds, or None.
constexpr Message childOf(Message parent, uint32_t field) {
  return field < numFields ? fieldTable[unsigned(parent)][field] : Message::None;
}

} // namespace sinter::importer::wire

// See ElementTypes.h.
#include "compiler/import/ElementTypes.h"
#include "dialects/sinter/Sinter.h"

using namespace mlir;
using onnx::TensorProto;

namespace sinter::importer {

Type elementTypeOf(MLIRContext *context, int32_t onnxType) {
  auto integer = [&](unsigned width, IntegerType::SignednessSemantics sign = IntegerType::Signless) -> Type {
    return IntegerType::get(context, width, sign);
  };
  switch (onnxType) {
  case TensorProto::FLOAT: return Float32Type::get(context);
  case TensorProto::DOUBLE: return Float64Type::get(context);
  case TensorProto::FLOAT16: return Float16Type::get(context);
  case TensorProto::BFLOAT16: return BFloat16Type::get(context);
  case TensorProto::BOOL: return integer(1);
  case TensorProto::INT8: return integer(8);
  case TensorProto::INT16: return integer(16);
  case TensorProto::INT32: return integer(32);
  case TensorProto::INT64: return integer(64);
  case TensorProto::UINT8: return integer(8, IntegerType::Unsigned);
  case TensorProto::UINT16: return integer(16, IntegerType::Unsigned);
  case TensorProto::UINT32: return integer(32, IntegerType::Unsigned);
  case TensorProto::UINT64: return integer(64, IntegerType::Unsigned);
  default: return {};
  }
}

int32_t onnxTypeOf(Type element) {
  for (int32_t type = TensorProto::FLOAT; type <= TensorProto::BFLOAT16; ++type)
    if (elementTypeOf(element.getContext(), type) == element)
      return type;
  return TensorProto::UNDEFINED;
}

bool isTensor(Value value) { return value && isa<RankedTensorType>(value.getType()); }

onnx::TypeProto typeProtoOf(Value value) {
  onnx::TypeProto type;
  onnx::TypeProto::Tensor &tensor = *type.mutable_tensor_type();
  tensor.set_elem_type(onnxTypeOf(cast<RankedTensorType>(value.getType()).getElementType()));
  onnx::TensorShapeProto &shape = *tensor.mutable_shape();
  for (DimAttr dim : dimsOf(value)) {
    if (std::optional<int64_t> size = constantValue(dim))
      shape.add_dim()->set_dim_value(*size);
    else
      shape.add_dim()->set_dim_param(toString(dim));
  }
  return type;
}

} // namespace sinter::importer

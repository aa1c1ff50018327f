// ONNX TensorProto files (.pb), the inputs and outputs of ONNX's own test data. Source: onnx.proto, message
// TensorProto.
#pragma once
#include "runtime/core/Tensor.h"

namespace sinter::rt {

/// Reads a serialized TensorProto: raw_data or the typed field of its data type. External data, strings and types that
/// abi.h does not have are errors.
bool readTensorProto(Bytes message, Tensor &tensor, Error &error);

} // namespace sinter::rt

// ONNX element types and sinter's: signless integers are signed, `ui*` unsigned, i1 is bool.
#pragma once
#include "mlir/IR/Types.h"
#include "mlir/IR/Value.h"
#include "onnx/onnx_pb.h"
#include <optional>

namespace sinter::importer {
/// An ONNX element type (TensorProto.DataType), null if sinter has none.
mlir::Type elementTypeOf(mlir::MLIRContext *context, int32_t onnxType);
/// The inverse, for element types of the dialect.
int32_t onnxTypeOf(mlir::Type element);
/// True for a tensor, false for null and for a sequence.
bool isTensor(mlir::Value value);
/// The type of a tensor as ONNX's function bodies ask for it.
onnx::TypeProto typeProtoOf(mlir::Value value);
} // namespace sinter::importer

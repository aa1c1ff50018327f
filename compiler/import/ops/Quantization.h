// Linear quantization: integers that stand for (integer - zero point) * scale.
// Source: ONNX QuantizeLinear-28, DequantizeLinear-28.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {

/// The integers of a quantized result: i8, u8, i16 or u16, and the range of those that are narrower than their element.
struct QuantizedType {
  mlir::Type element;
  double low, high;

  /// The type of integers with `bits` bits, held in `element`.
  static QuantizedType get(mlir::Type element, unsigned bits);
};

/// The type of a zero point; nullopt after a report if it is no integer of at most 16 bits.
std::optional<QuantizedType> quantizedTypeOf(NodeImport &n, mlir::Value zeroPoint);

/// Floats rounded to the nearest even integer, plus the zero point (null for 0), limited to the type's range. NaN gives
/// its least integer.
mlir::Value quantize(NodeImport &n, mlir::Value quotient, mlir::Value zeroPoint, const QuantizedType &type);

/// Integers less their zero point (null for 0), as i32.
mlir::Value centered(NodeImport &n, mlir::Value x, mlir::Value zeroPoint);

/// A parameter that may be given as a tensor of one element: rank 0 then, else as it is.
mlir::Value scalarIfSingle(NodeImport &n, mlir::Value parameter);

} // namespace sinter::importer

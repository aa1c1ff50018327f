// Integers narrower than a byte: INT4, UINT4, INT2, UINT2 of a file, and the packed weights of MatMulNBits.
//
// The program holds them one per byte, as i8 or u8. Large packed weights stay packed in their file and are unpacked by
// operators, which become a recipe; so the compiler's memory does not grow with them.
#pragma once
#include "compiler/import/GraphBuilder.h"
#include "compiler/import/Tensors.h"

namespace sinter::importer {

/// True for INT4 and INT2.
bool isSignedPacked(int32_t type);
/// A packed tensor with one element per byte, of type INT8 or UINT8, its bytes owned.
TensorData unpacked(const TensorData &data);
/// The elements of `bits` bits in u8 bytes [.., n], the lowest bits first: u8 [.., n * 8 / bits]. bits divides 8.
mlir::Value unpackBits(GraphBuilder &graph, mlir::Value bytes, unsigned bits);
/// u8 elements of `bits` bits read as two's complement: i8.
mlir::Value signExtend(GraphBuilder &graph, mlir::Value bytes, unsigned bits);
/// `value` cast to integers of `bits` bits, held in i8 or u8: higher bits of an integer are dropped, as ONNX Cast-25
/// has it. The result is marked with narrowBitsAttribute.
mlir::Value castToNarrow(GraphBuilder &graph, mlir::Value value, unsigned bits, bool isSigned);

/// Attribute of an operator whose result is narrower in ONNX: its bits. QuantizeLinear and CastLike take their range
/// from it.
inline constexpr llvm::StringLiteral narrowBitsAttribute = "sinter.bits";
/// The bits of the elements of `value`: those of the attribute, or of the element type.
unsigned elementBits(mlir::Value value);

} // namespace sinter::importer

// Elementwise kinds and casts on blocks of memory: what recipes compute while the executable is written.
//
// Floats compute in double and round once (for + - * / and sqrt that is the correctly rounded result of every narrower
// type; bf16 rounds through f32, as compiled code does); integers compute in 64 bits and wrap. One row per kind, with
// the meaning of dialects/sinter/Scalars.cpp; the unit tests compare both with the folder's tables in ConstantFold.cpp.
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// out[i] = kind(in[i]) for `count` elements; predicates write bools of one byte.
void applyUnary(UnaryKind kind, mlir::Type element, const uint8_t *in, uint8_t *out, int64_t count);
void applyBinary(BinaryKind kind, mlir::Type element, const uint8_t *lhs, const uint8_t *rhs, uint8_t *out,
                 int64_t count);
/// out[i] = condition[i] ? first[i] : second[i], for elements of `bytes` bytes.
void applySelect(const uint8_t *condition, const uint8_t *first, const uint8_t *second, int64_t bytes, uint8_t *out,
                 int64_t count);
void applyCast(mlir::Type from, mlir::Type to, const uint8_t *in, uint8_t *out, int64_t count);
} // namespace sinter

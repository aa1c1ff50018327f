// Element types: names, sizes, numpy's descriptors, and access to single elements. Names are those that the user reads.
#pragma once
#include "runtime/abi.h"

namespace sinter::rt {

enum class NumberKind { Bool, Signed, Unsigned, Real };

struct DTypeInfo {
  int32_t dtype;     // sinter_dtype
  const char *name;  // "f32"
  const char *numpy; // descriptor without byte order: "f4"; bf16 is numpy's two raw bytes "V2", as ml_dtypes writes it
  int32_t size;      // bytes
  NumberKind kind;
};

/// Facts of an element type, or null when the number is none of sinter_dtype.
const DTypeInfo *dtypeInfo(int32_t dtype);

/// Facts by numpy's descriptor without byte order, or null.
const DTypeInfo *dtypeOfNumpy(const char *text, int length);

/// "f32", or "dtype 14" for a number that is not supported.
const char *dtypeName(int32_t dtype);

/// "f32, f64, ...", for messages.
const char *dtypeNames();

/// Element `index` as double (64-bit integers are rounded).
double loadReal(int32_t dtype, const void *data, int64_t index);

/// Element `index` of an integer or bool tensor; a u64 above int64 wraps.
int64_t loadInteger(int32_t dtype, const void *data, int64_t index);

/// Stores with one rounding for floats; integers must be in range.
void storeReal(int32_t dtype, void *data, int64_t index, double value);
void storeInteger(int32_t dtype, void *data, int64_t index, int64_t value);

} // namespace sinter::rt

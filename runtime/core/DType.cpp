// The table of element types and typed access to elements.
#include "runtime/core/DType.h"

#include "runtime/core/SmallFloat.h"
#include <stdio.h>
#include <string.h>

using namespace sinter::rt;

namespace {
constexpr DTypeInfo kTypes[] = {
    {SINTER_F32, "f32", "f4", 4, NumberKind::Real},     {SINTER_F64, "f64", "f8", 8, NumberKind::Real},
    {SINTER_F16, "f16", "f2", 2, NumberKind::Real},     {SINTER_BF16, "bf16", "V2", 2, NumberKind::Real},
    {SINTER_I8, "i8", "i1", 1, NumberKind::Signed},     {SINTER_I16, "i16", "i2", 2, NumberKind::Signed},
    {SINTER_I32, "i32", "i4", 4, NumberKind::Signed},   {SINTER_I64, "i64", "i8", 8, NumberKind::Signed},
    {SINTER_U8, "u8", "u1", 1, NumberKind::Unsigned},   {SINTER_U16, "u16", "u2", 2, NumberKind::Unsigned},
    {SINTER_U32, "u32", "u4", 4, NumberKind::Unsigned}, {SINTER_U64, "u64", "u8", 8, NumberKind::Unsigned},
    {SINTER_BOOL, "bool", "b1", 1, NumberKind::Bool},
};

template <typename T> T at(const void *data, int64_t index) {
  T value;
  memcpy(&value, static_cast<const char *>(data) + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <typename T> void put(void *data, int64_t index, T value) {
  memcpy(static_cast<char *>(data) + index * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
}
} // namespace

const DTypeInfo *sinter::rt::dtypeInfo(int32_t dtype) {
  for (const DTypeInfo &info : kTypes)
    if (info.dtype == dtype)
      return &info;
  return nullptr;
}

const DTypeInfo *sinter::rt::dtypeOfNumpy(const char *text, int length) {
  for (const DTypeInfo &info : kTypes)
    if (length == 2 && !memcmp(info.numpy, text, 2))
      return &info;
  return nullptr;
}

const char *sinter::rt::dtypeName(int32_t dtype) {
  if (const DTypeInfo *info = dtypeInfo(dtype))
    return info->name;
  static thread_local char text[32];
  snprintf(text, sizeof(text), "dtype %d", dtype);
  return text;
}

const char *sinter::rt::dtypeNames() { return "f32, f64, f16, bf16, i8, i16, i32, i64, u8, u16, u32, u64 or bool"; }

double sinter::rt::loadReal(int32_t dtype, const void *data, int64_t index) {
  switch (dtype) {
  case SINTER_F32: return at<float>(data, index);
  case SINTER_F64: return at<double>(data, index);
  case SINTER_F16: return kHalf.decode(at<uint16_t>(data, index));
  case SINTER_BF16: return kBFloat.decode(at<uint16_t>(data, index));
  case SINTER_U64: return static_cast<double>(at<uint64_t>(data, index));
  default: return static_cast<double>(loadInteger(dtype, data, index));
  }
}

int64_t sinter::rt::loadInteger(int32_t dtype, const void *data, int64_t index) {
  switch (dtype) {
  case SINTER_I8: return at<int8_t>(data, index);
  case SINTER_I16: return at<int16_t>(data, index);
  case SINTER_I32: return at<int32_t>(data, index);
  case SINTER_I64:
  case SINTER_U64: return at<int64_t>(data, index);
  case SINTER_U8:
  case SINTER_BOOL: return at<uint8_t>(data, index);
  case SINTER_U16: return at<uint16_t>(data, index);
  case SINTER_U32: return at<uint32_t>(data, index);
  default: return 0;
  }
}

void sinter::rt::storeReal(int32_t dtype, void *data, int64_t index, double value) {
  switch (dtype) {
  case SINTER_F32: return put(data, index, static_cast<float>(value));
  case SINTER_F64: return put(data, index, value);
  case SINTER_F16: return put(data, index, kHalf.encode(value));
  case SINTER_BF16: return put(data, index, kBFloat.encode(value));
  default: return storeInteger(dtype, data, index, static_cast<int64_t>(value));
  }
}

void sinter::rt::storeInteger(int32_t dtype, void *data, int64_t index, int64_t value) {
  const DTypeInfo *info = dtypeInfo(dtype);
  switch (info->size) {
  case 1: return put(data, index, static_cast<uint8_t>(value));
  case 2: return put(data, index, static_cast<uint16_t>(value));
  case 4: return put(data, index, static_cast<uint32_t>(value));
  default: return put(data, index, static_cast<uint64_t>(value));
  }
}

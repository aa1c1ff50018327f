// A dense row-major tensor in memory that it owns: read from a file, made from a literal, or written by the model.
#pragma once
#include "runtime/core/DType.h"
#include "runtime/core/Memory.h"
#include "runtime/core/Text.h"

namespace sinter::rt {

/// More axes than numpy can hold; files with more are refused.
constexpr int32_t kMaxRank = 64;

/// Element count of a shape into `count`: 0 when any dim is 0. False when a dim is negative or the count leaves int64.
bool countElements(const int64_t *dims, int32_t rank, int64_t &count);

/// Bytes of a shape into `bytes`; false as above.
bool countBytes(const int64_t *dims, int32_t rank, int64_t elementSize, int64_t &bytes);

struct Tensor {
  int32_t dtype = 0;
  int32_t rank = 0;
  int64_t dims[kMaxRank] = {};
  Memory memory;                 // what keeps `data` alive: a block of its own, or the mapped file around it
  unsigned char *data = nullptr; // 64-byte aligned; never null once the tensor is made

  /// Allocates for the dtype and dims that are set.
  bool allocate(Error &error);

  /// Sets dtype and dims; rank must be at most kMaxRank.
  void setShape(int32_t newDtype, const int64_t *newDims, int32_t newRank);

  int64_t elements() const;
  int64_t bytes() const;
};

/// Appends "[2, 3]".
void appendShape(Text &text, const int64_t *dims, int32_t rank);

} // namespace sinter::rt

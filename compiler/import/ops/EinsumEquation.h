// The equation of an Einsum, parsed: one list of labels per operand and one for the result.
//
// A label is the code of its letter; the dims that an ellipsis stands for have labels from `ellipsisLabel` on, counted
// from the last one, because ellipses align at the right. Source: ONNX Einsum-12, numpy.einsum.
#pragma once
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace sinter::importer {
using Labels = llvm::SmallVector<int64_t>;

inline constexpr int64_t ellipsisLabel = 1000;

struct EinsumEquation {
  llvm::SmallVector<Labels> operands;
  Labels result;
};

/// Parses `text` for operands of these ranks. Errors: "expected .., got ..".
llvm::Expected<EinsumEquation> parseEinsum(llvm::StringRef text, llvm::ArrayRef<int64_t> ranks);
} // namespace sinter::importer

// Making and reading small tensors in tests.
#pragma once
#include "runtime/core/Tensor.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sinter::rt {

/// A tensor with the given numbers.
inline void makeTensor(Tensor &tensor, int32_t dtype, std::vector<int64_t> dims, std::vector<double> values) {
  Error error;
  tensor.setShape(dtype, dims.data(), static_cast<int32_t>(dims.size()));
  ASSERT_TRUE(tensor.allocate(error)) << error.text();
  ASSERT_EQ(tensor.elements(), static_cast<int64_t>(values.size()));
  for (size_t k = 0; k < values.size(); ++k)
    storeReal(dtype, tensor.data, static_cast<int64_t>(k), values[k]);
}

inline std::vector<double> valuesOf(const Tensor &tensor) {
  std::vector<double> values;
  for (int64_t k = 0; k < tensor.elements(); ++k)
    values.push_back(loadReal(tensor.dtype, tensor.data, k));
  return values;
}

inline std::vector<int64_t> shapeOf(const Tensor &tensor) { return {tensor.dims, tensor.dims + tensor.rank}; }

inline Bytes bytesOf(const std::string &text) {
  return {reinterpret_cast<const unsigned char *>(text.data()), text.size()};
}

} // namespace sinter::rt

// A sparse tensor as a dense one: ONNX has no operator that works on the sparse form, it is a way to store constants.
// Source: SparseTensorProto in onnx-ml.proto: indices are [NNZ] linear or [NNZ, rank], values are [NNZ].
#include "compiler/import/Describe.h"
#include "compiler/import/Tensors.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace sinter::importer {
namespace {
/// The linear positions of the values, in file order.
Expected<std::vector<uint64_t>> linearIndices(const TensorData &indices, int64_t count, ArrayRef<int64_t> dims) {
  bool linear = indices.dims.size() == 1;
  if (indices.type != onnx::TensorProto::INT64 || indices.elements != count * (linear ? 1 : int64_t(dims.size())))
    return failure("expected INT64 indices for " + Twine(count) + " values, got " + dataTypeName(indices.type) +
                   " and " + Twine(indices.elements) + " elements");
  SmallVector<int64_t> extents(dims);
  if (linear) {
    extents.assign(1, 1);
    for (int64_t dim : dims)
      extents[0] *= dim;
  }
  std::vector<uint64_t> positions;
  positions.reserve(count);
  const uint8_t *next = indices.bytes().data();
  for (int64_t i = 0; i < count; ++i) {
    uint64_t position = 0;
    for (int64_t extent : extents) {
      int64_t index = support::endian::read<int64_t>(next, endianness::little);
      if (index < 0 || index >= extent)
        return failure("expected sparse indices from 0 to " + Twine(extent - 1) + ", got " + Twine(index));
      position = position * extent + index;
      next += sizeof(int64_t);
    }
    positions.push_back(position);
  }
  return positions;
}
} // namespace

Expected<TensorData> decodeSparse(const onnx::SparseTensorProto &tensor, const TensorFiles &files,
                                  uint64_t largestDense) {
  Expected<TensorData> values = decodeTensor(tensor.values(), files);
  if (!values)
    return values;
  Expected<TensorData> indices = decodeTensor(tensor.indices(), files);
  if (!indices)
    return indices;
  auto fail = [&](const Twine &message) { return failure("sparse tensor " + quote(values->name) + ": " + message); };
  std::optional<unsigned> size = elementBytes(values->type);
  if (!size)
    return fail("expected a supported element type, got " + dataTypeName(values->type));
  TensorData dense;
  dense.name = values->name;
  dense.type = values->type;
  dense.dims.assign(tensor.dims().begin(), tensor.dims().end());
  uint64_t bytes = *size;
  for (int64_t dim : dense.dims) {
    if (dim < 0)
      return fail("expected dims of at least 0, got " + Twine(dim));
    bytes = SaturatingMultiply(bytes, uint64_t(dim));
    if (bytes > largestDense)
      return fail("expected a dense form of at most " + Twine(largestDense) + " bytes, got a larger one");
  }
  dense.elements = bytes / *size;
  Expected<std::vector<uint64_t>> positions = linearIndices(*indices, values->elements, dense.dims);
  if (!positions)
    return fail(toString(positions.takeError()));
  std::string contents(bytes, '\0');
  const uint8_t *source = values->bytes().data();
  for (size_t i = 0; i < positions->size(); ++i)
    memcpy(contents.data() + (*positions)[i] * *size, source + i * *size, *size);
  dense.setOwned(std::move(contents));
  return dense;
}

} // namespace sinter::importer

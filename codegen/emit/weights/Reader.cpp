// Readers of memory, of elementwise results, and what all readers share; see Reader.h.
#include "codegen/emit/weights/Reader.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace sinter;

std::vector<uint8_t> sinter::readDense(const Reader &reader, const Box &box) {
  std::vector<uint8_t> bytes(box.count() * reader.elementBytes);
  reader.read(box, {bytes.data(), denseStrides(box.size)});
  return bytes;
}

void sinter::forEachBox(ArrayRef<int64_t> shape, int64_t begin, int64_t end,
                        function_ref<void(const Box &, int64_t)> visit) {
  Index strides = denseStrides(shape);
  for (int64_t at = begin; at < end;) {
    // The outermost dim in which a run of whole inner dims starts at `at` and does not pass `end`.
    size_t dim = shape.empty() ? 0 : shape.size() - 1;
    while (dim > 0 && at % strides[dim - 1] == 0 && end - at >= strides[dim - 1])
      --dim;
    Box box = {Index(shape.size(), 0), Index(shape.size(), 1)};
    int64_t rest = at;
    for (size_t d = 0; d < shape.size(); ++d) {
      box.begin[d] = rest / strides[d];
      rest %= strides[d];
      if (d > dim)
        box.size[d] = shape[d];
    }
    if (!shape.empty())
      box.size[dim] = std::min(shape[dim] - box.begin[dim], (end - at) / strides[dim]);
    visit(box, at - begin);
    at += box.count();
  }
}

namespace {
class MemoryReader : public Reader {
public:
  MemoryReader(ArrayRef<int64_t> shape, int64_t elementBytes, Source memorySource,
               std::shared_ptr<const void> memoryOwner)
      : Reader(shape, elementBytes), source(std::move(memorySource)), owner(std::move(memoryOwner)) {}
  void read(const Box &box, const Target &out) const override {
    copyStrided(box.size, elementBytes, shifted(source, box.begin, elementBytes), out);
  }
  const Source *memory() const override { return &source; }

private:
  Source source;
  std::shared_ptr<const void> owner;
};

class ElementwiseReader : public Reader {
public:
  ElementwiseReader(std::vector<ReaderPtr> operands, int64_t elementBytes, ElementFunction function)
      : Reader(operands[0]->shape, elementBytes), inputs(std::move(operands)), apply(std::move(function)) {}
  void read(const Box &box, const Target &out) const override {
    SmallVector<std::vector<uint8_t>, 3> blocks;
    SmallVector<const uint8_t *, 3> pointers;
    for (const ReaderPtr &input : inputs)
      pointers.push_back(blocks.emplace_back(readDense(*input, box)).data());
    if (isDense(box.size, out.strides))
      return apply(pointers, out.base, box.count());
    std::vector<uint8_t> result(box.count() * elementBytes);
    apply(pointers, result.data(), box.count());
    copyStrided(box.size, elementBytes, {result.data(), denseStrides(box.size)}, out);
  }

private:
  std::vector<ReaderPtr> inputs;
  ElementFunction apply;
};
} // namespace

ReaderPtr sinter::memoryReader(ArrayRef<int64_t> shape, int64_t elementBytes, Source source,
                               std::shared_ptr<const void> owner) {
  return std::make_shared<MemoryReader>(shape, elementBytes, std::move(source), std::move(owner));
}
ReaderPtr sinter::elementwiseReader(std::vector<ReaderPtr> inputs, int64_t elementBytes, ElementFunction apply) {
  return std::make_shared<ElementwiseReader>(std::move(inputs), elementBytes, std::move(apply));
}

// Readers that move elements: views, reshapes, joins, pads and panels; see Reader.h.
#include "codegen/emit/weights/Reader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <cstdlib>
#include <optional>

using namespace llvm;
using namespace sinter;

//===- Transposes, slices, broadcasts ---------------------------------------------------------------------------===//

/// Strides of the result over memory in which the input has `strides`, from `base`.
template <typename Byte>
static Strided<Byte> viewOf(Strided<Byte> input, ArrayRef<DimMap> maps, size_t rank, int64_t elementBytes) {
  Strided<Byte> view = {input.base, Index(rank, 0)};
  for (auto [map, stride] : zip(maps, input.strides)) {
    view.base += map.offset * stride * elementBytes;
    if (map.dim >= 0)
      view.strides[map.dim] += map.step * stride;
  }
  return view;
}

namespace {
/// A view of elements that are computed: reads the input box that covers it, and copies from there.
class MovementReader : public Reader {
public:
  MovementReader(ReaderPtr operand, ArrayRef<int64_t> shape, ArrayRef<DimMap> dimMaps)
      : Reader(shape, operand->elementBytes), input(std::move(operand)), maps(dimMaps) {}
  void read(const Box &box, const Target &out) const override {
    Box hull = hullOf(box);
    if (hull.count() > 2 * box.count() && splits(box, out))
      return;
    std::vector<uint8_t> bytes = readDense(*input, hull);
    SmallVector<DimMap> local(maps);
    for (auto [d, map] : enumerate(local)) {
      map.offset -= hull.begin[d];
      if (map.dim >= 0)
        map.offset += map.step * box.begin[map.dim];
    }
    Source whole = {bytes.data(), denseStrides(hull.size)};
    copyStrided(box.size, elementBytes, viewOf(whole, local, shape.size(), elementBytes), out);
  }

private:
  Box hullOf(const Box &box) const {
    Box hull;
    for (const DimMap &map : maps) {
      int64_t first = map.offset, count = 1;
      if (map.dim >= 0) {
        first += map.step * box.begin[map.dim];
        count = box.size[map.dim];
      }
      hull.begin.push_back(std::min(first, first + map.step * (count - 1)));
      hull.size.push_back(std::abs(map.step) * (count - 1) + 1);
    }
    return hull;
  }
  /// Reads the box in halves, along its largest dim of a wide step, so that unread elements in between stay few.
  bool splits(const Box &box, const Target &out) const {
    std::optional<int64_t> widest;
    for (const DimMap &map : maps)
      if (map.dim >= 0 && std::abs(map.step) > 1 && box.size[map.dim] > 1 &&
          (!widest || box.size[map.dim] > box.size[*widest]))
        widest = map.dim;
    if (!widest)
      return false;
    Box first = box, second = box;
    first.size[*widest] = box.size[*widest] / 2;
    second.begin[*widest] += first.size[*widest];
    second.size[*widest] -= first.size[*widest];
    read(first, out);
    Index at(box.size.size(), 0);
    at[*widest] = first.size[*widest];
    read(second, shifted(out, at, elementBytes));
    return true;
  }

  ReaderPtr input;
  SmallVector<DimMap> maps;
};
} // namespace

ReaderPtr sinter::movementReader(ReaderPtr input, ArrayRef<int64_t> shape, ArrayRef<DimMap> maps) {
  const Source *memory = input->memory();
  if (!memory)
    return std::make_shared<MovementReader>(std::move(input), shape, maps);
  Source view = viewOf(*memory, maps, shape.size(), input->elementBytes);
  return memoryReader(shape, input->elementBytes, std::move(view), input);
}

//===- Reshapes -------------------------------------------------------------------------------------------------===//

/// Strides that give strided memory another shape, where there are any: dims are matched in groups of equal element
/// count.
static std::optional<Index> reshapedStrides(ArrayRef<int64_t> from, ArrayRef<int64_t> strides, ArrayRef<int64_t> to) {
  Index result(to.size(), 0);
  size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    size_t i0 = i, j0 = j;
    int64_t left = i < from.size() ? from[i++] : 1, right = j < to.size() ? to[j++] : 1;
    while (left != right) {
      if (left < right) {
        if (i == from.size())
          return std::nullopt;
        left *= from[i++];
      } else {
        if (j == to.size())
          return std::nullopt;
        right *= to[j++];
      }
    }
    // The group [i0, i) must step evenly.
    int64_t step = 0;
    bool first = true;
    for (size_t d = i; d-- > i0;) {
      if (from[d] == 1)
        continue;
      if (!first && strides[d] != step)
        return std::nullopt;
      step = strides[d] * from[d];
      first = false;
    }
    int64_t inner = left && !first ? step / left : 0;
    for (size_t d = j; d-- > j0;) {
      result[d] = inner;
      inner *= to[d];
    }
  }
  return result;
}

namespace {
/// A reshape of elements in another order: runs of consecutive result elements become boxes of the input.
class ReshapeReader : public Reader {
public:
  ReshapeReader(ReaderPtr operand, ArrayRef<int64_t> shape)
      : Reader(shape, operand->elementBytes), input(std::move(operand)) {}
  void read(const Box &box, const Target &out) const override {
    if (!isDense(box.size, out.strides)) {
      std::vector<uint8_t> bytes = readDense(*this, box);
      return copyStrided(box.size, elementBytes, {bytes.data(), denseStrides(box.size)}, out);
    }
    Index strides = denseStrides(shape);
    size_t inner = shape.size(); // dims from here on are whole, so a run covers them and a range of the dim before
    while (inner > 0 && box.size[inner - 1] == shape[inner - 1])
      --inner;
    inner = inner ? inner - 1 : 0;
    int64_t run = 1, runs = 1;
    for (size_t d = 0; d < shape.size(); ++d)
      (d < inner ? runs : run) *= box.size[d];
    for (int64_t r = 0; r < runs; ++r) {
      int64_t begin = 0, rest = r;
      for (size_t d = shape.size(); d-- > 0;) {
        begin += (box.begin[d] + (d < inner ? rest % box.size[d] : 0)) * strides[d];
        rest = d < inner ? rest / box.size[d] : rest;
      }
      forEachBox(input->shape, begin, begin + run, [&](const Box &part, int64_t position) {
        input->read(part, {out.base + (r * run + position) * elementBytes, denseStrides(part.size)});
      });
    }
  }

private:
  ReaderPtr input;
};
} // namespace

ReaderPtr sinter::reshapeReader(ReaderPtr input, ArrayRef<int64_t> shape) {
  if (const Source *memory = input->memory())
    if (std::optional<Index> strides = reshapedStrides(input->shape, memory->strides, shape))
      return memoryReader(shape, input->elementBytes, {memory->base, *strides}, input);
  return std::make_shared<ReshapeReader>(std::move(input), shape);
}

//===- Concat and pad -------------------------------------------------------------------------------------------===//

/// The part of `box` that lies in the range [low, low + shape) of each dim.
static Box intersection(const Box &box, ArrayRef<int64_t> low, ArrayRef<int64_t> shape) {
  Box common;
  for (size_t d = 0; d < low.size(); ++d) {
    common.begin.push_back(std::max(box.begin[d], low[d]));
    common.size.push_back(
        std::max<int64_t>(0, std::min(box.begin[d] + box.size[d], low[d] + shape[d]) - common.begin[d]));
  }
  return common;
}

/// Reads what lies in `box` of an input that stands at index `low` of the result.
static void readPart(const Reader &input, ArrayRef<int64_t> low, const Box &box, const Target &out) {
  Box part = intersection(box, low, input.shape);
  if (!part.count())
    return;
  Index at(low.size());
  for (size_t d = 0; d < low.size(); ++d) {
    at[d] = part.begin[d] - box.begin[d];
    part.begin[d] -= low[d];
  }
  input.read(part, shifted(out, at, input.elementBytes));
}

namespace {
class ConcatReader : public Reader {
public:
  ConcatReader(std::vector<ReaderPtr> operands, ArrayRef<int64_t> shape, int64_t concatAxis)
      : Reader(shape, operands[0]->elementBytes), inputs(std::move(operands)), axis(concatAxis) {}
  void read(const Box &box, const Target &out) const override {
    Index low(shape.size(), 0);
    for (const ReaderPtr &input : inputs) {
      readPart(*input, low, box, out);
      low[axis] += input->shape[axis];
    }
  }

private:
  std::vector<ReaderPtr> inputs;
  int64_t axis;
};

class PadReader : public Reader {
public:
  PadReader(ReaderPtr operand, ReaderPtr padValue, ArrayRef<int64_t> padLow, ArrayRef<int64_t> shape)
      : Reader(shape, operand->elementBytes), input(std::move(operand)), value(std::move(padValue)), low(padLow) {}
  void read(const Box &box, const Target &out) const override {
    fillStrided(box.size, elementBytes, readDense(*value, {}).data(), out);
    readPart(*input, low, box, out);
  }

private:
  ReaderPtr input, value;
  Index low;
};
} // namespace

ReaderPtr sinter::concatReader(std::vector<ReaderPtr> inputs, ArrayRef<int64_t> shape, int64_t axis) {
  return std::make_shared<ConcatReader>(std::move(inputs), shape, axis);
}
ReaderPtr sinter::padReader(ReaderPtr input, ReaderPtr value, ArrayRef<int64_t> low, ArrayRef<int64_t> shape) {
  return std::make_shared<PadReader>(std::move(input), std::move(value), low, shape);
}

//===- Panels ---------------------------------------------------------------------------------------------------===//

namespace {
/// [.., K, N] to [.., panels, K, width]: panel p, row k, column w is element (k, p * width + w), or 0 past N.
class PackReader : public Reader {
public:
  PackReader(ReaderPtr operand, ArrayRef<int64_t> shape)
      : Reader(shape, operand->elementBytes), input(std::move(operand)) {}
  void read(const Box &box, const Target &out) const override {
    size_t lead = shape.size() - 3;
    int64_t width = shape[lead + 2], columns = input->shape[lead + 1];
    const uint64_t zero = 0;
    // All columns of the panels at once: long rows of the input.
    Box hull = inputBox(box, box.begin[lead] * width, std::min(columns, (box.begin[lead] + box.size[lead]) * width));
    bool computed = !input->memory();
    std::vector<uint8_t> bytes = computed ? readDense(*input, hull) : std::vector<uint8_t>();
    Source panels =
        computed ? Source{bytes.data(), denseStrides(hull.size)} : shifted(*input->memory(), hull.begin, elementBytes);
    for (int64_t p = 0; p < box.size[lead]; ++p) {
      int64_t first = (box.begin[lead] + p) * width + box.begin[lead + 2];
      int64_t count = std::clamp<int64_t>(columns - first, 0, box.size[lead + 2]);
      Index size = hull.size, origin(lead + 2, 0), at(lead + 3, 0);
      size[lead + 1] = count;
      origin[lead + 1] = first - hull.begin[lead + 1];
      at[lead] = p;
      Target panel = shifted(out, at, elementBytes);
      panel.strides.erase(panel.strides.begin() + lead);
      copyStrided(size, elementBytes, shifted(panels, origin, elementBytes), panel);
      size[lead + 1] = box.size[lead + 2] - count;
      panel.base += count * panel.strides[lead + 1] * elementBytes;
      fillStrided(size, elementBytes, reinterpret_cast<const uint8_t *>(&zero), panel);
    }
  }

private:
  /// The rows of `box` and the columns [begin, end) of the input.
  Box inputBox(const Box &box, int64_t begin, int64_t end) const {
    size_t lead = shape.size() - 3;
    Box result = {Index(ArrayRef(box.begin).take_front(lead)), Index(ArrayRef(box.size).take_front(lead))};
    result.begin.append({box.begin[lead + 1], begin});
    result.size.append({box.size[lead + 1], end - begin});
    return result;
  }
  ReaderPtr input;
};

/// The inverse of PackReader.
class UnpackReader : public Reader {
public:
  UnpackReader(ReaderPtr operand, ArrayRef<int64_t> shape)
      : Reader(shape, operand->elementBytes), input(std::move(operand)) {}
  void read(const Box &box, const Target &out) const override {
    size_t lead = shape.size() - 2;
    int64_t width = input->shape[lead + 2], end = box.begin[lead + 1] + box.size[lead + 1];
    for (int64_t column = box.begin[lead + 1]; column < end;) {
      int64_t panel = column / width, count = std::min(end, (panel + 1) * width) - column;
      Box part = {Index(ArrayRef(box.begin).take_front(lead)), Index(ArrayRef(box.size).take_front(lead))};
      part.begin.append({panel, box.begin[lead], column - panel * width});
      part.size.append({1, box.size[lead], count});
      Index at(lead + 2, 0);
      at[lead + 1] = column - box.begin[lead + 1];
      Target target = shifted(out, at, elementBytes);
      target.strides.insert(target.strides.begin() + lead, 0);
      input->read(part, target);
      column += count;
    }
  }

private:
  ReaderPtr input;
};
} // namespace

ReaderPtr sinter::packReader(ReaderPtr input, ArrayRef<int64_t> shape) {
  return std::make_shared<PackReader>(std::move(input), shape);
}
ReaderPtr sinter::unpackReader(ReaderPtr input, ArrayRef<int64_t> shape) {
  return std::make_shared<UnpackReader>(std::move(input), shape);
}

// The emitter `pad`: a constant pad as fills and copies of rows.
//
// A row outside the input is filled. In others the border is filled, and what lies between is the fused work on the
// input in vectors, without a bounds check. Where sizes are known, vectors are as wide as the input's row allows, and
// the last one overlaps the one before (same values twice).
#include "codegen/cpu/emit/PaddedRows.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace sinter;

namespace {
class PaddedRow {
public:
  PaddedRow(Elements &elements, PadOp op, ArrayRef<Index> outer, Value lo, Value hi)
      : elements(elements), f(elements.f), op(op), outer(outer), lo(lo), hi(hi), lanes(f.target.lanes(32)),
        low(op.getLow().getValues().back()), size(dimsOf(op.getInput()).back()) {}

  void emit() {
    Value inside = outerInside();
    if (!inside)
      return emitInside();
    f.branch(inside, [&] { emitInside(); }, [&] { fill(lo, hi); });
  }

private:
  /// The row's place in the input, and whether the input has it: null if it always does.
  Value outerInside() {
    Value inside;
    SmallVector<DimAttr> dims = dimsOf(op.getInput());
    for (auto [d, index] : llvm::enumerate(outer)) {
      DimAttr before = op.getLow().getValues()[d];
      row.push_back(f.offset(index, before * -1));
      if (constantValue(before) == 0 && constantValue(op.getHigh().getValues()[d]) == 0)
        continue;
      Value ok = arith::CmpIOp::create(f.b, arith::CmpIPredicate::ult, row[d].base, f.dim(dims[d]));
      inside = inside ? Value(arith::AndIOp::create(f.b, inside, ok)) : ok;
    }
    return inside;
  }

  void emitInside() {
    std::optional<int64_t> length = constantValue(size), first = constantValue(low);
    bool whole = length && first && *length > 0 && f.constant(0) == lo && f.dim(dimsOf(op.getResult()).back()) == hi;
    Value begin = f.dim(low), end = f.dim(low + size);
    if (!whole) { // the part of the row that is this task's
      begin = f.max(f.min(begin, hi), lo);
      end = f.max(f.min(end, hi), lo);
    }
    fill(lo, begin);
    if (whole)
      copyWhole(*first, *length);
    else
      f.vectorLoop(begin, end, lanes, [&](Index at, int64_t width) { copy(at, width); });
    fill(end, hi);
  }

  void copyWhole(int64_t first, int64_t length) {
    int64_t width = std::min<int64_t>(lanes, llvm::bit_floor(uint64_t(length)));
    Value last = f.constant(first + length - width);
    f.loop(f.constant(first), f.constant(first + length), width, {}, [&](Value at, ValueRange) -> SmallVector<Value> {
      copy({f.min(at, last), width > 1, false}, width);
      return {};
    });
  }

  void copy(Index at, int64_t width) {
    Indices source(row);
    source.push_back(f.offset(at, low * -1));
    store(at, elements.at(op.getInput(), source, width), width);
  }

  void fill(Value begin, Value end) {
    if (begin != end)
      f.vectorLoop(begin, end, lanes,
                   [&](Index at, int64_t width) { store(at, elements.at(op.getValue(), {}, width), width); });
  }

  void store(Index at, Value value, int64_t width) {
    Indices indices(outer);
    indices.push_back(at);
    f.store(f.results[0], indices, value, width);
  }

  Elements &elements;
  KernelFunction &f;
  PadOp op;
  ArrayRef<Index> outer;
  Value lo, hi;
  const int64_t lanes;
  const DimAttr low, size; // of the innermost dim
  Indices row;
};
} // namespace

void sinter::emitPaddedRow(Elements &elements, PadOp op, ArrayRef<Index> outer, Value lo, Value hi) {
  PaddedRow(elements, op, outer, lo, hi).emit();
}

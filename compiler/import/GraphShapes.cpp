// Broadcasting, data movement and run-time checks of GraphBuilder.
#include "compiler/import/GraphBuilder.h"
#include "compiler/import/Limits.h"
#include "dialects/sinter/ConstantFold.h"

using namespace mlir;

namespace sinter::importer {

//===- Relations between dims
//---------------------------------------------------------------------------------------===//

/// Puts a check at the program's entry, once. Checks depend on dims alone, so they gather at the start of the block.
static void addAssume(OpBuilder &builder, Location loc, DimAttr lhs, StringRef relation, DimAttr rhs) {
  constexpr int searched = 64; // the last ones: neighbours in the graph ask for the same
  Block *block = builder.getInsertionBlock();
  auto position = llvm::find_if_not(*block, [](Operation &op) { return isa<AssumeOp>(op); });
  int looked = 0;
  for (auto it = position; it != block->begin() && looked < searched; ++looked) {
    auto other = cast<AssumeOp>(*--it);
    bool same = other.getLhs() == lhs && other.getRhs() == rhs;
    bool swapped = relation == "eq" && other.getLhs() == rhs && other.getRhs() == lhs;
    if ((same || swapped) && other.getRelation() == relation)
      return;
  }
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(block, position);
  auto name = dyn_cast<NameLoc>(loc);
  AssumeOp::create(builder, loc, lhs, relation, rhs, name ? name.getName().getValue() : "");
}

bool GraphBuilder::assumeEqual(DimAttr lhs, DimAttr rhs) {
  if (reported)
    return false;
  if (lhs == rhs)
    return true;
  if (knownDifferent(lhs, rhs)) {
    error("expected equal sizes, got " + toString(lhs) + " and " + toString(rhs));
    return false;
  }
  addAssume(builder, loc, lhs, "eq", rhs);
  return true;
}

bool GraphBuilder::assumeLessEqual(DimAttr lhs, DimAttr rhs) {
  if (reported)
    return false;
  if (knownLessEqual(lhs, rhs))
    return true;
  if (rangeOf(lhs - rhs).lo > 0) {
    error("expected " + toString(lhs) + " to be at most " + toString(rhs));
    return false;
  }
  addAssume(builder, loc, lhs, "le", rhs);
  return true;
}

bool GraphBuilder::checkElements(Value x, StringRef what, ArrayRef<DimAttr> lo, ArrayRef<DimAttr> hi) {
  if (reported || !x)
    return false;
  bool isIndex = element(x).isSignlessInteger(32) || element(x).isSignlessInteger(64);
  if (!isIndex || lo.empty()) // reported by the operator that reads x
    return true;
  Attribute constant = constantAttribute(x);
  for (auto [k, scalar] : llvm::enumerate(scalarsOf(constant, x.getType()).value_or(Scalars()))) {
    DimAttr least = lo[k % lo.size()], most = hi[k % hi.size()];
    std::optional<int64_t> value = scalar.integer(), from = constantValue(least), to = constantValue(most);
    if (value && ((from && *value < *from) || (to && *value > *to))) {
      error("expected " + what + " in " + toString(least) + ".." + toString(most) + ", got " + Twine(*value));
      return false;
    }
  }
  CheckElementsOp::create(builder, loc, x, what, dimsAttr(lo), dimsAttr(hi));
  return true;
}

bool GraphBuilder::checkIndices(Value x, ArrayRef<DimAttr> sizes) {
  auto least = [](DimAttr size) { return size * -1; };
  auto most = [](DimAttr size) { return size - 1; };
  return checkElements(x, "an index", llvm::map_to_vector(sizes, least), llvm::map_to_vector(sizes, most));
}

/// Of two dims that are equal, the one that says more.
static DimAttr simpler(DimAttr lhs, DimAttr rhs) { return constantValue(rhs) ? rhs : lhs; }

static std::string describeList(ArrayRef<DimAttr> dims) {
  std::string text = "[";
  for (DimAttr dim : dims)
    text += (text.size() > 1 ? ", " : "") + toString(dim);
  return text + "]";
}

//===- Broadcasting -----------------------------------------------------------------------------------------------===//

/// The last row of a dim S is a dim min(1, S). Against a dim that may be longer it is 1, or there is nothing.
static bool repeatsOver(DimAttr dim, DimAttr other) { return rangeOf(dim).hi <= 1 && rangeOf(other).hi > 1; }

std::optional<Dims> GraphBuilder::broadcastDims(ArrayRef<DimAttr> x, ArrayRef<DimAttr> y) {
  if (reported)
    return std::nullopt;
  ArrayRef<DimAttr> longer = x.size() < y.size() ? y : x, shorter = x.size() < y.size() ? x : y;
  Dims out(longer);
  size_t lead = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    DimAttr a = out[lead + i], b = shorter[i];
    for (auto [one, many] : {std::pair(a, b), std::pair(b, a)})
      if (repeatsOver(one, many) && !assumeEqual(one, dim(1)))
        return std::nullopt;
    if (constantValue(b) == 1 || repeatsOver(b, a))
      continue;
    if (constantValue(a) == 1 || repeatsOver(a, b)) {
      out[lead + i] = b;
    } else if (knownDifferent(a, b)) {
      error("expected dims that broadcast, got " + describeList(x) + " and " + describeList(y));
      return std::nullopt;
    } else if (assumeEqual(a, b)) {
      out[lead + i] = simpler(a, b);
    }
  }
  return out;
}

Value GraphBuilder::renameDims(Value x, ArrayRef<DimAttr> to) {
  if (!x || dims(x) == to)
    return x;
  return create<ReshapeOp>({x}, [&](auto &properties) { properties.dims = dimsAttr(to); });
}

Value GraphBuilder::broadcastTo(Value x, ArrayRef<DimAttr> to) {
  if (!x || reported)
    return {};
  Dims renamed = dims(x);
  if (renamed.size() > to.size())
    return error("expected dims that broadcast to " + describeList(to) + ", got " + describeList(renamed));
  SmallVector<int64_t> mapping;
  for (size_t i = 0, lead = to.size() - renamed.size(); i < renamed.size(); ++i) {
    mapping.push_back(lead + i);
    if (repeatsOver(renamed[i], to[lead + i])) {
      if (!assumeEqual(renamed[i], dim(1)))
        return {};
      renamed[i] = dim(1);
    }
    if (renamed[i] == to[lead + i] || constantValue(renamed[i]) == 1)
      continue;
    if (knownDifferent(renamed[i], to[lead + i]))
      return error("expected dims that broadcast to " + describeList(to) + ", got " + describeList(dims(x)));
    if (!assumeEqual(renamed[i], to[lead + i]))
      return {};
    renamed[i] = to[lead + i];
  }
  return broadcast(renameDims(x, renamed), mapping, to);
}

Value GraphBuilder::broadcast(Value x, ArrayRef<int64_t> mapping, ArrayRef<DimAttr> to) {
  if (!x || reported)
    return {};
  if (std::optional<std::string> problem = sizeProblem(to, element(x)))
    return error(*problem);
  return create<BroadcastOp>({x}, [&](auto &properties) {
    properties.mapping = builder.getDenseI64ArrayAttr(mapping);
    properties.dims = dimsAttr(to);
  });
}

//===- Reshapes ---------------------------------------------------------------------------------------------------===//

Value GraphBuilder::reshape(Value x, ArrayRef<DimAttr> to) {
  if (!x || reported)
    return {};
  DimAttr have = elementCount(x.getType()), want = product(context(), to);
  if (knownDifferent(have, want))
    return error("expected " + toString(have) + " elements as in " + describeList(dims(x)) + ", got " + toString(want) +
                 " in " + describeList(to));
  if (!assumeEqual(want, have))
    return {};
  return create<ReshapeOp>({x}, [&](auto &properties) { properties.dims = dimsAttr(to); });
}

Value GraphBuilder::unsqueeze(Value x, ArrayRef<int64_t> axes) {
  if (!x || axes.empty())
    return x;
  Dims from = dims(x), to;
  size_t next = 0;
  for (size_t i = 0; i < from.size() + axes.size(); ++i)
    to.push_back(llvm::is_contained(axes, int64_t(i)) || next == from.size() ? dim(1) : from[next++]);
  return create<ReshapeOp>({x}, [&](auto &properties) { properties.dims = dimsAttr(to); });
}

Value GraphBuilder::squeeze(Value x, ArrayRef<int64_t> axes) {
  if (!x || axes.empty())
    return x;
  Dims to;
  for (auto [i, size] : llvm::enumerate(dims(x))) {
    if (!llvm::is_contained(axes, int64_t(i))) {
      to.push_back(size);
      continue;
    }
    if (knownDifferent(size, dim(1)))
      return error("expected size 1 along axis " + Twine(i) + " of " + describeList(dims(x)) + ", got " +
                   toString(size));
    assumeEqual(size, dim(1));
  }
  return create<ReshapeOp>({x}, [&](auto &properties) { properties.dims = dimsAttr(to); });
}

//===- Movement ---------------------------------------------------------------------------------------------------===//

Value GraphBuilder::transpose(Value x, ArrayRef<int64_t> permutation) {
  return create<TransposeOp>(
      {x}, [&](auto &properties) { properties.permutation = builder.getDenseI64ArrayAttr(permutation); });
}

Value GraphBuilder::slice(Value x, ArrayRef<DimAttr> offsets, ArrayRef<DimAttr> sizes, ArrayRef<int64_t> strides) {
  return create<SliceOp>({x}, [&](auto &properties) {
    properties.offsets = dimsAttr(offsets);
    properties.sizes = dimsAttr(sizes);
    properties.strides = builder.getDenseI64ArrayAttr(strides);
  });
}

Value GraphBuilder::sliceAxis(Value x, int64_t axis, DimAttr offset, DimAttr size) {
  if (!x)
    return {};
  Dims sizes = dims(x), offsets(sizes.size(), dim(0));
  offsets[axis] = offset;
  sizes[axis] = size;
  return slice(x, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1));
}

Value GraphBuilder::concat(ArrayRef<Value> parts, int64_t axis) {
  if (reported || llvm::is_contained(parts, Value()))
    return {};
  SmallVector<Value> operands(parts);
  if (!parts.empty() && llvm::all_of(parts, [&](Value part) { return rank(part) == rank(parts[0]); })) {
    Dims common = dims(parts[0]);
    for (Value part : parts)
      for (auto [i, size] : llvm::enumerate(dims(part)))
        if (int64_t(i) != axis && !knownDifferent(common[i], size) && assumeEqual(common[i], size))
          common[i] = simpler(common[i], size);
    for (Value &operand : operands) {
      Dims own = dims(operand), renamed = common;
      for (auto [i, size] : llvm::enumerate(own))
        if (int64_t(i) == axis || knownDifferent(size, common[i]))
          renamed[i] = size; // a mismatch is the operator's to report
      operand = renameDims(operand, renamed);
    }
  }
  return create<ConcatOp>(operands, [&](auto &properties) { properties.axis = builder.getI64IntegerAttr(axis); });
}

Value GraphBuilder::pad(Value x, PadMode mode, Value value, ArrayRef<DimAttr> low, ArrayRef<DimAttr> high) {
  return create<PadOp>({x, value}, [&](auto &properties) {
    properties.mode = PadModeAttr::get(context(), mode);
    properties.low = dimsAttr(low);
    properties.high = dimsAttr(high);
  });
}

Value GraphBuilder::iota(ArrayRef<DimAttr> dims, int64_t dim, Type element) {
  if (!element || reported)
    return {};
  if (std::optional<std::string> problem = sizeProblem(dims, element))
    return error(*problem);
  return create<IotaOp>({}, [&](auto &properties) {
    properties.dim = builder.getI64IntegerAttr(dim);
    properties.dims = dimsAttr(dims);
    properties.type = TypeAttr::get(element);
  });
}

} // namespace sinter::importer

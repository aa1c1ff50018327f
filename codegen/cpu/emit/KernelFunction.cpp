// Entry code, index arithmetic and loops of a kernel; see KernelFunction.h.
#include "codegen/cpu/emit/KernelFunction.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

KernelFunction::KernelFunction(KernelOp kernelOp, StringRef name, ModuleOp module, const TargetInfo &targetInfo)
    : kernel(kernelOp), target(targetInfo), b(kernelOp.getLoc(), module.getContext()) {
  MLIRContext *context = module.getContext();
  b.setInsertionPointToEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(context), i64 = b.getI64Type();
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {pointer, i64, pointer});
  function = LLVM::LLVMFuncOp::create(b, name, type);
  Block *entry = function.addEntryBlock(b);
  b.setInsertionPointToStart(entry);
  entryEnd = LLVM::ReturnOp::create(b, ValueRange{});
  b.setInsertionPoint(entryEnd);
  task = entry->getArgument(1);
  scratch = entry->getArgument(2);

  auto field = [&](Value base, int64_t index, Type element) -> Value {
    Value place =
        index
            ? Value(LLVM::GEPOp::create(b, pointer, element, base, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)}))
            : base;
    auto load = LLVM::LoadOp::create(b, element, place);
    load.setInvariant(true);
    return load;
  };
  Value buffers = field(entry->getArgument(0), 0, pointer), dims = field(entry->getArgument(0), 1, pointer);
  int64_t next = 0;
  auto bind = [&](ArrayRef<Type> types, SmallVector<Buffer> &into) {
    for (Type tensor : types)
      into.push_back({field(buffers, next++, pointer), elementType(tensor), dimsOf(tensor)});
  };
  bind(kernel.getArgumentTypes(), operands);
  bind(kernel.getResultTypes(), results);
  if (kernel.getSchedule() && kernel.getSchedule()->contains("shared"))
    shared = field(buffers, next, pointer);
  if (kernel.getSymbols())
    for (auto [i, name] : llvm::enumerate(kernel.getSymbols()->getAsValueRange<StringAttr>()))
      symbols[name] = field(dims, i, i64);
}

//===- Indices ----------------------------------------------------------------------------------------------------===//

Value KernelFunction::atEntry(llvm::function_ref<Value()> build) {
  OpBuilder::InsertionGuard guard(b);
  Block *entry = &function.getBody().front();
  // Everything at entry stands before the first loop, behind the operands' loads.
  Operation *place = entryEnd;
  for (Operation &op : *entry)
    if (op.getNumRegions()) {
      place = &op;
      break;
    }
  b.setInsertionPoint(place);
  return build();
}

Value KernelFunction::constant(int64_t value) {
  Value &known = constants[value];
  if (!known) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&function.getBody().front());
    known = arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
  }
  return known;
}

Value KernelFunction::dim(DimAttr formula) {
  if (std::optional<int64_t> value = constantValue(formula))
    return constant(*value);
  if (Value known = dimValues.lookup(formula))
    return known;
  auto factorValue = [&](Attribute factor) -> Value {
    if (auto name = dyn_cast<StringAttr>(factor))
      return symbols.lookup(name.getValue());
    auto op = cast<DimOpAttr>(factor);
    Value x = dim(op.getLhs()), y = dim(op.getRhs());
    return atEntry([&]() -> Value {
      switch (op.getKind()) {
      case DimOpKind::Product: return mul(x, y);
      case DimOpKind::Min: return min(x, y);
      case DimOpKind::Max: return max(x, y);
      case DimOpKind::FloorDiv: return arith::FloorDivSIOp::create(b, x, max(y, constant(1)));
      case DimOpKind::CeilDiv: return arith::CeilDivSIOp::create(b, x, max(y, constant(1)));
      case DimOpKind::Mod: {
        Value divisor = max(y, constant(1));
        return sub(x, mul(arith::FloorDivSIOp::create(b, x, divisor), divisor));
      }
      }
      llvm_unreachable("covered switch");
    });
  };
  Value sum;
  for (auto [coefficient, product] : llvm::zip(formula.getCoefficients(), formula.getProducts())) {
    Value term = coefficient == 1 && !product.empty() ? Value() : constant(coefficient);
    for (Attribute factor : product) {
      Value f = factorValue(factor);
      term = term ? atEntry([&] { return mul(term, f); }) : f;
    }
    sum = sum ? atEntry([&] { return add(sum, term); }) : term;
  }
  dimValues[formula] = sum;
  return sum;
}

static std::optional<int64_t> known(Value x) {
  IntegerAttr value;
  if (matchPattern(x, m_Constant(&value)))
    return value.getInt();
  return std::nullopt;
}

Value KernelFunction::add(Value x, Value y) {
  std::optional<int64_t> a = known(x), c = known(y);
  if (a && c)
    return constant(*a + *c);
  if (a == 0)
    return y;
  return c == 0 ? x : Value(arith::AddIOp::create(b, x, y));
}
Value KernelFunction::sub(Value x, Value y) { return known(y) == 0 ? x : Value(arith::SubIOp::create(b, x, y)); }
Value KernelFunction::mul(Value x, Value y) {
  std::optional<int64_t> a = known(x), c = known(y);
  if (a && c)
    return constant(*a * *c);
  if (a == 1)
    return y;
  if (c == 1)
    return x;
  // (z + constant) * constant: rows of a tile then differ by constants, which addresses hold without a register each.
  if (auto sum = x.getDefiningOp<arith::AddIOp>(); c && sum)
    if (std::optional<int64_t> addend = known(sum.getRhs()))
      return add(mul(sum.getLhs(), y), constant(*addend * *c));
  return arith::MulIOp::create(b, x, y);
}
Value KernelFunction::min(Value x, Value y) { return x == y ? x : Value(arith::MinSIOp::create(b, x, y)); }
Value KernelFunction::max(Value x, Value y) { return x == y ? x : Value(arith::MaxSIOp::create(b, x, y)); }
Value KernelFunction::div(Value x, Value y) { return known(y) == 1 ? x : Value(arith::DivUIOp::create(b, x, y)); }
Value KernelFunction::rem(Value x, Value y) {
  return known(y) == 1 ? constant(0) : Value(arith::RemUIOp::create(b, x, y));
}
Value KernelFunction::less(Value x, Value y) { return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, y); }
Value KernelFunction::atLeast(Value x, Value y) { return arith::CmpIOp::create(b, arith::CmpIPredicate::sge, x, y); }

Value KernelFunction::splat(Value x, int64_t lanes) {
  if (lanes == 1 || isa<VectorType>(x.getType()))
    return x;
  return vector::BroadcastOp::create(b, VectorType::get({lanes}, x.getType()), x);
}

Value KernelFunction::positions(Index index, int64_t lanes) {
  if (index.isVector)
    return index.base;
  Value base = splat(index.base, lanes);
  if (!index.step || lanes == 1)
    return base;
  SmallVector<int64_t> steps;
  for (int64_t lane = 0; lane < lanes; ++lane)
    steps.push_back(lane * index.step);
  auto type = VectorType::get({lanes}, b.getI64Type());
  Value ramp = arith::ConstantOp::create(b, DenseIntElementsAttr::get(type, steps));
  return arith::AddIOp::create(b, base, ramp);
}

Index KernelFunction::add(Index x, Index y, int64_t lanes) {
  if (!x.isVector && !y.isVector)
    return {add(x.base, y.base), x.step + y.step, false};
  return {arith::AddIOp::create(b, positions(x, lanes), positions(y, lanes)), 0, true};
}
Index KernelFunction::scale(Index x, int64_t factor) {
  if (x.isVector)
    return {arith::MulIOp::create(b, x.base, splatConstant(b, b.getI64Type(), double(factor), x.base)), 0, true};
  return {mul(x.base, constant(factor)), x.step * factor, false};
}
Index KernelFunction::mul(Index x, DimAttr factor, int64_t lanes) {
  if (std::optional<int64_t> value = constantValue(factor))
    return scale(x, *value);
  if (!x.isVector && !x.step)
    return {mul(x.base, dim(factor)), 0, false};
  return {arith::MulIOp::create(b, positions(x, lanes), splat(dim(factor), lanes)), 0, true};
}
Index KernelFunction::offset(Index x, DimAttr by) {
  if (constantValue(by) == 0)
    return x;
  if (x.isVector)
    return {arith::AddIOp::create(b, x.base, splat(dim(by), cast<VectorType>(x.base.getType()).getNumElements())), 0,
            true};
  return {add(x.base, dim(by)), x.step, false};
}

//===- Loops ------------------------------------------------------------------------------------------------------===//

SmallVector<Value> KernelFunction::loop(Value lo, Value hi, int64_t step, ValueRange init,
                                        llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loopOp = scf::ForOp::create(b, lo, hi, constant(step), init);
  OpBuilder::InsertionGuard guard(b);
  Block *block = loopOp.getBody();
  if (init.empty())
    block->getTerminator()->erase();
  b.setInsertionPointToEnd(block);
  SmallVector<Value> next = body(loopOp.getInductionVar(), loopOp.getRegionIterArgs());
  scf::YieldOp::create(b, next);
  return SmallVector<Value>(loopOp.getResults());
}

void KernelFunction::tileLoop(IndexRange range, Value size, int64_t rows, int64_t tail,
                              llvm::function_ref<void(Value, int64_t)> tile) {
  auto tiles = [&](Value from, Value to, int64_t count) {
    loop(from, to, count, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      tile(row, count);
      return {};
    });
  };
  if (tail >= rows)
    return tiles(range.begin, range.end, rows);
  Value count = sub(range.end, range.begin), rest = rem(count, constant(rows));
  Value few = arith::OrIOp::create(b, atLeast(constant((rows - 1) / tail * tail), rest), less(size, constant(rows)));
  Value whole = sub(range.end, rest);
  Value end = arith::SelectOp::create(b, few, whole, range.end);
  tiles(range.begin, end, rows);
  tiles(end, range.end, tail);
}

SmallVector<Value> KernelFunction::loopNest(ArrayRef<DimAttr> dims, ValueRange init,
                                            llvm::function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  SmallVector<Value> position;
  std::function<SmallVector<Value>(size_t, ValueRange)> level = [&](size_t depth,
                                                                    ValueRange carried) -> SmallVector<Value> {
    if (depth == dims.size())
      return body(position, carried);
    return loop(constant(0), dim(dims[depth]), 1, carried, [&](Value iv, ValueRange inner) {
      position.push_back(iv);
      SmallVector<Value> next = level(depth + 1, inner);
      position.pop_back();
      return next;
    });
  };
  return level(0, init);
}

void KernelFunction::vectorLoop(Value lo, Value hi, int64_t lanes, llvm::function_ref<void(Index, int64_t)> body) {
  Value tail = add(lo, mul(div(sub(hi, lo), constant(lanes)), constant(lanes)));
  if (lanes > 1)
    loop(lo, tail, lanes, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
      body({iv, 1, false}, lanes);
      return {};
    });
  loop(lanes > 1 ? tail : lo, hi, 1, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
    body(at(iv), 1);
    return {};
  });
}

void KernelFunction::branch(Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise) {
  auto ifOp = scf::IfOp::create(b, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&ifOp.getThenRegion().front());
  then();
  b.setInsertionPointToStart(&ifOp.getElseRegion().front());
  otherwise();
}

Value KernelFunction::choose(Value condition, llvm::function_ref<Value()> then, llvm::function_ref<Value()> otherwise) {
  auto ifOp = scf::IfOp::create(b, TypeRange{}, condition, /*addThenBlock=*/true, /*addElseBlock=*/true);
  Value thenValue, elseValue;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&ifOp.getThenRegion().front());
    thenValue = then();
    scf::YieldOp::create(b, thenValue);
    b.setInsertionPointToEnd(&ifOp.getElseRegion().front());
    elseValue = otherwise();
    scf::YieldOp::create(b, elseValue);
  }
  auto typed = scf::IfOp::create(b, TypeRange{thenValue.getType()}, condition, false, false);
  typed.getThenRegion().takeBody(ifOp.getThenRegion());
  typed.getElseRegion().takeBody(ifOp.getElseRegion());
  ifOp.erase();
  return typed.getResult(0);
}

std::pair<Value, Value> KernelFunction::taskRange(Value total, Value tasks) {
  Value begin = div(mul(task, total), tasks), end = div(mul(add(task, constant(1)), total), tasks);
  return {begin, end};
}

SmallVector<Value> KernelFunction::delinearize(Value flat, ArrayRef<DimAttr> dims) {
  SmallVector<Value> position(dims.size());
  for (size_t i = dims.size(); i-- > 0;) {
    if (i == 0) {
      position[0] = flat;
      break;
    }
    Value size = dim(dims[i]);
    position[i] = rem(flat, size);
    flat = div(flat, size);
  }
  return position;
}

//===- Memory -----------------------------------------------------------------------------------------------------===//

Index KernelFunction::linear(ArrayRef<DimAttr> dims, ArrayRef<Index> indices, int64_t lanes) {
  Index total = at(constant(0));
  DimAttr stride = dimConstant(b.getContext(), 1);
  for (size_t i = dims.size(); i-- > 0; stride = stride * dims[i])
    total = add(total, mul(indices[i], stride, lanes), lanes);
  return total;
}

Index KernelFunction::place(const Buffer &buffer, ArrayRef<Index> indices, int64_t lanes) {
  Index line = linear(ArrayRef(buffer.dims).drop_front(buffer.rowRank), indices.drop_front(buffer.rowRank), lanes);
  if (!buffer.block)
    return line;
  Index row = indices[buffer.rowRank - 1];
  assert(!line.isVector && !line.step && !row.isVector && "lanes run along rows");
  return {add(mul(line.base, constant(buffer.block)), sub(row.base, buffer.firstRow)), row.step, false};
}

Buffer KernelFunction::from(const Buffer &buffer, Value offset) {
  Buffer moved = buffer;
  moved.pointer = address(buffer, offset);
  return moved;
}

Value KernelFunction::scratchAt(DimAttr offset) {
  Value bytes = dim(offset);
  return atEntry([&]() -> Value {
    return LLVM::GEPOp::create(b, scratch.getType(), b.getI8Type(), scratch, ArrayRef<LLVM::GEPArg>{bytes});
  });
}

Value KernelFunction::address(const Buffer &buffer, Value offset) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  if (auto vector = dyn_cast<VectorType>(offset.getType()))
    pointer = VectorType::get(vector.getShape(), pointer);
  Type element = buffer.element.isInteger(1) ? Type(b.getI8Type()) : registerType(buffer.element);
  return LLVM::GEPOp::create(b, pointer, element, buffer.pointer, ArrayRef<LLVM::GEPArg>{offset});
}

Value KernelFunction::load(const Buffer &buffer, ArrayRef<Index> indices, int64_t lanes) {
  Index place = this->place(buffer, indices, lanes);
  bool isBool = buffer.element.isInteger(1);
  Type element = isBool ? Type(b.getI8Type()) : registerType(buffer.element);
  unsigned align = elementBytes(buffer.element);
  Value value;
  if (lanes == 1 || (!place.isVector && !place.step))
    value = LLVM::LoadOp::create(b, element, address(buffer, place.base), align);
  else if (!place.isVector && place.step == 1)
    value = LLVM::LoadOp::create(b, VectorType::get({lanes}, element), address(buffer, place.base), align);
  else if (!place.isVector && place.step == 2 && align >= 4) // smaller elements have no masked loads
    value = loadEverySecond(buffer, place.base, VectorType::get({lanes}, element));
  else {
    auto type = VectorType::get({lanes}, element);
    Value offsets = positions(place, lanes);
    Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), true));
    Value none = arith::ConstantOp::create(b, b.getZeroAttr(type));
    value = LLVM::masked_gather::create(b, type, address(buffer, offsets), mask, ValueRange{none}, align);
  }
  if (isBool)
    value = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, splatConstant(b, b.getI8Type(), 0, value));
  return splat(value, lanes);
}

/// Two vectors side by side, shuffled; nothing is read behind the last element.
Value KernelFunction::loadEverySecond(const Buffer &buffer, Value offset, VectorType type) {
  int64_t lanes = type.getDimSize(0);
  SmallVector<bool> inside(lanes, true);
  inside.back() = false;
  SmallVector<int64_t> even;
  for (int64_t i = 0; i < lanes; ++i)
    even.push_back(2 * i);
  unsigned align = elementBytes(buffer.element);
  Value first = LLVM::LoadOp::create(b, type, address(buffer, offset), align);
  Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), inside));
  Value none = arith::ConstantOp::create(b, b.getZeroAttr(type));
  Value rest = address(buffer, add(offset, constant(lanes)));
  Value second = LLVM::MaskedLoadOp::create(b, type, rest, mask, none, align);
  return vector::ShuffleOp::create(b, first, second, even);
}

Value KernelFunction::loadAt(const Buffer &buffer, Value offset, int64_t lanes) {
  Type type = registerType(buffer.element);
  if (lanes > 1)
    type = VectorType::get({lanes}, type);
  return LLVM::LoadOp::create(b, type, address(buffer, offset), elementBytes(buffer.element));
}

void KernelFunction::prefetch(const Buffer &buffer, Value offset) {
  LLVM::Prefetch::create(b, address(buffer, offset), /*rw=*/0u, /*locality=*/2u, /*cache: data=*/1u);
}

void KernelFunction::storeAt(const Buffer &buffer, Value offset, Value value) {
  LLVM::StoreOp::create(b, value, address(buffer, offset), elementBytes(buffer.element));
}

void KernelFunction::store(const Buffer &buffer, ArrayRef<Index> indices, Value value, int64_t lanes) {
  if (buffer.element.isInteger(1))
    value = arith::ExtUIOp::create(b, shapedLike(value, b.getI8Type()), value);
  Index place = this->place(buffer, indices, lanes);
  unsigned align = elementBytes(buffer.element);
  if (lanes == 1 || (!place.isVector && place.step == 1)) {
    LLVM::StoreOp::create(b, value, address(buffer, place.base), align);
    return;
  }
  Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), true));
  LLVM::masked_scatter::create(b, value, address(buffer, positions(place, lanes)), mask, align);
}

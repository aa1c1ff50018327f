// Elementwise operators and simple index rewrites; the others are in Movement.cpp.
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace sinter;

static bool isUniform(ArrayRef<Index> indices) {
  return llvm::all_of(indices, [](Index i) { return !i.isVector && !i.step; });
}

static bool isSame(const Index &x, const Index &y) {
  return x.base == y.base && x.step == y.step && x.isVector == y.isVector;
}

/// True if `value`, created earlier, may be used at the insertion point: its block encloses it.
static bool isInScope(OpBuilder &builder, Value value) {
  Block *home = value.getParentBlock();
  for (Block *block = builder.getInsertionBlock(); block;
       block = block->getParentOp() ? block->getParentOp()->getBlock() : nullptr)
    if (block == home)
      return true;
  return false;
}

Value Elements::at(Value tensor, ArrayRef<Index> indices, int64_t lanes) {
  if (Value known = values.lookup(tensor))
    return f.splat(known, lanes);
  for (const Computed &c : computed[tensor])
    if (c.lanes == lanes && llvm::equal(c.indices, indices, isSame) && isInScope(f.b, c.value))
      return c.value;
  Value value = compute(tensor, indices, lanes);
  computed[tensor].push_back({Indices(indices), lanes, value});
  return value;
}

Value Elements::compute(Value tensor, ArrayRef<Index> indices, int64_t lanes) {
  if (auto buffer = buffers.find(tensor); buffer != buffers.end())
    return f.load(buffer->second, indices, lanes);
  if (lanes > 1 && isUniform(indices)) // one element for all lanes: scalar work
    return f.splat(at(tensor, indices, 1), lanes);
  Operation *op = tensor.getDefiningOp();
  assert(op && "every block argument of a kernel has a buffer");
  if (op->hasTrait<IsElementwise>()) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(at(operand, indices, lanes));
    return buildScalar(f.b, op, operands);
  }
  return movement(op, indices, lanes);
}

std::optional<Place> Elements::placeOf(Value tensor, ArrayRef<Index> indices, int64_t lanes) {
  if (values.contains(tensor))
    return std::nullopt;
  if (auto buffer = buffers.find(tensor); buffer != buffers.end())
    return Place{buffer->second, f.place(buffer->second, indices, lanes)};
  Operation *view = tensor.getDefiningOp();
  std::optional<Indices> source = through(view, indices, lanes);
  return source ? placeOf(view->getOperand(0), *source, lanes) : std::nullopt;
}

std::optional<Indices> Elements::through(Operation *view, ArrayRef<Index> indices, int64_t lanes) {
  return llvm::TypeSwitch<Operation *, std::optional<Indices>>(view)
      .Case([&](TransposeOp transpose) {
        Indices source(indices.size());
        for (auto [i, dim] : llvm::enumerate(transpose.getPermutation()))
          source[dim] = indices[i];
        return source;
      })
      .Case([&](BroadcastOp broadcast) {
        Indices source;
        for (auto [size, dim] : llvm::zip(dimsOf(broadcast.getInput()), broadcast.getMapping()))
          source.push_back(constantValue(size) == 1 ? f.at(f.constant(0)) : indices[dim]);
        return source;
      })
      .Case([&](SliceOp slice) {
        Indices source;
        for (auto [index, offset, stride] : llvm::zip(indices, slice.getOffsets().getValues(), slice.getStrides()))
          source.push_back(f.offset(f.scale(index, stride), offset));
        return source;
      })
      .Case([&](ReshapeOp reshape) { return through(reshape, indices, lanes); })
      .Default(std::nullopt);
}

Value Elements::movement(Operation *op, ArrayRef<Index> indices, int64_t lanes) {
  if (std::optional<Indices> source = through(op, indices, lanes))
    return at(op->getOperand(0), *source, lanes);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ConcatOp op) { return concat(op, indices, lanes); })
      .Case([&](PadOp op) { return pad(op, indices, lanes); })
      .Case([&](GatherOp op) { return gather(op, indices, lanes); })
      .Case([&](UnpackOp op) { return unpack(op, indices, lanes); })
      .Case([&](UnpackFilterOp op) { return unpackFilter(op, indices, lanes); })
      .Case([&](IotaOp op) { return iota(op, indices, lanes); })
      .Case([&](ShapeOp op) { return shape(op, indices, lanes); })
      .Case([&](ConstantOp op) { return constantElement(op, indices, lanes); })
      .Default([&](Operation *other) -> Value {
        llvm::report_fatal_error("no element rule for " + other->getName().getStringRef());
      });
}

Value Elements::iota(IotaOp op, ArrayRef<Index> indices, int64_t lanes) {
  return buildCast(f.b, f.b.getI64Type(), op.getType(), f.positions(indices[op.getDim()], lanes));
}

Value Elements::shape(ShapeOp op, ArrayRef<Index> indices, int64_t lanes) {
  ArrayRef<DimAttr> dims = op.getDims().getValues();
  Type element = elementType(op.getResult().getType());
  Value value = f.splat(f.dim(dims.back()), lanes);
  if (!indices.empty()) {
    Value position = f.positions(indices[0], lanes);
    for (size_t i = dims.size() - 1; i-- > 0;) {
      Value here = arith::CmpIOp::create(f.b, arith::CmpIPredicate::eq, position, f.splat(f.constant(i), lanes));
      value = arith::SelectOp::create(f.b, here, f.splat(f.dim(dims[i]), lanes), value);
    }
  }
  return buildCast(f.b, f.b.getI64Type(), element, value);
}

Value Elements::constantElement(ConstantOp op, ArrayRef<Index> indices, int64_t lanes) {
  auto dense = cast<DenseElementsAttr>(op.getValue());
  if (dense.empty()) // no index exists: dead code of a loop that never runs
    return f.splat(splatConstant(f.b, dense.getElementType(), 0), lanes);
  if (dense.isSplat())
    return f.splat(splatConstant(f.b, dense.getSplatValue<Attribute>()), lanes);
  // A small table: one select per element. Kernels get larger constants as operands.
  Value position = f.positions(f.linear(dimsOf(op.getResult()), indices, lanes), lanes);
  Value value;
  for (auto [i, element] : llvm::enumerate(dense.getValues<Attribute>())) {
    Value candidate = f.splat(splatConstant(f.b, element), lanes);
    if (!value) {
      value = candidate;
      continue;
    }
    Value here = arith::CmpIOp::create(f.b, arith::CmpIPredicate::eq, position, f.splat(f.constant(i), lanes));
    value = arith::SelectOp::create(f.b, here, candidate, value);
  }
  return value;
}

// The contraction emitter: register tiles over a right operand in column panels.
//
// For a block of rows and a group of panels, a task keeps rows x columns sums in registers over all of K, reading the
// right operand as vectors and the left one as broadcast scalars, then applies the fused scalar work to the sums and
// stores. The last rows are done by a tile that overlaps the one before (same values twice), fewer rows than a tile one
// by one; the last panel of a width that is no multiple goes through scratch. Results depend on shapes and tile alone.
// Source of the scheme: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008.
#include "codegen/cpu/emit/Contraction.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace sinter;

ContractionEmitter::ContractionEmitter(Elements &elements, ContractOp op, ValueRange yields, ArrayRef<int64_t> tile)
    : elements(elements), f(elements.f), op(op), yields(yields), tileRows(tile[0]), tileColumns(tile[1]),
      blockRows(tile[2]), panelsPerTask(tile[3]), lanes(f.target.vectorBits / 32), batchLabels(op.batchLabels()),
      rowLabels(op.rowLabels()), column(op.getOutLabels().back()), term(op.summedLabels().front()) {
  if (auto unpack = op.getRhs().getDefiningOp<UnpackOp>())
    packed = elements.bufferOf(unpack.getInput());
}

Indices ContractionEmitter::indicesFor(ArrayRef<int64_t> labels) const {
  Indices indices;
  for (int64_t label : labels)
    indices.push_back(place.lookup(label));
  return indices;
}

void ContractionEmitter::run() {
  MLIRContext *context = f.b.getContext();
  DimAttr rows = product(context, op.sizesOf(rowLabels)), batch = product(context, op.sizesOf(batchLabels)),
          columns = op.sizeOf(column);
  DimAttr blocks = ceilDiv(rows, dimConstant(context, blockRows));
  DimAttr groups = ceilDiv(columns, dimConstant(context, tileColumns * panelsPerTask));
  auto owns = scf::IfOp::create(f.b, f.less(f.task, f.dim(batch * blocks * groups)), /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(f.b);
  f.b.setInsertionPointToStart(&owns.getThenRegion().front());
  Value group = f.rem(f.task, f.dim(groups)), rest = f.div(f.task, f.dim(groups));
  Value firstRow = f.mul(f.rem(rest, f.dim(blocks)), f.constant(blockRows));
  Value endRow = f.min(f.add(firstRow, f.constant(blockRows)), f.dim(rows));
  setPlaces(batchLabels, f.div(rest, f.dim(blocks)));
  Value firstPanel = f.mul(group, f.constant(panelsPerTask));
  Value endPanel =
      f.min(f.add(firstPanel, f.constant(panelsPerTask)), f.dim(ceilDiv(columns, dimConstant(context, tileColumns))));
  f.loop(firstPanel, endPanel, 1, {}, [&](Value panel, ValueRange) -> SmallVector<Value> {
    if (constantValue(mod(columns, dimConstant(context, tileColumns))) == 0) {
      emitPanel(panel, /*ragged=*/false, firstRow, endRow, rows);
      return {};
    }
    Value inside = f.atLeast(f.dim(columns), f.mul(f.add(panel, f.constant(1)), f.constant(tileColumns)));
    f.branch(
        inside, [&] { emitPanel(panel, false, firstRow, endRow, rows); },
        [&] { emitPanel(panel, true, firstRow, endRow, rows); });
    return {};
  });
}

/// All row tiles of one panel.
void ContractionEmitter::emitPanel(Value panel, bool ragged, Value firstRow, Value endRow, DimAttr rows) {
  auto tiles = [&] {
    Value last = f.sub(f.dim(rows), f.constant(tileRows));
    f.loop(firstRow, endRow, tileRows, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      emitTile(panel, ragged, f.min(row, last), tileRows);
      return {};
    });
  };
  auto singles = [&] {
    f.loop(firstRow, endRow, 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      emitTile(panel, ragged, row, 1);
      return {};
    });
  };
  if (std::optional<int64_t> count = constantValue(rows))
    return *count >= tileRows ? tiles() : singles();
  f.branch(f.atLeast(f.dim(rows), f.constant(tileRows)), tiles, singles);
}

Value ContractionEmitter::loadRight(Value panel, Value k, int64_t vector, bool ragged) {
  if (packed) {
    Value line = f.add(f.mul(panel, f.dim(op.sizeOf(term))), k);
    Value offset = f.add(f.mul(line, f.constant(tileColumns)), f.constant(vector * lanes));
    return f.loadVector(*packed, offset, lanes);
  }
  Value first = f.add(f.mul(panel, f.constant(tileColumns)), f.constant(vector * lanes));
  place[term] = f.at(k);
  if (!ragged) {
    place[column] = {first, 1, false};
    return elements.at(op.getRhs(), indicesFor(op.getRhsLabels()), lanes);
  }
  // Lanes past the last column read the last one; they are never stored.
  Value limit = f.splat(f.sub(f.dim(op.sizeOf(column)), f.constant(1)), lanes);
  place[column] = {f.min(f.positions({first, 1, false}, lanes), limit), 0, true};
  return elements.at(op.getRhs(), indicesFor(op.getRhsLabels()), lanes);
}

/// Sums of `rows` rows by one panel over all terms.
SmallVector<Value> ContractionEmitter::accumulate(Value panel, bool ragged,
                                                  ArrayRef<llvm::DenseMap<int64_t, Index>> rowPlaces) {
  int64_t vectors = tileColumns / lanes, rows = rowPlaces.size();
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), lanes);
  // One row alone needs more independent sums to hide the latency: terms are dealt to `chains` sets, added at the end.
  int64_t chains = rows == 1 ? 4 : 1;
  auto step = [&](Value k, ValueRange sums, int64_t chain, SmallVectorImpl<Value> &next) {
    SmallVector<Value> right;
    for (int64_t j = 0; j < vectors; ++j)
      right.push_back(loadRight(panel, k, j, ragged));
    for (int64_t i = 0; i < rows; ++i) {
      for (auto &[label, index] : rowPlaces[i])
        place[label] = index;
      place[term] = f.at(k);
      Value left = f.splat(elements.at(op.getLhs(), indicesFor(op.getLhsLabels()), 1), lanes);
      for (int64_t j = 0; j < vectors; ++j)
        next.push_back(math::FmaOp::create(f.b, left, right[j], sums[(chain * rows + i) * vectors + j]));
    }
  };
  Value terms = f.dim(op.sizeOf(term)), whole = f.mul(f.div(terms, f.constant(chains)), f.constant(chains));
  SmallVector<Value> sums = f.loop(f.constant(0), whole, chains, SmallVector<Value>(chains * rows * vectors, zero),
                                   [&](Value k, ValueRange carried) {
                                     SmallVector<Value> next;
                                     for (int64_t chain = 0; chain < chains; ++chain)
                                       step(f.add(k, f.constant(chain)), carried, chain, next);
                                     return next;
                                   });
  if (chains == 1)
    return sums;
  SmallVector<Value> total(sums.begin(), sums.begin() + vectors);
  for (int64_t chain = 1; chain < chains; ++chain)
    for (int64_t j = 0; j < vectors; ++j)
      total[j] = arith::AddFOp::create(f.b, total[j], sums[chain * vectors + j]);
  return f.loop(whole, terms, 1, total, [&](Value k, ValueRange carried) {
    SmallVector<Value> next;
    step(k, carried, 0, next);
    return next;
  });
}

void ContractionEmitter::setPlaces(ArrayRef<int64_t> labels, Value flat) {
  for (auto [label, position] : llvm::zip(labels, f.delinearize(flat, op.sizesOf(labels))))
    place[label] = f.at(position);
}

void ContractionEmitter::emitTile(Value panel, bool ragged, Value firstRow, int64_t rows) {
  SmallVector<llvm::DenseMap<int64_t, Index>> rowPlaces(rows);
  for (int64_t i = 0; i < rows; ++i)
    for (auto [label, position] :
         llvm::zip(rowLabels, f.delinearize(f.add(firstRow, f.constant(i)), op.sizesOf(rowLabels))))
      rowPlaces[i][label] = f.at(position);
  SmallVector<Value> sums = accumulate(panel, ragged, rowPlaces);
  int64_t vectors = tileColumns / lanes;
  if (ragged || isLongEpilogue())
    return finishThroughScratch(panel, ragged, firstRow, sums);
  for (int64_t i = 0; i < rows; ++i) {
    for (auto &[label, index] : rowPlaces[i])
      place[label] = index;
    for (int64_t j = 0; j < vectors; ++j)
      storeResult({f.add(f.mul(panel, f.constant(tileColumns)), f.constant(j * lanes)), 1, false},
                  sums[i * vectors + j], lanes);
  }
}

/// Fused work of more than a few operations is written once, in a loop over the tile, not once per register.
bool ContractionEmitter::isLongEpilogue() const {
  int64_t operations = 0;
  for (Operation &other : *op->getBlock())
    if (other.hasTrait<IsElementwise>())
      operations += isa<UnaryOp>(other) ? 4 : 1;
  return operations > 4;
}

void ContractionEmitter::storeResult(Index at, Value value, int64_t width) {
  place[column] = at;
  Indices indices = indicesFor(op.getOutLabels());
  elements.bindValue(op.getResult(), value);
  for (auto [yield, buffer] : llvm::zip(yields, f.results))
    f.store(buffer, indices, elements.at(yield, indices, width), width);
}

/// The tile's sums to scratch, then row by row; a ragged panel element by element.
void ContractionEmitter::finishThroughScratch(Value panel, bool ragged, Value firstRow, ArrayRef<Value> sums) {
  int64_t vectors = tileColumns / lanes, rows = sums.size() / vectors;
  MLIRContext *context = f.b.getContext();
  Buffer tile{f.scratch, f.b.getF32Type(), {dimConstant(context, rows), dimConstant(context, tileColumns)}};
  for (auto [i, sum] : llvm::enumerate(sums))
    f.store(tile, {f.at(f.constant(i / vectors)), Index{f.constant(i % vectors * lanes), 1, false}}, sum, lanes);
  Value firstColumn = f.mul(panel, f.constant(tileColumns));
  f.loop(f.constant(0), f.constant(rows), 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
    setPlaces(rowLabels, f.add(firstRow, row));
    if (!ragged) {
      for (int64_t j = 0; j < vectors; ++j) {
        Value sum = f.load(tile, {f.at(row), Index{f.constant(j * lanes), 1, false}}, lanes);
        storeResult({f.add(firstColumn, f.constant(j * lanes)), 1, false}, sum, lanes);
      }
      return {};
    }
    f.loop(firstColumn, f.dim(op.sizeOf(column)), 1, {}, [&](Value n, ValueRange) -> SmallVector<Value> {
      storeResult(f.at(n), f.load(tile, {f.at(row), f.at(f.sub(n, firstColumn))}, 1), 1);
      return {};
    });
    return {};
  });
}

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
#include "target/Schedules.h"

using namespace mlir;
using namespace sinter;

ContractionEmitter::ContractionEmitter(Elements &elements, ArrayRef<ContractOp> contractions, ValueRange yields,
                                       ArrayRef<int64_t> tile)
    : elements(elements), f(elements.f), siblings(contractions), op(siblings.front()), yields(yields),
      outputs(f.results), tileRows(tile[0]), tileColumns(tile[1]), blockRows(tile[2]), panelsPerTask(tile[3]),
      lanes(f.target.vectorBits / 32), columnVectors(tileColumns / lanes), vectors(columnVectors * siblings.size()),
      batchLabels(op.batchLabels()), rowLabels(op.rowLabels()), column(op.getOutLabels().back()),
      term(op.summedLabels().front()), prefetch(f, tileColumns) {
  for (ContractOp sibling : siblings) {
    auto unpack = sibling.getRhs().getDefiningOp<UnpackOp>();
    packed.push_back(unpack ? elements.bufferOf(unpack.getInput()) : std::nullopt);
    if (packed.back())
      prefetch.add(*packed.back());
  }
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
  // As many tiles in each block as in the others: a panel is read from further away in each.
  DimAttr tiles = ceilDiv(rows, dimConstant(context, tileRows));
  Value share = f.dim(ceilDiv(tiles, max(blocks, dimConstant(context, 1))) * tileRows);
  Value firstRow = f.min(f.mul(f.rem(rest, f.dim(blocks)), share), f.dim(rows));
  Value endRow = f.min(f.add(firstRow, share), f.dim(rows));
  setPlaces(batchLabels, f.div(rest, f.dim(blocks)));
  Value firstPanel = f.mul(group, f.constant(panelsPerTask));
  Value endPanel =
      f.min(f.add(firstPanel, f.constant(panelsPerTask)), f.dim(ceilDiv(columns, dimConstant(context, tileColumns))));
  emitPanels(firstPanel, endPanel, firstRow, endRow);
}

void ContractionEmitter::runRows(Value firstRow, Value endRow, ArrayRef<Buffer> buffers) {
  outputs.assign(buffers.begin(), buffers.end());
  DimAttr panels = ceilDiv(op.sizeOf(column), dimConstant(f.b.getContext(), tileColumns));
  emitPanels(f.constant(0), f.dim(panels), firstRow, endRow);
}

void ContractionEmitter::emitPanels(Value firstPanel, Value endPanel, Value firstRow, Value endRow) {
  MLIRContext *context = f.b.getContext();
  DimAttr rows = product(context, op.sizesOf(rowLabels)), columns = op.sizeOf(column);
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
  bool onlyWhole = ragged || constantValue(mod(rows, dimConstant(f.b.getContext(), tileRows))) == 0;
  int64_t tail = onlyWhole ? tileRows : schedule::tailRows(f.target, tileRows, vectors);
  auto tiles = [&] {
    Value size = f.dim(rows);
    Value count = f.div(f.add(f.sub(endRow, firstRow), f.constant(tileRows - 1)), f.constant(tileRows));
    prefetch.startPanel(panel, f.dim(op.sizeOf(term)), count);
    f.tileLoop({firstRow, endRow}, size, tileRows, tail, [&](Value row, int64_t count) {
      prefetch.startTile(f.div(f.sub(row, firstRow), f.constant(tileRows)));
      emitTile(panel, ragged, f.min(row, f.sub(size, f.constant(count))), count);
    });
    prefetch.stop();
  };
  auto singles = [&] {
    f.loop(firstRow, endRow, 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      emitTile(panel, ragged, row, 1);
      return {};
    });
  };
  if (std::optional<int64_t> count = constantValue(rows))
    return *count >= tail ? tiles() : singles();
  f.branch(f.atLeast(f.dim(rows), f.constant(tail)), tiles, singles);
}

/// Vector `number` of a row of the tile: siblings side by side.
Value ContractionEmitter::loadRight(Value panel, Value k, int64_t number, bool ragged) {
  int64_t sibling = number / columnVectors, vector = number % columnVectors;
  Value right = ContractOp(siblings[sibling]).getRhs();
  if (packed[sibling]) {
    Value line = f.add(f.mul(panel, f.dim(op.sizeOf(term))), k);
    Value offset = f.add(f.mul(line, f.constant(tileColumns)), f.constant(vector * lanes));
    return f.loadAt(*packed[sibling], offset, lanes);
  }
  Value first = f.add(f.mul(panel, f.constant(tileColumns)), f.constant(vector * lanes));
  place[term] = f.at(k);
  if (!ragged) {
    place[column] = {first, 1, false};
    return elements.at(right, indicesFor(op.getRhsLabels()), lanes);
  }
  // Lanes past the last column read the last one; they are never stored.
  Value limit = f.splat(f.sub(f.dim(op.sizeOf(column)), f.constant(1)), lanes);
  place[column] = {f.min(f.positions({first, 1, false}, lanes), limit), 0, true};
  return elements.at(right, indicesFor(op.getRhsLabels()), lanes);
}

/// Sums of `rows` rows by one panel over all terms.
SmallVector<Value> ContractionEmitter::accumulate(Value panel, bool ragged,
                                                  ArrayRef<llvm::DenseMap<int64_t, Index>> rowPlaces) {
  int64_t rows = rowPlaces.size();
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), lanes);
  // One row alone needs more independent sums to hide the latency: terms are dealt to `chains` sets, added at the end.
  int64_t chains = rows == 1 ? 4 / siblings.size() : 1;
  auto step = [&](Value k, ValueRange sums, int64_t chain, SmallVectorImpl<Value> &next) {
    auto left = [&](int64_t row) {
      for (auto &[label, index] : rowPlaces[row])
        place[label] = index;
      place[term] = f.at(k);
      return f.splat(elements.at(op.getLhs(), indicesFor(op.getLhsLabels()), 1), lanes);
    };
    auto right = [&](int64_t j) { return loadRight(panel, k, j, ragged); };
    SmallVector<Value> products(rows * vectors);
    auto accumulate = [&](int64_t i, int64_t j, Value x, Value y) {
      products[i * vectors + j] = math::FmaOp::create(f.b, x, y, sums[(chain * rows + i) * vectors + j]);
    };
    // The shorter side of the tile waits in registers while the other passes.
    if (rows < vectors) {
      auto lefts = llvm::map_to_vector(llvm::seq<int64_t>(0, rows), left);
      for (int64_t j = 0; j < vectors; ++j) {
        Value y = right(j);
        for (int64_t i = 0; i < rows; ++i)
          accumulate(i, j, lefts[i], y);
      }
    } else {
      auto rights = llvm::map_to_vector(llvm::seq<int64_t>(0, vectors), right);
      for (int64_t i = 0; i < rows; ++i) {
        Value x = left(i);
        for (int64_t j = 0; j < vectors; ++j)
          accumulate(i, j, x, rights[j]);
      }
    }
    next.append(products);
  };
  Value terms = f.dim(op.sizeOf(term)), whole = f.mul(f.div(terms, f.constant(chains)), f.constant(chains));
  SmallVector<Value> sums = f.loop(f.constant(0), whole, chains, SmallVector<Value>(chains * rows * vectors, zero),
                                   [&](Value k, ValueRange carried) {
                                     prefetch.emitTerm(k);
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
  if (ragged || isLongEpilogue(op))
    return finishThroughScratch(panel, ragged, firstRow, sums);
  for (int64_t i = 0; i < rows; ++i) {
    for (auto &[label, index] : rowPlaces[i])
      place[label] = index;
    for (int64_t j = 0; j < columnVectors; ++j) {
      SmallVector<Value> values;
      for (size_t sibling = 0; sibling < siblings.size(); ++sibling)
        values.push_back(sums[i * vectors + sibling * columnVectors + j]);
      storeResult({f.add(f.mul(panel, f.constant(tileColumns)), f.constant(j * lanes)), 1, false}, values, lanes);
    }
  }
}

bool sinter::isLongEpilogue(Operation *root) {
  int64_t operations = 0;
  for (Operation &other : *root->getBlock())
    if (other.hasTrait<IsElementwise>())
      operations += isa<UnaryOp>(other) ? 4 : 1;
  return operations > 4;
}

void ContractionEmitter::storeResult(Index at, ArrayRef<Value> values, int64_t width) {
  place[column] = at;
  Indices indices = indicesFor(op.getOutLabels());
  for (auto [sibling, value] : llvm::zip(siblings, values))
    elements.bindValue(ContractOp(sibling).getResult(), value);
  for (auto [yield, buffer] : llvm::zip(yields, outputs))
    f.store(buffer, indices, elements.at(yield, indices, width), width);
}

/// The tile's sums to scratch, then row by row; a ragged panel element by element.
void ContractionEmitter::finishThroughScratch(Value panel, bool ragged, Value firstRow, ArrayRef<Value> sums) {
  int64_t rows = sums.size() / vectors;
  MLIRContext *context = f.b.getContext();
  Buffer tile{f.scratch, f.b.getF32Type(), {dimConstant(context, rows), dimConstant(context, vectors * lanes)}};
  for (auto [i, sum] : llvm::enumerate(sums))
    f.store(tile, {f.at(f.constant(i / vectors)), Index{f.constant(i % vectors * lanes), 1, false}}, sum, lanes);
  Value firstColumn = f.mul(panel, f.constant(tileColumns));
  auto load = [&](Value row, Index within, int64_t width) {
    SmallVector<Value> values;
    for (size_t sibling = 0; sibling < siblings.size(); ++sibling) {
      Index place{f.add(within.base, f.constant(sibling * tileColumns)), within.step, false};
      values.push_back(f.load(tile, {f.at(row), place}, width));
    }
    return values;
  };
  f.loop(f.constant(0), f.constant(rows), 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
    setPlaces(rowLabels, f.add(firstRow, row));
    if (!ragged) {
      for (int64_t j = 0; j < columnVectors; ++j)
        storeResult({f.add(firstColumn, f.constant(j * lanes)), 1, false},
                    load(row, {f.constant(j * lanes), 1, false}, lanes), lanes);
      return {};
    }
    f.loop(firstColumn, f.dim(op.sizeOf(column)), 1, {}, [&](Value n, ValueRange) -> SmallVector<Value> {
      storeResult(f.at(n), load(row, f.at(f.sub(n, firstColumn)), 1), 1);
      return {};
    });
    return {};
  });
}

// The emitter of attention; see Attention.h.
#include "codegen/cpu/emit/Attention.h"
#include "codegen/cpu/emit/Roots.h"
#include "codegen/cpu/emit/Transpose.h"
#include "dialects/sinter/Infer.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "target/Schedules.h"

using namespace mlir;
using namespace sinter;

AttentionEmitter::AttentionEmitter(Elements &elementsOfKernel, GroupOp groupOp, AttentionForm attention, int64_t rows,
                                   int64_t queries)
    : elements(elementsOfKernel), f(elementsOfKernel.f), group(groupOp), form(attention), tileRows(rows),
      block(queries), lanes(f.target.vectorBits / 32), scratch(attentionScratch(groupOp, attention, queries)),
      scores(attention.scoresRoot()), result(attention.resultRoot()), masks(scoreMasks(groupOp, attention)),
      biases(biasesOf(attention)) {}

void sinter::emitAttention(KernelFunction &f, GroupOp group, AttentionForm form, ArrayRef<int64_t> tile) {
  MLIRContext *context = f.b.getContext();
  int64_t block = tile[1], lanes = f.target.lanes(32);
  auto constant = [&](int64_t value) { return dimConstant(context, value); };
  ContractOp scores = form.scoresRoot();
  ArrayRef<int64_t> out = scores.getOutLabels();
  DimAttr inner = scores.sizeOf(out[out.size() - 2]), outerRows = product(context, scores.sizesOf(out.drop_back(2)));
  // Whole blocks, one more for more than a vector behind them; then vectors.
  DimAttr whole = floorDiv(inner, constant(block)), rest = mod(inner, constant(block));
  DimAttr more = min(constant(1), whole) * floorDiv(rest + (block - lanes - 1), constant(block));
  DimAttr blocks = block > lanes ? whole + more : constant(0);
  DimAttr vectors = ceilDiv(max(constant(0), inner - blocks * block), constant(lanes)), units = blocks + vectors;
  Elements ofBlocks(f), ofVectors(f);
  AttentionEmitter blockEmitter(ofBlocks, group, form, tile[0], block),
      vectorEmitter(ofVectors, group, form, tile[0], lanes);
  auto tasks = f.kernel.getScheduleAttr().getAs<DimAttr>("tasks");
  auto [begin, end] = f.taskRange(f.dim(outerRows * units), f.dim(tasks));
  f.loop(begin, end, 1, {}, [&](Value unit, ValueRange) -> SmallVector<Value> {
    Value outer = f.div(unit, f.dim(units)), number = f.rem(unit, f.dim(units));
    auto emitWide = [&] {
      Value last = f.sub(f.dim(inner), f.constant(block));
      blockEmitter.emitBlock(outer, f.min(f.mul(number, f.constant(block)), last));
    };
    auto emitNarrow = [&] {
      Value before = f.dim(blocks * block), place = f.mul(f.sub(number, f.dim(blocks)), f.constant(lanes));
      Value last = f.sub(f.dim(inner), f.constant(lanes));
      vectorEmitter.emitBlock(outer, f.min(f.add(before, place), last));
    };
    if (constantValue(vectors) == 0)
      emitWide();
    else if (constantValue(blocks) == 0)
      emitNarrow();
    else
      f.branch(f.less(number, f.dim(blocks)), emitWide, emitNarrow);
    return {};
  });
}

IndexRange AttentionEmitter::keysOfBlock() {
  DimAttr size = scores.sizeOf(scores.getOutLabels().back());
  if (!masks)
    return all(size);
  SmallVector<DimAttr> rows = rowSizes(masks->stage);
  return emitAttendedKeys(f, f.dim(size), block, lanes, [&](Value row, Value key) {
    Indices indices = outerIndices(rows);
    indices.push_back(f.at(f.add(firstRow, row)));
    indices.push_back({key, 1, false});
    return emitAttends(elements, *masks, indices, lanes);
  });
}

void AttentionEmitter::emitBlock(Value outerRow, Value first) {
  outer = outerRow;
  firstRow = first;
  keys = keysOfBlock();
  for (Operation &op : group.getBody().front()) {
    if (&op == form.scores)
      emitScores(); // with the queries, where a stage computes them
    else if (&op == form.result)
      emitResult();
    else if (auto stage = dyn_cast<StageOp>(op); stage && stage != form.queries)
      emitStage(stage);
    else if (auto reshape = dyn_cast<ReshapeOp>(op); reshape && !isOfQueries(reshape))
      emitReshape(reshape);
  }
}

bool AttentionEmitter::isOfQueries(ReshapeOp reshape) {
  return form.queries && storageOf(reshape.getInput()) == form.queries.getResult(0);
}

//===- Rows -------------------------------------------------------------------------------------------------------===//

SmallVector<DimAttr> AttentionEmitter::rowSizes(StageOp stage) {
  SmallVector<DimAttr> dims = dimsOf(stage.getResult(0)), sizes;
  SmallVector<int64_t> places = *rowDims(stage, group.getRows());
  for (int64_t place : places)
    sizes.push_back(dims[place]);
  return sizes;
}

Indices AttentionEmitter::outerIndices(ArrayRef<DimAttr> dims) {
  Indices indices;
  for (Value position : f.delinearize(outer, dims.drop_back()))
    indices.push_back(f.at(position));
  return indices;
}
AttentionEmitter::Places AttentionEmitter::outerPlaces(ArrayRef<int64_t> rowLabels, ArrayRef<DimAttr> rows) {
  Places places;
  for (auto [label, index] : llvm::zip(rowLabels.drop_back(), outerIndices(rows)))
    places[label] = index;
  return places;
}
Indices AttentionEmitter::rowOfLane(ArrayRef<DimAttr> dims, int64_t lane) {
  Indices indices = outerIndices(dims);
  indices.push_back(f.at(f.add(firstRow, f.constant(lane))));
  return indices;
}
Indices AttentionEmitter::rowsOfVector(ArrayRef<DimAttr> dims, int64_t vector) {
  Indices indices = outerIndices(dims);
  indices.push_back({f.add(firstRow, f.constant(vector * lanes)), 1, false});
  return indices;
}

/// Scratch that holds a stage's lines as [line][row of the block].
Buffer AttentionEmitter::linesOf(Value value) {
  SmallVector<DimAttr> dims = dimsOf(value);
  int64_t rank = *leadingDims(dims, group.getRows());
  return {f.scratchAt(scratch.offsets.lookup(value)), elementType(value.getType()), dims, rank, firstRow, block};
}

Value AttentionEmitter::tileAt(Value line, int64_t lane) {
  return f.add(f.mul(line, f.constant(block)), f.constant(lane));
}

//===- Stages between the contractions ----------------------------------------------------------------------------===//

void AttentionEmitter::emitReshape(ReshapeOp reshape) {
  Buffer buffer = *elements.bufferOf(reshape.getInput());
  buffer.dims = dimsOf(reshape.getResult());
  buffer.rowRank = *leadingDims(buffer.dims, group.getRows());
  elements.bindBuffer(reshape.getResult(), buffer);
}

void AttentionEmitter::emitStage(StageOp stage) {
  Value yielded = stage.getBody().front().getTerminator()->getOperand(0);
  SmallVector<DimAttr> dims = dimsOf(stage.getResult(0)), rows = rowSizes(stage);
  ArrayRef<DimAttr> line = ArrayRef(dims).drop_front(rows.size());
  Buffer buffer = linesOf(stage.getResult(0));
  auto point = [&](ValueRange ivs) {
    for (int64_t vector = 0; vector < block / lanes; ++vector) {
      Indices indices = rowsOfVector(rows, vector);
      for (Value iv : ivs)
        indices.push_back(f.at(iv));
      if (auto reduce = dyn_cast_or_null<ReduceOp>(rootOf(stage)))
        elements.bindValue(reduce.getResult(), emitPoint(elements, reduce, indices, lanes, keys));
      f.store(buffer, indices, elements.at(yielded, indices, lanes), lanes);
    }
  };
  if (line.empty() || constantValue(product(f.b.getContext(), line)) == 1)
    point(SmallVector<Value>(line.size(), f.constant(0)));
  else
    f.loop(keys.begin, keys.end, 1, {}, [&](Value key, ValueRange) -> SmallVector<Value> {
      point(f.delinearize(key, line));
      return {};
    });
  elements.bindBuffer(stage.getResult(0), buffer);
}

//===- Contractions -----------------------------------------------------------------------------------------------===//

SmallVector<Value> AttentionEmitter::accumulate(IndexRange terms, int64_t rows,
                                                llvm::function_ref<Value(Value, int64_t)> scalar,
                                                llvm::function_ref<Value(Value, int64_t)> vector) {
  int64_t vectors = block / lanes;
  Value zero = f.splat(splatConstant(f.b, f.b.getF32Type(), 0), lanes);
  SmallVector<Value> init(rows * vectors, zero);
  return f.loop(terms.begin, terms.end, 1, init, [&](Value k, ValueRange sums) {
    SmallVector<Value> next, right;
    for (int64_t j = 0; j < vectors; ++j)
      right.push_back(vector(k, j));
    for (int64_t i = 0; i < rows; ++i) {
      Value left = f.splat(scalar(k, i), lanes);
      for (int64_t j = 0; j < vectors; ++j)
        next.push_back(math::FmaOp::create(f.b, left, right[j], sums[i * vectors + j]));
    }
    return next;
  });
}

void AttentionEmitter::forTiles(DimAttr size, IndexRange range, llvm::function_ref<void(Value, int64_t)> tile,
                                int64_t least) {
  int64_t tail = schedule::tailRows(f.target, tileRows, block / lanes);
  least = std::max(least, tail);
  Value end = f.dim(size);
  auto tiles = [&] {
    f.tileLoop(range, end, tileRows, tail,
               [&](Value row, int64_t count) { tile(f.min(row, f.sub(end, f.constant(count))), count); });
  };
  auto singles = [&] { f.tileLoop(range, end, 1, 1, tile); };
  if (std::optional<int64_t> count = constantValue(size))
    return *count >= least ? tiles() : singles();
  f.branch(f.atLeast(end, f.constant(least)), tiles, singles);
}

/// Q of the block, transposed, to scratch. What computes it runs here, once per row.
void AttentionEmitter::packQueries() {
  int64_t term = scores.summedLabels()[0];
  SmallVector<DimAttr> rows = rowSizes(form.queries ? form.queries : form.scores);
  Buffer memory{f.scratchAt(scratch.queries), f.b.getF32Type(), {}};
  /// Of one row or a vector of them.
  auto query = [&](ArrayRef<Index> row, Index d, int64_t width) {
    if (form.queries) {
      Indices indices(row);
      indices.push_back(d);
      return elements.at(form.queries.getBody().front().getTerminator()->getOperand(0), indices, width);
    }
    Places places;
    for (auto [label, index] : llvm::zip(scores.getOutLabels(), row))
      places[label] = index;
    places[term] = d;
    Indices indices;
    for (int64_t label : scores.getLhsLabels())
      indices.push_back(places.lookup(label));
    return elements.at(scores.getLhs(), indices, width);
  };
  for (int64_t vector = 0; vector < block / lanes; ++vector)
    f.vectorLoop(f.constant(0), f.dim(scores.sizeOf(term)), lanes, [&](Index d, int64_t width) {
      if (width == 1)
        return f.storeAt(memory, tileAt(d.base, vector * lanes), query(rowsOfVector(rows, vector), d, lanes));
      SmallVector<Value> square;
      for (int64_t i = 0; i < lanes; ++i)
        square.push_back(query(rowOfLane(rows, vector * lanes + i), d, width));
      for (auto [i, column] : llvm::enumerate(transposeSquare(f, square)))
        f.storeAt(memory, tileAt(f.add(d.base, f.constant(i)), vector * lanes), column);
    });
}

void AttentionEmitter::packBiases(Value first) {
  SmallVector<DimAttr> rows = rowSizes(form.scores);
  Value key = f.min(first, f.sub(f.dim(scores.sizeOf(scores.getOutLabels().back())), f.constant(lanes)));
  for (auto [number, bias] : llvm::enumerate(biases)) {
    DimAttr at = scratch.biases + static_cast<int64_t>(number) * block * block * 4;
    Buffer memory{f.scratchAt(at), f.b.getF32Type(), dimsOf(bias), static_cast<int64_t>(rows.size()), firstRow, block};
    for (int64_t vector = 0; vector < block / lanes; ++vector) {
      SmallVector<Value> square;
      for (int64_t i = 0; i < lanes; ++i) {
        Indices indices = rowOfLane(rows, vector * lanes + i);
        indices.push_back({key, 1, false});
        square.push_back(elements.at(bias, indices, lanes));
      }
      for (auto [i, column] : llvm::enumerate(transposeSquare(f, square)))
        f.storeAt(memory, f.constant(i * block + vector * lanes), column);
    }
    elements.bindBuffer(bias, f.from(memory, f.mul(key, f.constant(-block))));
  }
}

/// Sums of a tile from key `first` on, [key][vector of rows], through the work behind the contraction.
void AttentionEmitter::storeScores(Value first, ArrayRef<Value> sums, bool arePacked) {
  SmallVector<DimAttr> rows = rowSizes(form.scores);
  Value yielded = form.scores.getBody().front().getTerminator()->getOperand(0);
  Buffer lines = linesOf(form.scores.getResult(0));
  auto memories = llvm::map_to_vector(biases, [&](Value bias) { return elements.bufferOf(bias); });
  if (arePacked)
    packBiases(first);
  for (auto [i, sum] : llvm::enumerate(sums)) {
    int64_t vectors = block / lanes;
    Indices indices = rowsOfVector(rows, i % vectors);
    indices.push_back(f.at(f.add(first, f.constant(i / vectors))));
    elements.bindValue(scores.getResult(), sum);
    f.store(lines, indices, elements.at(yielded, indices, lanes), lanes);
  }
  for (auto [bias, memory] : llvm::zip(biases, memories))
    elements.restoreBuffer(bias, memory);
}

Indices AttentionEmitter::rightIndices(ContractOp contract, const Places &places) {
  return llvm::map_to_vector<4>(contract.getRhsLabels(), [&](int64_t label) { return places.lookup(label); });
}

std::function<Value(Value, int64_t)> AttentionEmitter::scalarsOf(ContractOp contract, Places &places, int64_t term,
                                                                 int64_t rowLabel, Value first) {
  auto placeOf = [&](Index k, Index row) {
    places[term] = k;
    places[rowLabel] = row;
    return elements.placeOf(contract.getRhs(), rightIndices(contract, places), lanes);
  };
  // In memory, at constant distances: one address for all rows, or they would take the registers that addresses have.
  std::optional<Place> rows = placeOf(f.at(f.constant(0)), {first, 1, false}),
                       terms = placeOf({f.constant(0), 1, false}, f.at(first));
  if (rows && terms && !rows->offset.isVector && !terms->offset.isVector)
    return [this, rows = *rows, perTerm = terms->offset.step](Value k, int64_t i) {
      Value offset = f.add(rows.offset.base, f.mul(k, f.constant(perTerm)));
      return f.loadAt(rows.buffer, f.add(offset, f.constant(i * rows.offset.step)), 1);
    };
  return [this, contract, &places, term, rowLabel, first](Value k, int64_t i) mutable {
    places[term] = f.at(k);
    places[rowLabel] = f.at(f.add(first, f.constant(i)));
    return elements.at(contract.getRhs(), rightIndices(contract, places), 1);
  };
}

void AttentionEmitter::prefetchRows(ContractOp contract, Places places, int64_t rowLabel, Value first, int64_t count) {
  int64_t lineLabel = contract.getRhsLabels().back();
  if (lineLabel == rowLabel)
    return;
  IndexRange line = all(contract.sizeOf(lineLabel));
  f.loop(first, f.add(first, f.constant(count)), 1, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
    places[rowLabel] = f.at(row);
    f.loop(line.begin, line.end, lanes, {}, [&](Value d, ValueRange) -> SmallVector<Value> {
      places[lineLabel] = f.at(d);
      if (auto place = elements.placeOf(contract.getRhs(), rightIndices(contract, places), 1))
        f.prefetch(place->buffer, place->offset.base);
      return {};
    });
    return {};
  });
}

void AttentionEmitter::emitScores() {
  packQueries();
  int64_t term = scores.summedLabels()[0], column = scores.getOutLabels().back();
  Buffer queries{f.scratchAt(scratch.queries), f.b.getF32Type(), {}};
  Places places = outerPlaces(ArrayRef(scores.getOutLabels()).drop_back(), rowSizes(form.scores));
  ArrayRef<int64_t> rowLabels = ArrayRef(result.getLhsLabels()).drop_back();
  Places placesOfResult = outerPlaces(rowLabels, result.sizesOf(rowLabels));
  auto tile = [&](Value first, int64_t count) {
    auto key = scalarsOf(scores, places, term, column, first);
    prefetchRows(scores, places, column, f.add(first, f.constant(count)), count);
    prefetchRows(result, placesOfResult, result.getLhsLabels().back(), first, count);
    auto query = [&](Value d, int64_t vector) { return f.loadAt(queries, tileAt(d, vector * lanes), lanes); };
    storeScores(first, accumulate(all(scores.sizeOf(term)), count, key, query), count > 1);
  };
  forTiles(scores.sizeOf(column), keys, tile, biases.empty() ? 1 : lanes);
  elements.bindBuffer(form.scores.getResult(0), linesOf(form.scores.getResult(0)));
}

void AttentionEmitter::emitResult() {
  int64_t term = result.getLhsLabels().back();
  ArrayRef<int64_t> rowLabels = ArrayRef(result.getLhsLabels()).drop_back();
  SmallVector<DimAttr> rows = result.sizesOf(rowLabels);
  int64_t column = *llvm::find_if(result.getOutLabels(), [&](int64_t l) { return !llvm::is_contained(rowLabels, l); });
  Buffer memory{f.scratchAt(scratch.results), f.b.getF32Type(), {}};
  Places places = outerPlaces(rowLabels, rows);
  forTiles(result.sizeOf(column), all(result.sizeOf(column)), [&](Value first, int64_t count) {
    auto value = scalarsOf(result, places, term, column, first);
    auto weight = [&](Value t, int64_t vector) {
      Indices indices = rowsOfVector(rows, vector);
      indices.push_back(f.at(t));
      return elements.at(result.getLhs(), indices, lanes);
    };
    SmallVector<Value> sums = accumulate(keys, count, value, weight);
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t vectors = block / lanes;
      f.storeAt(memory, tileAt(f.add(first, f.constant(i / vectors)), i % vectors * lanes), sum);
    }
  });
  storeResult();
}

/// The block's result from scratch, transposed back, through the work behind the contraction.
void AttentionEmitter::storeResult() {
  ArrayRef<int64_t> rowLabels = ArrayRef(result.getLhsLabels()).drop_back();
  SmallVector<DimAttr> rows = result.sizesOf(rowLabels);
  int64_t column = *llvm::find_if(result.getOutLabels(), [&](int64_t l) { return !llvm::is_contained(rowLabels, l); });
  Value yielded = form.result.getBody().front().getTerminator()->getOperand(0);
  Buffer memory{f.scratchAt(scratch.results), f.b.getF32Type(), {}};
  /// One or more elements of the result: of the row or rows `row`, column `e`.
  auto store = [&](ArrayRef<Index> row, Index e, Value sum, int64_t width) {
    Places places;
    for (auto [label, index] : llvm::zip(rowLabels, row))
      places[label] = index;
    places[column] = e;
    Indices indices;
    for (int64_t label : result.getOutLabels())
      indices.push_back(places.lookup(label));
    elements.bindValue(result.getResult(), sum);
    f.store(f.results[0], indices, elements.at(yielded, indices, width), width);
  };
  if (result.getOutLabels().back() == rowLabels.back()) { // rows lie side by side, as in scratch
    f.loop(f.constant(0), f.dim(result.sizeOf(column)), 1, {}, [&](Value e, ValueRange) -> SmallVector<Value> {
      for (int64_t vector = 0; vector < block / lanes; ++vector)
        store(rowsOfVector(rows, vector), f.at(e), f.loadAt(memory, tileAt(e, vector * lanes), lanes), lanes);
      return {};
    });
    return;
  }
  for (int64_t vector = 0; vector < block / lanes; ++vector)
    f.vectorLoop(f.constant(0), f.dim(result.sizeOf(column)), lanes, [&](Index e, int64_t width) {
      auto column = [&](int64_t i) {
        return f.loadAt(memory, tileAt(f.add(e.base, f.constant(i)), vector * lanes), lanes);
      };
      if (width == 1)
        return store(rowsOfVector(rows, vector), e, column(0), lanes);
      SmallVector<Value> square = llvm::map_to_vector(llvm::seq(lanes), column);
      for (auto [i, row] : llvm::enumerate(transposeSquare(f, square)))
        store(rowOfLane(rows, vector * lanes + i), e, row, lanes);
    });
}

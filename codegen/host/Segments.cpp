// Cutting and placing; see Segments.h.
#include "codegen/host/Segments.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

/// A typical value of every symbol, each a little different, so that ties are rare.
static llvm::StringMap<int64_t> typicalSymbols(ProgramOp program) {
  int64_t position = 0;
  llvm::StringMap<int64_t> typical;
  if (program.getSymbols())
    for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
      typical[symbol.getName().getValue()] = std::clamp<int64_t>(32 + position++, symbol.getLo(), symbol.getHi());
  return typical;
}

Layout::Layout(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets) {
  cut(program);
  placeInterface(program, weightOffsets);
  typical = typicalSymbols(program);
  placeResults();
  for (Segment &segment : segments)
    segment.order = planMemory(segment.buffers);
}

DimAttr sinter::bytesOf(Value tensor) {
  return elementCount(tensor.getType()) * elementBytes(elementType(tensor.getType()));
}

DimAttr sinter::scheduled(LaunchOp launch, StringRef key) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<KernelOp>(launch, launch.getKernelAttr());
  auto formula = kernel.getSchedule() ? kernel.getSchedule()->getAs<DimAttr>(key) : DimAttr();
  if (!formula)
    return {};
  llvm::StringMap<DimAttr> bound;
  if (kernel.getSymbols())
    for (auto [name, dim] : llvm::zip(kernel.getSymbols()->getAsValueRange<StringAttr>(), launch.getDims().getValues()))
      bound[name] = dim;
  return substitute(formula, [&](StringRef name) { return bound.lookup(name); });
}

DimAttr sinter::rowBytesOf(Value scan) {
  auto loop = scan.getDefiningOp<LoopOp>();
  Value row = loop.getScanRows()[cast<OpResult>(scan).getResultNumber() - loop.getInits().size()];
  return bytesOf(row);
}

Place Layout::placeOf(Value tensor) const { return places.lookup(storageOf(tensor)); }

std::optional<Place> Layout::sharedBy(LaunchOp launch) const {
  auto it = shared.find(launch);
  return it == shared.end() ? std::nullopt : std::optional(it->second);
}

int Layout::segmentOf(StringRef symbol) const {
  auto it = boundIn.find(symbol);
  return it == boundIn.end() ? -1 : it->second;
}

/// What `run` does: launches, branches, loops and checks of elements.
static bool isStep(Operation &op) { return isa<LaunchOp, IfOp, LoopOp, CheckElementsOp>(op); }

void Layout::cut(ProgramOp program) {
  segments.emplace_back();
  for (Operation &op : program.getBody().front()) {
    if (isStep(op)) {
      if (!segments.back().binds.empty())
        segments.emplace_back();
      segments.back().steps.push_back(&op);
      op.walk([&](LaunchOp launch) { segments.back().launches.push_back(launch); });
    } else if (auto bind = dyn_cast<BindOp>(op)) {
      boundIn[bind.getSymbol()] = static_cast<int>(segments.size()) - 1;
      segments.back().binds.push_back(bind);
    }
  }
  if (!segments.back().binds.empty()) // what was bound last is planned and checked too
    segments.emplace_back();
}

void Layout::placeInterface(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets) {
  for (auto [i, argument] : llvm::enumerate(program.getBody().getArguments()))
    places[argument] = {Place::Input, static_cast<int64_t>(i)};
  program.walk(
      [&](LoadOp load) { places[load.getResult()] = {Place::Weight, weightOffsets.lookup(load.getWeight())}; });
  for (auto [i, value] : llvm::enumerate(program.getBody().front().getTerminator()->getOperands()))
    places[storageOf(value)] = {Place::Output, static_cast<int64_t>(i)};
  for (auto [i, state] : llvm::enumerate(program.getOps<StateOp>()))
    places[state] = {Place::State, static_cast<int64_t>(i)};
  for (auto append : program.getOps<AppendOp>()) {
    Place place = placeOf(append.getState());
    places[append] = place;
    Place rows = {Place::NewRows, place.index};
    rows.whole = append.getState();
    places[storageOf(append.getRows())] = rows;
  }
}

static int64_t nominalBytes(const llvm::StringMap<int64_t> &typical, DimAttr bytes) {
  auto value = evaluate(bytes, [&](StringRef name) -> std::optional<int64_t> {
    auto it = typical.find(name);
    return it == typical.end() ? 32 : it->second;
  });
  return std::max<int64_t>(value.value_or(1 << 20), 0);
}

/// The steps of a block.
static SmallVector<Operation *> stepsOf(Block &block) {
  SmallVector<Operation *> steps;
  for (Operation &op : block)
    if (isStep(op))
      steps.push_back(&op);
  return steps;
}

void Layout::countTime(ArrayRef<Operation *> steps) {
  for (Operation *step : steps) {
    times[step].first = time;
    if (step->getNumRegions())
      ++time;
    for (Region &region : step->getRegions())
      countTime(stepsOf(region.front()));
    times[step].second = time++;
  }
}

void Layout::placeResults() {
  for (const Segment &segment : segments)
    countTime(segment.steps);
  for (auto [number, segment] : llvm::enumerate(segments)) {
    current = static_cast<int>(number);
    for (Operation *step : segment.steps)
      placeStep(step);
    for (BindOp bind : segment.binds) // read when all steps so far are done
      read(bind.getValue(), segment.steps.empty() ? nullptr : segment.steps.back());
  }
}

void Layout::placeStep(Operation *step) {
  for (Value operand : step->getOperands())
    read(operand, step);
  if (auto launch = dyn_cast<LaunchOp>(step))
    return placeLaunch(launch);
  if (auto branch = dyn_cast<IfOp>(step))
    return placeIf(branch);
  if (auto loop = dyn_cast<LoopOp>(step))
    placeLoop(loop);
}

void Layout::placeBlock(Block &block) {
  for (Operation *step : stepsOf(block))
    placeStep(step);
}

void Layout::placeLaunch(LaunchOp launch) {
  for (Value result : launch.getResults())
    placeResult(result);
  if (DimAttr bytes = scheduled(launch, "shared"))
    shared[launch] = newBuffer(bytes, launch);
}

void Layout::placeIf(IfOp branch) {
  for (Value result : branch.getResults())
    placeResult(result);
  for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()}) {
    for (auto [result, value] : llvm::zip(branch.getResults(), region->front().getTerminator()->getOperands()))
      places[storageOf(value)] = placeOf(result);
    placeBlock(region->front());
  }
}

void Layout::placeLoop(LoopOp loop) {
  DimAttr pointerBytes = dimConstant(loop.getContext(), sizeof(int64_t));
  Value counter = loop.getIteration();
  places[counter] = newBuffer(pointerBytes, loop);
  for (auto [init, argument, result, next] :
       llvm::zip(loop.getInits(), loop.getCarried(), loop.getResults(), loop.getNextCarried())) {
    Place pointer = newBuffer(pointerBytes, loop);
    pointer.kind = Place::Pointer;
    DimAttr bytes = bytesOf(init);
    Place turn = newBuffer(bytes, loop);
    turn.kind = Place::Turn;
    turn.other = newBuffer(bytes, loop).index;
    turn.counter = counter;
    places[argument] = pointer;
    places[result] = pointer;
    places[storageOf(next)] = turn;
    pointees[{current, pointer.index}] = {turn, init};
  }
  for (auto [result, row] : llvm::zip(loop.getScans(), loop.getScanRows())) {
    placeResult(result);
    Place place = {Place::Row};
    place.counter = counter;
    place.whole = result;
    places[storageOf(row)] = place;
  }
  placeBlock(loop.getBody().front());
  int64_t end = times[loop].second;
  if (loop.getCondition())
    keep(placeOf(loop.getNextCondition()), end);
  keep(places[counter], end);
  for (Value carried : loop.getCarried())
    keep(places[carried], end);
}

Place Layout::newBuffer(DimAttr bytes, Operation *writer) {
  Segment &segment = segments[current];
  Place place = {Place::Arena, static_cast<int64_t>(segment.buffers.size()), current};
  auto [first, last] = times[writer];
  segment.buffers.push_back({bytes, nominalBytes(typical, bytes), first, last, {}});
  return place;
}

void Layout::placeResult(Value result) {
  if (!places.count(result))
    places[result] = newBuffer(bytesOf(result), result.getDefiningOp());
}

void Layout::read(Value value, Operation *reader) {
  value = storageOf(value);
  // Where the value is from outside of a region, the whole region reads it: it may run again.
  Operation *outer = reader ? value.getParentBlock()->findAncestorOpInBlock(*reader) : nullptr;
  keep(placeOf(value), outer ? times[outer].second : 0);
}

void Layout::keep(Place place, int64_t until) {
  auto extend = [&](int64_t buffer) {
    int64_t &last = segments[place.segment].buffers[buffer].last;
    last = std::max(last, until);
  };
  switch (place.kind) {
  case Place::Input:
  case Place::Output:
  case Place::State:
  case Place::NewRows:
  case Place::Weight: return;
  case Place::Arena: return extend(place.index);
  case Place::Pointer: {
    extend(place.index);
    auto [turn, init] = pointees[{place.segment, place.index}];
    keep(turn, until);
    return keep(placeOf(init), until);
  }
  case Place::Turn: extend(place.index); return extend(place.other);
  case Place::Row: return keep(placeOf(place.whole), until);
  }
}

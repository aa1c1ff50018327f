// Cutting and placing; see Segments.h.
#include "codegen/host/Segments.h"
#include "dialects/sinter/Infer.h"

using namespace mlir;
using namespace sinter;

Layout::Layout(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets) {
  cut(program);
  placeInterface(program, weightOffsets);
  placeResults(program);
  for (Segment &segment : segments)
    segment.order = planMemory(segment.buffers);
}

Place Layout::placeOf(Value tensor) const { return places.lookup(storageOf(tensor)); }

int Layout::segmentOf(StringRef symbol) const {
  auto it = boundIn.find(symbol);
  return it == boundIn.end() ? -1 : it->second;
}

void Layout::cut(ProgramOp program) {
  segments.emplace_back();
  for (Operation &op : program.getBody().front()) {
    if (auto launch = dyn_cast<LaunchOp>(op)) {
      if (!segments.back().binds.empty())
        segments.emplace_back();
      segments.back().launches.push_back(launch);
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
  for (auto load : program.getBody().front().getOps<LoadOp>())
    places[load.getResult()] = {Place::Weight, weightOffsets.lookup(load.getWeight())};
  for (auto [i, value] : llvm::enumerate(program.getBody().front().getTerminator()->getOperands()))
    places[storageOf(value)] = {Place::Output, static_cast<int64_t>(i)};
}

/// A typical value of every symbol, each a little different, so that ties are rare.
static llvm::StringMap<int64_t> typicalSymbols(ProgramOp program) {
  int64_t position = 0;
  llvm::StringMap<int64_t> typical;
  if (program.getSymbols())
    for (auto symbol : program.getSymbols()->getAsRange<SymbolAttr>())
      typical[symbol.getName().getValue()] = std::clamp<int64_t>(32 + position++, symbol.getLo(), symbol.getHi());
  return typical;
}

static int64_t nominalBytes(const llvm::StringMap<int64_t> &typical, DimAttr bytes) {
  auto value = evaluate(bytes, [&](StringRef name) -> std::optional<int64_t> {
    auto it = typical.find(name);
    return it == typical.end() ? 32 : it->second;
  });
  return std::max<int64_t>(value.value_or(1 << 20), 0);
}

void Layout::placeResults(ProgramOp program) {
  llvm::StringMap<int64_t> typical = typicalSymbols(program);
  int64_t time = 0;
  auto readAt = [&](Value value, int64_t when) {
    if (Place place = placeOf(value); place.kind == Place::Arena)
      segments[place.segment].buffers[place.index].last = when;
  };
  for (auto [number, segment] : llvm::enumerate(segments)) {
    for (LaunchOp launch : segment.launches) {
      for (Value operand : launch.getOperands())
        readAt(operand, time);
      for (Value result : launch.getResults()) {
        if (places.count(result))
          continue;
        DimAttr bytes = elementCount(result.getType()) * elementBytes(elementType(result.getType()));
        places[result] = {Place::Arena, static_cast<int64_t>(segment.buffers.size()), static_cast<int>(number)};
        segment.buffers.push_back({bytes, nominalBytes(typical, bytes), time, time, {}});
      }
      ++time;
    }
    for (BindOp bind : segment.binds) // read when all launches so far are done
      readAt(bind.getValue(), time - 1);
  }
}

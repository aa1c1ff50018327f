// The program as segments (runtime/abi.h) and where its tensors lie.
//
// A segment is a run of launches up to the binds behind them: there the program has computed sizes that the rest needs.
// Binds without a launch between them end one segment together. A tensor that no input, output or weight holds lies in
// the arena of the segment that writes it, and keeps its place there for as long as a later segment reads it.
//
// A branch writes the results of its `if` in place, an iteration the row of a scan. A carried value is read through a
// pointer: it is the initial value in the first iteration, without a copy, then one of two buffers that iterations
// write in turn. What a region reads from around it stays until the region has ended for the last time.
#pragma once
#include "codegen/host/MemoryPlan.h"
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// Where a tensor of the program lies.
struct Place {
  /// State: the memory of a state; NewRows: what lies behind the rows that it has kept. The last three are of loops.
  /// Pointer: where a pointer in the arena says, which is the carried value's memory at
  /// the time. Turn: in one of two buffers, iteration by iteration in turn. Row: the iteration's row of a scan.
  enum Kind { Input, Output, Weight, State, NewRows, Arena, Pointer, Turn, Row } kind;
  int64_t index = 0;        // of the input, output, state or the segment's buffer; byte offset of a weight
  int segment = 0;          // whose arena
  int64_t other = 0;        // Turn: the buffer of odd iterations
  mlir::Value counter = {}; // Turn, Row: the number of the iteration
  mlir::Value whole = {};   // Row: the scan; NewRows: what the state has kept
};

/// Bytes of a tensor in memory.
DimAttr bytesOf(mlir::Value tensor);

/// The formula `key` of the schedule of a launch's kernel in terms of the program's symbols; null if it has none.
DimAttr scheduled(LaunchOp launch, llvm::StringRef key);

/// Bytes of a row of a scan: what one iteration yields.
DimAttr rowBytesOf(mlir::Value scan);

struct Segment {
  llvm::SmallVector<mlir::Operation *> steps; // launches, branches, loops and checks in order
  llvm::SmallVector<LaunchOp> launches;       // all, also those in the steps' regions
  llvm::SmallVector<BindOp> binds;
  std::vector<PlannedBuffer> buffers; // of its arena; their times count the steps of the whole program
  std::vector<int> order;             // as planMemory returns it
};

class Layout {
public:
  /// Cuts the program, assigns places and plans every arena.
  Layout(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets);
  /// Where the memory of a tensor is; a reshape shows that of its input.
  Place placeOf(mlir::Value tensor) const;
  /// The memory that a launch's tasks share; none if they share none.
  std::optional<Place> sharedBy(LaunchOp launch) const;
  /// The segment that computes a symbol, -1 for symbols that inputs bind.
  int segmentOf(llvm::StringRef symbol) const;

  std::vector<Segment> segments;

private:
  void cut(ProgramOp program);
  void placeInterface(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets);
  void placeResults();
  /// Numbers the steps of a block and its regions.
  void countTime(llvm::ArrayRef<mlir::Operation *> steps);
  void placeStep(mlir::Operation *step);
  void placeLaunch(LaunchOp launch);
  void placeIf(IfOp branch);
  void placeLoop(LoopOp loop);
  void placeBlock(mlir::Block &block);
  Place newBuffer(DimAttr bytes, mlir::Operation *writer);
  /// Gives a result a buffer, unless it has a place already.
  void placeResult(mlir::Value result);
  /// Keeps the memory of `value` until `reader` has ended, however often that runs.
  void read(mlir::Value value, mlir::Operation *reader);
  void keep(Place place, int64_t until);

  llvm::DenseMap<mlir::Value, Place> places;
  llvm::DenseMap<mlir::Operation *, Place> shared;
  /// Buffers that a carried value may lie in, by its pointer's buffer: those that it takes in turn, and the initial
  /// value.
  llvm::DenseMap<std::pair<int, int64_t>, std::pair<Place, mlir::Value>> pointees;
  llvm::DenseMap<mlir::Operation *, std::pair<int64_t, int64_t>> times; // first and last of each step
  int64_t time = 0;
  int current = 0; // segment
  llvm::StringMap<int64_t> typical;
  llvm::StringMap<int> boundIn;
};
} // namespace sinter

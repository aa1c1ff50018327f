// The program as segments (runtime/abi.h) and where its tensors lie.
//
// A segment is a run of launches up to the binds behind them: there the program has computed sizes that the rest needs.
// Binds without a launch between them end one segment together. A tensor that no input, output or weight holds lies in
// the arena of the segment that writes it, and keeps its place there for as long as a later segment reads it.
#pragma once
#include "codegen/host/MemoryPlan.h"
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// Where a tensor of the program lies.
struct Place {
  enum Kind { Input, Output, Weight, Arena } kind;
  int64_t index = 0; // of the input, output or the segment's buffer; byte offset of a weight
  int segment = 0;   // whose arena
};

struct Segment {
  llvm::SmallVector<LaunchOp> launches;
  llvm::SmallVector<BindOp> binds;
  std::vector<PlannedBuffer> buffers; // of its arena; their times count the launches of the whole program
  std::vector<int> order;             // as planMemory returns it
};

class Layout {
public:
  /// Cuts the program, assigns places and plans every arena.
  Layout(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets);
  /// Where the memory of a tensor is; a reshape shows that of its input.
  Place placeOf(mlir::Value tensor) const;
  /// The segment that computes a symbol, -1 for symbols that inputs bind.
  int segmentOf(llvm::StringRef symbol) const;

  std::vector<Segment> segments;

private:
  void cut(ProgramOp program);
  void placeInterface(ProgramOp program, const llvm::StringMap<int64_t> &weightOffsets);
  void placeResults(ProgramOp program);

  llvm::DenseMap<mlir::Value, Place> places;
  llvm::StringMap<int> boundIn;
};
} // namespace sinter

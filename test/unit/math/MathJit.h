// Compiles math operations with --sinter-expand-math, MLIR's lowering and LLVM -O2, and runs them in this process.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace sinter::test {
/// One lane-wise function under test, as MLIR text.
struct LaneFunction {
  std::string name;
  std::vector<std::string> inputs; // element types of the operands, as they lie in memory
  std::string output;
  std::string body; // from %a, %b to %r; $ stands for "vector<8x" or nothing, ~ for ">" or nothing: "$f32~"
};

/// Runs a function over `count` lanes; `second` may be null.
using LaneKernel = void (*)(const void *first, const void *second, void *result, int64_t count);

/// All functions compiled as one module, each as a loop of 8-lane vectors and as a loop of scalars.
class MathJit {
public:
  explicit MathJit(const std::vector<LaneFunction> &functions);
  ~MathJit();
  /// Processes multiples of 8 lanes.
  LaneKernel vectorKernel(llvm::StringRef name) const;
  LaneKernel scalarKernel(llvm::StringRef name) const;

private:
  struct State;
  std::unique_ptr<State> state;
};
} // namespace sinter::test

// Transposition in registers; see Transpose.h.
//
// log2(n) perfect shuffles: each step interleaves vector i with vector i + n/2, which rotates the bits of (row, lane)
// by one place. After log2(n) steps row and lane have changed places. (Stone, "Parallel Processing with the Perfect
// Shuffle", 1971.)
#include "codegen/cpu/emit/Transpose.h"

using namespace mlir;
using namespace sinter;

SmallVector<Value> sinter::transposeSquare(KernelFunction &f, ArrayRef<Value> rows) {
  SmallVector<Value> current(rows), next(rows.size());
  int64_t n = rows.size();
  for (int64_t step = 1; step < n; step *= 2) {
    for (int64_t i = 0; i < n / 2; ++i)
      for (int64_t half = 0; half < 2; ++half) {
        SmallVector<int64_t> mask;
        for (int64_t lane = 0; lane < n / 2; ++lane)
          mask.append({half * n / 2 + lane, n + half * n / 2 + lane});
        next[2 * i + half] = vector::ShuffleOp::create(f.b, current[i], current[i + n / 2], mask);
      }
    current = next;
  }
  return current;
}

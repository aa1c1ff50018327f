// Where intermediate results live: offsets in one arena, by liveness, as formulas of the dims.
//
// Two buffers conflict when their lifetimes (launch indices) overlap. At compile time buffers are placed for nominal
// dims, large ones first (best fit in the gaps between conflicting ones; Pisarchyk and Lee, "Efficient Memory
// Management for Deep Neural Net Inference", 2020, section 4), then again in better orders; what is kept is only the
// order: `below(i)`, the conflicting buffers that lie directly beneath i. For any dims then
//     offset(i) = max over j in below(i) of offset(j) + size(j)
// is free of overlap, because every conflicting pair is ordered. Static dims give the nominal placement or a tighter
// one.
#pragma once
#include "dialects/sinter/Dims.h"
#include <vector>

namespace sinter {
struct PlannedBuffer {
  DimAttr bytes;
  int64_t nominalBytes = 0;
  int64_t first = 0, last = 0; // launches that write and last read it
  std::vector<int> below;      // filled by planMemory
};

/// Fills `below`. Returns an order in which every buffer comes behind those below it.
std::vector<int> planMemory(std::vector<PlannedBuffer> &buffers);

/// The arena's size as text: the largest sums of buffer sizes that none other exceeds, "max(a, b)", without the
/// rounding of each buffer up to 64 bytes.
std::string arenaText(mlir::MLIRContext *context, const std::vector<PlannedBuffer> &buffers,
                      const std::vector<int> &order);
} // namespace sinter

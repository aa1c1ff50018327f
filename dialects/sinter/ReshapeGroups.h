// How the dims of a reshape correspond: consecutive groups of equal element count.
//
// [B*S, H] and [B, S, 4, H / 4] fall into {B*S | B, S} and {H | 4, H / 4}. A group with one dim on each side passes
// through unchanged; within another the flat index is what both sides share. Dims of size 1 may stand in a group of
// their own.
#pragma once
#include "dialects/sinter/Dims.h"

namespace sinter {
struct ReshapeGroup {
  size_t fromBegin, fromEnd, toBegin, toEnd;
  bool isPassThrough() const { return fromEnd - fromBegin == 1 && toEnd - toBegin == 1; }
};
/// The finest groups, left to right; they cover both sides.
llvm::SmallVector<ReshapeGroup> reshapeGroups(llvm::ArrayRef<DimAttr> from, llvm::ArrayRef<DimAttr> to);
} // namespace sinter

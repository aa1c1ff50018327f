// Groups of a reshape, grown from the right; see ReshapeGroups.h.
#include "dialects/sinter/ReshapeGroups.h"
#include "llvm/ADT/STLExtras.h"

using namespace sinter;

llvm::SmallVector<ReshapeGroup> sinter::reshapeGroups(llvm::ArrayRef<DimAttr> from, llvm::ArrayRef<DimAttr> to) {
  llvm::SmallVector<ReshapeGroup> groups;
  if (from.empty() && to.empty())
    return groups;
  DimAttr one = dimConstant((from.empty() ? to : from).front().getContext(), 1);
  size_t i = from.size(), j = to.size();
  while (i > 0 || j > 0) {
    size_t iEnd = i, jEnd = j;
    DimAttr fromCount = i > 0 ? from[--i] : one, toCount = j > 0 ? to[--j] : one;
    while (fromCount != toCount && (i > 0 || j > 0)) {
      bool growFrom = j == 0 || (i > 0 && knownLessEqual(fromCount, toCount));
      // A size that comes next on the other side closes the group sooner.
      if (i > 0 && j > 0 && !growFrom && !knownLessEqual(toCount, fromCount))
        growFrom = fromCount * from[i - 1] == toCount;
      if (growFrom)
        fromCount = fromCount * from[--i];
      else
        toCount = toCount * to[--j];
    }
    groups.push_back({i, iEnd, j, jEnd});
  }
  std::reverse(groups.begin(), groups.end());
  return groups;
}

// Keys that a block of attention's queries need not look at: masked for each of them, so that their weights are zero.
#pragma once
#include "codegen/cpu/emit/Elements.h"
#include "dialects/sinter/AttentionForm.h"

namespace sinter {
/// A mask in the work behind the scores. A key is masked where the mask's value is `lowest` at most.
struct ScoreMask {
  mlir::Value value;     // is added to the score, or replaces it where `condition` holds
  mlir::Value condition; // null: added everywhere
  bool replacesWhen = true;
};

/// The masks of attention, all in the stage of its scores or the one that alone reads them.
struct ScoreMasks {
  /// What is added to a score, or replaces it, to mask it: -inf, or f32's lowest value as PyTorch's exporters write it.
  /// Scores that such a mask does not outweigh come within 10^8 of f32's overflow.
  static constexpr double lowest = -1e30;

  StageOp stage;
  llvm::SmallVector<ScoreMask> masks;
};

/// The masks of `form`; none if there are none, or if a masked score might change the result. It does not where the
/// stages between compute a softmax: a maximum ignores it, its exponential is zero, and so are its share of the sum and
/// of the result.
std::optional<ScoreMasks> scoreMasks(GroupOp group, AttentionForm form);

/// Emits 1 where a row attends to a key, as `lanes` bits, at the indices of scores.
mlir::Value emitAttends(Elements &elements, const ScoreMasks &masks, llvm::ArrayRef<Index> indices, int64_t lanes);

/// Emits the search for the keys that `rows` rows attend to, in whole vectors of `lanes` keys: outside of the range no
/// row attends to any. `attends(row, key)` gives a bit for each of the keys from `key` on. All `keys`, if they are
/// fewer than a vector, or if a row attends to none: its weights are what the softmax makes of masks alone.
IndexRange emitAttendedKeys(KernelFunction &f, mlir::Value keys, int64_t rows, int64_t lanes,
                            llvm::function_ref<mlir::Value(mlir::Value row, mlir::Value key)> attends);
} // namespace sinter

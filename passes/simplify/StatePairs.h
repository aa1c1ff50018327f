// Which inputs and outputs of a program are a state: present = concat(past, new).
#pragma once
#include "dialects/sinter/Sinter.h"

namespace sinter {
/// An output that continues an input.
struct StatePair {
  int64_t input, output;
  std::string text; // "past=present"
  ConcatOp concat = {};
  std::string rows = {}; // the symbol of the past's size along the concat's axis
};

/// The pairs "IN=OUT" of `wanted`, then with `byName` all whose names say so (past_key_values.0.key and present.0.key,
/// past.0 and present.0). A wanted pair that is no state is an error, and so is `byName` if nothing is found; beside
/// states, one that only its name suggests is a warning and stays as it is.
mlir::FailureOr<llvm::SmallVector<StatePair>> findStatePairs(ProgramOp program, llvm::ArrayRef<std::string> wanted,
                                                             bool byName);

/// `sinter.name` of an entry of a program's argument or result attributes, or "".
llvm::StringRef interfaceName(mlir::ArrayAttr attributes, size_t position);
} // namespace sinter

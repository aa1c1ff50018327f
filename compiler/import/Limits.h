// How large a tensor of a model may be: sizes of a few terabytes are a mistake or an attack, and products of dims past
// int64 must not reach the folds.
#pragma once
#include "dialects/sinter/Sinter.h"
#include <optional>
#include <string>

namespace sinter::importer {
/// What is wrong with a tensor of these dims: a negative size, or more than 2^48 bytes where the dims are static.
std::optional<std::string> sizeProblem(llvm::ArrayRef<DimAttr> dims, mlir::Type element);
} // namespace sinter::importer

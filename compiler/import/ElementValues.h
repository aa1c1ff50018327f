// What is known of the elements of small integer tensors while a graph is imported: numbers and formulas.
//
// A shape may depend on data that the caller passes, such as a length or a list of sizes. The elements of a program's
// small integer inputs are symbols, `$NAME.K` for flat element K of input NAME, and computations on them that fold are
// formulas of these symbols. The computation itself stays in the program for other users; nothing is built here.
#pragma once
#include "dialects/sinter/Sinter.h"
#include <optional>

namespace sinter::importer {
/// The attribute of arguments and results of a program that holds their ONNX name.
inline constexpr llvm::StringLiteral nameAttribute = "sinter.name";

/// The symbol of flat element `position` of the input called `input`.
std::string elementSymbol(llvm::StringRef input, int64_t position);
/// True for the type of an input whose elements are symbols: i32 or i64, rank 0 or static rank 1, at most 16 elements.
bool hasElementSymbols(mlir::Type type);
/// Number of elements of such an input.
int64_t elementSymbolCount(mlir::Type type);

/// The elements of an integer tensor of rank 0 or 1; nullopt where they are data.
std::optional<llvm::SmallVector<DimAttr>> elementValues(mlir::Value value);
/// The same with `symbolOf(value, position)` for elements of the small integer tensors among what is data.
std::optional<llvm::SmallVector<DimAttr>> elementValues(mlir::Value value,
                                                        llvm::function_ref<DimAttr(mlir::Value, int64_t)> symbolOf);
} // namespace sinter::importer

// A loop of the program from a function that makes its body; shared by Loop, Scan and what scans over time.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
/// What an iteration yields.
struct Iteration {
  mlir::Value condition; // of the next iteration; null where the trip count alone decides
  llvm::SmallVector<mlir::Value> carried, rows;
};
/// Makes the body: the number of the iteration and the carried values are its arguments. Nullopt after a report.
using LoopBody =
    llvm::function_ref<std::optional<Iteration>(mlir::Value iteration, llvm::ArrayRef<mlir::Value> carried)>;

/// Results of a loop.
struct LoopResults {
  llvm::SmallVector<mlir::Value> carried, scans;
};
/// A loop of at most `trip` iterations, from `condition` on, which is true where it is null. A scan has one row per
/// iteration, also where a condition ends the loop. Nullopt after a report.
std::optional<LoopResults> makeLoop(NodeImport &n, DimAttr trip, mlir::Value condition,
                                    llvm::ArrayRef<mlir::Value> inits, LoopBody body);
/// The results of the node: carried values, then scans.
mlir::LogicalResult setResults(NodeImport &n, const LoopResults &results);
/// `value` as a value of `type`, made where the builder stands: dims that differ as formulas are assumed to be equal.
/// Null, without a report, where another element type, rank or size is known, or one size never exceeds the other: such
/// sizes are those of a value that grows, not two names of one size.
mlir::Value withType(NodeImport &n, mlir::Value value, mlir::Type type);
/// A bool of rank 0 as a number where sizes and constants decide it.
std::optional<bool> knownCondition(mlir::Value condition);
/// A condition as bool of rank 0; null after a report.
mlir::Value conditionOf(NodeImport &n, mlir::Value value);
} // namespace sinter::importer

// A value times a weight matrix: what queries, keys, values, gates are before they are fused.
#pragma once
#include "passes/fuse/Passes.h"

namespace sinter {
/// contract(x, w), and the bias vector that is all that reads it, if that is so.
struct Projection {
  ContractOp op;
  BinaryOp sum; // op + broadcast(bias), or null
  LoadOp bias;
  mlir::Value result() { return sum ? sum.getResult() : op.getResult(); }
};

/// The projection of `op`: x[.., k] times a weight matrix with one column dim, the result's last. None for others.
std::optional<Projection> describeProjection(ContractOp op);
/// The dim of a projection's weight that is the result's column.
int64_t columnAxis(ContractOp op);
/// True if elementwise work reads both values, or what elementwise work makes of them.
bool meetElementwise(mlir::ValueRange values);
} // namespace sinter

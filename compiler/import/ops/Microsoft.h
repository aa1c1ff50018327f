// The com.microsoft operators, ONNX Runtime's own, and what their families share.
// Source: ONNX Runtime, docs/ContribOperators.md.
#pragma once
#include "compiler/import/NodeImport.h"

namespace sinter::importer {
mlir::LogicalResult importMatMulNBits(NodeImport &n);
mlir::LogicalResult importGroupQueryAttention(NodeImport &n);
void addMicrosoftAttention(ImporterTable &table);      // MultiHeadAttention
void addMicrosoftNormalizations(ImporterTable &table); // SkipLayerNormalization, SkipSimplifiedLayerNormalization
void addMicrosoftRotary(ImporterTable &table);         // RotaryEmbedding

/// Rotates the first 2 * r elements of x's last dim by angles whose cosines and sines [.., r] broadcast to x's leading
/// dims. The elements of a pair are neighbours if `interleaved`, else r apart. Computes in the cosines' type.
mlir::Value rotate(NodeImport &n, mlir::Value x, mlir::Value cosine, mlir::Value sine, bool interleaved);

/// Reports inputs whose meaning sinter lacks; true if none is given.
bool refuseInputs(NodeImport &n, llvm::ArrayRef<std::pair<size_t, llvm::StringRef>> inputs);
/// Reports an attribute that has another value than the one sinter knows; true if it has that.
bool requireInt(NodeImport &n, llvm::StringRef name, int64_t known);

/// x [B, S, N * H] as [B, S, N, H]; reports a last dim that `heads` does not divide.
mlir::Value splitHeads(NodeImport &n, mlir::Value x, int64_t heads);
} // namespace sinter::importer

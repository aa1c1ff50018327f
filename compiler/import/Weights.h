// Tensors of the file as values of the program.
//
// Up to 4 KiB, or with one element repeated, a tensor is a `sinter.constant`. A larger one becomes a `sinter.weight` of
// the module that names the file's bytes, and a `sinter.load`; equal contents become one weight. A larger tensor whose
// bytes lie in no file as they are (typed protobuf fields, text models) is a weight whose recipe yields a constant.
#pragma once
#include "compiler/import/Model.h"
#include "dialects/sinter/Sinter.h"
#include <unordered_map>

namespace sinter::importer {
class Weights {
public:
  Weights(const Model &model, mlir::ModuleOp module) : model(model), module(module), symbols(module) {}

  /// The tensor's value at the builder's position; `name` is the one in the file. Reports at `loc` and returns null if
  /// the tensor cannot be read or has an element type that sinter lacks.
  mlir::Value value(mlir::OpBuilder &builder, mlir::Location loc, const onnx::TensorProto &tensor,
                    llvm::StringRef name);
  mlir::Value value(mlir::OpBuilder &builder, mlir::Location loc, const onnx::SparseTensorProto &tensor,
                    llvm::StringRef name);
  /// Erases the weights that nothing loads.
  void eraseUnused();

private:
  struct Entry {
    TensorData data;
    WeightOp weight;
  };
  mlir::Value value(mlir::OpBuilder &builder, mlir::Location loc, llvm::Expected<TensorData> data,
                    llvm::StringRef name);
  /// A tensor of packed integers, one element per byte in the program.
  mlir::Value packedValue(mlir::OpBuilder &builder, mlir::Location loc, const TensorData &data, llvm::StringRef name);
  WeightOp weightFor(const TensorData &data, mlir::RankedTensorType type, llvm::StringRef name);

  const Model &model;
  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  std::unordered_multimap<uint64_t, Entry> weights; // by a hash of type and samples
  mlir::Operation *lastWeight = nullptr;            // weights stand in the order of their first use
};
} // namespace sinter::importer

// The walk over a model's graph: nodes in topological order to operators of one `sinter.program`.
//
// A node that cannot be imported is reported and its results are unknown; nodes that only suffer from unknown inputs
// are skipped, but an operator that sinter does not support is reported wherever it stands. Nodes that no output needs
// are left out. An operator without importer is replaced by its schema's function body.
#pragma once
#include "compiler/import/Importer.h"
#include "compiler/import/Model.h"
#include "compiler/import/NodeImport.h"
#include "compiler/import/Weights.h"
#include "llvm/ADT/StringSet.h"
#include <set>

namespace sinter::importer {
class GraphImport final : private SubgraphImporter {
public:
  GraphImport(Model &model, const ImportOptions &options, mlir::MLIRContext &context)
      : model(model), options(options), context(context), module(mlir::ModuleOp::create(builderLocation(context))),
        builder(&context), weights(model, *module) {}

  /// The module, or null after at least one error.
  mlir::OwningOpRef<mlir::ModuleOp> run();

private:
  static mlir::Location builderLocation(mlir::MLIRContext &context) { return mlir::UnknownLoc::get(&context); }
  mlir::Location nodeLocation(const onnx::NodeProto &node);
  void report(llvm::Error errors);

  /// A subgraph of a node: names that it defines hide those around it while it is walked.
  std::optional<llvm::SmallVector<mlir::Value>> import(const onnx::GraphProto &graph,
                                                       llvm::ArrayRef<mlir::Value> inputs) override;

  mlir::LogicalResult importInputs();
  void findInitializers(const onnx::GraphProto &graph);
  void findUses(const onnx::GraphProto &graph, llvm::ArrayRef<const onnx::NodeProto *> order);
  void importNodes(llvm::ArrayRef<const onnx::NodeProto *> order);
  /// The value called `name`, null if it is unknown or absent.
  mlir::Value lookup(llvm::StringRef name);
  bool isUnknown(llvm::StringRef name) const { return unknown.contains(name); }
  void define(llvm::StringRef name, mlir::Value value);
  void markUnknown(const onnx::NodeProto &node);

  /// Nodes of schema bodies are reported at the node that they stand for.
  void importNode(const onnx::NodeProto &node, mlir::Location loc);
  void importWith(Importer importer, const onnx::NodeProto &node, int64_t version, mlir::Location loc);
  void storeResults(NodeImport &import, mlir::Location loc);
  std::optional<int64_t> supportedVersion(const onnx::NodeProto &node);
  bool checkArity(const onnx::NodeProto &node, int64_t version, mlir::Location loc);
  std::optional<std::vector<onnx::NodeProto>> expand(const onnx::NodeProto &node, int64_t version, mlir::Location loc);
  /// Reports unsupported operators in a node that is not imported for lack of operands.
  void probe(const onnx::NodeProto &node, mlir::Location loc);
  void reportUnsupported(const onnx::NodeProto &node, int64_t version, mlir::Location loc);

  mlir::LogicalResult importOutputs();
  void finish();

  Model &model;
  const ImportOptions &options;
  mlir::MLIRContext &context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::OpBuilder builder;
  Weights weights;
  ProgramOp program;
  llvm::StringMap<const onnx::TensorProto *> initializers;
  llvm::StringMap<const onnx::SparseTensorProto *> sparseInitializers;
  llvm::StringMap<mlir::Value> values;
  llvm::StringSet<> unknown;
  llvm::StringSet<> used;  // values that an output needs
  llvm::StringSet<> names; // all values of the file's graph
  std::set<std::pair<std::string, int64_t>> reportedVersions;
  bool hasErrors = false;
};
} // namespace sinter::importer

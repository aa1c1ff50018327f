// One ONNX node on its way into the program, and the table of importers.
//
// An importer is a function per ONNX operator in compiler/import/ops/<Family>.cpp; old opsets are branches on `version`
// in it. Each family has one `void add<Family>(ImporterTable &)`.
#pragma once
#include "compiler/import/ElementTypes.h"
#include "compiler/import/GraphBuilder.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/Error.h"

namespace sinter::importer {
class Weights;

/// Imports subgraphs of nodes.
class SubgraphImporter {
public:
  virtual ~SubgraphImporter() = default;
  /// The outputs of `graph` applied to `inputs`, made where the builder stands; nullopt after a report. A missing input
  /// is null.
  virtual std::optional<llvm::SmallVector<mlir::Value>> import(const onnx::GraphProto &graph,
                                                               llvm::ArrayRef<mlir::Value> inputs) = 0;
};

class NodeImport : public GraphBuilder {
public:
  NodeImport(mlir::OpBuilder &builder, mlir::Location loc, const onnx::NodeProto &node, int64_t version,
             llvm::ArrayRef<mlir::Value> operands, Weights &weights, SubgraphImporter &subgraphs)
      : GraphBuilder(builder, loc), node(node), version(version), operands(operands), weights(weights),
        subgraphs(subgraphs), results(node.output_size()) {}

  const onnx::NodeProto &node;
  /// Opset version of the node's domain.
  const int64_t version;

  //===- Operands ------------------------------------------------------------------------------------------------===//
  size_t numInputs() const { return operands.size(); }
  /// True if input `i` is given (not absent, not the empty name).
  bool has(size_t i) const { return i < operands.size() && operands[i]; }
  /// Input `i`; reports "expected input <i> (<what>)" if it is absent.
  mlir::Value input(size_t i, llvm::StringRef what = "");
  /// Input `i` or null without a report.
  mlir::Value optionalInput(size_t i) const { return i < operands.size() ? operands[i] : mlir::Value(); }
  llvm::ArrayRef<mlir::Value> inputs() const { return operands; }
  /// True if output `i` has a name, so somebody may read it.
  bool wants(size_t i) const { return int(i) < node.output_size() && !node.output(i).empty(); }

  //===- Attributes: reported if of the wrong type or missing without a default ----------------------------------===//
  bool hasAttribute(llvm::StringRef name) const;
  int64_t getInt(llvm::StringRef name, int64_t otherwise);
  int64_t getInt(llvm::StringRef name);
  double getFloat(llvm::StringRef name, double otherwise);
  std::string getString(llvm::StringRef name, llvm::StringRef otherwise);
  std::string getString(llvm::StringRef name);
  /// Empty if absent.
  llvm::SmallVector<int64_t> getInts(llvm::StringRef name);
  llvm::SmallVector<float> getFloats(llvm::StringRef name);
  llvm::SmallVector<std::string> getStrings(llvm::StringRef name);
  /// A TENSOR or SPARSE_TENSOR attribute as a constant or a weight of the program.
  mlir::Value getTensor(llvm::StringRef name);
  /// The graph attribute `name`; null after a report.
  const onnx::GraphProto *getGraph(llvm::StringRef name);
  /// The outputs of a subgraph applied to `inputs`, made where the builder stands. Reports a wrong number of inputs or
  /// outputs; nullopt after any report.
  std::optional<llvm::SmallVector<mlir::Value>> importGraph(const onnx::GraphProto &graph,
                                                            llvm::ArrayRef<mlir::Value> inputs, int numOutputs);
  /// Where operators are made.
  mlir::OpBuilder &opBuilder() { return builder; }
  /// The element type for an ONNX data type number; reports an unsupported one by name.
  mlir::Type elementType(int64_t onnxType);

  //===- Results -------------------------------------------------------------------------------------------------===//
  /// Sets output `i`; fails if the value is null (the error has been reported).
  mlir::LogicalResult result(size_t i, mlir::Value value);
  /// Output 0.
  mlir::LogicalResult result(mlir::Value value) { return result(0, value); }
  llvm::ArrayRef<mlir::Value> takeResults() const { return results; }

private:
  /// The attribute's value, or `otherwise` after a report.
  template <typename T> T read(llvm::Expected<T> value, T otherwise);

  llvm::ArrayRef<mlir::Value> operands;
  Weights &weights;
  SubgraphImporter &subgraphs;
  llvm::SmallVector<mlir::Value> results;
};

using Importer = mlir::LogicalResult (*)(NodeImport &);

/// The domain of ONNX Runtime's contributed operators.
inline constexpr llvm::StringLiteral microsoftDomain = "com.microsoft";

/// Importers by domain and operator.
class ImporterTable {
public:
  /// `first`: the oldest opset version that the importer handles.
  void add(llvm::StringRef op, Importer importer, int64_t first = 1, llvm::StringRef domain = "");
  /// Lets the importers of `op` see sequences, which are values of tuple type, see Sequences.cpp.
  void allowSequences(llvm::StringRef op);
  bool takesSequences(llvm::StringRef domain, llvm::StringRef op) const;
  /// Null if there is none for this version: the node is expanded through its schema's function body then.
  Importer find(llvm::StringRef domain, llvm::StringRef op, int64_t version) const;
  /// All importers.
  static const ImporterTable &get();

private:
  struct Entry {
    Importer importer;
    int64_t first;
    bool takesSequences = false;
  };
  llvm::StringMap<Entry> entries;
};

// The families; one file each in compiler/import/ops.
void addMath(ImporterTable &table);        // Math.cpp: arithmetic, comparison, logic, bits, Cast, Where, Clip
void addActivations(ImporterTable &table); // Activations.cpp: Relu ... Gelu, Swish, Softplus
void addReductions(ImporterTable &table);  // Reductions.cpp: Reduce*, ArgMax, ArgMin, CumSum, TopK, Softmax, LogSoftmax
void addNormalizations(ImporterTable &table); // Normalizations.cpp: Batch, Layer, RMS, Instance; Dropout
void addContractions(ImporterTable &table);   // Contractions.cpp: MatMul, Gemm, Einsum
void addConvolutions(ImporterTable &table);   // Convolutions.cpp: Conv
void addPooling(ImporterTable &table);        // Pooling.cpp: MaxPool, AveragePool, Global*Pool, LpPool
void addShapes(ImporterTable &table); // Shapes.cpp: Shape, Size, Reshape, Flatten, Squeeze, Unsqueeze, Expand, Tile,
                                      // Transpose, Identity
void addSlices(ImporterTable &table); // Slices.cpp: Slice, Split, Concat, Pad
void addGenerators(ImporterTable &table);   // Generators.cpp: Constant, ConstantOfShape, Range, EyeLike, Trilu
void addGathers(ImporterTable &table);      // Gathers.cpp: Gather*, Scatter*
void addBranches(ImporterTable &table);     // Branches.cpp: If
void addLoops(ImporterTable &table);        // Loops.cpp: Loop
void addScans(ImporterTable &table);        // Scans.cpp: Scan
void addRecurrent(ImporterTable &table);    // Recurrent.cpp: LSTM, GRU, RNN
void addQuantization(ImporterTable &table); // Quantization.cpp: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear
void addBlocks(ImporterTable &table);       // Blocks.cpp: DepthToSpace, SpaceToDepth, TensorScatter
void addSelections(ImporterTable &table);   // Selections.cpp: OneHot, NonZero, Compress
void addConvTranspose(ImporterTable &table);   // ConvTranspose.cpp
void addFourier(ImporterTable &table);         // Fourier.cpp: DFT, STFT
void addLpNormalization(ImporterTable &table); // LpNormalization.cpp
void addCausalConv(ImporterTable &table);      // CausalConv.cpp: CausalConvWithState
void addResize(ImporterTable &table);          // Resize.cpp: Resize, Upsample
void addSequences(ImporterTable &table);       // Sequences.cpp: SplitToSequence, Sequence*, ConcatFromSequence
void addMicrosoft(ImporterTable &table); // MicrosoftActivations.cpp: the com.microsoft domain, from files of its own
void addQuantizedProducts(ImporterTable &table); // QuantizedProducts.cpp: MatMulInteger, ConvInteger, QLinear*
} // namespace sinter::importer

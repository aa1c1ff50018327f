// A model file, opened: the parsed ModelProto, the weights where they lie, and what the file says about itself.
//
// loadModel() maps and scans the file (Scanner.h), parses what is left, accepts ONNX's text syntax too, and gives
// nameless nodes a name; it converts nothing. Tensors are decoded on demand (Tensors.h). All failures are error values;
// exceptions of the ONNX library end here.
#pragma once
#include "compiler/import/Files.h"
#include "compiler/import/Scanner.h"
#include "compiler/import/Tensors.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sinter::importer {

/// What --info shows of the file itself.
struct ModelMetadata {
  int64_t irVersion = 0, modelVersion = 0;
  std::string producerName, producerVersion, domain, graphName, docString;
  std::vector<std::pair<std::string, int64_t>> opsets; // as the file lists them, used or not
  std::vector<std::pair<std::string, std::string>> properties;
};

/// A node that was inlined from a function with other opset imports than the model's says so in a metadata_props entry
/// with this key.
inline constexpr llvm::StringLiteral nodeOpsetKey = "sinter.opset";

class Model {
public:
  onnx::ModelProto &proto() { return *message; }
  const onnx::ModelProto &proto() const { return *message; }
  const onnx::GraphProto &graph() const { return message->graph(); }
  /// As given to loadModel.
  llvm::StringRef path() const { return files.modelPath; }
  ModelMetadata metadata() const;

  /// The opset version that applies to `node`. Imports that no node uses are never looked at. com.microsoft is 1 when
  /// the file does not import it; any other domain without import is an error.
  llvm::Expected<int64_t> opset(const onnx::NodeProto &node) const;

  /// The value of a tensor of this model; mapped bytes stay valid while the Model lives.
  llvm::Expected<TensorData> tensor(const onnx::TensorProto &tensor) const { return decodeTensor(tensor, files); }
  llvm::Expected<TensorData> tensor(const onnx::SparseTensorProto &tensor) const { return decodeSparse(tensor, files); }

  const TensorFiles &tensorFiles() const { return files; }

private:
  friend llvm::Expected<Model> loadModel(llvm::StringRef path);

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::unique_ptr<onnx::ModelProto> message;
  std::vector<Cut> cuts;
  std::unique_ptr<ExternalFiles> external;
  TensorFiles files;
  llvm::StringMap<int64_t> opsets;
};

/// Opens a model, binary or text. Errors are one line, without the path.
llvm::Expected<Model> loadModel(llvm::StringRef path);

/// Opset versions by normal domain; the first import of a domain counts.
llvm::StringMap<int64_t> opsetVersions(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto> &imports);

/// The version that an inlined node carries itself, see nodeOpsetKey.
std::optional<int64_t> ownOpset(const onnx::NodeProto &node);

} // namespace sinter::importer

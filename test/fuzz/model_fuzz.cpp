// libFuzzer: everything that compiler/import does before the first operator: open, parse (binary or text), expand
// functions, sort, decode every tensor, expand schema bodies. All failures must be error values.
// Seeds: the zoo's model.onnx files and test/errors/*.onnxtxt.
#include "compiler/import/Attributes.h"
#include "compiler/import/Functions.h"
#include "compiler/import/Model.h"
#include "compiler/import/NodeOrder.h"
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace sinter::importer;
using llvm::StringRef;

namespace {
template <typename T> bool worked(llvm::Expected<T> result) {
  if (result)
    return true;
  llvm::consumeError(result.takeError());
  return false;
}

std::optional<onnx::TypeProto> floatMatrix(StringRef) {
  onnx::TypeProto type;
  type.mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  for (int64_t dim : {2, 3})
    type.mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(dim);
  return type;
}

void visitGraph(const Model &model, const onnx::GraphProto &graph) {
  for (const onnx::TensorProto &tensor : graph.initializer())
    worked(model.tensor(tensor));
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    worked(decodeSparse(tensor, model.tensorFiles(), /*largestDense=*/1 << 16));
  auto nodes = sortNodes(graph, [](StringRef) { return true; });
  if (!nodes) {
    llvm::consumeError(nodes.takeError());
    return;
  }
  for (const onnx::NodeProto *node : *nodes) {
    for (const onnx::AttributeProto &attribute : node->attribute()) {
      if (attribute.has_t())
        worked(model.tensor(attribute.t()));
      if (attribute.has_g())
        visitGraph(model, attribute.g());
    }
    worked(getInts(*node, "axes", {}));
    if (llvm::Expected<int64_t> opset = model.opset(*node))
      worked(expandNode(*node, *opset, floatMatrix, node->name()));
    else
      llvm::consumeError(opset.takeError());
  }
}

/// A file in memory that holds the bytes of the run, opened by the path that the kernel gives it.
struct MemoryFile {
  int handle = memfd_create("fuzz", 0);
  std::string path = "/proc/self/fd/" + std::to_string(handle);
};
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static MemoryFile file;
  if (ftruncate(file.handle, 0) || pwrite(file.handle, data, size, 0) != ssize_t(size))
    return 0;
  llvm::Expected<Model> model = loadModel(file.path);
  if (!model) {
    llvm::consumeError(model.takeError());
    return 0;
  }
  (void)model->metadata();
  llvm::Error error = expandFunctions(model->proto(), [](StringRef, StringRef, int64_t) { return false; });
  if (error)
    llvm::consumeError(std::move(error));
  else
    visitGraph(*model, model->graph());
  return 0;
}

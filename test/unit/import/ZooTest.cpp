// Every graph of the zoo (SINTER_ZOO, or shared/zoo in or beside the project) opens, its tensors decode, its nodes and
// those of its subgraphs sort. Prints how many and how long it took.
#include "Build.h"
#include "compiler/import/Functions.h"
#include "compiler/import/Model.h"
#include "compiler/import/NodeOrder.h"
#include <chrono>
#include <cstdlib>

using namespace sinter::importer;
using namespace sinter::importer::test;
using llvm::StringRef;

namespace {
std::string zooFolder() {
  const char *chosen = std::getenv("SINTER_ZOO");
  for (std::string folder : {std::string(chosen ? chosen : ""), std::string(SINTER_SOURCE_DIR "/shared/zoo"),
                             std::string(SINTER_SOURCE_DIR "/../shared/zoo")})
    if (!folder.empty() && llvm::sys::fs::is_directory(folder))
      return folder;
  return "";
}

struct Totals {
  int models = 0, nodes = 0, tensors = 0;
  uint64_t bytes = 0, mapped = 0;
};

void visitTensor(const Model &model, const onnx::TensorProto &tensor, Totals &totals) {
  llvm::Expected<TensorData> data = model.tensor(tensor);
  ASSERT_EQ(message(data), "");
  ++totals.tensors;
  totals.bytes += data->bytes().size();
  totals.mapped += data->source ? data->source->bytes : 0;
}

void visitGraph(const Model &model, const onnx::GraphProto &graph, bool isMain, Totals &totals) {
  auto nodes = sortNodes(graph, [&](StringRef) { return !isMain; });
  ASSERT_EQ(message(nodes), "");
  totals.nodes += int(nodes->size());
  for (const onnx::TensorProto &tensor : graph.initializer())
    visitTensor(model, tensor, totals);
  for (const onnx::NodeProto *node : *nodes) {
    llvm::Expected<int64_t> opset = model.opset(*node);
    EXPECT_EQ(message(opset), "");
    for (const onnx::AttributeProto &attribute : node->attribute()) {
      if (attribute.has_t())
        visitTensor(model, attribute.t(), totals);
      if (attribute.has_g())
        visitGraph(model, attribute.g(), /*isMain=*/false, totals);
    }
  }
}
} // namespace

TEST(Zoo, EveryGraphOpens) {
  std::string folder = zooFolder();
  if (folder.empty())
    GTEST_SKIP() << "no folder shared/zoo beside the project; set SINTER_ZOO";
  Totals totals;
  auto start = std::chrono::steady_clock::now();
  std::error_code code;
  for (llvm::sys::fs::recursive_directory_iterator file(folder, code), end; file != end && !code;
       file.increment(code)) {
    if (llvm::sys::path::filename(file->path()) != "model.onnx")
      continue;
    SCOPED_TRACE(file->path());
    llvm::Expected<Model> model = loadModel(file->path());
    ASSERT_EQ(message(model), "");
    ++totals.models;
    ASSERT_EQ(message(expandFunctions(model->proto(), [](StringRef, StringRef, int64_t) { return false; })), "");
    visitGraph(*model, model->graph(), /*isMain=*/true, totals);
  }
  auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  std::printf("%d models, %d nodes, %d tensors of %.1f MB (%.1f MB stay in their files) in %d ms\n", totals.models,
              totals.nodes, totals.tensors, double(totals.bytes) / 1e6, double(totals.mapped) / 1e6,
              int(elapsed.count()));
  EXPECT_GT(totals.models, 0);
}

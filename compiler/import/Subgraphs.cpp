// Subgraphs of nodes: GraphImport::import.
#include "compiler/import/Describe.h"
#include "compiler/import/GraphImport.h"
#include "compiler/import/NodeOrder.h"

using namespace mlir;

namespace sinter::importer {
namespace {
/// Hides what the names of a subgraph mean outside, and restores it.
template <typename T> class Scope {
public:
  Scope(llvm::StringMap<T> &map, const llvm::StringSet<> &names) : map(map), inner(names) {
    for (const auto &name : names)
      if (auto found = map.find(name.getKey()); found != map.end()) {
        outer.try_emplace(found->getKey(), found->getValue());
        map.erase(found);
      }
  }
  ~Scope() {
    for (const auto &name : inner)
      map.erase(name.getKey());
    for (const auto &entry : outer)
      map.try_emplace(entry.getKey(), entry.getValue());
  }

private:
  llvm::StringMap<T> &map;
  llvm::StringMap<T> outer;
  const llvm::StringSet<> &inner;
};
} // namespace

static llvm::StringSet<> namesIn(const onnx::GraphProto &graph) {
  llvm::StringSet<> names;
  for (const onnx::ValueInfoProto &input : graph.input())
    names.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    names.insert(tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    names.insert(tensor.values().name());
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      names.insert(output);
  names.erase("");
  return names;
}

std::optional<SmallVector<Value>> GraphImport::import(const onnx::GraphProto &graph, ArrayRef<Value> inputs) {
  llvm::StringSet<> own = namesIn(graph);
  auto order = sortNodes(graph, [&](StringRef name) {
    return !own.contains(name) && (values.contains(name) || isUnknown(name) || lookup(name));
  });
  if (!order) {
    report(order.takeError());
    return std::nullopt;
  }
  Scope hideValues(values, own);
  Scope hideUnknown(unknown, own), hideUsed(used, own), hideNames(names, own);
  Scope hideDense(initializers, own);
  Scope hideSparse(sparseInitializers, own);
  findInitializers(graph);
  findUses(graph, *order);
  for (auto [info, value] : llvm::zip(graph.input(), inputs))
    if (value)
      define(info.name(), value);
    else
      unknown.insert(info.name());
  importNodes(*order);
  SmallVector<Value> results;
  for (const onnx::ValueInfoProto &output : graph.output())
    results.push_back(lookup(output.name()));
  if (llvm::all_of(results, isTensor))
    return results;
  for (auto [info, value] : llvm::zip(graph.output(), results))
    if (value && !isTensor(value))
      emitError(UnknownLoc::get(&context))
          << "output " << quote(info.name()) << " of a subgraph: expected a tensor, got "
          << "a sequence";
  hasErrors = true; // reported with the node
  return std::nullopt;
}

} // namespace sinter::importer

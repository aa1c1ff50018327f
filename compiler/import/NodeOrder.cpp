// See NodeOrder.h. Kahn's algorithm with the smallest position first, which keeps a sorted graph as it is.
#include "compiler/import/NodeOrder.h"
#include "compiler/import/Describe.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <queue>

using namespace llvm;

namespace sinter::importer {
namespace {
using NameSet = SetVector<StringRef>;

/// Calls `visit` with every subgraph of `node`.
void forEachSubgraph(const onnx::NodeProto &node, function_ref<void(const onnx::GraphProto &)> visit) {
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      visit(attribute.g());
    for (const onnx::GraphProto &graph : attribute.graphs())
      visit(graph);
  }
}

/// Calls `visit` with every name that `graph` defines without a node.
void forEachGivenValue(const onnx::GraphProto &graph, function_ref<void(StringRef)> visit) {
  for (const onnx::ValueInfoProto &input : graph.input())
    visit(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    visit(tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    visit(tensor.values().name());
}

void collectCaptures(const onnx::GraphProto &graph, NameSet &out);

void collectCaptures(const onnx::NodeProto &node, NameSet &out) {
  forEachSubgraph(node, [&](const onnx::GraphProto &graph) { collectCaptures(graph, out); });
}

void collectCaptures(const onnx::GraphProto &graph, NameSet &out) {
  DenseSet<StringRef> defined;
  forEachGivenValue(graph, [&](StringRef name) { defined.insert(name); });
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      defined.insert(output);
  auto use = [&](StringRef name) {
    if (!name.empty() && !defined.contains(name))
      out.insert(name);
  };
  for (const onnx::NodeProto &node : graph.node()) {
    for (const std::string &input : node.input())
      use(input);
    NameSet inner;
    collectCaptures(node, inner);
    for (StringRef name : inner)
      use(name);
  }
  for (const onnx::ValueInfoProto &output : graph.output())
    use(output.name());
}

/// Collects errors up to a number that a person reads.
class ErrorList {
public:
  void add(const Twine &message) {
    constexpr unsigned most = 100;
    if (++count <= most)
      errors = joinErrors(std::move(errors), failure(message));
    else if (count == most + 1)
      errors = joinErrors(std::move(errors), failure("more errors of this kind are not shown"));
  }
  bool empty() const { return count == 0; }
  Error take() { return std::move(errors); }
  ~ErrorList() { consumeError(std::move(errors)); }

private:
  unsigned count = 0;
  Error errors = Error::success();
};

class Sorter {
public:
  Sorter(const onnx::GraphProto &graph, function_ref<bool(StringRef)> isOuterValue)
      : graph(graph), isOuterValue(isOuterValue), users(graph.node_size()), missing(graph.node_size()) {}
  Expected<std::vector<const onnx::NodeProto *>> run();

private:
  static constexpr int given = -1; // a graph input or an initializer

  void findGivenValues();
  void findProducers();
  void findUses();
  void use(int node, StringRef name, const char *verb);
  std::string cycle(ArrayRef<bool> done) const;

  const onnx::GraphProto &graph;
  function_ref<bool(StringRef)> isOuterValue;
  DenseMap<StringRef, int> producers;
  std::vector<std::vector<int>> users; // of each node's results
  std::vector<int> missing;            // inputs of each node whose producer has not run
  ErrorList errors;
};

/// Inputs and initializers; an initializer may share its name with an input, whose default it is then.
void Sorter::findGivenValues() {
  auto add = [&](const char *what, DenseSet<StringRef> &names, StringRef name) {
    producers.try_emplace(name, given);
    if (!names.insert(name).second)
      errors.add(what + (" " + quote(name)) + ": expected one of this name, got two");
  };
  DenseSet<StringRef> inputs, initializers;
  for (const onnx::ValueInfoProto &input : graph.input())
    add("graph input", inputs, input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    add("initializer", initializers, tensor.name());
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    add("initializer", initializers, tensor.values().name());
}

void Sorter::findProducers() {
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string &output : graph.node(i).output()) {
      if (output.empty())
        continue;
      auto [entry, isNew] = producers.try_emplace(output, i);
      if (isNew)
        continue;
      int other = entry->second;
      errors.add(describe(graph.node(i)) + ": expected outputs that nothing else defines, got " + quote(output) +
                 ", also " + (other == given ? "a graph input or initializer" : "of " + describe(graph.node(other))));
    }
}

void Sorter::use(int node, StringRef name, const char *verb) {
  if (name.empty())
    return;
  auto found = producers.find(name);
  if (found == producers.end()) {
    if (!isOuterValue(name))
      errors.add(describe(graph.node(node)) + ": " + verb + " " + quote(name) + ", which nothing produces");
    return;
  }
  if (found->second == given)
    return;
  users[found->second].push_back(node);
  ++missing[node];
}

void Sorter::findUses() {
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string &input : graph.node(i).input())
      use(i, input, "reads");
    for (StringRef name : captures(graph.node(i)))
      use(i, name, "captures");
  }
  for (const onnx::ValueInfoProto &output : graph.output())
    if (StringRef name = output.name(); !producers.contains(name) && !isOuterValue(name))
      errors.add("graph output " + quote(name) + ": expected a node that produces it, got none");
}

/// Names the nodes of one cycle among those that could not run: walks producers until a node comes back.
std::string Sorter::cycle(ArrayRef<bool> done) const {
  std::vector<int> waitsFor(graph.node_size(), -1);
  for (int i = 0; i < graph.node_size(); ++i)
    if (!done[i])
      for (int user : users[i])
        waitsFor[user] = i;
  int node = int(std::find(done.begin(), done.end(), false) - done.begin());
  DenseSet<int> seen;
  while (seen.insert(node).second)
    node = waitsFor[node];
  SmallVector<int> nodes{node};
  for (int next = waitsFor[node]; next != node; next = waitsFor[next])
    nodes.push_back(next);
  constexpr size_t mostNamed = 8;
  std::string text;
  for (int member : ArrayRef<int>(nodes).take_front(mostNamed))
    text += (text.empty() ? "" : " needs ") + describe(graph.node(member));
  if (nodes.size() > mostNamed)
    text += " needs " + std::to_string(nodes.size() - mostNamed) + " more";
  return text + " needs " + describe(graph.node(node));
}

Expected<std::vector<const onnx::NodeProto *>> Sorter::run() {
  findGivenValues();
  findProducers();
  findUses();
  if (!errors.empty())
    return errors.take();
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < graph.node_size(); ++i)
    if (missing[i] == 0)
      ready.push(i);
  std::vector<const onnx::NodeProto *> order;
  SmallVector<bool> done(graph.node_size());
  while (!ready.empty()) {
    int node = ready.top();
    ready.pop();
    done[node] = true;
    order.push_back(&graph.node(node));
    for (int user : users[node])
      if (--missing[user] == 0)
        ready.push(user);
  }
  if (int(order.size()) != graph.node_size())
    return failure("expected an acyclic graph, got a cycle: " + cycle(done));
  return order;
}
} // namespace

std::vector<StringRef> captures(const onnx::GraphProto &graph) {
  NameSet names;
  collectCaptures(graph, names);
  auto vector = names.takeVector();
  return {vector.begin(), vector.end()};
}

std::vector<StringRef> captures(const onnx::NodeProto &node) {
  NameSet names;
  collectCaptures(node, names);
  auto vector = names.takeVector();
  return {vector.begin(), vector.end()};
}

Expected<std::vector<const onnx::NodeProto *>> sortNodes(const onnx::GraphProto &graph,
                                                         function_ref<bool(StringRef)> isOuterValue) {
  return Sorter(graph, isOuterValue).run();
}

} // namespace sinter::importer

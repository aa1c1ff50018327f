// One node of the walk: its version, operands, importer or function body; see GraphImport.h.
#include "compiler/import/Describe.h"
#include "compiler/import/Functions.h"
#include "compiler/import/GraphImport.h"
#include "compiler/import/Limits.h"
#include "compiler/import/NodeOrder.h"
#include "compiler/import/Schemas.h"

using namespace mlir;

namespace sinter::importer {

std::optional<int64_t> GraphImport::supportedVersion(const onnx::NodeProto &node) {
  std::string domain = normalDomain(node.domain()).str();
  llvm::Expected<int64_t> version = model.opset(node);
  if (!version) {
    if (reportedVersions.insert({domain, 0}).second)
      report(version.takeError());
    else
      llvm::consumeError(version.takeError());
    return std::nullopt;
  }
  if (domain.empty() && !isKnownVersion(node.op_type(), *version)) {
    hasErrors = true;
    if (reportedVersions.insert({domain, *version}).second)
      emitError(UnknownLoc::get(&context)) << "opset import: expected ONNX operator set " << oldestOpset << " to "
                                           << newestOpset << ", got " << *version;
    return std::nullopt;
  }
  return *version;
}

static std::string describeCount(int least, int most, StringRef what) {
  std::string text = std::to_string(least);
  if (most == INT_MAX)
    text += " or more";
  else if (most != least)
    text += " to " + std::to_string(most);
  return text + " " + what.str() + (least == 1 && most == 1 ? "" : "s");
}

bool GraphImport::checkArity(const onnx::NodeProto &node, int64_t version, Location loc) {
  std::optional<Arity> arity = schemaArity(node.domain(), node.op_type(), version);
  if (!arity)
    return true;
  int inputs = node.input_size(), outputs = node.output_size();
  if (inputs < arity->minInputs || inputs > arity->maxInputs)
    emitError(loc) << "expected " << describeCount(arity->minInputs, arity->maxInputs, "input") << ", got " << inputs;
  else if (outputs > arity->maxOutputs)
    emitError(loc) << "expected " << describeCount(arity->minOutputs, arity->maxOutputs, "output") << ", got "
                   << outputs;
  else
    return true;
  return false;
}

void GraphImport::reportUnsupported(const onnx::NodeProto &node, int64_t version, Location loc) {
  hasErrors = true;
  StringRef domain = normalDomain(node.domain());
  std::string op = domain.empty() ? node.op_type() : (domain + "::" + node.op_type()).str();
  emitError(loc) << "expected an operator that sinter supports, got " << StringRef(quote(op)).drop_front().drop_back()
                 << " of opset " << version;
}

std::optional<std::vector<onnx::NodeProto>> GraphImport::expand(const onnx::NodeProto &node, int64_t version,
                                                                Location loc) {
  auto typeOf = [&](StringRef name) -> std::optional<onnx::TypeProto> {
    Value value = name.empty() ? Value() : lookup(name);
    return isTensor(value) ? std::optional(typeProtoOf(value)) : std::nullopt;
  };
  std::string prefix = node.name();
  while (true) {
    auto body = expandNode(node, version, typeOf, prefix);
    if (!body) {
      report(body.takeError());
      return std::nullopt;
    }
    if (!*body) {
      reportUnsupported(node, version, loc);
      return std::nullopt;
    }
    bool clashes = llvm::any_of(**body, [&](const onnx::NodeProto &inner) {
      return llvm::any_of(inner.output(), [&](const std::string &name) {
        return !name.empty() && names.contains(name) && !llvm::is_contained(node.output(), name);
      });
    });
    if (!clashes)
      return std::move(**body);
    prefix += "_";
  }
}

void GraphImport::probe(const onnx::NodeProto &node, Location loc) {
  std::optional<int64_t> version = supportedVersion(node);
  if (!version || ImporterTable::get().find(normalDomain(node.domain()), node.op_type(), *version))
    return;
  // Bodies may depend on types that are unknown here: those are not looked into.
  auto noTypes = [](StringRef) { return std::optional<onnx::TypeProto>(); };
  auto body = expandNode(node, *version, noTypes, node.name());
  if (!body) {
    llvm::consumeError(body.takeError());
    return;
  }
  if (!*body && !hasFunctionBody(node.domain(), node.op_type(), *version))
    reportUnsupported(node, *version, loc);
  if (*body)
    for (const onnx::NodeProto &inner : **body)
      probe(inner, loc);
}

void GraphImport::storeResults(NodeImport &import, Location loc) {
  for (auto [i, value] : llvm::enumerate(import.takeResults())) {
    const std::string &name = import.node.output(int(i));
    if (name.empty())
      continue;
    std::optional<std::string> problem;
    if (isTensor(value))
      problem = sizeProblem(dimsOf(value), elementType(value.getType()));
    else if (!value && (used.contains(name) || !names.contains(name)))
      problem = "expected output " + std::to_string(i) + " to be unused, got a use of " + quote(name);
    if (problem) {
      hasErrors = true;
      emitError(loc) << *problem;
    }
    if (value && !problem)
      define(name, value);
    else
      unknown.insert(name);
  }
}

void GraphImport::importWith(Importer importer, const onnx::NodeProto &node, int64_t version, Location loc) {
  SmallVector<Value> operands;
  for (const std::string &name : node.input())
    operands.push_back(name.empty() ? Value() : lookup(name));
  NodeImport import(builder, loc, node, version, operands, weights, *this);
  if (!ImporterTable::get().takesSequences(normalDomain(node.domain()), node.op_type()))
    for (auto [i, operand] : llvm::enumerate(operands))
      if (operand && !isTensor(operand))
        import.error("expected input " + Twine(i) + " to be a tensor, got a sequence");
  if (!import.hasFailed() && succeeded(importer(import)) && !import.hasFailed()) {
    storeResults(import, loc);
    return;
  }
  hasErrors = true;
  import.error("expected a node that can be imported, got one that cannot"); // silent if a reason has been reported
  markUnknown(node);
}

void GraphImport::importNode(const onnx::NodeProto &node, Location loc) {
  for (const std::string &name : node.input())
    if (!name.empty())
      lookup(name); // an initializer that cannot be read becomes unknown here
  auto captured = captures(node);
  for (StringRef name : captured)
    lookup(name);
  if (llvm::any_of(node.input(), [&](const std::string &name) { return isUnknown(name); }) ||
      llvm::any_of(captured, [&](StringRef name) { return isUnknown(name); })) {
    probe(node, loc);
    markUnknown(node);
    return;
  }
  std::optional<int64_t> version = supportedVersion(node);
  if (!version) {
    markUnknown(node);
    return;
  }
  if (!checkArity(node, *version, loc)) {
    hasErrors = true;
    markUnknown(node);
    return;
  }
  if (Importer importer = ImporterTable::get().find(normalDomain(node.domain()), node.op_type(), *version)) {
    importWith(importer, node, *version, loc);
    return;
  }
  std::optional<std::vector<onnx::NodeProto>> body = expand(node, *version, loc);
  if (!body) {
    markUnknown(node);
    return;
  }
  for (const onnx::NodeProto &inner : *body)
    importNode(inner, loc);
}

} // namespace sinter::importer

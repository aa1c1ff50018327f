// See GraphImport.h. Single nodes are in GraphNodes.cpp.
#include "compiler/import/GraphImport.h"
#include "compiler/import/Describe.h"
#include "compiler/import/ElementValues.h"
#include "compiler/import/Functions.h"
#include "compiler/import/Inputs.h"
#include "compiler/import/NodeOrder.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace sinter::importer {

Location GraphImport::nodeLocation(const onnx::NodeProto &node) {
  return NameLoc::get(StringAttr::get(&context, describe(node)));
}

void GraphImport::report(llvm::Error errors) {
  hasErrors = true;
  llvm::handleAllErrors(std::move(errors), [&](const llvm::ErrorInfoBase &error) {
    emitError(UnknownLoc::get(&context)) << error.message();
  });
}

//===- Values
//-------------------------------------------------------------------------------------------------------===//

void GraphImport::define(StringRef name, Value value) {
  values[name] = value;
  unknown.erase(name);
}

void GraphImport::markUnknown(const onnx::NodeProto &node) {
  for (const std::string &output : node.output())
    if (!output.empty())
      unknown.insert(output);
}

Value GraphImport::lookup(StringRef name) {
  if (auto found = values.find(name); found != values.end())
    return found->second;
  Location loc = NameLoc::get(StringAttr::get(&context, "initializer " + quote(name)));
  // Before everything: the first to look may be a subgraph, the next one stands outside.
  OpBuilder::InsertionGuard guard(builder);
  while (!isa<ProgramOp>(builder.getInsertionBlock()->getParentOp()))
    builder.setInsertionPoint(builder.getInsertionBlock()->getParentOp());
  Value value;
  if (auto dense = initializers.find(name); dense != initializers.end())
    value = weights.value(builder, loc, *dense->second, name);
  else if (auto sparse = sparseInitializers.find(name); sparse != sparseInitializers.end())
    value = weights.value(builder, loc, *sparse->second, name);
  else
    return {};
  if (value) {
    values[name] = value;
  } else {
    hasErrors = true;
    unknown.insert(name);
  }
  return value;
}

void GraphImport::findInitializers(const onnx::GraphProto &graph) {
  for (const onnx::TensorProto &tensor : graph.initializer())
    initializers.insert({tensor.name(), &tensor});
  for (const onnx::SparseTensorProto &tensor : graph.sparse_initializer())
    sparseInitializers.insert({tensor.values().name(), &tensor});
}

/// Walks back from the outputs.
void GraphImport::findUses(const onnx::GraphProto &graph, ArrayRef<const onnx::NodeProto *> order) {
  for (const onnx::ValueInfoProto &output : graph.output())
    used.insert(output.name());
  for (const onnx::NodeProto *node : llvm::reverse(order)) {
    for (const std::string &output : node->output())
      names.insert(output);
    if (llvm::none_of(node->output(), [&](const std::string &output) { return used.contains(output); }))
      continue;
    for (const std::string &input : node->input())
      used.insert(input);
    for (StringRef name : captures(*node))
      used.insert(name);
  }
}

void GraphImport::importNodes(ArrayRef<const onnx::NodeProto *> order) {
  for (const onnx::NodeProto *node : order)
    if (llvm::any_of(node->output(), [&](const std::string &output) { return used.contains(output); }))
      importNode(*node, nodeLocation(*node));
}

//===- The program
//--------------------------------------------------------------------------------------------------===//

LogicalResult GraphImport::importInputs() {
  FailureOr<ProgramInputs> inputs = readInputs(model.graph(), options, context);
  if (failed(inputs))
    return mlir::failure();
  builder.setInsertionPointToEnd(module->getBody());
  FunctionType type = builder.getFunctionType(inputs->types, {});
  program = ProgramOp::create(builder, UnknownLoc::get(&context), "main", type);
  program.setSymbolsAttr(builder.getArrayAttr(SmallVector<Attribute>(inputs->symbols.begin(), inputs->symbols.end())));
  Block &body = program.getBody().front();
  for (auto [i, name] : llvm::enumerate(inputs->names)) {
    program.setArgAttr(i, nameAttribute, builder.getStringAttr(name));
    define(name, body.getArgument(i));
    names.insert(name);
  }
  builder.setInsertionPointToEnd(&body);
  GraphBuilder checks(builder, NameLoc::get(builder.getStringAttr("--shape")));
  for (auto [formula, size] : inputs->equations)
    if (!checks.assumeEqual(formula, size))
      return mlir::failure();
  return success();
}

LogicalResult GraphImport::importOutputs() {
  SmallVector<Value> results;
  SmallVector<StringRef> resultNames;
  for (const onnx::ValueInfoProto &output : model.graph().output()) {
    Value value = lookup(output.name());
    if (!value)
      return mlir::failure(); // reported with its node
    if (!isTensor(value)) {
      emitError(UnknownLoc::get(&context))
          << "output " << quote(output.name()) << ": expected a tensor, got a sequence";
      return mlir::failure();
    }
    results.push_back(value);
    resultNames.push_back(output.name());
  }
  ReturnOp::create(builder, UnknownLoc::get(&context), results);
  program.setFunctionType(builder.getFunctionType(program.getArgumentTypes(), ValueRange(results).getTypes()));
  for (auto [i, name] : llvm::enumerate(resultNames))
    program.setResultAttr(i, nameAttribute, builder.getStringAttr(name));
  return success();
}

/// What the file says about itself, every entry a text.
static DictionaryAttr metadataAttribute(const Model &model, Builder &builder) {
  ModelMetadata metadata = model.metadata();
  NamedAttrList list;
  auto add = [&](const Twine &key, StringRef text) {
    std::string name = key.str();
    if (!text.empty() && !list.get(name))
      list.append(name, builder.getStringAttr(text));
  };
  std::string opsets;
  for (const auto &[domain, version] : metadata.opsets)
    opsets += (opsets.empty() ? "" : ", ") + (domain.empty() ? "ai.onnx" : domain) + " " + std::to_string(version);
  add("opset", opsets);
  add("producer", StringRef(metadata.producerName + " " + metadata.producerVersion).trim());
  add("domain", metadata.domain);
  add("graph", metadata.graphName);
  add("doc", metadata.docString);
  if (metadata.modelVersion)
    add("version", std::to_string(metadata.modelVersion));
  for (const auto &[key, text] : metadata.properties)
    add("metadata." + key, text);
  return list.getDictionary(builder.getContext());
}

/// Erases what nothing needs, mostly shape computations that have folded into their users; lists the symbols.
void GraphImport::finish() {
  program.walk<WalkOrder::PostOrder, mlir::ReverseIterator>([](Operation *op) {
    if (isOpTriviallyDead(op))
      op->erase();
  });
  weights.eraseUnused();
  SmallVector<Attribute> symbols(program.getSymbolsAttr().getValue());
  llvm::append_range(symbols, usedElementSymbols(program, options));
  program.setSymbolsAttr(builder.getArrayAttr(symbols));
  (*module)->setAttr("sinter.metadata", metadataAttribute(model, builder));
}

OwningOpRef<ModuleOp> GraphImport::run() {
  auto hasImporter = [](StringRef domain, StringRef op, int64_t version) {
    return ImporterTable::get().find(domain, op, version) != nullptr;
  };
  if (llvm::Error error = expandFunctions(model.proto(), hasImporter)) {
    report(std::move(error));
    return {};
  }
  auto order = sortNodes(model.graph(), [](StringRef) { return false; });
  if (!order) {
    report(order.takeError());
    return {};
  }
  findInitializers(model.graph());
  findUses(model.graph(), *order);
  if (failed(importInputs()))
    return {};
  importNodes(*order);
  if (hasErrors || failed(importOutputs()))
    return {};
  finish();
  if (failed(verify(*module)))
    return {};
  return std::move(module);
}

} // namespace sinter::importer

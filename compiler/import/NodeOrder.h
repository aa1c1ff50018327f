// The order in which nodes run, and what their subgraphs capture.
//
// ONNX asks for sorted graphs; real files do not always comply: an If branch may read a value whose producer stands
// later in the list. Scoping is lexical: a name that a subgraph defines hides the same name outside.
#pragma once
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace sinter::importer {

/// Values of enclosing graphs that `graph` reads, also through its own subgraphs; in order of first use.
std::vector<llvm::StringRef> captures(const onnx::GraphProto &graph);
/// The same over all subgraphs of `node`; its plain inputs do not count.
std::vector<llvm::StringRef> captures(const onnx::NodeProto &node);

/// The nodes of `graph`, each behind the producers of its inputs and captures; a sorted graph keeps its order.
/// `isOuterValue` tells which names enclosing graphs define. Errors, one line each: a value without producer, a value
/// with two, a cycle (by the nodes on it), a graph output that nothing produces. The result points into `graph`.
llvm::Expected<std::vector<const onnx::NodeProto *>> sortNodes(const onnx::GraphProto &graph,
                                                               llvm::function_ref<bool(llvm::StringRef)> isOuterValue);

} // namespace sinter::importer

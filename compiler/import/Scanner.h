// The wire-format scanner: takes the weights out of a serialized ModelProto without parsing it.
//
// Protobuf copies every `bytes` field to the heap and refuses messages of 2 GB. The scanner therefore walks the mapped
// file once and cuts every large TensorProto.raw_data out (initializers, sparse initializers, attributes, subgraphs,
// functions). What remains, the reduced stream, is a valid ModelProto of a few hundred kilobytes.
//
// Laws, tested by test/unit/import/ScannerTest.cpp:
//   - parse(reduced) with every cut put back equals parse(file);
//   - time and memory are linear in the file without its weights, recursion is bounded;
//   - malformed input yields an error that names the byte, never an exception and never a read past the end.
// Source: protobuf encoding (protobuf.dev/programming-guides/encoding), onnx-ml.proto of ONNX 1.23.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace sinter::importer {

/// A raw_data field that was cut out: its bytes are file[offset, offset + length).
struct Cut {
  uint64_t offset;
  uint64_t length;
};

/// A cut tensor carries, in place of raw_data, one external_data entry with this key and the cut's index as value.
/// A file that uses the key itself is refused.
inline constexpr llvm::StringLiteral cutKey = "sinter.cut";

struct ScanLimits {
  uint64_t largestKept = 4096;      // raw_data up to this many bytes stays in the stream
  unsigned subgraphDepth = 200;     // graphs inside graphs
  unsigned typeDepth = 32;          // sequence of optional of ...
  uint64_t messages = 1u << 22;     // protobuf needs up to 300 bytes for a message of two
  uint64_t lengths = 1u << 25;      // strings and messages together
  uint64_t reducedBytes = 1u << 31; // protobuf's own limit

  /// Nesting of protobuf messages that the two depths allow: a subgraph is a graph in an attribute in a node.
  unsigned messageDepth() const { return 3 * subgraphDepth + 2 * typeDepth + 16; }
};

struct ScanResult {
  std::string reduced;
  std::vector<Cut> cuts;
};

/// Scans the bytes of a model file. Errors read "byte N: expected ..., got ...".
llvm::Expected<ScanResult> scanModel(llvm::StringRef file, const ScanLimits &limits = {});

} // namespace sinter::importer

// The value of a TensorProto: element type, dims and little-endian bytes, wherever ONNX keeps them.
//
// Large values stay in their file (WeightSource); small ones, typed fields (float_data, int32_data, ...) and values of
// text models are decoded to bytes of their own. Every size is checked against the dims before a byte is touched.
#pragma once
#include "compiler/import/Files.h"
#include "compiler/import/Scanner.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sinter::importer {

/// Where the bytes of a tensor lie.
struct WeightSource {
  std::string path;
  uint64_t offset;
  uint64_t bytes;
};

class TensorData {
public:
  std::string name;
  int32_t type = 0; // onnx::TensorProto::DataType
  llvm::SmallVector<int64_t, 4> dims;
  int64_t elements = 0;
  std::optional<WeightSource> source; // set when the bytes stay in a file
  std::vector<std::string> strings;   // for STRING, which has no bytes

  /// Dense, row-major, little-endian; a bool is one byte, 0 or 1; see packedBits. Valid while the Model lives.
  llvm::ArrayRef<uint8_t> bytes() const {
    return owned ? llvm::arrayRefFromStringRef(llvm::StringRef(*owned)) : mapped;
  }
  /// BLAKE3 of the bytes: reads all of them at the first call, then remembers.
  const llvm::BLAKE3Result<> &hash() const;

  void setOwned(std::string bytes) { owned = std::make_shared<const std::string>(std::move(bytes)); }
  void setMapped(llvm::StringRef bytes, WeightSource where) {
    mapped = llvm::arrayRefFromStringRef(bytes);
    source = std::move(where);
  }

private:
  std::shared_ptr<const std::string> owned; // shared by copies
  llvm::ArrayRef<uint8_t> mapped;
  mutable std::optional<llvm::BLAKE3Result<>> cachedHash;
};

/// "FLOAT", "INT4", or "type 99".
std::string dataTypeName(int32_t type);
/// Bytes of an element, for the types whose elements are whole bytes and that sinter reads: integers of 8 to 64 bits,
/// bool, f16, bf16, f32, f64, complex.
std::optional<unsigned> elementBytes(int32_t type);
/// Bits of an element of INT4, UINT4, INT2 and UINT2, whose bytes hold several elements, the first in the lowest bits.
std::optional<unsigned> packedBits(int32_t type);

/// The files that tensors of a model may lie in.
struct TensorFiles {
  std::string modelPath;
  llvm::StringRef model;    // the mapped model file, empty for a text model
  llvm::ArrayRef<Cut> cuts; // of the scanner
  ExternalFiles *external;
};

/// Decodes `tensor`. Errors name it: "tensor 'w': expected ..., got ...".
llvm::Expected<TensorData> decodeTensor(const onnx::TensorProto &tensor, const TensorFiles &files);

/// Decodes a sparse tensor to a dense one of at most `largestDense` bytes.
llvm::Expected<TensorData> decodeSparse(const onnx::SparseTensorProto &tensor, const TensorFiles &files,
                                        uint64_t largestDense = uint64_t(1) << 30);

} // namespace sinter::importer

// A tensor in a file of its own, or in an archive or folder with others.
#pragma once
#include "runtime/core/Tensor.h"
#include "runtime/io/Zip.h"

namespace sinter::rt {

/// Reads a .npy file (known by its first bytes) or a .pb file (by its name). Errors start with the path.
bool readTensorFile(const char *path, Tensor &tensor, Error &error);

/// Writes a .npy file.
bool writeNpyFile(const char *path, const Tensor &tensor, Error &error);

/// Named tensors of a .npz archive, or of a folder with NAME.npy or NAME.pb files (NAME percent-encoded) or, as in
/// ONNX's test data, KIND_0.pb, KIND_1.pb, ... by position.
class TensorSet {
public:
  /// `kind` is "input" or "output". In an archive, members may also be called in:NAME or out:NAME, so that one file
  /// serves --inputs and --compare.
  bool open(const char *path, const char *kind, Error &error);

  /// Reads the tensor of `name`, which is number `position`. `found` says whether there is one.
  bool read(const char *name, int position, Tensor &tensor, bool &found, Error &error) const;

  /// Fails with a member that is none of `names`; members of the other kind are ignored. A folder has no such check.
  bool checkNames(const char *const *names, int count, Error &error) const;

  const char *source() const { return path; }

private:
  bool readMember(const ZipMember &member, Tensor &tensor, Error &error) const;
  /// The tensor name of a member without ".npy".
  static Bytes tensorName(const ZipMember &member);
  const char *prefix() const { return inputs ? "in:" : "out:"; }

  const char *path = nullptr, *kind = nullptr;
  bool inputs = false, folder = false;
  Memory file;
  ZipArchive archive;
};

} // namespace sinter::rt

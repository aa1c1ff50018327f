// The three forms of -o.
#include "runtime/main/Outputs.h"

#include "runtime/host/File.h"
#include "runtime/io/FileNames.h"
#include "runtime/io/Npy.h"
#include "runtime/io/TensorFile.h"
#include "runtime/io/ZipWriter.h"

using namespace sinter::rt;

namespace {
bool writeArchive(const sinter_program &program, const Inference &inference, const char *path, Error &error) {
  OutputFile file;
  if (!file.open(path, error))
    return false;
  ZipWriter archive(file);
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    const Tensor &tensor = inference.output(k);
    Text header, name;
    appendNpyHeader(header, tensor);
    name.append("%s.npy", program.outputs[k].name);
    Bytes head = {reinterpret_cast<const unsigned char *>(header.data()), header.size()};
    if (!archive.add(name.cString(), head, {tensor.data, static_cast<size_t>(tensor.bytes())}, error))
      return error.prefix("%s: output %s", path, program.outputs[k].name);
  }
  return archive.finish(error) && file.commit(error);
}

bool writeFolder(const sinter_program &program, const Inference &inference, const char *path, Error &error) {
  if (!makeDirectories(path, error))
    return false;
  for (int32_t k = 0; k < program.num_outputs; ++k) {
    Text name;
    name.append("%s/", path);
    appendEncoded(name, program.outputs[k].name);
    name.append(".npy");
    if (!writeNpyFile(name.cString(), inference.output(k), error))
      return false;
  }
  return true;
}
} // namespace

bool sinter::rt::writeOutputs(const sinter_program &program, const Inference &inference, const char *path, int32_t runs,
                              int32_t number, Error &error) {
  if (runs > 1) {
    if (endsWith(path, ".npz") || endsWith(path, ".npy"))
      return error.fail("-o %s: expected a folder for %d runs, got a file's name", path, runs);
    Text folder;
    folder.append("%s/%d", path, number);
    return writeFolder(program, inference, folder.cString(), error);
  }
  if (endsWith(path, ".npz"))
    return writeArchive(program, inference, path, error);
  if (!endsWith(path, ".npy") || isDirectory(path))
    return writeFolder(program, inference, path, error);
  if (program.num_outputs != 1)
    return error.fail("-o %s: expected a folder or a .npz file for %d outputs, got a .npy file", path,
                      program.num_outputs);
  return writeNpyFile(path, inference.output(0), error);
}

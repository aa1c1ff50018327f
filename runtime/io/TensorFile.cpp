// Which file holds which tensor.
#include "runtime/io/TensorFile.h"

#include "runtime/host/File.h"
#include "runtime/io/FileNames.h"
#include "runtime/io/Npy.h"
#include "runtime/io/TensorProto.h"

using namespace sinter::rt;

namespace {
bool sameName(Bytes bytes, const char *prefix, const char *name) {
  size_t prefixSize = strlen(prefix), nameSize = strlen(name);
  return bytes.size == prefixSize + nameSize && !memcmp(bytes.data, prefix, prefixSize) &&
         !memcmp(bytes.data + prefixSize, name, nameSize);
}
} // namespace

bool sinter::rt::readTensorFile(const char *path, Tensor &tensor, Error &error) {
  Memory file;
  if (!readFile(path, file, error))
    return false;
  Bytes bytes = {file.data(), file.size()};
  bool read;
  if (isNpy(bytes))
    read = readNpy(bytes, &file, tensor, error);
  else if (endsWith(path, ".pb"))
    read = readTensorProto(bytes, tensor, error);
  else if (isZip(bytes))
    return error.fail("%s: expected a .npy or .pb file, got an archive; use --inputs", path);
  else
    return error.fail("%s: expected a .npy or .pb file, got something else", path);
  return read || error.prefix("%s", path);
}

bool sinter::rt::writeNpyFile(const char *path, const Tensor &tensor, Error &error) {
  OutputFile file;
  Text header;
  appendNpyHeader(header, tensor);
  return file.open(path, error) && file.write(header.data(), header.size(), error) &&
         file.write(tensor.data, static_cast<size_t>(tensor.bytes()), error) && file.commit(error);
}

bool TensorSet::open(const char *newPath, const char *newKind, Error &error) {
  path = newPath, kind = newKind, inputs = !strcmp(newKind, "input");
  folder = isDirectory(path);
  if (folder)
    return true;
  return readFile(path, file, error) && (archive.open({file.data(), file.size()}, error) || error.prefix("%s", path));
}

bool TensorSet::read(const char *name, int position, Tensor &tensor, bool &found, Error &error) const {
  found = true;
  if (folder) {
    Text base;
    base.append("%s/", path);
    appendEncoded(base, name);
    for (int form = 0; form < 3; ++form) { // NAME.npy, NAME.pb, KIND_K.pb
      Text candidate;
      if (form < 2)
        candidate.append("%s%s", base.cString(), form ? ".pb" : ".npy");
      else
        candidate.append("%s/%s_%d.pb", path, kind, position);
      if (fileExists(candidate.cString()))
        return readTensorFile(candidate.cString(), tensor, error);
    }
  }
  const char *const starts[] = {"", prefix()};
  for (const char *start : starts)
    for (size_t k = 0; k < archive.size(); ++k)
      if (sameName(tensorName(archive[k]), start, name))
        return readMember(archive[k], tensor, error) || error.prefix("%s: member %s%s", path, start, name);
  found = false;
  return true;
}

bool TensorSet::checkNames(const char *const *names, int count, Error &error) const {
  const char *otherPrefix = inputs ? "out:" : "in:";
  for (size_t k = 0; k < archive.size(); ++k) {
    Bytes member = tensorName(archive[k]);
    bool known = member.size >= strlen(otherPrefix) && !memcmp(member.data, otherPrefix, strlen(otherPrefix));
    for (int n = 0; n < count && !known; ++n)
      known = sameName(member, "", names[n]) || sameName(member, prefix(), names[n]);
    if (known)
      continue;
    Text list;
    for (int n = 0; n < count; ++n)
      list.append("%s%s", n ? ", " : "", names[n]);
    return error.fail("%s: unknown %s %.*s; %ss are: %s", path, kind,
                      static_cast<int>(smaller<size_t>(member.size, 200)), member.data, kind, list.cString());
  }
  return true;
}

bool TensorSet::readMember(const ZipMember &member, Tensor &tensor, Error &error) const {
  Memory content;
  if (!archive.read(member, content, error))
    return false;
  Bytes bytes = {content.data(), content.size()};
  return readNpy(bytes, &content, tensor, error);
}

Bytes TensorSet::tensorName(const ZipMember &member) {
  Bytes name = member.name;
  if (name.size >= 4 && !memcmp(name.data + name.size - 4, ".npy", 4))
    name.size -= 4;
  return name;
}

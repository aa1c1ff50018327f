// File access through system calls. The stat family of glibc changed its symbol versions over time, so kinds of files
// are asked from the kernel directly.
#include "runtime/host/File.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace sinter::rt;

/// The file's first bytes in memory; the linker's symbol.
extern "C" const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

namespace {
/// The mode and size of a file; false when it is not there.
bool statusOf(const char *path, mode_t &mode, off_t &size) {
  struct stat status;
  if (syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0))
    return false;
  mode = status.st_mode;
  size = status.st_size;
  return true;
}

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      close(number);
  }
};

/// read() that goes on after signals; -1 on error.
ssize_t readSome(int descriptor, void *buffer, size_t size) {
  ssize_t got;
  do
    got = read(descriptor, buffer, size);
  while (got < 0 && errno == EINTR);
  return got;
}

/// Reads to the end of a descriptor whose size is not known.
bool readToEnd(int descriptor, Array<unsigned char> &content) {
  constexpr size_t kStep = 1 << 16;
  for (;;) {
    content.reserve(content.size() + kStep);
    ssize_t got = readSome(descriptor, content.end(), kStep);
    if (got < 0)
      return false;
    if (got == 0)
      return true;
    content.resize(content.size() + static_cast<size_t>(got));
  }
}
} // namespace

bool sinter::rt::isExecutableWhole(Error &error) {
  const char *start = reinterpret_cast<const char *>(&__ehdr_start);
  const Elf64_Phdr *segments = reinterpret_cast<const Elf64_Phdr *>(start + __ehdr_start.e_phoff);
  off_t end = 0, size;
  for (int k = 0; k < __ehdr_start.e_phnum; ++k)
    if (segments[k].p_type == PT_LOAD)
      end = larger(end, static_cast<off_t>(segments[k].p_offset + segments[k].p_filesz));
  mode_t mode;
  if (!statusOf("/proc/self/exe", mode, size) || size >= end)
    return true;
  return error.fail("the executable's file is cut short: expected at least %lld bytes, got %lld",
                    static_cast<long long>(end), static_cast<long long>(size));
}

bool sinter::rt::readFile(const char *path, Memory &content, Error &error) {
  Descriptor file{open(path, O_RDONLY | O_CLOEXEC)};
  mode_t mode = 0;
  off_t size = 0;
  if (file.number < 0 || !statusOf(path, mode, size))
    return error.fail("cannot open %s: %s", path, strerror(errno));
  if (S_ISREG(mode) && size > 0) {
    void *address = mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_PRIVATE, file.number, 0);
    if (address != MAP_FAILED) {
      content.adoptMapping(address, static_cast<size_t>(size));
      return true;
    }
  }
  Array<unsigned char> bytes;
  if (!readToEnd(file.number, bytes))
    return error.fail("cannot read %s: %s", path, strerror(errno));
  if (!content.allocate(static_cast<int64_t>(bytes.size()), error))
    return error.prefix("%s", path);
  if (bytes.size())
    memcpy(content.data(), bytes.data(), bytes.size());
  return true;
}

bool sinter::rt::readSmallFile(const char *path, Text &content) {
  Descriptor file{open(path, O_RDONLY | O_CLOEXEC)};
  Array<unsigned char> bytes;
  if (file.number < 0 || !readToEnd(file.number, bytes))
    return false;
  content.clear();
  content.appendBytes(bytes.data(), bytes.size());
  return true;
}

bool sinter::rt::isDirectory(const char *path) {
  mode_t mode;
  off_t size;
  return statusOf(path, mode, size) && S_ISDIR(mode);
}

bool sinter::rt::fileExists(const char *path) {
  mode_t mode;
  off_t size;
  return statusOf(path, mode, size);
}

bool sinter::rt::makeDirectories(const char *path, Error &error) {
  Text prefix;
  for (const char *at = path; *path; ++at) {
    if (at != path && (*at == '/' || !*at)) {
      prefix.clear();
      prefix.appendBytes(path, static_cast<size_t>(at - path));
      if (!isDirectory(prefix.cString()) && mkdir(prefix.cString(), 0777) && errno != EEXIST)
        return error.fail("cannot create directory %s: %s", path, strerror(errno));
    }
    if (!*at)
      break;
  }
  return isDirectory(path) || error.fail("expected a directory, got the file %s", path);
}

namespace {
constexpr int kEndingSignals[] = {SIGHUP, SIGINT, SIGTERM};

/// The temporary file that a signal removes before it ends the process.
const char *volatile pending;

void removePending(int number) {
  unlink(pending);
  signal(number, SIG_DFL);
  raise(number); // delivered when this returns
}

/// Signals that the process ignores, as under nohup, stay ignored.
void handleEndingSignals(void (*handler)(int)) {
  for (int number : kEndingSignals)
    if (signal(number, handler) == SIG_IGN)
      signal(number, SIG_IGN);
}
} // namespace

OutputFile::~OutputFile() {
  if (descriptor < 0)
    return;
  close(descriptor);
  removeTemporary();
}

void OutputFile::removeTemporary() {
  if (!temporary.size())
    return;
  unlink(temporary.cString());
  handleEndingSignals(SIG_DFL);
}

bool OutputFile::open(const char *path, Error &error) {
  target.append("%s", path);
  mode_t mode;
  off_t size;
  bool direct = statusOf(path, mode, size) && !S_ISREG(mode);
  if (!direct) {
    temporary.append("%s.tmp%d", path, static_cast<int>(getpid()));
    pending = temporary.cString();
    handleEndingSignals(removePending);
  }
  int flags = O_WRONLY | O_CLOEXEC | (direct ? 0 : O_CREAT | O_TRUNC);
  descriptor = ::open(direct ? path : temporary.cString(), flags, 0666);
  if (descriptor >= 0)
    return true;
  error.fail("cannot write %s: %s", path, strerror(errno));
  removeTemporary();
  return false;
}

bool OutputFile::write(const void *data, size_t size, Error &error) {
  const char *bytes = static_cast<const char *>(data);
  while (size) {
    ssize_t written = ::write(descriptor, bytes, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return error.fail("cannot write %s: %s", target.cString(), strerror(errno));
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

bool OutputFile::commit(Error &error) {
  int closing = descriptor;
  bool done = false;
  descriptor = -1;
  if (close(closing) || (temporary.size() && rename(temporary.cString(), target.cString())))
    error.fail("cannot write %s: %s", target.cString(), strerror(errno));
  else
    done = true;
  removeTemporary();
  return done;
}
